namespace ML.Thermo.Report.Dynamics;

/// <summary>The page of trajectories.</summary>
internal static class DynamicsPage
{
    public static PageContent Of(DynamicsFindings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        return new PageContent
        {
            Title = $"{findings.Subject}: the two laws",
            Subtitle = findings.Subtitle,
            Tone = findings.Laws.Count == 0 || findings.Laws.Any(law => law.Verdict == "not decided") ? VerdictTone.Open
                : findings.Laws.All(law => law.Verdict == "lawful") ? VerdictTone.Good : VerdictTone.Bad,
            Summary = findings.Summary,
            Warnings = findings.Warnings,
            Scripts = ["dynamics.js"],
            Data = new
            {
                Laws = findings.Laws.Select(law => new
                {
                    law.Name,
                    law.PartNames,
                    Times = Numbers(law.Times),
                    Parts = law.Parts.Select(Numbers),
                    Residual = Numbers(law.Residual),
                    Entropy = Numbers(law.Entropy),
                    Isotonic = Numbers(law.Isotonic),
                    law.Class,
                    law.Verdict,
                    law.RowsEach,
                }),
                Functions = findings.Functions.Select(function => new
                {
                    function.Name,
                    function.Axis,
                    Places = Numbers(function.Places),
                    Values = Numbers(function.Values),
                    Errors = Numbers(function.Errors),
                    Bias = Numbers(function.Bias),
                }),
                Errors = findings.Errors.Select(error => new
                {
                    error.Model,
                    Times = Numbers(error.Times),
                    Positions = Numbers(error.Positions),
                    Momenta = Numbers(error.Momenta),
                    InternalEnergies = Numbers(error.InternalEnergies),
                }),
                Lattice = findings.Lattice is { } lattice
                    ? new
                    {
                        lattice.Edges,
                        Times = Numbers(lattice.Times),
                        Positions = lattice.Positions.Select(Numbers),
                        Temperatures = lattice.Temperatures.Select(Numbers)
                    }
                    : null,
            },
        };
    }

    /// <summary>JSON has no NaN: what is not finite is null.</summary>
    private static IEnumerable<double?> Numbers(IReadOnlyList<double> values) => values.Select(value => double.IsFinite(value) ? value : (double?)null);
}
