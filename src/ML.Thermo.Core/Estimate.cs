using System.Text.Json.Serialization;
using ML.Thermo.Display;
using ML.Thermo.Numerics;

namespace ML.Thermo;

/// <summary>A number with its standard error. The error of an exact number is zero; of an unknown one, NaN.</summary>
/// <param name="Value">The number itself; NaN where it is undefined.</param>
/// <param name="StandardError">Standard error, in the unit of <paramref name="Value"/>; ≥ 0, or NaN where it is not known.</param>
[Maturity(Maturity.Estimator)]
[JsonConverter(typeof(ResultJsonConverter))]
[TypeFormatterSource(typeof(EstimateDisplay))]
public readonly record struct Estimate(double Value, double StandardError)
{
    /// <summary>No value and no error.</summary>
    public static Estimate Undefined => new(double.NaN, double.NaN);

    /// <summary>A number known without error.</summary>
    /// <param name="value">The number.</param>
    public static Estimate Exact(double value) => new(value, 0);

    /// <summary>Whether the value is a finite number.</summary>
    public bool IsDefined => double.IsFinite(Value);

    /// <summary>The value to the second digit of its error, and the error: <c>0.0861 ± 0.0042</c>; — where it is undefined.</summary>
    public override string ToString() => NumberText.Show(Value, StandardError);
}
