using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.Cluster.Monitoring;

/// <content>How rows get to the monitor: one handover at a time, again and again until it is acknowledged.</content>
public sealed partial class ClusterMonitor
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(50), s_longestPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly CancellationTokenSource _end = new();
    private readonly List<(long Rows, long Labels, long Moment, TaskCompletionSource Done)> _flushes = [];
    private Task _pump;
    private string? _lastError;
    private TimeSpan _answerTime; // grows where a busy cluster answers late: to ask more often would make it busier
    private long _lastTold;

    /// <summary>Waits until all that was observed so far is counted by the monitor and written to its store, and windows of event time no longer wait for this
    /// replica's rows until now.</summary>
    /// <param name="timeout">How long; null for 30 seconds.</param>
    /// <param name="cancellationToken">Ends the waiting; what is here is still handed over.</param>
    /// <exception cref="ClusterException">It is not, in that time: the message says why.</exception>
    /// <exception cref="ObjectDisposedException">The monitor has ended.</exception>
    public async Task FlushAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_end.IsCancellationRequested, this);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            long moment = _setup.WindowTime is null ? 0 : _options.Monitor.Clock.GetUtcNow().UtcTicks;
            _flushes.Add((_outbox.Rows.Taken, _outbox.Labels.Taken, moment, done));
            Wake();
        }

        try
        {
            await done.Task.WaitAsync(timeout ?? s_patience, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException late)
        {
            ReplicaCounts counts = Counts;
            throw new ClusterException($"{counts.RowsPending} rows of model '{_model}' are not acknowledged after {timeout ?? s_patience}: "
                + $"{counts.LastError ?? "the cluster is slow"}. They are kept, and sent again.", late);
        }
    }

    /// <summary>What the monitor says now, of the rows of all replicas that it has.</summary>
    public Task<MonitorVerdict> ReadAsync() => _grain.Read();

    /// <summary>All that the monitor knows, with the numbers of its windows.</summary>
    public async Task<MonitorSnapshot> SnapshotAsync()
    {
        byte[] state = await _grain.State().ConfigureAwait(false)
            ?? throw new ClusterException($"The cluster knows no model '{_model}': its store has lost the state.");
        using var bytes = new MemoryStream(state);
        using var monitor = DriftMonitor.Load(bytes, _reference, _predictions, _setup.ToOptions(null));
        return monitor.Snapshot();
    }

    /// <summary>Hands over what is here if that is possible within five seconds, and takes leave: no window waits for this replica then.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_end.IsCancellationRequested)
            return;
        try
        {
            await FlushAsync(TimeSpan.FromSeconds(5)).ConfigureAwait(false);
        }
        catch (ClusterException)
        {
            // The counts say what is left.
        }

        await _end.CancelAsync().ConfigureAwait(false);
        await _pump.ConfigureAwait(false);
        for (int attempt = 0; attempt < 3; attempt++)
        {
            try
            {
                await _grain.Leave(_replica).WaitAsync(TimeSpan.FromSeconds(2)).ConfigureAwait(false);
                break;
            }
            catch (Exception error)
            {
                _lastError = ClusterException.Line(error); // if never, the monitor finds out by itself, after the timeout
                await Task.Delay(s_firstPause).ConfigureAwait(false);
            }
        }

        _wake.Dispose();
        _end.Dispose();
    }

    private async Task JoinAsync(CancellationToken cancellationToken)
    {
        long start = TimeProvider.System.GetTimestamp();
        for (TimeSpan pause = s_firstPause; ; pause = pause < s_longestPause ? 2 * pause : pause)
        {
            try
            {
                JoinRequest request;
                lock (_lock)
                    request = new(_replica, _options.Replica, _options.Monitor.Clock.GetUtcNow(), _outbox.Sequence, _outbox.Until, _setup);
                JoinAnswer answer = await _grain.Join(request)
                    .WaitAsync(_answerTime, cancellationToken).ConfigureAwait(false);
                if (answer.Refusal is { } refusal)
                    throw new ClusterException(refusal);
                return;
            }
            catch (Exception error) when (error is not (OperationCanceledException or ClusterException))
            {
                _lastError = ClusterException.Line(error);
                Wait(error);
                if (TimeProvider.System.GetElapsedTime(start) > s_patience)
                    throw new ClusterException($"The cluster does not answer for model '{_model}' within {s_patience}: {ClusterException.Line(error)}", error);
                await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private void Wake()
    {
        if (_wake.CurrentCount == 0)
            _wake.Release();
    }

    private async Task PumpAsync()
    {
        TimeSpan pause = s_firstPause;
        try
        {
            while (true)
            {
                bool isWoken = await _wake.WaitAsync(_options.HandoverTime, _end.Token).ConfigureAwait(false);
                while (Make(isWoken) is { } handover)
                {
                    if (await SendAsync(handover).ConfigureAwait(false))
                    {
                        pause = s_firstPause;
                        isWoken = true; // the rest, and then again by the clock
                        continue;
                    }

                    await Task.Delay(pause, _end.Token).ConfigureAwait(false);
                    pause = pause < s_longestPause ? 2 * pause : pause;
                }
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
        }
    }

    /// <summary>What is to be sent now; by the clock, all.</summary>
    private Handover? Make(bool isWoken)
    {
        lock (_lock)
        {
            bool isAsked = _flushes.Count > 0;
            if (isWoken && !isAsked && !_outbox.IsReady && !_outbox.IsMade)
                return null;
            Handover? next = _outbox.Next(_options.Monitor.Clock.GetUtcNow().UtcTicks, all: isAsked || !isWoken);
            if (next is null)
                CloseFlushes(); // there was nothing left to say
            bool isTime = next is { Summaries.Count: 0, Labels.Count: 0 } && !_outbox.IsMade;
            if (isTime && !isAsked && TimeProvider.System.GetElapsedTime(_lastTold) < TimePeriod)
                return null;
            _lastTold = next is null ? _lastTold : TimeProvider.System.GetTimestamp();
            return next;
        }
    }

    /// <summary>How often a replica without rows tells the time: others' windows wait for it.</summary>
    private TimeSpan TimePeriod => (_setup.Lateness < _setup.ReplicaTimeout ? _setup.Lateness : _setup.ReplicaTimeout) / 4;

    /// <summary>Says whether the handover is done with.</summary>
    private async Task<bool> SendAsync(Handover handover)
    {
        try
        {
            HandoverAnswer answer = await _grain.Take(handover).WaitAsync(_answerTime, _end.Token).ConfigureAwait(false);
            if (answer.Outcome == HandoverOutcome.Unknown)
            {
                await JoinAsync(_end.Token).ConfigureAwait(false);
                return false;
            }

            _answerTime = _options.ResendTime;
            lock (_lock)
            {
                _lastError = answer.Refusal;
                _outbox.Close(handover, answer.Outcome != HandoverOutcome.Refused);
                CloseFlushes();
            }

            return true;
        }
        catch (Exception error) when (error is not OperationCanceledException || !_end.IsCancellationRequested)
        {
            lock (_lock)
                _lastError = ClusterException.Line(error);
            Wait(error);
            return false;
        }
    }

    private void Wait(Exception error)
    {
        if (error is TimeoutException && _answerTime < s_patience)
            _answerTime *= 2;
    }

    private void CloseFlushes()
    {
        for (int i = _flushes.Count - 1; i >= 0; i--)
        {
            if (_flushes[i].Rows > _outbox.Rows.Done || _flushes[i].Labels > _outbox.Labels.Done || _flushes[i].Moment > _outbox.Until.UtcTicks)
                continue;
            _flushes[i].Done.TrySetResult();
            _flushes.RemoveAt(i);
        }
    }
}
