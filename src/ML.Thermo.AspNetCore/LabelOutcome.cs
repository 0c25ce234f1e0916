namespace ML.Thermo.AspNetCore;

/// <summary>What became of a label.</summary>
public enum LabelOutcome
{
    /// <summary>Its row waited for it, and has it now.</summary>
    Taken,

    /// <summary>No row of this id waits: none was observed, or it was dropped. The label is counted as unmatched.</summary>
    Unknown,

    /// <summary>A label of this id has come before, and stands. This one is counted as unmatched. After a restart it is <see cref="Unknown"/>.</summary>
    Doubled,
}
