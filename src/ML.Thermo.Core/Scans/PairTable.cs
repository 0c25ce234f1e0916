namespace ML.Thermo.Scans;

/// <summary>A number for any two values of a grid, the same both ways and 0 on the diagonal.</summary>
internal sealed class PairTable(int values)
{
    private const int Most = 64;

    private readonly double[] _numbers = new double[values * (values - 1) / 2];

    public IReadOnlyList<IReadOnlyList<double>> Rows =>
        [.. Enumerable.Range(0, values).Select(i =>
            Enumerable.Range(0, values).Select(j => i == j ? 0 : _numbers[At(Math.Min(i, j), Math.Max(i, j))]).ToArray())];

    /// <summary>An empty table, or null where none is wanted or there are too many values.</summary>
    public static PairTable? Wanted(ControlGrid grid, ScanOptions options) => options.Pairs && grid.Count <= Most ? new PairTable(grid.Count) : null;

    /// <summary>The linear dissimilarities of laws.</summary>
    public static PairTable? Of(ControlGrid grid, IReadOnlyList<double[]> laws, ScanOptions options, CancellationToken cancellation)
    {
        PairTable? table = Wanted(grid, options);
        if (table is not null)
            Scan.Each(laws.Count, options, cancellation, j => table.AddRow(laws, j));
        return table;
    }

    /// <summary>Adds those of one input's laws.</summary>
    public void Add(IReadOnlyList<double[]> laws)
    {
        for (int j = 1; j < laws.Count; j++)
            AddRow(laws, j);
    }

    /// <summary>Adds what a sample says, whose likelihoods are these up to a factor, for a mixture of so much.</summary>
    public void Add(ReadOnlySpan<double> likelihoods, double twiceMixture)
    {
        int at = 0;
        for (int j = 1; j < values; j++)
        {
            for (int i = 0; i < j; i++)
            {
                double total = likelihoods[i] + likelihoods[j], difference = likelihoods[i] - likelihoods[j];
                _numbers[at++] += total > 0 ? difference * difference / (total * twiceMixture) : 0;
            }
        }
    }

    /// <summary>Adds a table with a weight.</summary>
    public void Add(PairTable other, double weight)
    {
        for (int at = 0; at < _numbers.Length; at++)
            _numbers[at] += weight * other._numbers[at];
    }

    private static int At(int i, int j) => (j * (j - 1) / 2) + i;

    private void AddRow(IReadOnlyList<double[]> laws, int j)
    {
        for (int i = 0; i < j; i++)
            _numbers[At(i, j)] += LawKernel.Linear(laws[i], laws[j]);
    }
}
