using ML.Thermo.Energies;
using ML.Thermo.Files;
using ML.Thermo.Initialization;
using ML.Thermo.Refresh.Binning;
using ML.Thermo.Refresh.Dependence;

namespace ML.Thermo.Refresh;

/// <summary>
/// The state that a model was accepted in: the law of its energies and inputs on reference data, as bins, counts and exact sums. It makes
/// windows, and tells how far each has drifted. Make one with a <see cref="DriftReferenceBuilder"/>.
/// </summary>
/// <remarks>
/// <para>With labels a window is flagged by its losses: the largest standardised difference of loss, entropy density and rank between window
/// and reference (of at most 100 reference rows also the shape, by χ² of eight groups of ranks), ranked among random re-labellings of their rows. If all
/// rows are independent and of one law, at most the stated share of windows is flagged, whatever that law is (theorem).
/// Without labels, by self-energy, predictions and inputs in the same way, which
/// is exact for categories and holds to first order for numbers. Windows that share a reference are not independent of each other: if one is flagged,
/// others are likelier to be.</para>
/// <para>All members but <see cref="Save"/> may be called from many threads at once.</para>
/// </remarks>
public sealed class DriftReference
{
    /// <summary>Least rows of a reference.</summary>
    public const int LeastReferenceRows = 20;

    /// <summary>Least rows of a window: with fewer no test says much.</summary>
    public const int LeastWindowRows = 10;

    private readonly Lazy<RankRule?> _rankRule;
    private readonly Lazy<InputRule?> _inputRule;

    internal DriftReference(DriftWindow rows, DriftOptions options, RowOrder? order)
    {
        Rows = rows;
        Options = options;
        Order = order;
        Scores = ScoresOf(Layout, rows.SelfEnergy is { } tally ? tally.Counts : []);
        if (rows.Energy is { Count: > 0 } energy)
        {
            EnergyShifts = new ScoreShifts(Layout.Energy!, new PolyaUrn(energy.Counts));
            EnergyRanks = RankUrn(Layout.Energy!, energy);
            _ = energy.Losses.Values.Length; // sorted now, so that many threads may read them
        }

        if (rows.SelfEnergy is { Count: > 0 } self)
        {
            var urn = new PolyaUrn(self.Counts);
            SelfEnergyShifts = new ScoreShifts(Layout.SelfEnergy!, urn);
            SelfEnergyRankShifts = Layout.Version == 1 ? SelfEnergyShifts : new ScoreShifts(Layout.SelfEnergy!, urn, RankBins.Scores(urn));
            SelfEnergyRanks = RankUrn(Layout.SelfEnergy!, self);
        }

        InputShifts = [.. Layout.InputBins.Select((bins, j) => new ScoreShifts(bins, new PolyaUrn(rows.Counts(j))))];
        _rankRule = new(() => EnergyShifts is null ? null : new RankRule(EnergyShifts.Urn, options.Draws, options.Seed));
        _inputRule = new(() => Scores.Count == 0 ? null : new InputRule(Scores, Rows.Sample, Layout.Correlation, options.Draws, options.Seed));
    }

    /// <summary>Scores of a row without its label.</summary>
    internal static RowScores ScoresOf(DriftLayout layout, ReadOnlySpan<long> selfCounts) =>
        new(layout.Inputs.Zip(layout.InputBins, (input, bins) => (bins, input.IsCategory, input.IsPrediction)), selfCounts);

    private PolyaUrn RankUrn(Bins bins, EnergyTally tally) =>
        bins.Ranks?.Urn(tally.Counts, new RandomStream(Options.Seed, TieStream)) ?? new PolyaUrn(tally.Counts);

    private const ulong TieStream = 0x7469_6573;

    /// <summary>How drift is told from chance.</summary>
    public DriftOptions Options { get; }

    /// <summary>The inputs that are watched, in the order in which windows take them.</summary>
    public IReadOnlyList<DriftInput> Inputs => Layout.Inputs;

    /// <summary>The reference's own rows, as a window.</summary>
    public DriftWindow Rows { get; }

    internal DriftLayout Layout => Rows.Layout;

    internal ScoreShifts? EnergyShifts { get; }

    internal ScoreShifts? SelfEnergyShifts { get; }

    internal IReadOnlyList<ScoreShifts> InputShifts { get; }

    /// <summary>Self-energy shifts by scores fixed by rank, as the label-free rule takes them.</summary>
    internal ScoreShifts? SelfEnergyRankShifts { get; }

    /// <summary>The urn of the losses' ranks.</summary>
    internal PolyaUrn? EnergyRanks { get; }

    /// <summary>The urn of the self-energies' ranks.</summary>
    internal PolyaUrn? SelfEnergyRanks { get; }

    /// <summary>Scores of a row without its label.</summary>
    internal RowScores Scores { get; }

    /// <summary>How the reference's rows depend on each other; null where their order is not known.</summary>
    internal RowOrder? Order { get; }

    /// <summary>p-value of a window's losses.</summary>
    internal EnergyPValues EnergyPValue(EnergyTally window) => Layout.Version == 1
        ? new(_rankRule.Value!.PValue(window.Counts), double.NaN, double.NaN)
        : EnergyRule.PValues(Rows.Energy!.Losses, window.Losses, Order?.OfLosses(window.Count), Options.Draws, Options.Seed);

    internal InputRule? InputRule => _inputRule.Value;

    /// <summary>An empty window.</summary>
    public DriftWindow NewWindow() => new(Layout);

    /// <summary>How far a window has drifted.</summary>
    /// <param name="window">A window of this reference; it may hold any number of rows, and says <see cref="Status.SmallSample"/> below
    /// <see cref="LeastWindowRows"/>.</param>
    /// <exception cref="ArgumentException">The window is of another reference.</exception>
    public WindowDrift Measure(DriftWindow window)
    {
        ArgumentNullException.ThrowIfNull(window);
        if (!Layout.Matches(window.Layout))
            throw new ArgumentException("The window is of another reference: make it with this one's NewWindow.", nameof(window));
        return WindowDrift.Of(this, window);
    }

    /// <summary>Writes the reference, options included, with a checksum.</summary>
    /// <param name="to">A stream to write to; it stays open.</param>
    public void Save(Stream to) => CheckedContent.Write(to, "reference", Write);

    private void Write(BinaryWriter writer)
    {
        writer.Write(Layout.Version);
        writer.Write(Options.FalseAlarmRate);
        writer.Write(Options.LeastEffect);
        writer.Write(Options.Draws);
        writer.Write(Options.Seed);
        writer.Write(Options.FreshPoints);
        writer.Write(Options.RunLength);
        if (Layout.Version > 1)
            writer.Write(Options.BothWays);
        if (Layout.Version > 2)
        {
            writer.Write(Options.RowsInOrder);
            writer.Write(Order is not null);
        }

        Layout.Write(writer);
        Rows.WriteCounts(writer);
        Order?.Write(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="from">A stream to read from; it stays open.</param>
    /// <exception cref="UnusableDataException">The stream is of another version, damaged or cut short.</exception>
    /// <exception cref="EndOfStreamException">The stream is of a version before checksums, and cut short.</exception>
    public static DriftReference Load(Stream from)
    {
        using BinaryReader reader = CheckedContent.Open(from, "reference", out int version);
        if (version is < 1 or > DriftLayout.CurrentVersion)
            throw new UnusableDataException($"The reference has format {version}: this version reads formats 1 to {DriftLayout.CurrentVersion}.");
        var options = new DriftOptions
        {
            FalseAlarmRate = reader.ReadDouble(),
            LeastEffect = reader.ReadDouble(),
            Draws = reader.ReadInt32(),
            Seed = reader.ReadUInt64(),
            FreshPoints = reader.ReadInt64(),
            RunLength = reader.ReadDouble(),
            BothWays = version > 1 && reader.ReadBoolean(),
            RowsInOrder = version > 2 && reader.ReadBoolean(),
        };
        bool isOrdered = version > 2 && reader.ReadBoolean();
        try
        {
            options.Checked();
        }
        catch (ArgumentOutOfRangeException wrong)
        {
            throw new UnusableDataException($"The reference holds an option that this version does not take: {wrong.Message}");
        }

        var rows = new DriftWindow(DriftLayout.Read(reader, version));
        rows.ReadCounts(reader, version);
        RowOrder? order = isOrdered ? RowOrder.Read(reader, rows.Layout, ScoresOf(rows.Layout, rows.SelfEnergy is { } self ? self.Counts : [])) : null;
        return new DriftReference(rows, options, order);
    }

    /// <summary>Reads a window that <see cref="DriftWindow.Save"/> wrote.</summary>
    /// <param name="from">A stream to read from; it stays open.</param>
    /// <exception cref="UnusableDataException">The window is of another version or another reference.</exception>
    public DriftWindow ReadWindow(Stream from) => DriftWindow.Read(from, Layout);
}
