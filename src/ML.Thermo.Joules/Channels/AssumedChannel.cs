using ML.Thermo.Joules.Attribution;

namespace ML.Thermo.Joules.Channels;

/// <summary>Joules by the user's own watts: idle·Δt + (busy − idle)·(busy CPU seconds / cores).</summary>
internal sealed class AssumedChannel(AssumedWatts watts, ProcessorClock clock, TimeProvider time) : EnergyChannel
{
    private ProcessorTimes? _last;
    private long _lastTime;

    /// <inheritdoc/>
    public override void Rebase() => _last = null;

    /// <inheritdoc/>
    protected override string? Read(long now)
    {
        if (clock.Machine(out string? failure) is not { } times)
            return failure;
        if (_last is { } last)
        {
            double load = Math.Max(times.BusySeconds - last.BusySeconds, 0) / times.Processors;
            Add((watts.Idle * time.GetElapsedTime(_lastTime, now).TotalSeconds) + ((watts.Busy - watts.Idle) * load));
        }

        (_last, _lastTime) = (times, now);
        return null;
    }
}
