using System.Diagnostics;
using ML.Thermo.Energies;
using ML.Thermo.Files;
using ML.Thermo.Refresh.Binning;
using ML.Thermo.Refresh.Dependence;
using ML.Thermo.Transitions;

namespace ML.Thermo.Refresh;

/// <summary>
/// A window of rows as counts and exact sums: constant memory however many rows, and a merge that is exact, so that parts seen by several
/// machines in any order give the very numbers of the whole.
/// </summary>
/// <remarks>
/// <para>Per energy: the losses themselves (above 16,384 rows to 0.1 %), counts in bins between order statistics of the reference, and exact
/// sums of the first four powers. Per input: counts in sixteen such bins (or by category), and of missing values. Of up to 4,096 rows the bin
/// of every cell, a byte each. An instance serves one thread at a time.</para>
/// </remarks>
[DebuggerDisplay("{Rows} rows, {Labelled} with a known energy")]
public sealed class DriftWindow
{
    private readonly long[] _inputs, _labelled;

    internal DriftWindow(DriftLayout layout)
    {
        Layout = layout;
        Energy = layout.Energy is { } energy ? new EnergyTally(energy, layout.EnergyCentre) : null;
        SelfEnergy = layout.SelfEnergy is { } self ? new EnergyTally(self, layout.SelfEnergyCentre) : null;
        _inputs = new long[layout.Starts[^1]];
        _labelled = new long[layout.Starts[^1]];
        Sample = new RowSample(layout.Channels);
    }

    /// <summary>Rows observed.</summary>
    public long Rows { get; private set; }

    /// <summary>Rows whose energy was known.</summary>
    public long Labelled => Energy?.Count ?? 0;

    internal DriftLayout Layout { get; }

    internal EnergyTally? Energy { get; }

    internal EnergyTally? SelfEnergy { get; }

    /// <summary>The bins of each row's self-energy and inputs.</summary>
    internal RowSample Sample { get; private set; }

    /// <summary>Takes the rows in their order, while a reference is read; else null.</summary>
    internal RowOrder? Order { private get; set; }

    /// <summary>Observes a row.</summary>
    /// <param name="energy">Loss against the label, loss units; NaN where the label is not known, which is counted.</param>
    /// <param name="selfEnergy">Loss expected by the model's own prediction, loss units (see <see cref="ML.Thermo.Energies.SelfEnergy"/>); NaN where
    /// there is none.</param>
    /// <param name="inputs">Values in the order of the reference's inputs; NaN is counted as missing.</param>
    /// <exception cref="ArgumentException">There are not as many values as inputs.</exception>
    /// <exception cref="UnusableDataException">An energy is infinite; the row is not counted.</exception>
    public void Observe(double energy, double selfEnergy, ReadOnlySpan<double> inputs)
    {
        Bins[] bins = Layout.InputBins;
        if (inputs.Length != bins.Length)
            throw new ArgumentException($"Got {inputs.Length} inputs: expected {bins.Length}, those of the reference.", nameof(inputs));
        Check(energy, selfEnergy);
        if (!double.IsNaN(energy))
            Energy?.Add(energy);
        if (!double.IsNaN(selfEnergy))
            SelfEnergy?.Add(selfEnergy);
        Span<byte> cells = Layout.Channels <= 256 ? stackalloc byte[Layout.Channels] : new byte[Layout.Channels];
        int first = Layout.Channels - bins.Length;
        if (first > 0)
            cells[0] = double.IsNaN(selfEnergy) ? RowSample.Missing : (byte)Layout.SelfEnergy!.Find(selfEnergy);
        int[] starts = Layout.Starts;
        for (int j = 0; j < bins.Length; j++)
        {
            int bin = bins[j].Find(inputs[j]);
            _inputs[starts[j] + bin]++;
            cells[first + j] = bins[j].Cell(bin);
        }

        foreach (int j in Energy is null || double.IsNaN(energy) ? [] : Layout.Predictions)
            _labelled[starts[j] + bins[j].Find(inputs[j])]++;

        Sample.Add(cells);
        Order?.Add(energy, cells);
        Rows++;
    }

    /// <summary>Refuses a row that cannot be counted, before anything of it is.</summary>
    /// <exception cref="UnusableDataException">An energy is infinite, or its fourth power is.</exception>
    internal void Check(double energy, double selfEnergy)
    {
        if (double.IsInfinity(energy) || double.IsInfinity(selfEnergy))
            throw new UnusableDataException($"An energy is {(double.IsInfinity(energy) ? energy : selfEnergy)}: expected a finite number, or NaN "
                + "where it is not known.");
        Energy?.Check(energy);
        SelfEnergy?.Check(selfEnergy);
    }

    /// <summary>Adds the rows of another window of the same reference: the result is, bit for bit, that of one window which saw them all.</summary>
    /// <param name="other">It is left as it was.</param>
    /// <exception cref="ArgumentException">The windows are of different references.</exception>
    public void Merge(DriftWindow other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!Layout.Matches(other.Layout))
            throw new ArgumentException("The windows were cut into different bins: only windows of the same reference merge.", nameof(other));
        Energy?.Add(other.Energy!);
        SelfEnergy?.Add(other.SelfEnergy!);
        for (int k = 0; k < _inputs.Length; k++)
            (_inputs[k], _labelled[k]) = (_inputs[k] + other._inputs[k], _labelled[k] + other._labelled[k]);
        Sample.Add(other.Sample);
        Rows += other.Rows;
    }

    /// <summary>Forgets all rows.</summary>
    public void Clear()
    {
        Energy?.Clear();
        SelfEnergy?.Clear();
        _inputs.AsSpan().Clear();
        _labelled.AsSpan().Clear();
        Sample.Clear();
        Rows = 0;
    }

    /// <summary>Adds the energy of a row that was observed without one.</summary>
    /// <param name="energy">Loss against the label that has come.</param>
    /// <param name="prediction">What was watched of the row's prediction, the last input.</param>
    /// <exception cref="UnusableDataException">The energy is infinite; it is not counted.</exception>
    internal void Label(double energy, double prediction)
    {
        Check(energy, double.NaN);
        Energy?.Add(energy);
        if (Energy is not null && Layout.Inputs is [.., { IsPrediction: true }])
            _labelled[Layout.Starts[^2] + Layout.InputBins[^1].Find(prediction)]++;
    }

    /// <summary>The same rows as they were before any label had come.</summary>
    internal DriftWindow WithoutLabels()
    {
        var copy = new DriftWindow(Layout);
        copy.Merge(this);
        copy.Energy?.Clear();
        copy._labelled.AsSpan().Clear();
        return copy;
    }

    /// <summary>
    /// p-value of the predictions of rows with a label against those of rows without: χ² of their bins, ranked among choices of as many rows, times the
    /// number of predictions. 1 where all rows or none have one, or that is not known.
    /// </summary>
    internal double SelectionPValue(int draws, ulong seed)
    {
        double least = 1;
        int tests = 0;
        foreach (int j in Layout.Predictions)
        {
            tests++;
            long[] labelled = _labelled.AsSpan(Layout.Starts[j], Layout.InputBins[j].Count).ToArray();
            long[] waiting = [.. Counts(j).ToArray().Select((count, bin) => count - labelled[bin])];
            if (labelled.Sum() > 0 && waiting.Sum() > 0)
                least = Math.Min(least, CategoryMix.PValue(waiting, labelled, draws, seed));
        }

        return tests == 0 ? 1 : Math.Min(1, tests * least);
    }

    /// <summary>The Type II state of the energies observed: their mean over m fresh points.</summary>
    /// <param name="freshPoints">m ≥ 1.</param>
    /// <returns>Null below two known energies.</returns>
    public State? ToState(long freshPoints)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(freshPoints);
        return Energy?.ToState(freshPoints);
    }

    /// <summary>Writes the window with a checksum; <see cref="DriftReference.ReadWindow"/> reads it.</summary>
    /// <param name="to">A stream to write to; it stays open.</param>
    public void Save(Stream to) => CheckedContent.Write(to, "window", writer =>
    {
        writer.Write(Layout.Version);
        writer.Write(Layout.Identity);
        WriteCounts(writer);
    });

    /// <summary>Counts of an input by bin, missing values left out.</summary>
    internal ReadOnlySpan<long> Counts(int input) => _inputs.AsSpan(Layout.Starts[input], Layout.InputBins[input].Count);

    /// <summary>Missing values of an input.</summary>
    internal long Missing(int input) => _inputs[Layout.Starts[input + 1] - 1];

    /// <summary>From now on the first rows are kept, however many come: what a reference does.</summary>
    internal void KeepFirstRows() => Sample.KeepsFirst = true;

    internal void WriteCounts(BinaryWriter writer)
    {
        writer.Write(Rows);
        Energy?.Write(writer);
        SelfEnergy?.Write(writer);
        foreach (long count in _inputs)
            writer.Write(count);
        if (Layout.Version > 1)
            Sample.Write(writer);
        foreach (int k in Layout.Version > 2 ? Predictions() : [])
            writer.Write(_labelled[k]);
    }

    internal void ReadCounts(BinaryReader reader, int version)
    {
        Rows = reader.ReadInt64();
        Energy?.Read(reader, version);
        SelfEnergy?.Read(reader, version);
        for (int k = 0; k < _inputs.Length; k++)
            _inputs[k] = reader.ReadInt64();
        if (version > 1)
            Sample = RowSample.Read(reader, Layout.Channels);
        foreach (int k in version > 2 ? Predictions() : [])
            _labelled[k] = reader.ReadInt64();
    }

    /// <summary>Where the counts of predictions stand.</summary>
    private IEnumerable<int> Predictions() => Layout.Predictions
        .SelectMany(j => Enumerable.Range(Layout.Starts[j], Layout.Starts[j + 1] - Layout.Starts[j]));

    internal static DriftWindow Read(Stream from, DriftLayout layout)
    {
        using BinaryReader reader = CheckedContent.Open(from, "window", out int version);
        if (version > layout.Version || (version == 1) != (layout.Version == 1))
            throw new UnusableDataException($"The window has format {version}: expected format {layout.Version}, that of its reference.");
        if (!reader.ReadBytes(layout.Identity.Length).AsSpan().SequenceEqual(layout.Identity))
            throw new UnusableDataException("The window belongs to another reference: its bins are not those of this one.");
        var window = new DriftWindow(layout);
        window.ReadCounts(reader, version);
        return window;
    }
}
