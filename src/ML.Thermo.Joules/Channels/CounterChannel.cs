namespace ML.Thermo.Joules.Channels;

/// <summary>One reading of a counter: a value, or why there is none. A failed read is never a number.</summary>
internal readonly record struct CounterRead(ulong Value, string? Failure)
{
    public static CounterRead Of(ulong value) => new(value, null);

    public static CounterRead Failed(string why) => new(0, why);
}

/// <summary>Something that counts energy upwards.</summary>
internal interface ICounter : IDisposable
{
    CounterRead Read();
}

/// <summary>What a counter does at its end.</summary>
/// <param name="Range">Its largest value, after which it starts at zero; null where that is not known or never comes.</param>
/// <param name="NeverWraps">It is too wide to wrap: a fall is a reset.</param>
/// <param name="MaximumWatts">P_max: what it can count at most.</param>
internal readonly record struct CounterLimits(ulong? Range, bool NeverWraps, double MaximumWatts);

/// <summary>Joules from a counter that wraps.</summary>
/// <remarks>
/// A fall from a to b within Δt is a wrap if range − a + b + 1 ≤ P_max·(Δt + u), else a reset; u is added because a counter moves in steps of u,
/// and a step may fall into a window much shorter than itself. A counter that was not read for as long as it may take to go round is not determined.
/// </remarks>
internal sealed class CounterChannel(ICounter counter, CounterLimits limits, TimeProvider time) : EnergyChannel
{
    private ulong _last;
    private long _lastTime;
    private bool _isKnown;

    /// <inheritdoc/>
    public override void Rebase() => _isKnown = false;

    /// <inheritdoc/>
    public override void Dispose()
    {
        counter.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override string? Read(long now)
    {
        CounterRead read = counter.Read();
        if (read.Failure is not null)
            return read.Failure;
        if (read.Value > limits.Range)
            return $"{read.Value} is above the counter's own range of {limits.Range}";
        if (_isKnown)
            Advance(read.Value, time.GetElapsedTime(_lastTime, now).TotalSeconds);
        (_last, _lastTime, _isKnown) = (read.Value, now, true);
        return null;
    }

    private void Advance(ulong value, double elapsed)
    {
        double most = limits.MaximumWatts * (elapsed + ResolutionSeconds) * UnitsPerJoule;
        if (limits.Range is { } range && most > range)
            MarkGap(FormattableString.Invariant($"The counter was not read for {elapsed:G3} s, in which it may have wrapped more than once."));
        else if (value >= _last)
            Add(value - _last);
        else if (limits.NeverWraps)
            MarkReset();
        else if (limits.Range is not { } end)
            MarkGap("The counter fell, and its range is not known: a wrap cannot be told from a reset.");
        else if (end - _last + value + 1.0 is var wrapped && wrapped <= most)
            Add(wrapped);
        else
            MarkReset();
    }
}
