using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Thermo.Tests;

/// <summary>The shipped data as ML.NET sees them: <c>Features</c> with slot names, scaled to standard deviation one, and <c>Label</c>.</summary>
internal static class RealData
{
    /// <summary>442 patients, 10 features, a number.</summary>
    public static IDataView Diabetes(MLContext context) => Load(context, "diabetes.csv", (x, y, _) => new Number { Features = x, Label = (float)y });

    /// <summary>569 tumours, 30 features, true for benign.</summary>
    public static IDataView BreastCancer(MLContext context) => Load(context, "breast-cancer.csv", (x, y, _) => new Flag { Features = x, Label = y > 0 });

    /// <summary>150 flowers, 4 features, a key of three species.</summary>
    public static IDataView Iris(MLContext context) => Load(context, "iris.csv", (x, y, _) => new Species { Features = x, Label = (uint)y });

    /// <summary>The same with the species as text, and a mark on every third row.</summary>
    public static IDataView IrisWithNames(MLContext context) =>
        Load(context, "iris.csv", (x, y, row) => new NamedSpecies { Features = x, Label = $"species {y}", IsHeldOut = row % 3 == 0 });

    /// <summary>The features scaled to standard deviation one about their mean, in single precision, and the targets.</summary>
    public static (float[][] Features, double[] Targets, string[] Names) Standardized(string file)
    {
        string[] lines = File.ReadAllLines(Path.Combine(TestContext.CurrentContext.TestDirectory, "data", file));
        double[][] rows = [.. lines.Skip(1).Select(line => line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())];
        int d = rows[0].Length - 1;
        double[] means = [.. Enumerable.Range(0, d).Select(j => rows.Average(row => row[j]))];
        double[] deviations = [.. Enumerable.Range(0, d).Select(j => Math.Sqrt(rows.Average(row => Math.Pow(row[j] - means[j], 2))))];
        return (
            [.. rows.Select(row => Enumerable.Range(0, d).Select(j => (float)((row[j] - means[j]) / deviations[j])).ToArray())],
            [.. rows.Select(row => row[d])],
            lines[0].Split(',')[..d]);
    }

    /// <summary>Rows of any class with a vector <c>Features</c> of a size known at run time only.</summary>
    public static IDataView View<T>(MLContext context, IEnumerable<T> rows, int dimension, string[]? names = null)
        where T : class
    {
        var schema = SchemaDefinition.Create(typeof(T));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, dimension);
        if (names is not null)
        {
            var texts = new VBuffer<ReadOnlyMemory<char>>(names.Length, [.. names.Select(name => name.AsMemory())]);
            schema["Features"].AddAnnotation("SlotNames", texts, new VectorDataViewType(TextDataViewType.Instance, names.Length));
        }

        return context.Data.LoadFromEnumerable(rows, schema);
    }

    private static IDataView Load<T>(MLContext context, string file, Func<float[], double, int, T> row)
        where T : class
    {
        (float[][] features, double[] targets, string[] names) = Standardized(file);
        return View(context, features.Select((x, i) => row(x, targets[i], i)).ToArray(), names.Length, names);
    }

    internal sealed class Number
    {
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }

    internal sealed class Flag
    {
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }
    }

    internal sealed class Species
    {
        public float[] Features { get; set; } = [];

        [KeyType(3)]
        public uint Label { get; set; }
    }

    internal sealed class NamedSpecies
    {
        public float[] Features { get; set; } = [];

        public string Label { get; set; } = "";

        public bool IsHeldOut { get; set; }
    }
}
