namespace ML.Thermo.AspNetCore;

/// <summary>What became of a label.</summary>
public enum LabelOutcome
{
    /// <summary>Its row waited for it, and has it now.</summary>
    Taken,

    /// <summary>
    /// Its row waits no more: enough labels of its window were there and it was judged for good, or too many rows waited. The label is counted as unmatched,
    /// and nothing is wrong with it. After a restart it is <see cref="Unknown"/>.
    /// </summary>
    Late,

    /// <summary>No row of this id was observed. The label is counted as unmatched.</summary>
    Unknown,

    /// <summary>A label of this id has come before, and stands. This one is counted as unmatched. After a restart it is <see cref="Unknown"/>.</summary>
    Doubled,
}
