using System.Globalization;
using ML.Thermo.Cli.Tables;
using ML.Thermo.Explanations;
using ML.Thermo.Explanations.Weighted;

namespace ML.Thermo.Cli.Explanations;

/// <summary>The user's own rows as the surroundings of an explained row: a table with a column for each feature, by its name.</summary>
internal sealed class GivenRows
{
    private readonly string _path;
    private readonly ColumnNames _names;
    private readonly List<double[]> _rows = [];

    private GivenRows(string path, ColumnNames names) => (_path, _names) = (path, names);

    /// <summary>Reads a table of numbers.</summary>
    /// <exception cref="UnusableDataException">A cell is no number, or there are fewer than two rows.</exception>
    public static GivenRows Read(string path)
    {
        using var table = new NumberRows(path);
        var given = new GivenRows(path, table.Names);
        while (table.Read())
        {
            double[] row = new double[table.Names.Count];
            for (int column = 0; column < row.Length; column++)
                row[column] = table.Number(column);
            given._rows.Add(row);
        }

        int count = given._rows.Count;
        return count >= 2 ? given
            : throw new UnusableDataException($"'{path}' has {count} row{(count == 1 ? "" : "s")}: expected at least 2 around the explained one.");
    }

    /// <summary>The neighbourhood of a row: the row itself, then the given ones in units of each feature's standard deviation.</summary>
    /// <exception cref="UnusableDataException">A feature is no number, has no column, or a switch has a third value.</exception>
    public WeightedNeighbourhood Around(IReadOnlyList<ExplainedFeature> features, WeightedOptions options)
    {
        int[] columns = [.. features.Select(Column)];
        double[] coordinates = new double[(_rows.Count + 1) * features.Count];
        int at = features.Count;
        for (int i = 0; i < _rows.Count; i++)
        {
            for (int j = 0; j < columns.Length; j++)
                coordinates[at++] = Coordinate(features[j], i, _rows[i][columns[j]]);
        }

        return new(features, coordinates, options);
    }

    private int Column(ExplainedFeature feature) => feature.Kind is FeatureKind.Numeric or FeatureKind.Switch ? _names.Find(feature.Name, _path)
        : throw new UnusableDataException($"'{feature.Name}' is no number: rows of '{_path}' can only be given for columns of numbers.");

    private double Coordinate(ExplainedFeature feature, int row, double value) =>
        feature.Kind == FeatureKind.Numeric ? (value - feature.Number) / feature.Deviation
        : value == feature.Number ? 0
        : value == feature.Other ? feature.Change
        : throw new UnusableDataException(string.Create(CultureInfo.InvariantCulture,
            $"Row {row} of '{_path}' has {value} in '{feature.Name}': expected {feature.Number} or {feature.Other}, the two values that the data have."));
}
