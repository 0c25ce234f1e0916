using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Schemas;

namespace ML.Thermo.Tests;

/// <summary>
/// What every component must stand, as ML.NET's own do: promised schema = delivered schema, loaded model = original, in one row as in many,
/// and schemas that do not fit are refused by the exceptions that ML.NET has for them, before and after loading.
/// </summary>
internal static class Workout
{
    public static void Of(IEstimator<ITransformer> estimator, IDataView data, params IDataView[] unfit)
    {
        SchemaShape promised = estimator.GetOutputSchema(Shapes.Of(data.Schema));
        ITransformer model = estimator.Fit(data);
        ITransformer loaded = SaveAndLoad(model, data.Schema, out DataViewSchema input);
        Assert.That(Words(input), Is.EqualTo(Words(data.Schema)), "schema of the saved input");
        Assert.That(Words(Shapes.Of(model.GetOutputSchema(data.Schema))), Is.EquivalentTo(Words(promised)), "delivered and promised");
        Assert.That(Words(loaded.GetOutputSchema(data.Schema)), Is.EqualTo(Words(model.GetOutputSchema(data.Schema))), "loaded and original");

        IDataView scored = model.Transform(data), again = loaded.Transform(data);
        Assert.That(Words(scored.Schema), Is.EqualTo(Words(model.GetOutputSchema(data.Schema))));
        Assert.That(Words(again.Schema), Is.EqualTo(Words(scored.Schema)));
        List<string> rows = Rows(scored);
        Assert.That(rows, Is.Not.Empty);
        Assert.That(Rows(again), Is.EqualTo(rows), "values of the loaded model");

        Assert.That(model.IsRowToRowMapper);
        IRowToRowMapper mapper = model.GetRowToRowMapper(data.Schema);
        Assert.That(mapper.InputSchema, Is.SameAs(data.Schema));
        Assert.That(Words(Shapes.Of(mapper.OutputSchema)), Is.EquivalentTo(Words(Shapes.Of(scored.Schema))));

        foreach (IDataView other in unfit)
        {
            MustFail(() => estimator.GetOutputSchema(Shapes.Of(other.Schema)));
            MustFail(() => estimator.Fit(other));
            foreach (ITransformer transformer in new[] { model, loaded })
            {
                MustFail(() => transformer.GetOutputSchema(other.Schema));
                MustFail(() => transformer.Transform(other));
            }
        }
    }

    public static ITransformer SaveAndLoad(ITransformer model, DataViewSchema schema, out DataViewSchema input)
    {
        using var file = new MemoryStream();
        new MLContext().Model.Save(model, schema, file);
        file.Position = 0;
        return new MLContext().Model.Load(file, out input);
    }

    /// <summary>All visible values, every column a row, in order.</summary>
    public static List<string> Rows(IDataView data)
    {
        DataViewSchema.Column[] columns = [.. data.Schema.Where(column => !column.IsHidden)];
        using DataViewRowCursor cursor = data.GetRowCursor(columns);
        Func<string>[] readers = [.. columns.Select(column => Reader(cursor, column))];
        var rows = new List<string>();
        while (cursor.MoveNext())
            rows.Add(string.Join(' ', readers.Select(read => read())));
        return rows;
    }

    public static IEnumerable<string> Words(DataViewSchema schema) => Words(Shapes.Of(schema));

    private static string[] Words(SchemaShape shape) =>

        [
            .. shape.Select(column =>
            {
                IEnumerable<string> annotations = column.Annotations.OrderBy(a => a.Name, StringComparer.Ordinal).Select(a => $"{a.Name}: {a.Words()}");
                return $"{column.Name}: {column.Words()} [{string.Join(", ", annotations)}]";
            }),
        ];

    private static void MustFail(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            while (exception is TargetInvocationException { InnerException: { } inner })
                exception = inner;
            Assert.That(exception, Is.InstanceOf<ArgumentOutOfRangeException>().Or.InstanceOf<InvalidOperationException>());
            return;
        }

        Assert.Fail("A schema that does not fit was accepted.");
    }

    private static Func<string> Reader(DataViewRow row, DataViewSchema.Column column) => (Func<string>)typeof(Workout)
        .GetMethod(nameof(TypedReader), BindingFlags.NonPublic | BindingFlags.Static)!
        .MakeGenericMethod(column.Type.RawType).Invoke(null, [row, column])!;

    private static Func<string> TypedReader<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return value is VBuffer<float> vector ? string.Join(',', vector.DenseValues()) : $"{value}";
        };
    }
}
