namespace ML.Thermo.Refresh.Monitoring;

/// <content>The limits that alarms are drawn against: tens of milliseconds a window, which nobody is to wait for.</content>
public sealed partial class DriftMonitor
{
    /// <summary>Draws what the judgement of the next window with labels needs, so that the row or label that fills it does not wait for that.</summary>
    internal void DrawAhead() => Locked(() => _state.Ahead)?.Invoke();

    /// <summary>What the alarm's limits until now take to be drawn, in rows; 0 where no window to come needs them.</summary>
    internal long AlarmLimitRows => Locked(() => _state.Alarm?.LimitRows ?? 0);

    /// <summary>The drawn limits, beside the state, which is right without them: a monitor that goes on from both draws nothing again.</summary>
    /// <returns>A megabyte at the default run length; null where no window to come needs them.</returns>
    internal byte[]? SaveAlarmLimits() => Locked(() =>
    {
        using var to = new MemoryStream();
        return _state.Alarm?.WriteLimits(to) == true ? to.ToArray() : null;
    });

    /// <summary>Draws the limits that are owed, beside whatever else is asked; nothing may be observed meanwhile.</summary>
    /// <param name="saved">What <see cref="SaveAlarmLimits"/> gave after some of the windows; null where there is nothing.</param>
    /// <returns>How many windows were drawn.</returns>
    /// <exception cref="UnusableDataException">It is damaged: nothing was drawn.</exception>
    internal int CatchUp(byte[]? saved)
    {
        using MemoryStream? from = saved is null ? null : new MemoryStream(saved);
        return Locked(() => _state.Alarm)?.CatchUp(from) ?? 0;
    }
}
