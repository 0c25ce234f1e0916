using System.Globalization;
using ML.Thermo.Explanations;

namespace ML.Thermo.Tests.Explanations;

/// <summary>A file of test/data, the label last, with the models that the golden numbers are of.</summary>
internal sealed class ShippedTable
{
    private ShippedTable(string[] names, double[][] rows, double[] labels) => (Names, Rows, Labels) = (names, rows, labels);

    public string[] Names { get; }

    public double[][] Rows { get; }

    public double[] Labels { get; }

    public Background Background => new([.. Rows.SelectMany(row => row)], Names);

    public static ShippedTable Read(string file)
    {
        string[] lines = File.ReadAllLines(Path.Combine(TestContext.CurrentContext.TestDirectory, "data", file));
        double[][] cells = [.. lines.Skip(1).Select(line => line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())];
        return new(lines[0].Split(',')[..^1], [.. cells.Select(row => row[..^1])], [.. cells.Select(row => row[^1])]);
    }

    /// <summary>Columns standardised by population moments.</summary>
    public double[][] Standardized()
    {
        double[] mean = [.. Names.Select((_, j) => Rows.Average(row => row[j]))];
        double[] deviation = [.. Names.Select((_, j) => Math.Sqrt(Rows.Average(row => Math.Pow(row[j] - mean[j], 2))))];
        return [.. Rows.Select(row => row.Select((x, j) => (x - mean[j]) / deviation[j]).ToArray())];
    }

    /// <summary>The same map for any row.</summary>
    public Func<double[], double[]> Standardizer()
    {
        double[] mean = [.. Names.Select((_, j) => Rows.Average(row => row[j]))];
        double[] deviation = [.. Names.Select((_, j) => Math.Sqrt(Rows.Average(row => Math.Pow(row[j] - mean[j], 2))))];
        return row => [.. row.Select((x, j) => (x - mean[j]) / deviation[j])];
    }

    public Explanation Explain(int row, Func<double[], double> model, ExplainOptions? options = null) => Explained.Row(Background, Rows[row], model, options);
}

/// <summary>Explains functions of rows.</summary>
internal static class Explained
{
    /// <summary>As the golden rows: one replicate.</summary>
    public static readonly ExplainOptions Once = new() { Replicates = 1 };

    public static Explanation Row(Background background, double[] row, Func<double[], double> model, ExplainOptions? options = null)
    {
        ExplainedRow explained = background.Row(row);
        var neighbourhood = new OrthogonalNeighbourhood(explained.Features, options ?? Once);
        double[] rows = new double[neighbourhood.Rows * row.Length];
        explained.Fill(neighbourhood, 0, rows);
        return neighbourhood.Explain([.. rows.Chunk(row.Length).Select(model)]);
    }

    /// <summary>A function of numbers at zero with one deviation for all.</summary>
    public static Explanation Function(Func<double[], double> model, double[] instance, double deviation = 1, ExplainOptions? options = null)
    {
        var neighbourhood = new OrthogonalNeighbourhood(
            [.. instance.Select((x, j) => ExplainedFeature.Numeric($"x{j}", x, deviation))], options ?? Once);
        return neighbourhood.Explain(Outputs(neighbourhood, instance, model));
    }

    public static double[] Outputs(Neighbourhood neighbourhood, double[] instance, Func<double[], double> model)
    {
        double[] outputs = new double[neighbourhood.Rows], row = new double[instance.Length];
        var moves = new Move[neighbourhood.MostMoves];
        for (int i = 0; i < outputs.Length; i++)
        {
            instance.CopyTo(row, 0);
            foreach (Move move in moves.AsSpan(0, neighbourhood.Moves(i, moves)))
            {
                ExplainedFeature feature = neighbourhood.Features[move.Feature];
                row[move.Feature] = feature.Kind == FeatureKind.Switch ? feature.Other : instance[move.Feature] + (move.Shift * feature.Deviation);
            }

            outputs[i] = model(row);
        }

        return outputs;
    }

    public static double[] Unfaithfulness(this Explanation why) => [.. why.Models.Select(model => model.Unfaithfulness)];

    public static double[] Entropies(this Explanation why) => [.. why.Models.Select(model => model.Entropy)];

    public static string[] Names(this Explanation why) => [.. why.Terms.OrderBy(term => term.Rank).Select(term => term.Name)];

    public static Term Term(this Explanation why, string name) => why.Terms.Single(term => term.Name == name);
}
