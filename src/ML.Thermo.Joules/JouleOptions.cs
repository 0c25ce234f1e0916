namespace ML.Thermo.Joules;

/// <summary>What to measure, and where.</summary>
public sealed record JouleOptions
{
    /// <summary>Which components the total adds.</summary>
    public JouleScope Scope { get; init; } = JouleScope.Components;

    /// <summary>Where the kernel's <c>class/powercap</c> and <c>class/power_supply</c> are found; another root in a container, or in a test.</summary>
    public string SysfsRoot { get; init; } = "/sys";

    /// <summary>Watts to estimate from, beside whatever is measured; null estimates nothing.</summary>
    public AssumedWatts? AssumedWatts { get; init; }

    /// <summary>P₀, W of the measured components with nothing to do, as <c>thermo joules idle</c> measures it; null where it is not known.</summary>
    public double? IdleWatts { get; init; }

    /// <summary>Whether to estimate the share of this process and the children that it has waited for (Linux).</summary>
    public bool AttributesProcess { get; init; }

    /// <summary>Where <c>stat</c>, <c>cpuinfo</c> and the processes are found.</summary>
    internal string ProcRoot { get; init; } = "/proc";

    /// <summary>The NVML library; null for the system's own.</summary>
    internal string? NvmlLibrary { get; init; }

    /// <summary>The clock and the timer.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;
}
