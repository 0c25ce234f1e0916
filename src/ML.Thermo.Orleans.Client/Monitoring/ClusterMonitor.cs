using System.Numerics.Tensors;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.Cluster.Monitoring;

/// <summary>
/// One replica's part of a model's monitor: it counts rows locally and hands over exact summaries, which the model's <see cref="IMonitorGrain"/> merges and
/// judges. The numbers are, bit for bit, those of one monitor that saw all rows.</summary>
/// <remarks>
/// <para>All members may be called from many threads at once. <c>Observe</c> never waits for the cluster. What was observed is acknowledged when the monitor
/// has written it to its store (<see cref="FlushAsync"/>, <see cref="ReplicaCounts.RowsAcknowledged"/>): then neither the end of this process nor that of a
/// silo loses it, and however often it is sent, it is counted once. Rows that are not acknowledged are in this process' memory, and end with it.</para>
/// <para>Windows by event time hold the same rows whichever replica each came through: a row is late or not by its own time and its replica's clock. Windows
/// by rows close on whole summaries of at most a sixteenth of a window, in the order in which the monitor merges them.</para>
/// </remarks>
public sealed partial class ClusterMonitor : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly IMonitorGrain _grain;
    private readonly string _model;
    private readonly DriftReference _reference;
    private readonly PredictionEnergy? _predictions;
    private readonly ClusterMonitorOptions _options;
    private readonly MonitorSetup _setup;
    private readonly Guid _replica = Guid.NewGuid();
    private readonly Outbox _outbox;
    private readonly double[] _row;

    private ClusterMonitor(
        IMonitorGrain grain, string model, DriftReference reference, PredictionEnergy? predictions, ClusterMonitorOptions options, MonitorSetup setup)
    {
        (_grain, _model, _reference, _predictions, _options, _setup) = (grain, model, reference, predictions, options, setup);
        _outbox = new Outbox(_replica, reference, setup, options.MostSummaries, options.Monitor.Clock.GetUtcNow().UtcTicks);
        _row = new double[reference.Inputs.Count + 2];
        (_pump, _answerTime) = (Task.CompletedTask, options.ResendTime);
    }

    /// <summary>What became of the rows.</summary>
    public ReplicaCounts Counts
    {
        get
        {
            lock (_lock)
            {
                (long taken, long done, long acknowledged) = _outbox.Rows;
                return new(acknowledged + taken - done, acknowledged, _outbox.RowsLate, _outbox.RowsAhead, _outbox.RowsDropped, _outbox.Sequence,
                    _lastError);
            }
        }
    }

    /// <summary>Begins to watch a model. The first replica sets up the monitor; the others must bring the same reference and options.</summary>
    /// <param name="cluster">A connected client, or a silo's own.</param>
    /// <param name="model">The model's name; another version of a model is another name.</param>
    /// <param name="reference">The state that the model was accepted in.</param>
    /// <param name="predictions">How predictions are read; null where energies are observed as numbers.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ArgumentException">The name is empty, or the reference does not end in what the predictions add.</exception>
    /// <exception cref="ClusterException">The cluster does not answer, or refuses: another reference, other options, a clock that is wrong.</exception>
    public static async Task<ClusterMonitor> JoinAsync(
        IGrainFactory cluster, string model, DriftReference reference, PredictionEnergy? predictions = null, ClusterMonitorOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(reference);
        if (string.IsNullOrWhiteSpace(model))
            throw new ArgumentException("The configuration names no model: expected the name under which its replicas meet, such as 'prices'.", nameof(model));
        options ??= new ClusterMonitorOptions();
        using (new DriftMonitor(reference, predictions, options.Monitor with { Name = null }))
        {
            // It refuses what does not fit, as a monitor of one process does.
        }

        var setup = MonitorSetup.Of(reference, predictions, options.Monitor, options.ReplicaTimeout);
        var monitor = new ClusterMonitor(cluster.GetGrain<IMonitorGrain>(model), model, reference, predictions, options, setup);
        await monitor.JoinAsync(cancellationToken).ConfigureAwait(false);
        monitor._pump = Task.Run(monitor.PumpAsync, CancellationToken.None);
        return monitor;
    }

    /// <summary>Observes a row.</summary>
    /// <param name="features">In the order of the reference's inputs; NaN where missing; a category by its code, −1 for one that the reference did not
    /// have.</param>
    /// <param name="prediction">What the model said.</param>
    /// <param name="label">The right answer; NaN where it is not known, which is counted.</param>
    /// <param name="time">When the row happened, of windows by event time; null for now.</param>
    /// <returns>Whether it is counted; if not, <see cref="Counts"/> says why: late, ahead or dropped.</returns>
    /// <exception cref="ArgumentException">There are more or fewer features than the reference has.</exception>
    /// <exception cref="UnusableDataException">The label is outside its domain; the row is not counted.</exception>
    /// <exception cref="InvalidOperationException">The monitor was made without predictions, or a time is given and windows are by rows.</exception>
    public bool Observe(ReadOnlySpan<double> features, double prediction, double label = double.NaN, DateTimeOffset? time = null) =>
        Observe(features, new ReadOnlySpan<double>(in prediction), label, time);

    /// <summary>Observes a row with one number a class as its prediction.</summary>
    /// <inheritdoc cref="Observe(ReadOnlySpan{double}, double, double, DateTimeOffset?)"/>
    public bool Observe(ReadOnlySpan<double> features, ReadOnlySpan<double> prediction, double label = double.NaN, DateTimeOffset? time = null)
    {
        PredictionEnergy predictions = Read(features.Length);
        double loss = predictions.Loss(prediction, label), self = predictions.SelfEnergy(prediction), channel = predictions.Channel(prediction);
        lock (_lock)
        {
            features.CopyTo(_row.AsSpan(2));
            _row[^1] = channel;
            return Count(loss, self, time, null);
        }
    }

    /// <summary>Observes a row in single precision.</summary>
    /// <inheritdoc cref="Observe(ReadOnlySpan{double}, double, double, DateTimeOffset?)"/>
    public bool Observe(ReadOnlySpan<float> features, float prediction, float label = float.NaN, DateTimeOffset? time = null) =>
        Observe(features, new ReadOnlySpan<float>(in prediction), label, time);

    /// <summary>Observes a row in single precision, with one number a class as its prediction.</summary>
    /// <inheritdoc cref="Observe(ReadOnlySpan{double}, double, double, DateTimeOffset?)"/>
    public bool Observe(ReadOnlySpan<float> features, ReadOnlySpan<float> prediction, float label = float.NaN, DateTimeOffset? time = null)
    {
        PredictionEnergy predictions = Read(features.Length);
        Span<double> numbers = prediction.Length <= 64 ? stackalloc double[prediction.Length] : new double[prediction.Length];
        TensorPrimitives.ConvertChecked(prediction, numbers);
        double loss = predictions.Loss(numbers, label), self = predictions.SelfEnergy(numbers), channel = predictions.Channel(numbers);
        lock (_lock)
        {
            TensorPrimitives.ConvertChecked(features, _row.AsSpan(2));
            _row[^1] = channel;
            return Count(loss, self, time, null);
        }
    }

    /// <summary>Observes a row by its energies.</summary>
    /// <param name="energy">Loss against the label; NaN where it is not known.</param>
    /// <param name="selfEnergy">Loss expected by the prediction itself; NaN where there is none.</param>
    /// <param name="inputs">All inputs of the reference; NaN where missing.</param>
    /// <param name="time">When the row happened, of windows by event time; null for now.</param>
    /// <returns>Whether it is counted.</returns>
    /// <exception cref="ArgumentException">There are not as many values as inputs.</exception>
    /// <exception cref="UnusableDataException">An energy is infinite; the row is not counted.</exception>
    /// <exception cref="InvalidOperationException">A time is given, and windows are by rows.</exception>
    public bool Observe(double energy, double selfEnergy, ReadOnlySpan<double> inputs, DateTimeOffset? time = null)
    {
        if (inputs.Length != _reference.Inputs.Count)
            throw new ArgumentException($"Got {inputs.Length} inputs: expected {_reference.Inputs.Count}, those of the reference.", nameof(inputs));
        lock (_lock)
        {
            inputs.CopyTo(_row.AsSpan(2));
            return Count(energy, selfEnergy, time, null);
        }
    }

    /// <summary>Observes a row whose label comes later, by <see cref="Label"/> of any replica.</summary>
    /// <param name="id">What the label will name; a hash of it travels. An id that another row has which waits is counted by the monitor.</param>
    /// <param name="features">In the order of the reference's inputs.</param>
    /// <param name="prediction">What the model said, one number or one a class.</param>
    /// <param name="time">When the row happened, of windows by event time; null for now.</param>
    /// <returns>Whether it is counted.</returns>
    /// <exception cref="ArgumentException">The id is empty, or there are more or fewer features than the reference has.</exception>
    /// <exception cref="InvalidOperationException">The monitor was made without predictions, or a time is given and windows are by rows.</exception>
    public bool Observe(string id, ReadOnlySpan<double> features, ReadOnlySpan<double> prediction, DateTimeOffset? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        PredictionEnergy predictions = Read(features.Length);
        double self = predictions.SelfEnergy(prediction), channel = predictions.Channel(prediction);
        var waiting = new LateRow(JournalNote.Key(id), prediction.ToArray());
        lock (_lock)
        {
            features.CopyTo(_row.AsSpan(2));
            _row[^1] = channel;
            return Count(double.NaN, self, time, waiting);
        }
    }

    /// <summary>Gives the label of a row that was observed by its id, by whatever replica; it may come before the row does.</summary>
    /// <param name="id">The row's.</param>
    /// <param name="value">The right answer; NaN says that it never comes, which drops the row. A label that no row waits for in the end is counted.</param>
    /// <exception cref="UnusableDataException">The label is outside its domain.</exception>
    /// <exception cref="InvalidOperationException">The monitor was made without predictions.</exception>
    public void Label(string id, double value)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        PredictionEnergy predictions = Read(_reference.Inputs.Count - 1);
        bool isKnown = double.IsNaN(value) || (predictions.IsVector ? value >= 0 && value == Math.Floor(value) : predictions.Energy.Reject(value) is null);
        if (!isKnown)
        {
            throw new UnusableDataException($"The label is {value}: expected "
                + $"{(predictions.IsVector ? "the number of a class" : predictions.Energy.Reject(value))}.");
        }

        lock (_lock)
            _outbox.Label(new LateLabel(JournalNote.Key(id), value));
    }

    private PredictionEnergy Read(int features)
    {
        if (_predictions is null)
            throw new InvalidOperationException("The monitor was made without a PredictionEnergy: observe energies, or give it one.");
        return features == _reference.Inputs.Count - 1
            ? _predictions
            : throw new ArgumentException($"Got {features} features: expected {_reference.Inputs.Count - 1}: "
                + $"{string.Join(", ", _reference.Inputs.SkipLast(1).Take(20).Select(input => input.Name))}.", nameof(features));
    }

    private bool Count(double energy, double selfEnergy, DateTimeOffset? time, LateRow? waiting)
    {
        if (time is not null && _setup.WindowTime is null)
            throw new InvalidOperationException("The monitor has windows by rows: set MonitorOptions.WindowTime, or give no time.");
        (_row[0], _row[1]) = (energy, selfEnergy);
        bool isCounted = _outbox.Observe(_row, time?.UtcTicks, _options.Monitor.Clock.GetUtcNow().UtcTicks, waiting);
        if (_outbox.IsReady)
            Wake();
        return isCounted;
    }
}
