namespace ML.Thermo.Cli.Commands;

/// <summary>What a shell is told; a contract.</summary>
internal enum ExitCode
{
    /// <summary>Done.</summary>
    Done = 0,

    /// <summary>Failed: a line on stderr says why.</summary>
    Failed = 1,

    /// <summary>Wrong usage: an option or its value.</summary>
    WrongUsage = 2,

    /// <summary>A finding that an option such as <c>--fail-on</c> asked to fail for.</summary>
    Finding = 3,

    /// <summary>Cancelled, as by Ctrl+C.</summary>
    Cancelled = 130,
}
