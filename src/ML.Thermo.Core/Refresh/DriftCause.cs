namespace ML.Thermo.Refresh;

/// <summary>Which way the losses of a window went.</summary>
public enum DriftDirection
{
    /// <summary>No drift of the losses that can be told from chance, or no labels.</summary>
    None,

    /// <summary>Higher losses.</summary>
    Worse,

    /// <summary>Lower losses.</summary>
    Better,

    /// <summary>Another shape of their law, neither higher nor lower.</summary>
    Other,
}

/// <summary>What is behind a drift, as far as losses and inputs tell.</summary>
public enum DriftCause
{
    /// <summary>No drift.</summary>
    None,

    /// <summary>An input is empty or holds what the reference did not have: mend the pipeline.</summary>
    BrokenInput,

    /// <summary>Losses rose and no input moved: what is right has changed, or noise has grown.</summary>
    LossRose,

    /// <summary>Inputs moved and losses did not rise, or no label tells.</summary>
    InputsMoved,

    /// <summary>Inputs moved and losses rose.</summary>
    InputsMovedAndLossRose,

    /// <summary>Losses fell or changed their shape, and no input moved.</summary>
    LossChanged,
}
