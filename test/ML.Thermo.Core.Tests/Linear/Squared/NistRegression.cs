using System.Globalization;
using ML.Thermo.Data;

namespace ML.Thermo.Tests.Linear.Squared;

/// <summary>A linear regression of NIST's Statistical Reference Datasets with its certified results, from the data folder of the tests.</summary>
internal sealed record NistRegression(LabelledData Data, double[] Parameters, double ResidualSumOfSquares)
{
    public static NistRegression Load(string name, bool intercept)
    {
        LabelledData table = Table(name), data = intercept ? table.WithIntercept() : table;
        var certified = File.ReadAllLines(Path.Combine(DataFolder(), "nist-certified.csv"))
            .Select(line => line.Split(','))
            .Where(cells => cells[0] == name)
            .ToDictionary(cells => cells[1], cells => Number(cells[2]));
        return new NistRegression(data, [.. data.FeatureNames.Select(column => certified[column])], certified["residual_sum_of_squares"]);
    }

    /// <summary>Any table of the data folder: the last column is the target.</summary>
    public static LabelledData Table(string name)
    {
        string[] lines = File.ReadAllLines(Path.Combine(DataFolder(), name + ".csv"));
        double[][] rows = [.. lines.Skip(1).Select(line => line.Split(',').Select(Number).ToArray())];
        return new LabelledData(rows.SelectMany(row => row.SkipLast(1)).ToArray(), rows.Select(row => row[^1]).ToArray(), lines[0].Split(',')[..^1]);
    }

    private static double Number(string cell) => double.Parse(cell, CultureInfo.InvariantCulture);

    private static string DataFolder()
    {
        for (string? folder = TestContext.CurrentContext.TestDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            string data = Path.Combine(folder, "test", "data");
            if (Directory.Exists(data))
                return data;
        }

        throw new DirectoryNotFoundException("No folder test/data above the tests.");
    }
}
