using System.Numerics.Tensors;
using ML.Thermo.Initialization;
using ML.Thermo.Novelty;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Refresh.Binning;
using ML.Thermo.Refresh.Nulls;

namespace ML.Thermo.Onnx.Guards;

/// <summary>Makes a guard: the parts of the reference, the damage, the choice, the law and its calibration.</summary>
internal sealed class GuardFit
{
    /// <summary>Power that fewer layers may lack.</summary>
    private const double Spare = 0.01;

    private const int CleanWindows = 300;

    /// <summary>Scores are compared by the damaged rows that are stranger than the first, second, fourth and eighth strangest clean one: how strange the
    /// first alone is, is mostly chance.</summary>
    private static readonly int[] s_ranks = [0, 1, 3, 7];

    private readonly NetworkGuardOptions _options;
    private readonly GuardRows _parts;
    private readonly List<GuardColumn> _columns = [];
    private readonly double[][] _fit, _choose, _calibrate;
    private readonly List<(Corruption Corruption, double Strength, double[][] Rows)> _damage = [];
    private readonly int[] _usable;

    private GuardFit(OnnxModel model, NetworkInputs reference, NetworkGuardOptions options, IProgress<double>? progress, CancellationToken cancellation)
    {
        _options = options;
        Input = GuardInput.Of(model, reference);
        double[][] rows = GuardInput.Rows(reference);
        if (Array.FindIndex(rows, row => !row.All(double.IsFinite)) is var bad and >= 0)
            throw new UnusableDataException($"Row {bad} of the reference has a number that is not finite: leave it out.");
        _parts = GuardRows.Of(rows.Length, options.FalseAlarms);
        new RandomStream(options.Seed, 0).Shuffle<double[]>(rows);
        double[][] fit = rows[.._parts.Fit], choose = rows[_parts.Fit..^_parts.Calibrate];
        KnownValues known = new(fit, Input.Layout);
        Statistics = new InputStatistics(Input.Layout, known.Unit);
        using LayerReader reader = new(model, Input, null);
        _columns.AddRange([.. GuardColumn.Of(reader.Layers), .. Statistics.Names.Select(name => new GuardColumn(null, name))]);
        _fit = Read(reader, fit, cancellation);
        _choose = Read(reader, choose, cancellation);
        _calibrate = Read(reader, rows[^_parts.Calibrate..], cancellation);
        _usable = [.. Enumerable.Range(0, _columns.Count).Where(at => _fit.Concat(_choose).All(row => double.IsFinite(row[at]))
            && (_columns[at].Layer is null || _fit.Any(row => row[at] != _fit[0][at])))];
        if (_usable.Length == 0)
            throw new UnusableDataException($"No layer of '{model.Name}' and no statistic of its input is defined on the {rows.Length} reference rows.");

        double[][] clean = choose[..Math.Min(choose.Length, options.DamagedRows)];
        (Corruption Of, double Strength)[] kinds = [.. Corruption.For(Input.Layout).SelectMany(kind => kind.Strengths.Select(strength => (kind, strength)))];
        foreach ((Corruption kind, double strength) in kinds)
        {
            double[][] damaged = kind.Of(clean, strength, Input.Layout, known, options.Seed + 1);
            _damage.Add((kind, strength, Read(reader, damaged, cancellation)));
            progress?.Report((double)_damage.Count / (kinds.Length + 1));
        }
    }

    public GuardInput Input { get; }

    public InputStatistics Statistics { get; }

    /// <summary>Makes a guard.</summary>
    public static NetworkGuard Run(
        OnnxModel model, NetworkInputs reference, NetworkGuardOptions options, IProgress<double>? progress, CancellationToken cancellation)
    {
        GuardFit fit = new(model, reference, options, progress, cancellation);
        GuardScore score = options.Score ?? fit.Best();
        HashSet<string> layers = fit.Layers(score, cancellation);
        GuardLaw law = fit.Law(score, layers);
        return new NetworkGuard(fit.Statistics.Unit, law.Columns, law.Law, [.. fit._calibrate.Select(law.Whiten)], fit.Radius(law))
        {
            Network = model.Name,
            Fingerprint = NetworkGuard.FingerprintOf(model),
            Extents = fit.Input.Layout.Extents,
            FalseAlarms = options.FalseAlarms,
            Score = score,
            Rows = fit._parts,
            AllLayers = fit._columns.Where(column => column.Layer is not null).Select(column => column.Layer).Distinct().Count(),
            Power = [.. Enum.GetValues<GuardScore>().Where(fit.Has).SelectMany(s => fit.Power(s, fit.Law(s, layers), cancellation))],
        };
    }

    private double[][] Read(LayerReader reader, double[][] rows, CancellationToken cancellation) =>
        [.. reader.Read(rows, cancellation).Zip(rows, (layers, row) => (double[])[.. layers, .. Statistics.Of(row)])];

    private bool Has(GuardScore score) => Picked(score, null).Length > 0;

    /// <summary>The columns of a score.</summary>
    /// <param name="score">The score.</param>
    /// <param name="layers">The layers that it may look at; null or none for all.</param>
    private int[] Picked(GuardScore score, HashSet<string>? layers) => [.. _usable.Where(at => _columns[at].Layer is { } layer
        ? score != GuardScore.Input && (layers is null || layers.Contains(layer))
        : score != GuardScore.Layers)];

    private GuardLaw Law(GuardScore score, HashSet<string>? layers) =>
        GuardLaw.Of(_columns, Picked(score, layers is { Count: > 0 } ? layers : null), _fit);

    /// <summary>The score that sees most; the input alone where it sees as much, because then no network needs to run.</summary>
    private GuardScore Best()
    {
        (GuardScore Score, double Seen)[] all = [.. Enum.GetValues<GuardScore>().Where(Has).Select(score => (score, Seen(Law(score, null))))];
        double most = all.Max(pair => pair.Seen);
        return all.Any(pair => pair.Score == GuardScore.Input && pair.Seen >= most - Spare) ? GuardScore.Input : all.MaxBy(pair => pair.Seen).Score;
    }

    /// <summary>The fewest layers, added one by one, that see nearly as much as all; all where few are not wanted, none where none is looked at.</summary>
    private HashSet<string> Layers(GuardScore score, CancellationToken cancellation)
    {
        string[] all = [.. _usable.Select(at => _columns[at].Layer).OfType<string>().Distinct()];
        if (score == GuardScore.Input || !_options.FewLayers)
            return score == GuardScore.Input ? [] : [.. all];
        double wanted = Seen(Law(score, null)) - Spare;
        HashSet<string> chosen = [];
        while (chosen.Count < all.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            (string layer, double seen) = all.Except(chosen).Select(layer => (layer, Seen(Law(score, [.. chosen, layer])))).MaxBy(pair => pair.Item2);
            chosen.Add(layer);
            if (seen >= wanted)
                break;
        }

        return chosen;
    }

    /// <summary>
    /// Mean share of damaged rows, and of windows of them, above thresholds that few clean ones pass: of the choosing part, so that the calibration
    /// stays unseen.
    /// </summary>
    private double Seen(GuardLaw law)
    {
        double[][] clean = [.. _choose.Select(law.Whiten)];
        double[] sizes = [.. clean.Select(z => FluctuationLaw.StrangenessOf(z)).OrderDescending()];
        double radius = Radius(sizes[0], law);
        double ofWindows = Threshold(Windows(clean, CleanWindows, 0));
        double seen = 0;
        for (int i = 0; i < _damage.Count; i++)
        {
            double[][] damaged = [.. _damage[i].Rows.Select(law.Whiten)], cut = [.. damaged.Select(z => WindowCalibration.Cut(z, z.Length, radius))];
            double[] strange = [.. damaged.Select(z => FluctuationLaw.StrangenessOf(z))];
            seen += s_ranks.Average(rank => strange.Average(size => size <= sizes[Math.Min(rank, sizes.Length - 1)] ? 0.0 : 1));
            seen += Windows(cut, NetworkGuard.WindowsTried, (ulong)i + 1).Average(size => size <= ofWindows ? 0.0 : 1);
        }

        return seen / (2 * _damage.Count);
    }

    private double Threshold(double[] clean)
    {
        Array.Sort(clean);
        return clean[^Math.Clamp((int)(_options.FalseAlarms * clean.Length), 1, clean.Length)];
    }

    /// <summary>|z̄|² of random windows, each row at most once in one: a strange row that came twice would stand for the window.</summary>
    private double[] Windows(double[][] rows, int count, ulong stream)
    {
        RandomStream random = new(_options.Seed + 3, stream);
        int[] order = [.. Enumerable.Range(0, rows.Length)];
        int length = Math.Min(NetworkGuard.UsualWindow, rows.Length);
        double[] sizes = new double[count], sum = new double[rows[0].Length];
        for (int window = 0; window < count; window++)
        {
            Array.Clear(sum);
            Relabelling.Choose(order, length, random);
            for (int i = 0; i < length; i++)
                TensorPrimitives.Add(sum, rows[order[i]], sum);
            sizes[window] = TensorPrimitives.SumOfSquares<double>(sum);
        }

        return sizes;
    }

    private double Radius(GuardLaw law) => Radius(_choose.Max(law.Strangeness), law);

    /// <summary>As long as the strangest clean row of the choosing part.</summary>
    private static double Radius(double strangest, GuardLaw law) => Math.Sqrt(2 * Math.Max(strangest, 0.5 * law.Columns.Count));

    /// <summary>What a law sees at the wanted rate, against the calibration rows that no choice has seen.</summary>
    private IEnumerable<GuardPower> Power(GuardScore score, GuardLaw law, CancellationToken cancellation)
    {
        ConformalCalibration rank = new(_calibrate.Select(row => NetworkGuard.Comparable(law.Strangeness(row))));
        WindowCalibration windows = new([.. _calibrate.Select(law.Whiten)], Radius(law));
        int draws = (2 * ConformalCalibration.RowsNeeded(_options.FalseAlarms)) + 1; // few: thousands of windows are tried
        foreach ((Corruption corruption, double strength, double[][] rows) in _damage)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return new(corruption.Name, strength, score, 1, rows.Length,
                rows.Count(row => rank.PValue(law.Strangeness(row)) <= _options.FalseAlarms));
            int seen = 0;
            double[][] whitened = [.. rows.Select(law.Whiten)];
            for (int window = 0; window < NetworkGuard.WindowsTried; window++)
            {
                RandomStream random = new(_options.Seed + 2, (ulong)window);
                random.Shuffle<double[]>(whitened);
                seen += windows.PValue(whitened[..NetworkGuard.UsualWindow], _options.Seed + (ulong)window, draws) <= _options.FalseAlarms ? 1 : 0;
            }

            yield return new(corruption.Name, strength, score, NetworkGuard.UsualWindow, NetworkGuard.WindowsTried, seen);
        }
    }
}
