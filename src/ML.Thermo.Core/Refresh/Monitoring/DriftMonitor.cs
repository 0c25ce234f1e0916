using System.Numerics.Tensors;
using ML.Thermo.Energies;

namespace ML.Thermo.Refresh.Monitoring;

/// <summary>
/// Watches a model in service: every row observed goes into a window, every full window is judged against the reference, and
/// <see cref="Refresh"/> says when it is time to refresh. Memory does not grow.</summary>
/// <remarks>
/// <para>All members may be called from many threads at once. <see cref="Open"/> keeps the state in a file from which the next process goes on,
/// whatever ended the last; <see cref="Drain"/> and <see cref="Merge(DriftWindow)"/> bring the rows of several machines together, exactly.</para>
/// <para>With a name, it publishes instruments under the meter <see cref="MeterName"/>, tagged <c>monitor</c>: the counters
/// <c>thermo.monitor.rows</c> and <c>.windows</c>, and of the last full window the gauges <c>.energy</c>, <c>.delta_energy</c>,
/// <c>.delta_entropy</c>, <c>.temperature</c>, <c>.p_value</c>, <c>.effect</c>, <c>.e_value</c> and <c>.refresh</c> (0 or 1). What is not
/// defined is not published.</para>
/// </remarks>
[Maturity(Maturity.Paper, "ΔE, ΔS, T; decisions as of WindowDrift and SequentialDetector")]
public sealed partial class DriftMonitor : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "ML.Thermo.Monitoring";

    private readonly Lock _lock = new();
    private readonly MonitorOptions _options;
    private readonly MonitorInstruments? _instruments;
    private readonly MonitorState _state;
    private readonly double[] _row; // energy, self-energy, inputs
    private MonitorFile? _file;

    /// <summary>Starts a monitor.</summary>
    /// <param name="reference">The state that the model was accepted in.</param>
    /// <param name="predictions">How predictions are read; null where energies are observed as numbers.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">The reference does not end in what the predictions add.</exception>
    public DriftMonitor(DriftReference reference, PredictionEnergy? predictions = null, MonitorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(reference);
        _options = options ?? new MonitorOptions();
        _options.Check();
        Reference = reference;
        Predictions = predictions;
        DriftInput? expected = predictions?.Inputs([])[0];
        if (expected is not null && (reference.Inputs.Count == 0 || reference.Inputs[^1] != expected))
            throw new ArgumentException($"The reference's last input is '{(reference.Inputs.Count == 0 ? "" : reference.Inputs[^1].Name)}': expected " +
                $"'{expected.Name}'{(expected.IsCategory ? ", a category" : "")}; give its builder the inputs of PredictionEnergy.Inputs.", nameof(reference));
        _state = new MonitorState(reference, predictions, _options);
        _row = new double[reference.Inputs.Count + 2];
        if (_options.Name is { } name)
            _instruments = new MonitorInstruments(name, () => Locked(() => (_state.Rows, _state.Windows)), () =>
                Locked(() => (_state.Final ?? _state.Report, _state.Sequential, _state.Refresh)),
                () => Locked(() => (_state.Late.Count, _state.Late.Evicted, _state.Late.Unmatched)));
    }

    /// <summary>The state that the model was accepted in.</summary>
    public DriftReference Reference { get; }

    /// <summary>How predictions are read.</summary>
    public PredictionEnergy? Predictions { get; }

    /// <summary>Time to refresh: the rule of the options has raised its flag, and the last window's shift is at least
    /// <see cref="DriftOptions.LeastEffect"/>.</summary>
    public bool Refresh => Locked(() => _state.Refresh);

    /// <summary>The last window that was full; null before the first.</summary>
    public WindowDrift? Report => Locked(() => _state.Report);

    /// <summary>Opens a monitor whose state is kept in a file, and in a second one beside it (<c>.rows</c>); starts both where there are none.</summary>
    /// <param name="file">Where. One monitor at a time; two processes need two files, and <see cref="Merge(DriftWindow)"/>.</param>
    /// <param name="reference">The state that the model was accepted in, the same every time.</param>
    /// <param name="predictions">How predictions are read.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <remarks>
    /// <para>A row is kept when <c>Observe</c> returns: if the process is killed then, the next one has counted it. An <c>Observe</c> that throws has
    /// not counted its row, so that trying again never counts it twice. After a crash of the machine itself, the rows since the last full window
    /// may be gone.</para>
    /// <para>A row costs one write of 8·(inputs + 5) bytes, without a flush to disk; a full window costs a new file that is flushed. Every record
    /// carries a checksum: a damaged state is refused, and in the rows since then those from the first damaged one on are left out and counted
    /// (<see cref="MonitorSnapshot.RowsLost"/>). Both files may be read by their owner only.</para>
    /// </remarks>
    /// <exception cref="UnusableDataException">The file is of a newer version, of another reference, or damaged.</exception>
    /// <exception cref="IOException">Another monitor has the file open, or it cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The system does not allow it.</exception>
    public static DriftMonitor Open(string file, DriftReference reference, PredictionEnergy? predictions = null, MonitorOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        var monitor = new DriftMonitor(reference, predictions, options);
        try
        {
            monitor._file = MonitorFile.Open(file, monitor._state, monitor._row.Length, reference.Layout.Identity);
        }
        catch
        {
            monitor.Dispose();
            throw;
        }

        return monitor;
    }

    /// <summary>Observes a row.</summary>
    /// <param name="features">In the order of the reference's inputs; NaN where missing; a category by its code, −1 for one that the reference did
    /// not have.</param>
    /// <param name="prediction">What the model said.</param>
    /// <param name="label">The right answer; NaN where it is not known, which is counted.</param>
    /// <returns>Whether the row filled a window, which has been judged.</returns>
    /// <exception cref="ArgumentException">There are more or fewer features than the reference has.</exception>
    /// <exception cref="UnusableDataException">The label is outside its domain; the row is not counted.</exception>
    /// <exception cref="InvalidOperationException">The monitor was made without <see cref="Predictions"/>.</exception>
    /// <exception cref="IOException">The row cannot be kept in the monitor's file: the disk is full, or fails; the row is not counted.</exception>
    public bool Observe(ReadOnlySpan<double> features, double prediction, double label = double.NaN) =>
        Observe(features, new ReadOnlySpan<double>(in prediction), label);

    /// <summary>Observes a row with one number a class as its prediction.</summary>
    /// <inheritdoc cref="Observe(ReadOnlySpan{double}, double, double)"/>
    public bool Observe(ReadOnlySpan<double> features, ReadOnlySpan<double> prediction, double label = double.NaN) =>
        Observe(null, features, prediction, label);

    /// <summary>Observes a row in single precision.</summary>
    /// <inheritdoc cref="Observe(ReadOnlySpan{double}, double, double)"/>
    public bool Observe(ReadOnlySpan<float> features, float prediction, float label = float.NaN) =>
        Observe(null, features, new ReadOnlySpan<float>(in prediction), label);

    /// <summary>Observes a row in single precision, with one number a class as its prediction.</summary>
    /// <inheritdoc cref="Observe(ReadOnlySpan{double}, double, double)"/>
    public bool Observe(ReadOnlySpan<float> features, ReadOnlySpan<float> prediction, float label = float.NaN) =>
        Observe(null, features, prediction, label);

    /// <summary>Observes a row by its energies, as <see cref="DriftWindow.Observe"/> does.</summary>
    /// <param name="energy">Loss against the label; NaN where it is not known.</param>
    /// <param name="selfEnergy">Loss expected by the prediction itself; NaN where there is none.</param>
    /// <param name="inputs">All inputs of the reference; NaN where missing.</param>
    /// <returns>Whether the row filled a window, which has been judged.</returns>
    /// <exception cref="ArgumentException">There are not as many values as inputs.</exception>
    /// <exception cref="UnusableDataException">An energy is infinite; the row is not counted.</exception>
    /// <exception cref="IOException">The row cannot be kept in the monitor's file: the disk is full, or fails; the row is not counted.</exception>
    public bool Observe(double energy, double selfEnergy, ReadOnlySpan<double> inputs) => Observe(null, energy, selfEnergy, inputs);

    /// <summary>What the monitor knows now.</summary>
    public MonitorSnapshot Snapshot() => Locked(() => _state.Snapshot() with { Damage = _file?.Damage, CheckpointError = _file?.Error });

    /// <summary>After a refresh was looked into: forgets windows and detectors. The counts go on. A new model needs a new reference.</summary>
    /// <exception cref="IOException">The state cannot be written to the monitor's file; nothing was forgotten.</exception>
    public void Reset() => Change(_state.Reset);

    /// <summary>Writes the state; <see cref="Load"/> reads it.</summary>
    /// <param name="to">A stream to write to; it stays open.</param>
    public void Save(Stream to)
    {
        lock (_lock)
            _state.Save(to);
    }

    /// <summary>Goes on from what <see cref="Save"/> wrote.</summary>
    /// <param name="from">A stream to read from; it stays open.</param>
    /// <param name="reference">The reference that the monitor was made for.</param>
    /// <param name="predictions">How predictions are read.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="UnusableDataException">The stream is of a newer version, of another reference, cut short or damaged.</exception>
    public static DriftMonitor Load(Stream from, DriftReference reference, PredictionEnergy? predictions = null, MonitorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(from);
        var monitor = new DriftMonitor(reference, predictions, options);
        try
        {
            monitor._state.Load(from, "the monitor");
            return monitor;
        }
        catch
        {
            monitor.Dispose();
            throw;
        }
    }

    /// <summary>Writes the file, if any and if that is possible (its journal has the rows in any case), and withdraws the instruments.</summary>
    public void Dispose()
    {
        _instruments?.Dispose();
        lock (_lock)
        {
            _file?.TryCheckpoint(_state);
            _file?.Dispose();
            _file = null;
        }
    }

    private PredictionEnergy Read(int features)
    {
        if (Predictions is null)
            throw new InvalidOperationException("The monitor was made without a PredictionEnergy: observe energies, or give it one.");
        return features == Reference.Inputs.Count - 1
            ? Predictions
            : throw new ArgumentException($"Got {features} features: expected {Reference.Inputs.Count - 1}: " +
                $"{string.Join(", ", Reference.Inputs.SkipLast(1).Take(20).Select(input => input.Name))}.", nameof(features));
    }

    private bool Observe(DateTimeOffset? time, ReadOnlySpan<double> features, ReadOnlySpan<double> prediction, double label)
    {
        PredictionEnergy predictions = Read(features.Length);
        double loss = predictions.Loss(prediction, label), self = predictions.SelfEnergy(prediction), channel = predictions.Channel(prediction);
        lock (_lock)
        {
            features.CopyTo(_row.AsSpan(2));
            _row[^1] = channel;
            return Count(time, loss, self);
        }
    }

    private bool Observe(DateTimeOffset? time, ReadOnlySpan<float> features, ReadOnlySpan<float> prediction, float label)
    {
        PredictionEnergy predictions = Read(features.Length);
        Span<double> numbers = prediction.Length <= 64 ? stackalloc double[prediction.Length] : new double[prediction.Length];
        TensorPrimitives.ConvertChecked(prediction, numbers);
        double loss = predictions.Loss(numbers, label), self = predictions.SelfEnergy(numbers), channel = predictions.Channel(numbers);
        lock (_lock)
        {
            TensorPrimitives.ConvertChecked(features, _row.AsSpan(2));
            _row[^1] = channel;
            return Count(time, loss, self);
        }
    }

    private bool Observe(DateTimeOffset? time, double energy, double selfEnergy, ReadOnlySpan<double> inputs)
    {
        if (inputs.Length != Reference.Inputs.Count)
            throw new ArgumentException($"Got {inputs.Length} inputs: expected {Reference.Inputs.Count}, those of the reference.", nameof(inputs));
        lock (_lock)
        {
            inputs.CopyTo(_row.AsSpan(2));
            return Count(time, energy, selfEnergy);
        }
    }

    /// <summary>Keeps the row at hand, and counts it: what is not kept is not counted.</summary>
    private bool Count(DateTimeOffset? time, double energy, double selfEnergy)
    {
        (_row[0], _row[1]) = (double.IsNaN(energy) ? double.NaN : energy, selfEnergy); // one NaN of all: others mark notes in the journal
        if (_state.IsTimed || time is not null)
            return CountByTime(time, null, null);
        if (_file is null)
            return _state.Observe(_row);
        _state.Check(_row);
        _file.Keep(_row);
        bool closed = _state.Observe(_row);
        if (closed)
            _file.TryCheckpoint(_state);
        return closed;
    }

    /// <summary>Changes the state by what no journal holds: it is written, or taken back.</summary>
    private void Change(Action change)
    {
        lock (_lock)
        {
            if (_file is null)
            {
                change();
                return;
            }

            using var before = new MemoryStream();
            _state.Save(before);
            change();
            try
            {
                _file.Checkpoint(_state);
            }
            catch
            {
                before.Position = 0;
                _state.Load(before, "the monitor");
                throw;
            }
        }
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_lock)
            return read();
    }
}
