namespace ML.Thermo.Faults;

/// <summary>What became of one damaged file. The last four must not occur.</summary>
internal enum Outcome
{
    /// <summary>Refused in one of our exceptions.</summary>
    ClearError,

    /// <summary>Taken, and the numbers are those that the file holds.</summary>
    Worked,

    /// <summary>Taken (the weights can be read), though ONNX Runtime would not run it.</summary>
    WorkedNotRunnable,

    /// <summary>Refused by an exception of ML.NET's own loader, before anything of ours is reached.</summary>
    OthersError,

    /// <summary>Took longer than the watchdog waits.</summary>
    Hang,

    /// <summary>Took more memory or time than its size allows.</summary>
    OverLimit,

    /// <summary>An exception that says nothing to a user.</summary>
    Raw,

    /// <summary>Taken, with other numbers than the file holds.</summary>
    SilentWrong,
}

/// <summary>One damaged file and what became of it.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Detail">The message, or what is wrong.</param>
internal readonly record struct Verdict(Outcome Outcome, string Detail = "")
{
    /// <summary>It must not occur.</summary>
    public bool IsFault => Outcome >= Outcome.Hang;
}
