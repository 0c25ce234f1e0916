using System.ComponentModel;
using System.Text;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using ML.Thermo.Steps;

namespace ML.Thermo.Tempering;

/// <summary>The step of a saved pipeline that holds the state of a tempered model. ML.NET finds it by its contract when a model is loaded; nobody
/// calls it.</summary>
/// <remarks>It changes no row: its state comes as a constant that all rows share.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
[CustomMappingFactoryAttribute(Contract)]
public sealed class TemperedMapping : CustomMappingFactory<TemperedMapping.Input, TemperedMapping.Output>
{
    /// <summary>The name that saved models hold, for ever.</summary>
    public const string Contract = "ML.Thermo.Tempered/1";

    /// <inheritdoc/>
    public override Action<Input, Output> GetMapping() => Map;

    internal static void Map(Input row, Output columns)
    {
    }

    internal static string Text(string task, string label, string features, TemperedLadder ladder) =>
        Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(new Saved(task, label, features, ladder.ToJson())));

    private static ITransformer Restored(Saved saved, ITransformer native)
    {
        var ladder = TemperedLadder.Parse(saved.Ladder, "the saved model");
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(saved.Features, new VectorDataViewType(NumberDataViewType.Single, ladder.Columns));
        switch (saved.Task)
        {
            case TemperedTasks.RegressionName:
                builder.AddColumn(saved.Label, NumberDataViewType.Single);
                return Of(TemperedTasks.Regression(saved.Label, saved.Features));
            case TemperedTasks.BinaryName:
                builder.AddColumn(saved.Label, BooleanDataViewType.Instance);
                return Of(TemperedTasks.Binary(saved.Label, saved.Features));
            case TemperedTasks.MulticlassName:
                DataViewSchema.Column named = native.GetOutputSchema(builder.ToSchema())["PredictedLabel"]; // the classes and their names
                builder.AddColumn(saved.Label, named.Type, named.Annotations);
                return Of(TemperedTasks.Multiclass(saved.Label, saved.Features));
            default:
                throw new NotSupportedException(
                    $"The model is tempered for the task '{saved.Task}', which this version of ML.Thermo does not know: update the package.");
        }

        TemperedTransformer<T> Of<T>(TemperedTask<T> task)
            where T : class, ITransformer => new(task, builder.ToSchema(), ladder);
    }

    /// <summary>What the step reads of a row.</summary>
    public sealed class Input : IRestorable
    {
        /// <summary>The state.</summary>
        [ColumnName(HiddenColumns.Tempered)]
        public ReadOnlyMemory<char> State { get; set; }

        ITransformer? IRestorable.Restore(IReadOnlyList<ITransformer> steps, string? file)
        {
            var context = new MLContext(0); // the two steps behind the model make a constant, out of any row
            IDataView row = context.Data.LoadFromEnumerable([new OneMapping.One()]);
            IDataView constant = steps.Skip(1).Take(2).Aggregate(row, (rows, step) => step.Transform(rows));
            string text = constant.GetColumn<string>(HiddenColumns.Tempered).Single();
            return Restored(JsonSerializer.Deserialize<Saved>(Encoding.UTF8.GetString(Convert.FromBase64String(text)))!, steps[0]);
        }
    }

    /// <summary>What the step adds to a row: a mark that nobody sees.</summary>
    public sealed class Output
    {
        /// <summary>Always 0.</summary>
        [ColumnName(HiddenColumns.Tempered + "_mark")]
        public float Mark { get; set; }
    }

    private sealed record Saved(string Task, string Label, string Features, string Ladder);
}
