namespace ML.Thermo.Joules;

/// <summary>What must be known about a number of joules. No number comes without one, and no number replaces a missing one.</summary>
public enum JouleStatus
{
    /// <summary>Read from a counter, or integrated from a power sensor.</summary>
    Measured,

    /// <summary>Measured in a window shorter than ten updates of its source: the standard error is above 4 %. Repeat the work.</summary>
    BelowResolution,

    /// <summary>Measured on a device that others use at the same time, as a GPU in MIG mode: the number is that of the whole device.</summary>
    SharedDevice,

    /// <summary>Computed from a formula and watts that the user gave, or a share of a measured number. Never made without being asked for.</summary>
    Estimated,

    /// <summary>Not measured; the reason says why, and the fix what to do.</summary>
    Unavailable,

    /// <summary>The counter fell by more than a wrap explains (a suspend, a driver that was loaded again): no number.</summary>
    CounterReset,

    /// <summary>The readings do not determine a number: a counter fell whose range is not known, or was not read for longer than it may take to wrap.</summary>
    Undefined,

    /// <summary>Found, and left out on purpose, so that nothing is counted twice.</summary>
    NotCounted,
}
