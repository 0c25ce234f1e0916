using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Schemas;

namespace ML.Thermo.Scans;

/// <summary>Scans of rows in a data view.</summary>
internal static class DataScan
{
    private const string Number = "a number or a vector of numbers of known size";

    public static ScanReport Run(MLContext context, IDataView data, DataScanOptions options, IEstimator<ITransformer>? observer, CancellationToken cancellation)
    {
        bool[] given = [options.OutcomeColumnName is not null, options.ProbabilityColumnName is not null, options.ObservedColumnNames.Count > 0];
        int kinds = given.Count(isGiven => isGiven);
        if (kinds != 1)
            throw new ArgumentException($"Expected one of outcome, probability and observed columns, got {kinds}.", nameof(options));
        if (options.OutcomeColumnName is { } outcome)
            return Outcomes(data, outcome, options, cancellation);
        if (options.ProbabilityColumnName is { } probability)
            return Probabilities(data, probability, options, cancellation);
        SortedDictionary<double, List<double[]>> rows = Numbers(data, options.ObservedColumnNames, options, cancellation);
        var grid = ControlGrid.Of(options.ControlColumnName, rows.Keys, options.Scale);
        SideClassifier? classifier = observer is null ? null : new TrainerObserver(context, observer).Judge;
        return Scan.Values(grid, [.. rows.Values.Select(group => group.ToArray())], options.Scan, classifier, null, cancellation);
    }

    private static ScanReport Outcomes(IDataView data, string column, DataScanOptions options, CancellationToken cancellation)
    {
        DataViewSchema.Column outcome = data.Schema.Demand("outcome", column, CategoryText.Expected, CategoryText.IsCategory);
        var counts = new SortedDictionary<double, Dictionary<string, long>>();
        Read(data, options, [outcome], cancellation, cursor =>
        {
            Func<string> text = CategoryText.Of(cursor, outcome);
            return x =>
            {
                if (!counts.TryGetValue(x, out Dictionary<string, long>? here))
                    counts[x] = here = new Dictionary<string, long>(StringComparer.Ordinal);
                string seen = text();
                here[seen] = here.GetValueOrDefault(seen) + 1;
            };
        });
        string[] names = [.. counts.Values.SelectMany(here => here.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var grid = ControlGrid.Of(options.ControlColumnName, counts.Keys, options.Scale);
        long[][] table = [.. counts.Values.Select(here => names.Select(name => here.GetValueOrDefault(name)).ToArray())];
        return Scan.Counts(grid, table, options.Scan, null, cancellation);
    }

    private static ScanReport Probabilities(IDataView data, string column, DataScanOptions options, CancellationToken cancellation)
    {
        DataViewSchema.Column law = data.Schema.Demand("probability", column, Number, RowNumbers.IsNumber);
        DataViewSchema.Column? input = options.InputColumnName is { } name
            ? data.Schema.Demand("input", name, CategoryText.Expected, CategoryText.IsCategory)
            : null;
        var laws = new SortedDictionary<double, Dictionary<string, double[]>>();
        Read(data, options, input is { } id ? [law, id] : [law], cancellation, cursor =>
        {
            Func<double[]> shares = RowNumbers.Of(cursor, [law]);
            Func<string>? key = input is { } ids ? CategoryText.Of(cursor, ids) : null;
            return x =>
            {
                if (!laws.TryGetValue(x, out Dictionary<string, double[]>? here))
                    laws[x] = here = new Dictionary<string, double[]>(StringComparer.Ordinal);
                string which = key?.Invoke() ?? here.Count.ToString(CultureInfo.InvariantCulture);
                if (!here.TryAdd(which, Law(shares())))
                    throw new UnusableDataException($"Input '{which}' has two rows at {options.ControlColumnName} = {x}: expected one.");
            };
        });
        var grid = ControlGrid.Of(options.ControlColumnName, laws.Keys, options.Scale);
        foreach ((double x, Dictionary<string, double[]> here) in laws)
        {
            string? missing = laws.Values.SelectMany(other => other.Keys).FirstOrDefault(which => !here.ContainsKey(which));
            if (missing is not null)
                throw new UnusableDataException($"Input '{missing}' is missing at {options.ControlColumnName} = {x}: expected every input at every value.");
        }

        return Scan.Inputs(grid, [.. laws.Values.First().Keys.Select(which => laws.Values.Select(here => here[which]).ToArray())], options.Scan);
    }

    /// <summary>One number is the probability of one class of two.</summary>
    internal static double[] Law(double[] shares) => shares.Length == 1 ? [shares[0], 1 - shares[0]] : shares;

    private static SortedDictionary<double, List<double[]>> Numbers(
        IDataView data, IReadOnlyList<string> names, DataScanOptions options, CancellationToken cancellation)
    {
        DataViewSchema.Column[] columns = [.. names.Select(name => data.Schema.Demand("observed", name, Number, RowNumbers.IsNumber))];
        var rows = new SortedDictionary<double, List<double[]>>();
        Read(data, options, columns, cancellation, cursor =>
        {
            Func<double[]> numbers = RowNumbers.Of(cursor, columns);
            return x =>
            {
                if (!rows.TryGetValue(x, out List<double[]>? here))
                    rows[x] = here = [];
                here.Add(numbers());
            };
        });
        return rows;
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1068", Justification = "What is done reads best at the end.")]
    private static void Read(
        IDataView data, DataScanOptions options, DataViewSchema.Column[] columns, CancellationToken cancellation, Func<DataViewRowCursor, Action<double>> begin)
    {
        DataViewSchema.Column control = data.Schema.Demand(
            "control", options.ControlColumnName, "a number", type => RowNumbers.IsNumber(type) && type is not VectorDataViewType);
        using DataViewRowCursor cursor = data.GetRowCursor([control, .. columns]);
        Func<double[]> x = RowNumbers.Of(cursor, [control]);
        Action<double> row = begin(cursor);
        while (cursor.MoveNext())
        {
            if (cursor.Position % 4096 == 0)
                cancellation.ThrowIfCancellationRequested();
            row(x()[0]);
        }
    }
}
