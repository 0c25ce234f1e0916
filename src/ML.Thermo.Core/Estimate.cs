using System.Globalization;

namespace ML.Thermo;

/// <summary>A number with its standard error. The error of an exact number is zero; of an unknown one, NaN.</summary>
/// <param name="Value">The number itself; NaN where it is undefined.</param>
/// <param name="StandardError">Standard error, in the unit of <paramref name="Value"/>; ≥ 0, or NaN where it is not known.</param>
/// <remarks>Maturity: estimator.</remarks>
public readonly record struct Estimate(double Value, double StandardError)
{
    /// <summary>No value and no error.</summary>
    public static Estimate Undefined => new(double.NaN, double.NaN);

    /// <summary>A number known without error.</summary>
    /// <param name="value">The number.</param>
    public static Estimate Exact(double value) => new(value, 0);

    /// <summary>Whether the value is a finite number.</summary>
    public bool IsDefined => double.IsFinite(Value);

    /// <inheritdoc/>
    public override string ToString() =>
        StandardError > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Value:G6} ± {StandardError:G2}")
            : Value.ToString("G6", CultureInfo.InvariantCulture);
}
