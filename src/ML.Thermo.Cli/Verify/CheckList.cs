namespace ML.Thermo.Cli.Verify;

/// <summary>All checks.</summary>
internal static class CheckList
{
    public static IReadOnlyList<CheckGroup> Groups { get; } =
        [.. TransitionChecks.Groups, .. DataChecks.Groups, .. LawChecks.Groups, .. ActivationChecks.Groups, .. LoopChecks.Groups, .. DynamicsChecks.Groups,
            .. JouleChecks.Groups, .. ExplanationChecks.Groups, .. ScanChecks.Groups, .. IsingChecks.Groups];
}
