using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Refresh.Binning;

namespace ML.Thermo.Refresh;

/// <summary>What a detector says after a window.</summary>
/// <param name="Windows">Windows seen so far.</param>
/// <param name="EValue">Evidence against "no drift at all so far": under no drift it exceeds 1/a at any time with probability at most a.</param>
/// <param name="Detector">The detector over its threshold: an alarm at 1.</param>
/// <param name="Alarm">The detector has reached its threshold, now or earlier.</param>
[Maturity(Maturity.Theorem, "test martingale, Ville 1939; e-detector, Shin, Ramdas and Rinaldo 2023")]
public readonly record struct SequentialStep(long Windows, double EValue, double Detector, bool Alarm);

/// <summary>
/// Drift in window after window, without inflation of false alarms: P(alarm within t windows) ≤ t/ARL for every t, so that at least ARL/2
/// windows pass between false alarms on average, and ARL where a single channel is watched (with labels).</summary>
/// <remarks>
/// <para>Each window is a bet against Pólya's urn, which is the exact law of its bin counts given all earlier ones: the likelihood ratio of
/// an urn with tilted shares has mean one. Bets tilt each score of each channel up and down by ¼, ½ and 1; half of the capital of an
/// energy bets on higher losses. Scores are fixed by rank alone, since scores from the losses that cut the bins would not have mean one. The capital
/// of a bet starts anew at every window (Shiryaev–Roberts). The urn learns each window after it was judged, which keeps the law exact.</para>
/// <para>Windows may differ in size. The guarantee is exact for continuous values; an instance serves one thread at a time.</para></remarks>
[Maturity(Maturity.Theorem, "e-detector, Shin, Ramdas and Rinaldo 2023; here with Pólya's urn as null")]
public sealed class SequentialDetector
{
    private const int Version = 2;
    private const double MostStandardDeviations = 4;
    private static readonly double[] s_tilts = [0.25, 0.5, 1, -0.25, -0.5, -1];

    private readonly DriftReference _reference;
    private readonly Channel[] _channels;

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
        double capital = _channels.Length == 0 ? 1 : 0, detector = 0; // columns of many rare categories alone: no bet is placed
        for (int c = 0; c < _channels.Length; c++)
        {
            Channel channel = _channels[c];
            var ties = new RandomStream(_reference.Options.Seed, (ulong)((Last.Windows * _channels.Length) + c));
            (double channelCapital, double channelDetector) = channel.Observe(channel.Counts(window, ties));
            capital += channelCapital / _channels.Length;
            detector = Math.Max(detector, channelDetector / _channels.Length);
        }

        detector /= _reference.Options.RunLength;
        return Last = new SequentialStep(Last.Windows + 1, capital, detector, Last.Alarm || detector >= 1);
    }

    /// <summary>Writes the detector's state; <see cref="Load"/> reads it.</summary>
    /// <param name="to">A stream to write to; it stays open.</param>
    public void Save(Stream to)
    {
        using var writer = new BinaryWriter(to, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write(Version);
        writer.Write(_reference.Layout.Identity);
        writer.Write((int)Rule);
        writer.Write(Last.Windows);
        writer.Write(Last.EValue);
        writer.Write(Last.Detector);
        writer.Write(Last.Alarm);
        foreach (Channel channel in _channels)
            channel.Write(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="from">A stream to read from; it stays open.</param>
    /// <param name="reference">The reference that the detector was made for.</param>
    /// <exception cref="UnusableDataException">The detector is of another version or another reference.</exception>
    public static SequentialDetector Load(Stream from, DriftReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        using var reader = new BinaryReader(from, System.Text.Encoding.UTF8, leaveOpen: true);
        int version = reader.ReadInt32();
        if (version is not (1 or Version))
            throw new UnusableDataException($"The detector has format {version}: this version reads formats 1 and {Version}.");
        if (!reader.ReadBytes(reference.Layout.Identity.Length).AsSpan().SequenceEqual(reference.Layout.Identity))
            throw new UnusableDataException("The detector belongs to another reference.");
        var detector = new SequentialDetector(reference, (DriftRule)reader.ReadInt32())
        {
            Last = new SequentialStep(reader.ReadInt64(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadBoolean()),
        };
        foreach (Channel channel in detector._channels)
            channel.Read(reader);
        return version == 1 ? new SequentialDetector(reference, detector.Rule) : detector; // format 1 bet on scores that did not have mean one
    }

    private IEnumerable<Channel> Channels()
    {
        if (Rule == DriftRule.Energy)
            return _reference.EnergyRanks is { } energy
                ? [OfEnergy(energy, _reference.Layout.Energy!, window => window.Energy!, preferred: s_tilts.Length / 2)] : [];
        Channel[] own = _reference.SelfEnergyRanks is { } self ? [OfEnergy(self, _reference.Layout.SelfEnergy!, window => window.SelfEnergy!, preferred: 0)]
            : [];
        return own.Concat(_reference.InputShifts.Select((input, j) =>
            new Channel(input.Urn, input.Bins.Scores, (window, _) => window.Counts(j), preferred: 0)));
    }

    private static Channel OfEnergy(PolyaUrn urn, Bins bins, Func<DriftWindow, EnergyTally> of, int preferred) => new(
        urn, RankBins.Scores(urn), (window, ties) => bins.Ranks is { } ranks ? ranks.Split(of(window).Counts, ties) : of(window).Counts, preferred);

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
        public Channel(PolyaUrn urn, IReadOnlyList<double[]> scores, CountsOf counts, int preferred)
        {
            Counts = counts;
            _urn = urn;
            _tilts = [.. scores.Select(score => urn.Standardized(score, MostStandardDeviations)).SelectMany(score =>
                s_tilts.Select(tilt => score.Select(value => tilt * value).ToArray()))];
            int others = _tilts.Length - preferred;
            _shares = [.. _tilts.Select((_, bet) => preferred == 0 ? 1.0 / others : bet < preferred ? 0.5 / preferred : 0.5 / others)];
            _capitals = new double[_tilts.Length];
            _detectors = [.. _tilts.Select(_ => double.NegativeInfinity)];
        }

        public CountsOf Counts { get; }

        public int Bets => _tilts.Length;

        /// <summary>Capital of all bets by their shares, and the same of their Shiryaev–Roberts sums, after a window.</summary>
        public (double Capital, double Detector) Observe(ReadOnlySpan<long> counts)
        {
            double capital = 0, detector = 0;
            bool empty = ScoreShifts.Rows(counts) == 0;
            for (int bet = 0; bet < _tilts.Length; bet++)
            {
                double log = empty ? 0 : _urn.LogRatio(counts, _tilts[bet]), before = _detectors[bet];
                _capitals[bet] += log;
                if (!empty)
                    _detectors[bet] = log + Math.Max(before, 0) + Math.Log(1 + Math.Exp(-Math.Abs(before)));
                capital += _shares[bet] * Math.Exp(_capitals[bet]);
                detector += _shares[bet] * Math.Exp(_detectors[bet]);
            }

            _urn = _urn.After(counts);
            return (capital, detector);
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
