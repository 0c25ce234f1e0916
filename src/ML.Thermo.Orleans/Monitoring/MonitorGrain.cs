using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.Streams;

namespace ML.Thermo.Cluster.Monitoring;

/// <summary>The monitor of a model: it merges, judges, writes, and only then answers.</summary>
/// <param name="setup">Written once.</param>
/// <param name="stored">Written before every answer.</param>
/// <param name="limits">The limits of the alarm, which the next activation would draw for long; written now and then, and awaited by nobody.</param>
/// <param name="log">Where what goes wrong is said.</param>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A grain ends in OnDeactivateAsync, which disposes of the ledger.")]
internal sealed partial class MonitorGrain(
    [PersistentState("setup", MonitorVerdict.Provider)] IPersistentState<StoredSetup> setup,
    [PersistentState("monitor", MonitorVerdict.Provider)] IPersistentState<StoredBytes> stored,
    [PersistentState("limits", MonitorVerdict.Provider)] IPersistentState<StoredBytes> limits,
    ILogger<MonitorGrain> log) : Grain, IMonitorGrain
{
    private MonitorLedger? _ledger;
    private string? _storageError;
    private Task _publishing = Task.CompletedTask, _drawn = Task.CompletedTask;
    private bool _hasNews;

    private DateTimeOffset Now => (ServiceProvider.GetKeyedService<TimeProvider>(MonitorVerdict.Provider) ?? TimeProvider.System).GetUtcNow();

    private string Model => this.GetPrimaryKeyString();

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (setup.State.Setup is not null)
            Begin();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _ledger?.Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<JoinAnswer> Join(JoinRequest request)
    {
        DateTimeOffset now = Now;
        Refuse();
        if (_ledger is null)
        {
            setup.State.Setup = request.Setup;
            try
            {
                await setup.WriteStateAsync();
            }
            catch (Exception error)
            {
                _storageError = ClusterException.Line(error);
                DeactivateOnIdle();
                Refuse();
            }

            Begin();
        }

        bool isKnown = _ledger!.Knows(request.Replica);
        string? refusal = _ledger.Join(request, now);
        if (refusal is null && !isKnown)
            await WriteAsync();
        return new JoinAnswer(refusal, now);
    }

    /// <inheritdoc/>
    public async Task<HandoverAnswer> Take(Handover handover)
    {
        Refuse();
        if (_ledger is null)
            return new(HandoverOutcome.Unknown, 0, 0, null);
        await _drawn;
        long windows = _ledger.Windows;
        HandoverAnswer answer = _ledger.Take(handover, Now);
        if (answer.Outcome != HandoverOutcome.Counted && answer.Windows == windows)
            return answer;
        await WriteAsync();
        if (answer.Windows > windows)
            TellOfWindow();
        return answer;
    }

    /// <inheritdoc/>
    public async Task Leave(Guid replica)
    {
        Refuse();
        if (_ledger is null)
            return;
        _ledger.Leave(replica);
        await WriteAsync();
    }

    /// <inheritdoc/>
    public Task<MonitorVerdict> Read()
    {
        Refuse();
        return Task.FromResult(_ledger?.Verdict(Now) ?? new MonitorVerdict { Model = Model });
    }

    /// <inheritdoc/>
    public Task<byte[]?> State()
    {
        Refuse();
        return Task.FromResult(_ledger?.State());
    }

    /// <inheritdoc/>
    public async Task Reset()
    {
        Refuse();
        if (_ledger is null)
            return;
        _ledger.Reset();
        await WriteAsync();
    }

    /// <summary>What this activation knows may be ahead of the store: it answers for nothing any more.</summary>
    private void Refuse()
    {
        if (_storageError is not null)
            throw new OrleansException($"The state of model '{Model}' cannot be written: {_storageError}");
    }

    private void Begin()
    {
        _ledger = new MonitorLedger(Model, setup.State.Setup!);
        if (stored.State.Content is { } content)
            _ledger.Load(content);
        (MonitorLedger ledger, byte[]? kept) = (_ledger, limits.State.Content);
        _keptRows = kept is null ? 0 : ledger.LimitRows;
        limits.State.Content = kept is null ? null : [];
        _drawn = Task.Run(() => CatchUp(ledger, kept));
        _ledger.HearAll(Now);
        if (setup.State.Setup!.WindowTime is null)
            return;
        TimeSpan period = setup.State.Setup.ReplicaTimeout / 4;
        this.RegisterGrainTimer(AdvanceAsync, period, period);
    }

    /// <summary>Where replicas are silent, nothing else closes their windows.</summary>
    private async Task AdvanceAsync()
    {
        await _drawn;
        if (_storageError is not null || !_ledger!.Advance(Now))
            return;
        await WriteAsync();
        TellOfWindow();
    }

    /// <summary>Writes the state, or takes back what is not in the store.</summary>
    private async Task WriteAsync()
    {
        stored.State.Content = _ledger!.Save();
        try
        {
            await stored.WriteStateAsync();
        }
        catch (Exception error)
        {
            // Whether the store has it is not known. The next activation reads what it has, and whatever was not answered for is sent again.
            _storageError = ClusterException.Line(error);
            NotWritten(log, Model, error);
            DeactivateOnIdle();
            Refuse();
        }
    }

    /// <summary>A window has been judged, and is in the store.</summary>
    private void TellOfWindow()
    {
        Publish();
        KeepLimits();
    }

    /// <summary>Sends the verdict out, and keeps nobody waiting: what carries a stream may be on a silo that has just ended, and takes half a minute to say so.
    /// While one is on its way only the newest of those that come follows it.</summary>
    private void Publish()
    {
        if (ServiceProvider.GetKeyedService<IStreamProvider>(MonitorVerdict.Provider) is not { } provider)
            return;
        _hasNews = true;
        if (_publishing.IsCompleted)
            _publishing = PublishAsync(provider.GetStream<MonitorVerdict>(StreamId.Create(MonitorVerdict.StreamNamespace, Model)));
    }

    private async Task PublishAsync(IAsyncStream<MonitorVerdict> stream)
    {
        while (_hasNews)
        {
            _hasNews = false;
            try
            {
                await stream.OnNextAsync(_ledger!.Verdict(Now));
            }
            catch (Exception error) // the verdict is written, and can be read
            {
                NotPublished(log, Model, error);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The state of model '{Model}' cannot be written; nothing is answered for until it is.")]
    private static partial void NotWritten(ILogger log, string model, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A verdict of model '{Model}' was not published; it can be read.")]
    private static partial void NotPublished(ILogger log, string model, Exception error);
}
