using System.Globalization;

namespace ML.Thermo.Explanations;

/// <summary>One feature of the row that is explained, and how far it moves.</summary>
/// <remarks>The coordinate z of a feature is 0 at the explained row. A numeric one moves to z = ±ρ, which is x = x₀ ± ρσ; any other has one other place, its
/// <see cref="Change"/>.</remarks>
public sealed record ExplainedFeature
{
    private ExplainedFeature(string name, FeatureKind kind, string text) => (Name, Kind, Text) = (name, kind, text);

    /// <summary>The user's own name.</summary>
    public string Name { get; }

    /// <summary>How it is moved.</summary>
    public FeatureKind Kind { get; }

    /// <summary>Its value in the explained row, as a person reads it.</summary>
    public string Text { get; }

    /// <summary>Its value in the explained row; NaN where it is no number.</summary>
    public double Number { get; private init; } = double.NaN;

    /// <summary>The other value of a switch; NaN for other kinds.</summary>
    public double Other { get; private init; } = double.NaN;

    /// <summary>σ: population standard deviation over the background, in the feature's own unit; 1 where there is none.</summary>
    public double Deviation { get; private init; } = 1;

    /// <summary>Whether it holds whole numbers only: it then moves by whole steps, at least one.</summary>
    public bool IsWhole { get; private init; }

    /// <summary>The coordinate after a change: (other − value)/σ of a switch, −1 of a category or a mask (present is 0); NaN of a number.</summary>
    public double Change { get; private init; } = -1;

    /// <summary>A number that moves up and down.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">x₀, finite.</param>
    /// <param name="deviation">σ > 0.</param>
    /// <param name="isWhole">Whether it holds whole numbers only.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not finite, or σ is not positive.</exception>
    public static ExplainedFeature Numeric(string name, double value, double deviation, bool isWhole = false) => new(name, FeatureKind.Numeric, Show(value))
    {
        Number = Finite(value, name),
        Deviation = Positive(deviation, name),
        Change = double.NaN,
        IsWhole = isWhole,
    };

    /// <summary>How far a number moves where ρ is asked for, in standard deviations: ρ, or the nearest whole number of steps from one on.</summary>
    internal double Radius(double radius) => IsWhole ? Math.Max(1, Math.Round(radius * Deviation)) / Deviation : radius;

    /// <summary>A number with two values.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">x₀, finite.</param>
    /// <param name="other">The other value.</param>
    /// <param name="deviation">σ > 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not finite, the values are equal, or σ is not positive.</exception>
    public static ExplainedFeature Switch(string name, double value, double other, double deviation)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(Finite(other, name), Finite(value, name));
        return new(name, FeatureKind.Switch, Show(value))
        {
            Number = value,
            Other = other,
            Deviation = Positive(deviation, name),
            Change = (other - value) / deviation,
        };
    }

    /// <summary>A word of a list.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">The category of the explained row.</param>
    public static ExplainedFeature Category(string name, string value) => new(name, FeatureKind.Category, value);

    /// <summary>Something that is there or not.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">What is there.</param>
    public static ExplainedFeature Mask(string name, string value) => new(name, FeatureKind.Mask, value);

    private static double Finite(double value, string name) => double.IsFinite(value) ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, $"'{name}' is {value.ToString(CultureInfo.InvariantCulture)}: expected a finite number.");

    private static double Positive(double deviation, string name) => deviation > 0 && double.IsFinite(deviation) ? deviation
        : throw new ArgumentOutOfRangeException(nameof(deviation), deviation, $"'{name}' has a standard deviation of "
            + $"{deviation.ToString(CultureInfo.InvariantCulture)}: expected a positive number.");

    private static string Show(double value) => value.ToString("G7", CultureInfo.InvariantCulture);
}
