using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Thermo.Tests;

/// <summary>The shipped data as ML.NET sees them.</summary>
internal static class RealData
{
    public static IDataView Diabetes(MLContext context) => Load(context, "diabetes.csv", label => label.Target);

    public static IDataView BreastCancer(MLContext context) => Load(context, "breast-cancer.csv", label => label.IsTrue);

    public static IDataView Iris(MLContext context) => context.Transforms.Conversion.MapValueToKey("Label", "Text", keyData: null)
        .Fit(Load(context, "iris.csv", label => label.Text)).Transform(Load(context, "iris.csv", label => label.Text));

    /// <summary>Rows of numbers, the last column the target.</summary>
    public static double[][] Rows(string file) =>
        [.. File.ReadLines(Path.Combine(TestContext.CurrentContext.TestDirectory, "data", file)).Skip(1)
            .Select(line => line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())];

    /// <summary>The features scaled to standard deviation one about their mean, as single precision numbers.</summary>
    public static (float[][] Features, double[] Targets, string[] Names) Standardized(string file)
    {
        double[][] rows = Rows(file);
        int d = rows[0].Length - 1;
        double[] means = [.. Enumerable.Range(0, d).Select(j => rows.Average(row => row[j]))];
        double[] deviations = [.. Enumerable.Range(0, d).Select(j => Math.Sqrt(rows.Average(row => Math.Pow(row[j] - means[j], 2))))];
        float[][] features = [.. rows.Select(row => Enumerable.Range(0, d).Select(j => (float)((row[j] - means[j]) / deviations[j])).ToArray())];
        string header = File.ReadLines(Path.Combine(TestContext.CurrentContext.TestDirectory, "data", file)).First();
        return (features, [.. rows.Select(row => row[d])], header.Split(',')[..d]);
    }

    private static IDataView Load(MLContext context, string file, System.Linq.Expressions.Expression<Func<Example, object>> label)
    {
        (float[][] features, double[] targets, string[] names) = Standardized(file);
        var schema = SchemaDefinition.Create(typeof(Example));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, features[0].Length);
        schema["Features"].AddAnnotation("SlotNames", new VBuffer<ReadOnlyMemory<char>>(names.Length, [.. names.Select(name => name.AsMemory())]),
            new VectorDataViewType(TextDataViewType.Instance, names.Length));
        string wanted = ((System.Linq.Expressions.MemberExpression)(label.Body is System.Linq.Expressions.UnaryExpression cast ? cast.Operand : label.Body)).Member.Name;
        foreach (string other in new[] { "Target", "IsTrue", "Text" }.Where(name => name != wanted))
            schema.Remove(schema.Single(column => column.MemberName == other));
        if (wanted != "Text")
            schema[wanted].ColumnName = "Label";
        return context.Data.LoadFromEnumerable(features.Zip(targets, (x, y) => new Example { Features = x, Target = (float)y, IsTrue = y > 0, Text = y.ToString(CultureInfo.InvariantCulture) }).ToArray(), schema);
    }

    private sealed class Example
    {
        public float[] Features { get; set; } = [];

        public float Target { get; set; }

        public bool IsTrue { get; set; }

        public string Text { get; set; } = "";
    }
}
