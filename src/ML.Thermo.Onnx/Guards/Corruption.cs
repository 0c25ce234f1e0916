using ML.Thermo.Initialization;

namespace ML.Thermo.Onnx.Guards;

/// <summary>A way to damage rows, as lenses, sensors and forms do, at three strengths.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Strengths">Three numbers, from weak to strong damage.</param>
/// <param name="Apply">Damages a row in place.</param>
internal sealed record Corruption(string Name, double[] Strengths, Action<DamagedRow, double> Apply)
{
    /// <summary>Those that fit an input.</summary>
    public static IReadOnlyList<Corruption> For(RowLayout input)
    {
        if (input.Picture is not { } picture)
        {
            return
            [
                new("noise", [0.1, 0.3, 1], (row, s) => row.Each((x, at) => x + (s * row.Known.Deviation(at) * row.Random.NextNormal()))),
                new("contrast", [0.25, 0.5, 0.75], (row, s) => row.Each((x, at) => x - (s * (x - row.Known.Mean(at))))),
                new("gain", [0.1, 0.25, 0.5], (row, s) => row.Each((x, _) => x * (1 + s))),
                new("missing columns", [0.1, 0.25, 0.5], (row, s) => row.Some(s, row.Known.Mean)),
                new("swapped columns", [0.1, 0.25, 0.5], (row, s) => row.Swap(s)),
                new("quantised", [16, 4, 2], (row, s) => row.Each((x, at) => row.Known.Step(x, at, s))),
                new("clipped", [2, 1, 0.5], (row, s) => row.Each((x, at) => row.Known.Clip(x, at, s))),
            ];
        }

        Corruption[] all =
        [
            new("noise", [0.1, 0.3, 1], (row, s) => row.Each((x, at) => row.Known.Saturate(x + (s * row.Known.Deviation(at) * row.Random.NextNormal())))),
            new("blur", [1, 2, 4], (row, s) => row.Blur((int)s)),
            new("shade", [0.25, 0.5, 0.9], (row, s) => row.Shade(s)),
            new("contrast", [0.25, 0.5, 0.75], (row, s) => row.Fade(s)),
            new("patch", [0.25, 0.5, 0.75], (row, s) => row.Cover(s)),
            new("moved", [0.07, 0.13, 0.25], (row, s) => row.Move(s)),
            new("turned", [10, 20, 45], (row, s) => row.Turn(s)),
            new("quantised", [16, 4, 2], (row, s) => row.Each((x, at) => row.Known.Step(x, at, s))),
            new("clipped", [2, 1, 0.5], (row, s) => row.Each((x, at) => row.Known.Clip(x, at, s))),
        ];
        return picture.Channels == 1 ? all :
        [
            .. all,
            new("dropped channel", [0.25, 0.5, 1], (row, s) => row.Drop(s)),
            new("swapped channels", [0.25, 0.5, 1], (row, s) => row.SwapChannels(s)),
        ];
    }

    /// <summary>Damaged copies of rows; row i is the same whatever the others.</summary>
    public double[][] Of(IReadOnlyList<double[]> rows, double strength, RowLayout input, KnownValues known, ulong seed) =>
        [.. rows.Select((row, i) =>
        {
            double[] copy = [.. row];
            Apply(new DamagedRow(copy, input, known, new RandomStream(seed, (ulong)i)), strength);
            return copy;
        })];
}

/// <summary>What the values of a reference are like: of a picture all together, of columns each by itself.</summary>
internal sealed class KnownValues
{
    private readonly (double Mean, double Deviation, double Least, double Most)[] _of;

    public KnownValues(IReadOnlyList<double[]> rows, RowLayout input)
    {
        IEnumerable<IEnumerable<double>> columns = input.Picture is null
            ? Enumerable.Range(0, input.Length).Select(j => rows.Select(row => row[j]))
            : [rows.SelectMany(row => row)];
        _of = [.. columns.Select(Of)];
        Unit = Of(rows.SelectMany(row => row)).Deviation;
    }

    /// <summary>The deviation of all values together.</summary>
    public double Unit { get; }

    public double Mean(int at) => _of[at % _of.Length].Mean;

    public double Deviation(int at) => _of[at % _of.Length].Deviation;

    /// <summary>Within the range of the reference.</summary>
    public double Saturate(double x) => Math.Clamp(x, _of[0].Least, _of[0].Most);

    /// <summary>The nearest of so many evenly spaced levels from the least to the most value.</summary>
    public double Step(double x, int at, double levels)
    {
        (_, _, double least, double most) = _of[at % _of.Length];
        double step = (most - least) / (levels - 1);
        return step > 0 ? least + (step * Math.Round((x - least) / step)) : x;
    }

    /// <summary>Within so many deviations of the mean.</summary>
    public double Clip(double x, int at, double deviations)
    {
        (double mean, double deviation, _, _) = _of[at % _of.Length];
        return Math.Clamp(x, mean - (deviations * deviation), mean + (deviations * deviation));
    }

    private static (double Mean, double Deviation, double Least, double Most) Of(IEnumerable<double> values)
    {
        double sum = 0, squares = 0, least = double.PositiveInfinity, most = double.NegativeInfinity;
        long n = 0;
        foreach (double x in values)
        {
            (n, sum, squares) = (n + 1, sum + x, squares + (x * x));
            (least, most) = (Math.Min(least, x), Math.Max(most, x));
        }

        double mean = sum / n;
        return (mean, Math.Sqrt(Math.Max((squares / n) - (mean * mean), 0)), least, most);
    }
}
