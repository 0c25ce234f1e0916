using ML.Thermo.Energies;
using ML.Thermo.Files;
using ML.Thermo.Initialization;
using ML.Thermo.Refresh.Alarms;
using ML.Thermo.Refresh.Binning;

namespace ML.Thermo.Refresh;

/// <summary>What a detector says after a window.</summary>
/// <param name="Windows">Windows seen so far.</param>
/// <param name="LogEValue">ln of the e-value, nats: evidence against "no drift at all so far", in whatever direction.</param>
/// <param name="Detector">The detector over its limit: an alarm above 1.</param>
/// <param name="Alarm">The detector is above its limit, now or earlier.</param>
[Maturity(Maturity.Theorem, "e-value of independent rows: test martingale, Ville 1939; the alarm as of SequentialDetector")]
public readonly record struct SequentialStep(long Windows, double LogEValue, double Detector, bool Alarm)
{
    /// <summary>The e-value: where rows are independent and nothing has drifted it exceeds 1/a at any time with probability at most a.</summary>
    public double EValue => Math.Exp(LogEValue);
}

/// <summary>
/// Drift in window after window, without inflation of false alarms: where rows are independent and nothing drifts, P(alarm within t windows) is at most
/// t/ARL for every t.
/// </summary>
/// <remarks>
/// <para><b>With labels</b> the alarm says that losses rose (of <see cref="DriftOptions.BothWays"/>: that they changed). It is a Shiryaev–Roberts sum of
/// the windows' mean ranks and Savage scores, and its limits are drawn, window by window, from Pólya's urn, which is the law of the counts between order
/// statistics of the reference whatever the losses' own law: without drift each window gives alarm with probability 1/ARL where none before did, so
/// P(alarm within t windows) = 1 − (1 − 1/ARL)ᵗ. That rate is an average over references and streams: one reference may be unlucky. Equal losses are put into
/// a random order, which depends on the seed. After 256 windows the limit stays where it is, and alarms come more rarely.</para>
/// <para><b>Without labels</b> it is an e-detector of each input: likelihood ratios of mean one, whose Shiryaev–Roberts sums give alarm at ARL times the
/// number of inputs. It gives fewer alarms than are permitted; ties make it approximate.</para>
/// <para>The e-value stands beside either: each window is a bet against the urn, by scores fixed by rank alone, so its likelihood ratio has mean one. Half
/// of the capital of an energy bets on higher losses. The urn learns each window after it was judged.</para>
/// <para>Windows may differ in size. An instance serves one thread at a time.</para>
/// </remarks>
[Maturity(Maturity.Theorem, "e-value and e-detector of independent rows: Shin, Ramdas and Rinaldo 2023")]
[Maturity(Maturity.Estimator, "limits of the alarm: drawn, after Zhang and Woodall 2015")]
public sealed class SequentialDetector
{
    private const int Version = 3;
    private const double MostStandardDeviations = 4;
    private static readonly double[] s_tilts = [0.25, 0.5, 1, -0.25, -0.5, -1];

    private readonly DriftReference _reference;
    private readonly Channel[] _channels;
    private readonly RankAlarm? _alarm;

    /// <summary>Starts a detector.</summary>
    /// <param name="reference">Its <see cref="DriftOptions.RunLength"/> is the ARL.</param>
    /// <param name="rule">What is watched: the energy of the labels, or self-energy and inputs.</param>
    /// <exception cref="ArgumentException">The reference has nothing of the kind.</exception>
    public SequentialDetector(DriftReference reference, DriftRule rule)
    {
        ArgumentNullException.ThrowIfNull(reference);
        _reference = reference;
        Rule = rule;
        _channels = [.. Channels().Where(channel => channel.Bets > 0)];
        if (_channels.Length == 0 && (rule == DriftRule.Energy || reference.Inputs.Count == 0))
            throw new ArgumentException($"The reference has nothing for a detector of {rule}.", nameof(rule));
        _alarm = rule == DriftRule.Energy ? new RankAlarm(
            reference.EnergyRanks!, reference.Options.BothWays, reference.Options.RunLength, reference.Options.Seed) : null;
    }

    /// <summary>What is watched.</summary>
    public DriftRule Rule { get; }

    /// <summary>The last step.</summary>
    public SequentialStep Last { get; private set; }

    /// <summary>Judges a window and learns it.</summary>
    /// <param name="window">Rows that no earlier window had.</param>
    /// <exception cref="ArgumentException">The window is of another reference.</exception>
    public SequentialStep Observe(DriftWindow window)
    {
        ArgumentNullException.ThrowIfNull(window);
        if (!window.Layout.Matches(_reference.Layout))
            throw new ArgumentException("The window is of another reference: make it with this one's NewWindow.", nameof(window));
        double[] capitals = new double[_channels.Length];
        double detector = 0;
        for (int c = 0; c < _channels.Length; c++)
        {
            Channel channel = _channels[c];
            var ties = new RandomStream(_reference.Options.Seed, (ulong)((Last.Windows * _channels.Length) + c));
            ReadOnlySpan<long> counts = channel.Counts(window, ties);
            double weight = _reference.Order is { } order ? channel.Weight(order, window) : 1;
            double channelDetector = channel.Observe(counts, weight, out capitals[c]) / _channels.Length / _reference.Options.RunLength;
            detector = Math.Max(detector, _alarm?.Observe(counts, _reference.Order?.SequentialShrink(window.Labelled) ?? 1) ?? channelDetector);
        }

        double capital = _channels.Length == 0 ? 0 : LogMean(capitals); // columns of many rare categories alone: no bet is placed
        return Last = new SequentialStep(Last.Windows + 1, capital, detector, Last.Alarm || detector > 1);
    }

    /// <summary>What draws the limit of the next window, on whatever thread; null where nothing is to be drawn.</summary>
    internal Action? Ahead(long rows) => _alarm?.Ahead(rows);

    /// <summary>The alarm, with labels.</summary>
    internal RankAlarm? RankAlarm => _alarm;

    /// <summary>Writes the detector's state with a checksum; <see cref="Load"/> reads it.</summary>
    /// <param name="to">A stream to write to; it stays open.</param>
    public void Save(Stream to) => CheckedContent.Write(to, "detector", Write);

    private void Write(BinaryWriter writer)
    {
        writer.Write(Version);
        writer.Write(_reference.Layout.Identity);
        writer.Write((int)Rule);
        writer.Write(Last.Windows);
        writer.Write(Last.LogEValue);
        writer.Write(Last.Detector);
        writer.Write(Last.Alarm);
        foreach (Channel channel in _channels)
            channel.Write(writer);
        _alarm?.Write(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote. Of earlier formats nothing goes on, since their alarms had other limits: the test begins anew.</summary>
    /// <param name="from">A stream to read from; it stays open.</param>
    /// <param name="reference">The reference that the detector was made for.</param>
    /// <exception cref="UnusableDataException">The detector is of another version or another reference, or damaged.</exception>
    public static SequentialDetector Load(Stream from, DriftReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        using BinaryReader reader = CheckedContent.Open(from, "detector", out int version);
        if (version is < 1 or > Version)
            throw new UnusableDataException($"The detector has format {version}: this version reads formats 1 to {Version}.");
        if (!reader.ReadBytes(reference.Layout.Identity.Length).AsSpan().SequenceEqual(reference.Layout.Identity))
            throw new UnusableDataException("The detector belongs to another reference.");
        var detector = new SequentialDetector(reference, (DriftRule)reader.ReadInt32())
        {
            Last = new SequentialStep(reader.ReadInt64(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadBoolean()),
        };
        foreach (Channel channel in detector._channels)
            channel.Read(reader);
        if (version < Version)
            return new SequentialDetector(reference, detector.Rule);
        detector._alarm?.Read(reader);
        return detector;
    }

    private static double LogMean(double[] logs, double[]? shares = null)
    {
        double most = logs.Max();
        return double.IsInfinity(most) ? most : most + Math.Log(logs.Select((log, i) => (shares?[i] ?? (1.0 / logs.Length)) * Math.Exp(log - most)).Sum());
    }

    private IEnumerable<Channel> Channels()
    {
        if (Rule == DriftRule.Energy)
            return _reference.EnergyRanks is { } energy
                ? [OfEnergy(energy, _reference.Layout.Energy!, window => window.Energy!, preferred: s_tilts.Length / 2, order => order.LossWeight)] : [];
        Channel[] own = _reference.SelfEnergyRanks is { } self
            ? [OfEnergy(self, _reference.Layout.SelfEnergy!, window => window.SelfEnergy!, preferred: 0, order => rows => order.InputWeight(0, rows))] : [];
        int first = _reference.Layout.Channels - _reference.Inputs.Count;
        return own.Concat(_reference.InputShifts.Select((input, j) => new Channel(
            input.Urn, input.Bins.IsCategory ? input.Bins.Scores : [.. input.Bins.Scores.Take(BinScores.RankScores)], (window, _) => window.Counts(j),
            preferred: 0, (order, window) => order.InputWeight(first + j, window.Rows))));
    }

    private static Channel OfEnergy(
        PolyaUrn urn, Bins bins, Func<DriftWindow, EnergyTally> of, int preferred, Func<RowOrder, Func<long, double>> weight) => new(
        urn, RankBins.Scores(urn), (window, ties) => bins.Ranks is { } ranks ? ranks.Split(of(window).Counts, ties) : of(window).Counts, preferred,
        (order, window) => weight(order)(of(window).Count));

    private delegate ReadOnlySpan<long> CountsOf(DriftWindow window, RandomStream ties);

    /// <summary>The bets on one channel.</summary>
    private sealed class Channel
    {
        private readonly double[][] _tilts;
        private readonly double[] _shares;
        private readonly double[] _capitals, _detectors; // logarithms
        private PolyaUrn _urn;

        /// <summary>Places the bets.</summary>
        /// <param name="urn">The law of a window's counts.</param>
        /// <param name="scores">Scores by bin, which must not depend on the values that cut the bins.</param>
        /// <param name="counts">Where a window has the channel.</param>
        /// <param name="preferred">The first so many bets share half of the capital; 0 spreads it evenly.</param>
        /// <param name="weight">For how much of a row each row counts, by the order of the reference.</param>
        public Channel(PolyaUrn urn, IReadOnlyList<double[]> scores, CountsOf counts, int preferred, Func<RowOrder, DriftWindow, double> weight)
        {
            (Counts, Weight) = (counts, weight);
            _urn = urn;
            _tilts = [.. scores.Select(score => urn.Standardized(score, MostStandardDeviations)).SelectMany(score =>
                s_tilts.Select(tilt => score.Select(value => tilt * value).ToArray()))];
            int others = _tilts.Length - preferred;
            _shares = [.. _tilts.Select((_, bet) => preferred == 0 ? 1.0 / others : bet < preferred ? 0.5 / preferred : 0.5 / others)];
            _capitals = new double[_tilts.Length];
            _detectors = [.. _tilts.Select(_ => double.NegativeInfinity)];
        }

        public CountsOf Counts { get; }

        public Func<RowOrder, DriftWindow, double> Weight { get; }

        public int Bets => _tilts.Length;

        /// <summary>Takes a window: the bets' Shiryaev–Roberts sums by their shares, and ln of their capital.</summary>
        /// <remarks>A weight below 1 takes a root of the ratio, whose mean is at most one, as a ratio's is (Jensen).</remarks>
        public double Observe(ReadOnlySpan<long> counts, double weight, out double logCapital)
        {
            double detector = 0;
            bool empty = ScoreShifts.Rows(counts) == 0;
            for (int bet = 0; bet < _tilts.Length; bet++)
            {
                double log = empty ? 0 : weight * _urn.LogRatio(counts, _tilts[bet]), before = _detectors[bet];
                _capitals[bet] += log;
                if (!empty)
                    _detectors[bet] = log + Math.Max(before, 0) + Math.Log(1 + Math.Exp(-Math.Abs(before)));
                detector += _shares[bet] * Math.Exp(_detectors[bet]);
            }

            _urn = _urn.After(counts);
            logCapital = LogMean(_capitals, _shares);
            return detector;
        }

        public void Write(BinaryWriter to)
        {
            foreach (long balls in _urn.Balls)
                to.Write(balls);
            foreach (double log in _capitals.Concat(_detectors))
                to.Write(log);
        }

        public void Read(BinaryReader from)
        {
            _urn = PolyaUrn.OfBalls([.. _urn.Balls.ToArray().Select(_ => from.ReadInt64())]);
            for (int bet = 0; bet < _capitals.Length; bet++)
                _capitals[bet] = from.ReadDouble();
            for (int bet = 0; bet < _detectors.Length; bet++)
                _detectors[bet] = from.ReadDouble();
        }
    }
}
