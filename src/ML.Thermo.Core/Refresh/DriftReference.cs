using ML.Thermo.Energies;
using ML.Thermo.Refresh.Binning;

namespace ML.Thermo.Refresh;

/// <summary>
/// The state that a model was accepted in: the law of its energies and inputs on reference data, as bins, counts and exact sums. It makes
/// windows, and tells how far each has drifted. Make one with a <see cref="DriftReferenceBuilder"/>.
/// </summary>
/// <remarks>
/// <para>With labels a window is flagged by its energies: the largest of the standardised shifts of loss, entropy density and rank, ranked
/// among draws from Pólya's urn, the exact law of its bin counts for continuous losses of any distribution. Without labels, by
/// self-energy, predictions and inputs: sums and maxima of their standardised shifts under the correlation of the reference's rows.</para>
/// <para>All members but <see cref="Save"/> may be called from many threads at once.</para>
/// <para>Maturity: theorem (urn law of counts), estimator (statuses, errors, label-free rule).</para>
/// </remarks>
public sealed class DriftReference
{
    /// <summary>Least rows of a reference.</summary>
    public const int LeastReferenceRows = 20;

    /// <summary>Least rows of a window: with fewer no test says much.</summary>
    public const int LeastWindowRows = 10;

    private const int Version = 1;
    private readonly Lazy<EnergyRule?> _energyRule;
    private readonly Lazy<InputRule?> _inputRule;

    internal DriftReference(DriftWindow rows, DriftOptions options)
    {
        Rows = rows;
        Options = options;
        EnergyShifts = rows.Energy is { Count: > 0 } energy ? new ScoreShifts(Layout.Energy!, new PolyaUrn(energy.Counts)) : null;
        SelfEnergyShifts = rows.SelfEnergy is { Count: > 0 } self ? new ScoreShifts(Layout.SelfEnergy!, new PolyaUrn(self.Counts)) : null;
        InputShifts = [.. Layout.InputBins.Select((bins, j) => new ScoreShifts(bins, new PolyaUrn(rows.Counts(j))))];
        _energyRule = new(() => EnergyShifts is null ? null : new EnergyRule(EnergyShifts, options.Draws, options.Seed));
        _inputRule = new(() => Layout.Correlation.Length == 0 ? null : new InputRule(Layout.ScoreKinds(), Layout.Correlation, options.Draws, options.Seed));
    }

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

    internal EnergyRule? EnergyRule => _energyRule.Value;

    internal InputRule? InputRule => _inputRule.Value;

    /// <summary>An empty window.</summary>
    public DriftWindow NewWindow() => new(Layout);

    /// <summary>How far a window has drifted.</summary>
    /// <param name="window">A window of this reference; it may hold any number of rows, and says <see cref="Status.SmallSample"/> below <see cref="LeastWindowRows"/>.</param>
    /// <exception cref="ArgumentException">The window is of another reference.</exception>
    public WindowDrift Measure(DriftWindow window)
    {
        ArgumentNullException.ThrowIfNull(window);
        if (!Layout.Matches(window.Layout))
            throw new ArgumentException("The window is of another reference: make it with this one's NewWindow.", nameof(window));
        return WindowDrift.Of(this, window);
    }

    /// <summary>Writes the reference, options included.</summary>
    /// <param name="to">A stream to write to; it stays open.</param>
    public void Save(Stream to)
    {
        using var writer = new BinaryWriter(to, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write(Version);
        writer.Write(Options.FalseAlarmRate);
        writer.Write(Options.LeastEffect);
        writer.Write(Options.Draws);
        writer.Write(Options.Seed);
        writer.Write(Options.FreshPoints);
        writer.Write(Options.RunLength);
        Layout.Write(writer);
        Rows.WriteCounts(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="from">A stream to read from; it stays open.</param>
    /// <exception cref="UnusableDataException">The stream is of another version.</exception>
    /// <exception cref="EndOfStreamException">The stream is cut short.</exception>
    public static DriftReference Load(Stream from)
    {
        using var reader = new BinaryReader(from, System.Text.Encoding.UTF8, leaveOpen: true);
        int version = reader.ReadInt32();
        if (version != Version)
            throw new UnusableDataException($"The reference has format {version}: this version reads format {Version}.");
        var options = new DriftOptions
        {
            FalseAlarmRate = reader.ReadDouble(),
            LeastEffect = reader.ReadDouble(),
            Draws = reader.ReadInt32(),
            Seed = reader.ReadUInt64(),
            FreshPoints = reader.ReadInt64(),
            RunLength = reader.ReadDouble(),
        };
        var rows = new DriftWindow(DriftLayout.Read(reader));
        rows.ReadCounts(reader);
        return new DriftReference(rows, options);
    }

    /// <summary>Reads a window that <see cref="DriftWindow.Save"/> wrote.</summary>
    /// <param name="from">A stream to read from; it stays open.</param>
    /// <exception cref="UnusableDataException">The window is of another version or another reference.</exception>
    public DriftWindow ReadWindow(Stream from) => DriftWindow.Read(from, Layout);
}
