using ML.Thermo.Data;

namespace ML.Thermo.Cli.Tables;

/// <summary>What to read from a file: one label column, and features by name or every other numeric column.</summary>
/// <param name="Path">A csv or tsv file with a header.</param>
/// <param name="Label">Name of the label column.</param>
/// <param name="Features">Names of the feature columns in the order wanted, or null for every other numeric column.</param>
/// <param name="Without">Names of columns that are no features, though numeric.</param>
internal sealed record TableRequest(string Path, string Label, IReadOnlyList<string>? Features, IReadOnlyList<string> Without)
{
    /// <summary>What is expected of a label instead, or null where it will do; null takes every finite number.</summary>
    public Func<double, string?>? RejectLabel { get; init; }

    /// <summary>The columns to parse, in order; the label's is not among them.</summary>
    public int[] FeatureColumns(ColumnNames names)
    {
        int label = names.Find(Label, Path);
        int[] without = [.. Without.Select(name => names.Find(name, Path))];
        if (Features is null)
            return [.. Enumerable.Range(0, names.Count).Where(column => column != label && names[column].Length > 0 && !without.Contains(column))];
        int[] columns = [.. Features.Select(name => names.Find(name, Path))];
        if (columns.Contains(label))
            throw new ThermoException($"The label '{Label}' is among the features: leave it out of --features, or choose another --label.");
        if (columns.GroupBy(column => column).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ThermoException($"The feature '{names[twice.Key]}' is asked for twice: name it once.");
        return [.. columns.Except(without)];
    }
}

/// <summary>A column that was not asked for and is no feature.</summary>
/// <param name="Name">Its name, or its number where the header gives none.</param>
/// <param name="Reason">Its first cell, which is not a number, and where; or that it has no name.</param>
internal sealed record LeftOutColumn(string Name, string Reason);

/// <summary>A table as read.</summary>
/// <param name="Data">Features and labels, without the rows held out.</param>
/// <param name="HeldOut">The rows held out, or null.</param>
/// <param name="LeftOut">Columns that were not asked for and are not numeric, or have no name.</param>
internal sealed record LabelledTable(LabelledData Data, LabelledData? HeldOut, IReadOnlyList<LeftOutColumn> LeftOut);
