namespace ML.Thermo.Joules;

/// <summary>The joules of one component, or why there are none.</summary>
[Maturity(Maturity.Estimator, "the counter's own model of power, where it has one, is its maker's")]
public sealed record JouleComponent
{
    /// <summary>The name of the component that is computed from the user's watts and never enters a total.</summary>
    internal const string Assumed = "assumed";

    /// <summary><c>cpu-package-0</c>, <c>dram-0</c>, <c>gpu-0</c>, <c>platform</c>, <c>battery-BAT0</c>, <c>assumed</c>; the number is the package's
    /// or the device's.</summary>
    public required string Name { get; init; }

    /// <summary>J in the window, ≥ 0; null where there is no number.</summary>
    public double? Joules { get; init; }

    /// <summary>Standard error, J: E·√(1/6)·u/w for a counter that moves every u seconds and a window of w; null where it is not known.</summary>
    public double? StandardError { get; init; }

    /// <summary>What must be known about the number.</summary>
    public required JouleStatus Status { get; init; }

    /// <summary>Where it was read: a file, a library and device, or a formula.</summary>
    public required string Source { get; init; }

    /// <summary>u, seconds between two updates of the source; null where it is not known.</summary>
    public double? ResolutionSeconds { get; init; }

    /// <summary>Why there is no number, or what to mind about it; null where nothing is to be said.</summary>
    public string? Reason { get; init; }

    /// <summary>What makes it readable; null where nothing does or nothing need.</summary>
    public string? Fix { get; init; }

    /// <summary>Which total it belongs to.</summary>
    public JouleScope Scope { get; init; }

    /// <summary>Whether there is a number that was read from the machine.</summary>
    public bool IsMeasured => Joules is not null && Status is JouleStatus.Measured or JouleStatus.BelowResolution or JouleStatus.SharedDevice;
}
