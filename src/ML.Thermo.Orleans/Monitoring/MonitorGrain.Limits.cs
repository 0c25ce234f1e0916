using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace ML.Thermo.Cluster.Monitoring;

/// <content>The limits of the model's alarm, for the next activation: they depend on the sizes of all windows, and take tens of milliseconds for each of them
/// to be drawn. They are a copy of what could be drawn again: lost, damaged or old ones cost time, and change no number.</content>
internal sealed partial class MonitorGrain
{
    /// <summary>Rows of windows, in all, after which limits are written again: the next activation draws less than half a second for them.</summary>
    private const long RowsOwed = 2000;

    private Task _keeping = Task.CompletedTask;
    private long? _keptRows = 0; // null where they cannot be written

    /// <summary>Draws away from the grain's turns what the last activation has not written, so that calls wait for it, and no thread of theirs does.</summary>
    private void CatchUp(MonitorLedger ledger, byte[]? kept)
    {
        long start = Stopwatch.GetTimestamp();
        int drawn = 0;
        try
        {
            drawn = ledger.CatchUp(kept);
        }
        catch (ThermoException damage)
        {
            LimitsDamaged(log, Model, damage);
            drawn = ledger.CatchUp(null);
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        if (drawn > 0)
            LimitsDrawn(log, Model, drawn, elapsed);
    }

    private void KeepLimits()
    {
        if (_keptRows is not { } kept || !_keeping.IsCompleted)
            return;
        long rows = _ledger!.LimitRows;
        if (rows == 0 ? limits.State.Content is not null : kept == 0 || rows < kept || rows >= kept + RowsOwed)
            _keeping = KeepLimitsAsync(rows);
    }

    private async Task KeepLimitsAsync(long rows)
    {
        try
        {
            limits.State.Content = _ledger!.Limits();
            await limits.WriteStateAsync();
            (_keptRows, limits.State.Content) = (rows, rows == 0 ? null : []); // the bytes are in the store, and need not be here too
        }
        catch (Exception error)
        {
            _keptRows = null;
            LimitsNotKept(log, Model, error);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The alarm limits of {Windows} windows of model '{Model}' were drawn again in {Elapsed}.")]
    private static partial void LimitsDrawn(ILogger log, string model, int windows, TimeSpan elapsed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The stored alarm limits of model '{Model}' are damaged; they are drawn again.")]
    private static partial void LimitsDamaged(ILogger log, string model, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The alarm limits of model '{Model}' are not written; its next activation draws them again.")]
    private static partial void LimitsNotKept(ILogger log, string model, Exception error);
}
