namespace ML.Thermo.Loops.Guard;

/// <summary>What must be known before the numbers of a guard are trusted.</summary>
[Flags]
public enum GuardStatus
{
    /// <summary>Nothing stands against the numbers.</summary>
    Defined = 0,

    /// <summary>Some rows are of categories that neither the fresh data nor the generation before had: no model of these data makes them. They were
    /// left out.</summary>
    Novelty = 1 << 0,

    /// <summary>Temperature and fresh share trade off: the likelihood hardly tells a cold loop with fresh rows from a less cold one without. Give the
    /// fresh share if it is known.</summary>
    FlatProfile = 1 << 1,

    /// <summary>The best fresh share is 0, the edge of its range; the error of the temperature is that at share 0, and the share has an upper limit
    /// only.</summary>
    AtBoundary = 1 << 2,

    /// <summary>The data do not tell a temperature: all categories are equally frequent, or the best temperature is beyond 1/50 or 50.</summary>
    NoTemperature = 1 << 3,

    /// <summary>Only part of the rows was read: a temperature cannot be fitted, for the next generation was trained on all of them.</summary>
    Subsampled = 1 << 4,
}

/// <summary>What becomes of a loop.</summary>
public enum LoopVerdict
{
    /// <summary>Neither can be said at the stated rate.</summary>
    Undetermined,

    /// <summary>The whole interval of the long-run retention lies at or above what was asked for.</summary>
    Alive,

    /// <summary>More diversity has gone than resampling explains, or the whole interval of the retention lies below what was asked for.</summary>
    Freezing,

    /// <summary>The sampler is hotter than one and the entropy has risen above the reference.</summary>
    Boiling,
}
