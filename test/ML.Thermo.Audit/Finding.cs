using System.Globalization;

namespace ML.Thermo.Audit;

/// <summary>One stated number beside what a seeded experiment measures.</summary>
/// <param name="Subject">What is stated, such as "energy rule, level".</param>
/// <param name="Case">Law and size.</param>
/// <param name="Stated">The stated number, in words where it is a bound.</param>
/// <param name="Measured">What was measured.</param>
/// <param name="Error">Its standard error.</param>
/// <param name="Least">Least value that agrees with the statement.</param>
/// <param name="Most">Largest value that agrees with it.</param>
internal sealed record Finding(string Subject, string Case, string Stated, double Measured, double Error, double Least, double Most)
{
    /// <summary>The statement stands.</summary>
    public bool Holds => Measured >= Least && Measured <= Most;

    /// <summary>A rate against a bound, and against a least value where the rule should not be timid either.</summary>
    public static Finding Rate(string subject, string @case, int hits, int trials, double stated, bool exact)
    {
        double error = Math.Sqrt(stated * (1 - stated) / trials);
        return new(subject, @case, (exact ? "" : "≤ ") + stated.ToString("0.###", CultureInfo.InvariantCulture), (double)hits / trials,
            error, exact ? stated - (3 * error) : 0, stated + (3 * error));
    }

    /// <summary>A mean against a stated one.</summary>
    public static Finding Mean(string subject, string @case, double mean, double error, double stated, bool isBound = false) =>
        new(subject, @case, (isBound ? "≤ " : "") + stated.ToString("0.###", CultureInfo.InvariantCulture), mean, error,
            isBound ? double.NegativeInfinity : stated - (4 * error), stated + (4 * error));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"| {Subject} | {Case} | {Stated} | {Measured:0.####} | {Error:0.####} | {(Holds ? "yes" : "**NO**")} |");
}
