namespace ML.Thermo.Joules.Channels;

/// <summary>One reading of a power sensor: W, or why there is none.</summary>
internal readonly record struct PowerRead(double Watts, string? Failure);

/// <summary>Joules from a power sensor, by the trapezium rule. What happens between samples is not seen, so the error is not known.</summary>
internal sealed class PowerChannel(Func<PowerRead> sensor, TimeProvider time, Action? close = null) : EnergyChannel
{
    private double _last;
    private long _lastTime;
    private bool _isKnown;

    /// <summary>Longer than this between two readings is a gap.</summary>
    private TimeSpan Longest => TimeSpan.FromSeconds(2) + (10 * Period);

    /// <inheritdoc/>
    public override void Rebase() => _isKnown = false;

    /// <inheritdoc/>
    public override void Dispose()
    {
        close?.Invoke();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override string? Read(long now)
    {
        PowerRead read = sensor();
        if (read.Failure is not null)
            return read.Failure;
        if (!double.IsFinite(read.Watts) || read.Watts < 0)
            return $"{read.Watts} W is no power";
        if (_isKnown)
        {
            TimeSpan elapsed = time.GetElapsedTime(_lastTime, now);
            if (elapsed > Longest)
                MarkGap(FormattableString.Invariant($"The power was not read for {elapsed.TotalSeconds:G3} s."));
            else
                Add((_last + read.Watts) / 2 * elapsed.TotalSeconds);
        }

        (_last, _lastTime, _isKnown) = (read.Watts, now, true);
        return null;
    }
}
