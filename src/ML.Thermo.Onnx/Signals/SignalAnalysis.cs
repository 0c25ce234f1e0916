using System.Runtime.CompilerServices;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Signals;

/// <summary>
/// The signal side of a network: batches stream through it once, and every layer's variances, efficiency, entropy, dead and saturated units
/// are found on the way.</summary>
/// <remarks>
/// <para>Several batches run at once, one thread each; their results are merged in the order of the batches, so they do not depend on
/// the number of threads. Only one analysis may run on an instance at a time.</para></remarks>
[Maturity(Maturity.Paper, "activations as heat engines; all numbers are estimators")]
public sealed class SignalAnalysis : IDisposable
{
    private readonly SignalSession _session;
    private readonly SignalOptions _options;
    private readonly ISignalBackend _backend;
    private readonly List<SignalTap> _taps = [];
    private readonly List<LayerTap> _layers = [];
    private readonly List<UnwatchedLayer> _unwatched = [];
    private readonly OnnxModel _model;
    private readonly PaddingMask? _mask;

    /// <summary>Loads the network with its taps.</summary>
    /// <param name="graph">The network's layers.</param>
    /// <param name="options">Choices; null for the defaults.</param>
    /// <exception cref="ThermoException">ONNX Runtime cannot load the model, or the back end does not go with device or model.</exception>
    public SignalAnalysis(LayerGraph graph, SignalOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        _options = options ?? new();
        _model = graph.Model;
        _mask = _options.LeavesOutPadding ? PaddingMask.Of(graph) : null;
        _backend = _options.BackendFor(graph.Model.OperatorSet, _mask is not null);
        IReadOnlyDictionary<Layer, int> axes = UnitAxes.Of(graph);
        foreach (Layer layer in graph.Layers)
        {
            if (ReasonAgainst(layer) is { } reason)
                _unwatched.Add(new(layer, reason));
            else
                _layers.Add(LayerTap.Add(graph, layer, axes[layer], _options.EntropySample, _taps, _options.OutputsOnly));
        }

        if (_mask is not null)
            _layers.ForEach(layer => layer.LeaveOut(_mask, _taps));
        _session = new(graph.Model, _taps, _backend, _options.Device);
    }

    /// <summary>Rows a batch, at most as many as given, of which there are then enough that their spread is an error of the efficiencies.</summary>
    /// <param name="rows">Number of rows in all, ≥ 1.</param>
    /// <param name="most">Most rows of a batch, ≥ 1.</param>
    public static int BatchSize(long rows, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        return (int)Math.Clamp((rows + SignalStatistics.Groups - 1) / SignalStatistics.Groups, 1, most);
    }

    /// <summary>Runs all batches.</summary>
    /// <param name="batches">At least one batch; each is disposed once it ran.</param>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="cancellation">Ends the analysis between batches.</param>
    /// <exception cref="NonFiniteActivationException">An activation is NaN or infinite.</exception>
    /// <exception cref="UnusableDataException">There is no batch.</exception>
    /// <exception cref="ThermoException">ONNX Runtime refused a batch, or a layer's number of units changes between batches.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public NetworkSignals Run(IEnumerable<NetworkBatch> batches, IProgress<SignalProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(batches);
        return RunAsync(Asynchronous(batches, cancellation), progress, cancellation).GetAwaiter().GetResult();
    }

    /// <summary>Runs all batches as they come.</summary>
    /// <param name="batches">At least one batch; each is disposed once it ran.</param>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="cancellation">Ends the analysis between batches.</param>
    /// <exception cref="NonFiniteActivationException">An activation is NaN or infinite.</exception>
    /// <exception cref="UnusableDataException">There is no batch.</exception>
    /// <exception cref="ThermoException">ONNX Runtime refused a batch, or a layer's number of units changes between batches.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<NetworkSignals> RunAsync(
        IAsyncEnumerable<NetworkBatch> batches, IProgress<SignalProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(batches);
        var statistics = new SignalStatistics(_layers, _taps);
        using var streams = new SemaphoreSlim(_options.StreamCount);
        var running = new Queue<(Task<SignalSession.SignalResult> Run, int Rows)>();
        var comparison = new RowComparison();
        long rowsBefore = 0;
        try
        {
            await foreach (NetworkBatch batch in batches.WithCancellation(cancellation).ConfigureAwait(false))
            {
                // One batch more than there are streams waits, so that no stream idles while results are merged; the oldest is always merged first.
                comparison.Add(batch);
                long before = rowsBefore;
                rowsBefore += batch.Rows;
                running.Enqueue((Task.Run(() => RunOneAsync(batch, before, statistics, streams), CancellationToken.None), batch.Rows));
                while (running.Count > _options.StreamCount)
                    await MergeOldest().ConfigureAwait(false);
            }

            while (running.Count > 0)
                await MergeOldest().ConfigureAwait(false);
        }
        finally
        {
            foreach ((Task<SignalSession.SignalResult> run, _) in running)
            {
                await ((Task)run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (run.IsCompletedSuccessfully)
                    (await run.ConfigureAwait(false)).Dispose();
            }
        }

        if (statistics.Batches == 0)
            throw new UnusableDataException("There is no data: expected at least one batch.");
        return SoFar();

        NetworkSignals SoFar() => new()
        {
            Layers = [.. _layers.Select(layer => statistics.Of(layer, comparison.AreEqual))],
            Unwatched = _unwatched,
            Batches = statistics.Batches,
            Rows = statistics.Rows,
            Device = _options.Device.Name,
            Backend = _backend.Kind,
            HasEqualRows = comparison.AreEqual,
            Mask = _mask,
        };

        async Task MergeOldest()
        {
            cancellation.ThrowIfCancellationRequested();
            (Task<SignalSession.SignalResult> run, int rows) = running.Dequeue();
            SignalSession.SignalResult result;
            try
            {
                result = await run.ConfigureAwait(false);
            }
            catch (NonFiniteRun bad)
            {
                throw new NonFiniteActivationException(bad.Layer, statistics.Batches, bad.Origin, statistics.Batches > 0 ? SoFar() : null);
            }

            using (result)
                statistics.Add(result, rows);
            progress?.Report(new(statistics.Batches, statistics.Rows));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private async Task<SignalSession.SignalResult> RunOneAsync(NetworkBatch batch, long rowsBefore, SignalStatistics statistics, SemaphoreSlim streams)
    {
        await streams.WaitAsync().ConfigureAwait(false);
        try
        {
            using (batch)
            {
                SignalSession.SignalResult result = _session.Run(batch.Inputs);
                if (statistics.FirstNonFinite(result) is not { } bad)
                    return result;
                result.Dispose();
                throw new NonFiniteRun(bad.Layer, NonFiniteTrace.Of(_model, bad.Layer, batch, rowsBefore, _options.Device));
            }
        }
        finally
        {
            streams.Release();
        }
    }

    /// <summary>A batch with a number that is not finite; which batch it was is known when its turn comes.</summary>
    private sealed class NonFiniteRun(Layer layer, NonFiniteOrigin? origin) : Exception
    {
        public Layer Layer => layer;

        public NonFiniteOrigin? Origin => origin;
    }

    private string? ReasonAgainst(Layer layer) =>
        _options.Layers?.Invoke(layer) == false ? "not asked for"
        : layer.Path.Length > 0 ? $"inside the body {layer.Path.TrimEnd('/')}, whose tensors cannot be made outputs"
        : layer.Kind == LayerKind.LinearModel && layer.OpType.EndsWith("Classifier", StringComparison.Ordinal)
            && layer.Nodes[0].Output(1).Length == 0 ? "hands out no scores"
        : null;

    private static async IAsyncEnumerable<NetworkBatch> Asynchronous(IEnumerable<NetworkBatch> batches, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (NetworkBatch batch in batches)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return batch;
        }
    }
}
