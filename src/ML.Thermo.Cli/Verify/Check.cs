namespace ML.Thermo.Cli.Verify;

/// <summary>A number from outside and how the library computes it.</summary>
/// <param name="Quantity">What is computed.</param>
/// <param name="Expected">The number from outside.</param>
/// <param name="Tolerance">Largest difference allowed, in the quantity's unit.</param>
/// <param name="Compute">Asks the library.</param>
internal sealed record Check(string Quantity, double Expected, double Tolerance, Func<double> Compute)
{
    /// <summary>Computes and compares; a computation that fails is a check that fails.</summary>
    public CheckResult Run()
    {
        try
        {
            return new CheckResult(this, Compute(), null);
        }
        catch (Exception error) when (error is ThermoException or ArgumentException or ArithmeticException or InvalidOperationException)
        {
            return new CheckResult(this, double.NaN, error.Message);
        }
    }
}

/// <summary>Checks of one kind, from one source.</summary>
/// <param name="Title">What they are about.</param>
/// <param name="Source">Where the expected numbers come from.</param>
/// <param name="Checks">The numbers.</param>
/// <param name="IsPublished">Others have published the numbers; else they were worked out for these checks, by other means than the library's.</param>
internal sealed record CheckGroup(string Title, string Source, IReadOnlyList<Check> Checks, bool IsPublished = false);

/// <summary>What came out of a check.</summary>
/// <param name="Check">What was asked.</param>
/// <param name="Got">The library's answer; NaN where it failed.</param>
/// <param name="Failure">Why it failed, or null.</param>
internal sealed record CheckResult(Check Check, double Got, string? Failure)
{
    public bool Passed => Math.Abs(Got - Check.Expected) <= Check.Tolerance;
}
