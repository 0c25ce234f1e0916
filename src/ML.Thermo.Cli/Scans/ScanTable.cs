using System.Globalization;
using System.Runtime.InteropServices;
using ML.Thermo.Cli.Output;
using ML.Thermo.Cli.Tables;
using ML.Thermo.Scans;

namespace ML.Thermo.Cli.Scans;

/// <summary>Scans a table: rows in any order, what is kept as small as the observer allows.</summary>
internal sealed class ScanTable(ScanTableRequest request, Meter meter, CancellationToken cancellation)
{
    private const int RowsBetweenReports = 4096;

    /// <summary>Counts the outcomes of a column: memory grows with their number, not with the rows.</summary>
    public ScanResult Outcomes(string column)
    {
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        var counts = new Dictionary<double, List<long>>();
        ControlGrid grid = Read((rows, x) =>
        {
            ref int y = ref CollectionsMarshal.GetValueRefOrAddDefault(names, rows.Text(rows.Find(column)), out bool isKnown);
            if (!isKnown)
                y = names.Count - 1;
            ref List<long>? here = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, x, out _);
            here ??= [];
            while (here.Count <= y)
                here.Add(0);
            here[y]++;
        });
        string[] sorted = [.. names.Keys.Order(StringComparer.Ordinal)]; // so that the order of the rows changes nothing
        long[][] table = [.. grid.Values.Select(x => sorted.Select(name => counts[x].ElementAtOrDefault(names[name])).ToArray())];
        meter.Begin("permuting");
        return new(Scan.Counts(grid, table, request.Options, meter, cancellation), sorted);
    }

    /// <summary>Observes numeric columns.</summary>
    public ScanResult Observed(IReadOnlyList<string> columns)
    {
        var samples = new Dictionary<double, List<double[]>>();
        ControlGrid grid = Read((rows, x) => At(samples, x).Add([.. columns.Select(column => rows.Number(rows.Find(column)))]));
        meter.Begin(columns.Count == 1 ? "permuting" : "training classifiers", "take fewer rows");
        return new(Scan.Values(grid, [.. grid.Values.Select(x => samples[x].ToArray())], request.Options, null, meter, cancellation), null);
    }

    /// <summary>One law a value of x.</summary>
    public ScanResult Laws(IReadOnlyList<string> columns)
    {
        var laws = new Dictionary<double, double[]>();
        ControlGrid grid = Read((rows, x) =>
        {
            if (!laws.TryAdd(x, Law(rows, columns, x)))
                throw new UnusableDataException($"{request.Over} = {Text(x)} has more than one row: expected one law a value, or --input COLUMN "
                    + "that tells inputs apart.");
        });
        return new(Scan.Laws(grid, [.. grid.Values.Select(x => laws[x])], request.Options, cancellation), columns);
    }

    /// <summary>The laws of many inputs. An input is dropped as soon as its rows are complete: a file in order of inputs needs no memory for them.</summary>
    public ScanResult Inputs(IReadOnlyList<string> columns, string input)
    {
        TableFile.RefusePipe(request.File);
        var values = new HashSet<double>();
        ControlGrid grid = Read((_, x) => values.Add(x));
        Dictionary<double, int> places = grid.Values.Select((x, k) => (x, k)).ToDictionary();
        var sums = new InputSums(grid, columns.Count, request.Options);
        var pending = new Dictionary<string, double[]?[]>(StringComparer.Ordinal);
        Read((rows, x) =>
        {
            string id = rows.Text(rows.Find(input));
            ref double[]?[]? laws = ref CollectionsMarshal.GetValueRefOrAddDefault(pending, id, out _);
            laws ??= new double[grid.Count][];
            ref double[]? here = ref laws[places[x]];
            if (here is not null)
                throw new UnusableDataException($"Input '{id}' has two rows at {request.Over} = {Text(x)}: expected one.");
            here = Law(rows, columns, x);
            if (Array.TrueForAll(laws, law => law is not null))
            {
                sums.Add(laws!);
                pending.Remove(id);
            }
        });
        if (pending.Count > 0)
        {
            (string id, double[]?[] laws) = pending.First();
            throw new UnusableDataException($"Input '{id}' is missing at {request.Over} = {Text(grid.Values[Array.IndexOf(laws, null)])}: expected every "
                + $"input at every value ({pending.Count} of {pending.Count + sums.Count} inputs are incomplete).");
        }

        return new(sums.Report(), columns);
    }

    /// <summary>Samples with their ln P: columns that fit a pattern, in which * stands for x.</summary>
    public ScanResult Likelihoods(string pattern)
    {
        int star = pattern.IndexOf('*', StringComparison.Ordinal);
        if (star < 0 || pattern.LastIndexOf('*') != star)
            throw new UsageException($"--log-likelihoods {pattern} has no place for the value: expected a pattern with one *, such as \"lp@*\".");
        var columns = new SortedDictionary<double, int>();
        var samples = new Dictionary<double, List<double[]>>();
        ControlGrid rowsGrid = Read((rows, x) =>
        {
            if (columns.Count == 0)
                FindColumns(rows, pattern, star, columns);
            At(samples, x).Add([.. columns.Values.Select(column => rows.Text(column) is "" or "NaN" or "NA" ? double.NaN
                : rows.Text(column) is "-inf" or "-Infinity" ? double.NegativeInfinity : rows.Number(column))]);
        });
        double[] missing = [.. columns.Keys.Except(rowsGrid.Values)], extra = [.. rowsGrid.Values.Except(columns.Keys)];
        if (extra.Length > 0)
            throw new UnusableDataException($"{request.Over} = {Text(extra[0])} has rows and no column: expected "
                + $"'{pattern.Replace("*", Text(extra[0]), StringComparison.Ordinal)}'.");
        if (missing.Length > 0)
            throw new UnusableDataException($"{request.Over} = {Text(missing[0])} has a column and no rows: expected at least 2 samples that were "
                + "drawn there.");
        meter.Begin("scoring");
        return new(Scan.Likelihoods(rowsGrid, [.. rowsGrid.Values.Select(x => samples[x])], request.Options, null, cancellation), null);
    }

    private static void FindColumns(NumberRows rows, string pattern, int star, SortedDictionary<double, int> columns)
    {
        for (int column = 0; column < rows.Names.Count; column++)
        {
            string name = rows.Names[column];
            if (name.Length > pattern.Length - 1 && name.StartsWith(pattern[..star], StringComparison.Ordinal)
                && name.EndsWith(pattern[(star + 1)..], StringComparison.Ordinal)
                && double.TryParse(name[star..(name.Length - (pattern.Length - star - 1))], NumberStyles.Float, CultureInfo.InvariantCulture, out double x)
                && !columns.TryAdd(x, column))
                throw new UnusableDataException($"Two columns fit '{pattern}' with {Text(x)}: expected one a value.");
        }

        if (columns.Count == 0)
            throw new UnusableDataException($"No column fits '{pattern}': expected names with a number in place of *.");
    }

    private double[] Law(NumberRows rows, IReadOnlyList<string> columns, double x) => Scan.Checked(
        [.. columns.Select(column => rows.Number(rows.Find(column)))], $"Row {rows.Row} ({request.Over} = {Text(x)})");

    /// <summary>Reads all rows and returns the grid of their values.</summary>
    private ControlGrid Read(Action<NumberRows, double> row)
    {
        meter.Begin("reading rows");
        using var rows = new NumberRows(request.File);
        var control = new ControlColumn(rows, request);
        var values = new HashSet<double>();
        while (rows.Read())
        {
            if (rows.Row % RowsBetweenReports == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                meter.Report(rows.Share);
            }

            double x = control.Read();
            values.Add(x);
            row(rows, x);
        }

        if (values.Count == 0)
            throw new UnusableDataException($"'{request.File}' has a header and no rows: expected samples or laws at several values of {request.Over}.");
        return control.Grid(values);
    }

    private static List<double[]> At(Dictionary<double, List<double[]>> samples, double x)
    {
        ref List<double[]>? here = ref CollectionsMarshal.GetValueRefOrAddDefault(samples, x, out _);
        return here ??= [];
    }

    private static string Text(double x) => x.ToString("R", CultureInfo.InvariantCulture);
}
