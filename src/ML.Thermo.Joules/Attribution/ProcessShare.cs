namespace ML.Thermo.Joules.Attribution;

/// <summary>What part of a machine's joules one process tree is charged with.</summary>
/// <remarks>
/// <para>E_proc = (E − P₀Δt)·t_proc/t_busy, and with a share of the idle power + P₀Δt·c/C. It is an estimate always: cores differ in power, by
/// clock, by width and by sharing.</para></remarks>
[Maturity(Maturity.Estimator)]
public static class ProcessShare
{
    /// <summary>The share of a process tree.</summary>
    /// <param name="joules">E of the machine in the window, J.</param>
    /// <param name="seconds">Δt, s; &gt; 0.</param>
    /// <param name="processSeconds">t_proc, CPU seconds of the tree; ≥ 0.</param>
    /// <param name="busySeconds">t_busy, CPU seconds of all processes; ≥ 0.</param>
    /// <param name="idleWatts">P₀, W; null where it is not known, which charges idle power by busy time too.</param>
    /// <param name="idleShare">c/C: the part of the idle power that the tree is charged with, 0 … 1.</param>
    /// <returns>J, <see cref="JouleStatus.Estimated"/>; no number where no CPU time was seen.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public static JouleQuantity Of(double joules, double seconds, double processSeconds, double busySeconds, double? idleWatts = null, double idleShare = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(joules);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(seconds);
        ArgumentOutOfRangeException.ThrowIfNegative(processSeconds);
        ArgumentOutOfRangeException.ThrowIfNegative(busySeconds);
        if (idleWatts is < 0)
            throw new ArgumentOutOfRangeException(nameof(idleWatts), idleWatts, "Expected watts ≥ 0.");
        if (idleShare is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(idleShare), idleShare, "Expected a share in 0 … 1.");
        if (busySeconds == 0)
            return new(null, null, JouleStatus.Undefined, "The window is shorter than a tick of the processors' clocks (0.01 s).");
        double idle = (idleWatts ?? 0) * seconds;
        if (idle > joules)
            return new(null, null, JouleStatus.Undefined,
                FormattableString.Invariant($"The idle power of {idleWatts} W is above the mean power of {joules / seconds:G4} W: measure it again."));
        // Ticks of the tree and of the machine are counted apart: a tree that has all the time may come out a tick above it.
        double share = Math.Min(processSeconds / busySeconds, 1);
        return new(((joules - idle) * share) + (idle * idleShare), null, JouleStatus.Estimated, idleWatts is null
            ? "By CPU time; the idle power is not known and is charged by CPU time too (thermo joules idle measures it)."
            : "By CPU time, of the energy above idle.");
    }
}
