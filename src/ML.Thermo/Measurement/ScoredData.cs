using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Thermo.Measurement;

/// <summary>Data that a model has scored, with the columns that matter and how to read them.</summary>
/// <param name="Data">The scored rows.</param>
/// <param name="Label">Value or class.</param>
/// <param name="Score">What is read as the score, or null where a linear model computes it.</param>
/// <param name="Features">The model's features, or null where they are not needed.</param>
/// <param name="Model">The linear model that computes the score.</param>
internal sealed record ScoredData(
    IDataView Data, DataViewSchema.Column Label, DataViewSchema.Column? Score, DataViewSchema.Column? Features, TrainedModel? Model = null)
{
    /// <summary>Numbers a score.</summary>
    public int Width => Model?.Outputs!.Count ?? (Score!.Value.Type as VectorDataViewType)?.Size ?? 1;

    /// <summary>Rows by which a column's meaning is recognised.</summary>
    public const int FirstRows = 256;

    /// <summary>Visits the rows, in order; buffers are reused.</summary>
    public void Visit(RowVisitor visit, CancellationToken cancellation, long mostRows = long.MaxValue)
    {
        using DataViewRowCursor cursor = Data.GetRowCursor(new[] { Label, Score, Features }.OfType<DataViewSchema.Column>());
        Func<double> label = LabelReader(cursor, Label);
        ValueGetter<VBuffer<float>>? features = Features is { } column ? cursor.GetGetter<VBuffer<float>>(column) : null;
        VBuffer<float> score = default, x = default;
        ValueGetter<VBuffer<float>> scores = Score is { } delivered ? ScoreReader(cursor, delivered) : (ref VBuffer<float> computed) =>
        {
            VBufferEditor<float> editor = VBufferEditor.Create(ref computed, Model!.Outputs!.Count);
            Model.Evaluate(x, editor.Values);
            computed = editor.Commit();
        };
        for (long row = 0; row < mostRows && cursor.MoveNext(); row++)
        {
            if ((row & 0xFFF) == 0)
                cancellation.ThrowIfCancellationRequested();
            features?.Invoke(ref x);
            scores(ref score);
            visit(x, score, label());
        }
    }

    /// <summary>Whether every feature of a row is there.</summary>
    public static bool IsComplete(in VBuffer<float> features) =>
        float.IsFinite(TensorPrimitives.Sum(features.GetValues())) || features.Items().All(item => float.IsFinite(item.Value));

    /// <summary>Whether a vector of scores holds probabilities: on the first rows they are never negative and always sum to one.</summary>
    public static bool AreProbabilities(IDataView data, DataViewSchema.Column scores)
    {
        bool areProbabilities = true;
        using DataViewRowCursor cursor = data.GetRowCursor([scores]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(scores);
        VBuffer<float> row = default;
        for (int i = 0; i < FirstRows && cursor.MoveNext(); i++)
        {
            getter(ref row);
            double sum = 0;
            foreach (float p in row.GetValues())
            {
                areProbabilities &= !(p < 0);
                sum += p;
            }

            areProbabilities &= !(Math.Abs(sum - 1) > 1e-3);
        }

        return areProbabilities;
    }

    private static ValueGetter<VBuffer<float>> ScoreReader(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType vector)
        {
            ValueGetter<VBuffer<float>> sparse = row.GetGetter<VBuffer<float>>(column);
            VBuffer<float> buffer = default;
            return (ref VBuffer<float> scores) =>
            {
                sparse(ref buffer);
                buffer.CopyToDense(ref scores);
            };
        }

        ValueGetter<float> one = row.GetGetter<float>(column);
        return (ref VBuffer<float> scores) =>
        {
            VBufferEditor<float> editor = VBufferEditor.Create(ref scores, 1);
            one(ref editor.Values[0]);
            scores = editor.Commit();
        };
    }

    /// <summary>A number, 0 or 1, or a class number; NaN where it is missing.</summary>
    public static Func<double> LabelReader(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is BooleanDataViewType)
        {
            ValueGetter<bool> flag = row.GetGetter<bool>(column);
            return () =>
            {
                bool value = false;
                flag(ref value);
                return value ? 1 : 0;
            };
        }

        if (column.Type is KeyDataViewType)
        {
            ValueGetter<uint> key = row.GetGetter<uint>(column);
            return () =>
            {
                uint value = 0;
                key(ref value);
                return value == 0 ? double.NaN : value - 1;
            };
        }

        ValueGetter<float> number = row.GetGetter<float>(column);
        return () =>
        {
            float value = 0;
            number(ref value);
            return value;
        };
    }
}

/// <summary>Receives a row: the features (empty where they are not needed), the dense scores, the label.</summary>
internal delegate void RowVisitor(in VBuffer<float> features, in VBuffer<float> scores, double label);
