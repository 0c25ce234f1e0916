namespace ML.Thermo.Report.Wording;

/// <summary>A number as the page gets it: at full precision for charts and sorting, and in words for people.</summary>
/// <param name="Value">Null where it is undefined.</param>
/// <param name="Error">Its standard error: 0 exact, null unknown.</param>
/// <param name="Text">The value to the digits that its error leaves meaning to, or <c>undefined: reason</c>.</param>
internal sealed record Quantity(double? Value, double? Error, string Text)
{
    /// <summary>An estimate.</summary>
    /// <param name="estimate">The number.</param>
    /// <param name="otherwise">Why it is undefined, where it is.</param>
    public static Quantity Of(Estimate estimate, string otherwise) => estimate.IsDefined
        ? new(estimate.Value, Finite(estimate.StandardError), Numbers.Brief(estimate) + (double.IsNaN(estimate.StandardError) ? " (error unknown)" : ""))
        : Undefined(otherwise);

    /// <summary>An estimate, with six digits where it is exact: as the console's table of a transition has it.</summary>
    /// <param name="estimate">The number.</param>
    /// <param name="otherwise">Why it is undefined, where it is.</param>
    public static Quantity Full(Estimate estimate, string otherwise) =>
        estimate is { IsDefined: true, StandardError: 0 } ? Of(estimate, otherwise) with { Text = Numbers.Show(estimate.Value) } : Of(estimate, otherwise);

    /// <summary>A number whose error is no subject.</summary>
    /// <param name="value">The number.</param>
    /// <param name="otherwise">Why it is undefined, where it is.</param>
    public static Quantity Of(double value, string otherwise) =>
        double.IsFinite(value) ? new(value, null, Numbers.Brief(value)) : Undefined(otherwise);

    /// <summary>A count.</summary>
    /// <param name="value">The count.</param>
    public static Quantity Of(long value) => new(value, 0, Numbers.Count(value));

    /// <summary>A share of one, in percent.</summary>
    /// <param name="value">0 … 1.</param>
    /// <param name="otherwise">Why it is undefined, where it is.</param>
    public static Quantity Share(double value, string otherwise) =>
        double.IsFinite(value) ? new(value, null, $"{Numbers.Significant(100 * value, 3)} %") : Undefined(otherwise);

    /// <summary>No number.</summary>
    /// <param name="reason">Why.</param>
    public static Quantity Undefined(string reason) => new(null, null, $"undefined: {reason}");

    /// <summary>A number, or null in its place.</summary>
    /// <param name="value">Any double.</param>
    public static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
