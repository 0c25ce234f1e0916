using ML.Thermo.Cli.Tables;
using ML.Thermo.Dynamics.Pairs;

namespace ML.Thermo.Cli.Dynamics;

/// <summary>Trajectories in long form: columns <c>trajectory, t, node, q1…qd, p1…pd</c>, then <c>u</c> (or <c>s</c>), and <c>m</c>, <c>kind</c> where
/// they differ.</summary>
internal sealed class TrajectoryTable
{
    private readonly string _path;
    private readonly Dictionary<string, SortedDictionary<double, SortedDictionary<int, double[]>>> _cells = [];

    private TrajectoryTable(string path) => _path = path;

    /// <summary>d.</summary>
    public int Dimension { get; private set; }

    /// <summary>N.</summary>
    public int Nodes { get; private set; }

    /// <summary>m of each node, or null.</summary>
    public double[]? Masses { get; private set; }

    /// <summary>The kind of each node, or null.</summary>
    public int[]? Kinds { get; private set; }

    /// <summary>States by trajectory.</summary>
    public List<(string Name, PairTrajectory Trajectory)> Trajectories { get; } = [];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="heatCapacity">c of s = c ln u, for files with entropies.</param>
    /// <param name="isState">Whether it must hold one time only.</param>
    public static TrajectoryTable Read(string path, double heatCapacity, bool isState)
    {
        var table = new TrajectoryTable(path);
        using (var rows = new NumberRows(path))
            table.Read(rows, heatCapacity, isState);
        table.Assemble(isState);
        return table;
    }

    private void Read(NumberRows rows, double heatCapacity, bool isState)
    {
        int trajectory = rows.Seek("trajectory"), time = isState ? rows.Seek("t") : rows.Find("t"), node = rows.Find("node");
        while (rows.Seek($"q{Dimension + 1}") >= 0)
            Dimension++;
        if (Dimension == 0)
            rows.Find("q1");
        int[] places = [.. "qp".SelectMany(part => Enumerable.Range(1, Dimension).Select(axis => rows.Find($"{part}{axis}")))];
        int inner = rows.Seek("u"), entropy = inner < 0 ? rows.Seek("s") : -1, mass = rows.Seek("m"), kind = rows.Seek("kind");
        if (inner < 0 && entropy < 0)
            rows.Find("u");
        while (rows.Read())
        {
            string name = trajectory < 0 ? "0" : rows.Text(trajectory);
            double t = time < 0 ? 0 : rows.Number(time);
            double u = inner >= 0 ? rows.Number(inner) : Math.Exp(rows.Number(entropy) / heatCapacity);
            double[] cells = [.. places.Select(rows.Number), u, mass < 0 ? 1 : rows.Number(mass), kind < 0 ? 0 : rows.Index(kind)];
            if (!_cells.TryGetValue(name, out var times))
                _cells[name] = times = [];
            if (!times.TryGetValue(t, out var nodes))
                times[t] = nodes = [];
            if (!nodes.TryAdd(rows.Index(node), cells))
                throw new UnusableDataException($"Row {rows.Row} of '{_path}': node {rows.Index(node)} of trajectory {name} is there twice at t = {t}.");
        }

        if (_cells.Count == 0)
            throw new UnusableDataException($"'{_path}' has a header and no rows: expected one a node and time.");
        Nodes = _cells.First().Value.First().Value.Count;
        double[][] first = [.. _cells.First().Value.First().Value.Values];
        Masses = mass < 0 ? null : [.. first.Select(cells => cells[^2])];
        Kinds = kind < 0 ? null : [.. first.Select(cells => (int)cells[^1])];
    }

    private void Assemble(bool isState)
    {
        foreach ((string name, SortedDictionary<double, SortedDictionary<int, double[]>> times) in _cells)
        {
            double[] at = [.. times.Keys];
            if (isState && (at.Length > 1 || _cells.Count > 1))
                throw new UnusableDataException($"'{_path}' has {_cells.Count} trajectories and {at.Length} times: expected one state, that is one time " +
                    "of one trajectory.");
            double step = at.Length > 1 ? (at[^1] - at[0]) / (at.Length - 1) : 1;
            for (int k = 1; k < at.Length; k++)
            {
                if (Math.Abs(at[k] - at[k - 1] - step) > 1e-6 * step)
                    throw new UnusableDataException($"Trajectory {name} of '{_path}' steps from t = {at[k - 1]} to {at[k]}, and by {step} on the mean: " +
                        "expected equal steps.");
            }

            Trajectories.Add((name, new PairTrajectory(at[0], step, [.. times.Select(pair => State(name, pair.Key, pair.Value))])));
        }
    }

    private PairState State(string name, double time, SortedDictionary<int, double[]> nodes)
    {
        if (nodes.Count != Nodes || nodes.Keys.Last() != Nodes - 1)
            throw new UnusableDataException($"Trajectory {name} of '{_path}' has {nodes.Count} nodes up to {nodes.Keys.Last()} at t = {time}: expected " +
                $"each from 0 to {Nodes - 1}.");
        double[][] cells = [.. nodes.Values];
        return new PairState(
            Dimension, [.. cells.SelectMany(row => row[..Dimension])], [.. cells.SelectMany(row => row[Dimension..(2 * Dimension)])],
                [.. cells.Select(row => row[2 * Dimension])]);
    }
}
