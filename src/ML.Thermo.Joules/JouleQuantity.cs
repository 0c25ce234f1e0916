using ML.Thermo.Transitions;

namespace ML.Thermo.Joules;

/// <summary>Joules, or joules per something, with what must be known about them.</summary>
/// <param name="Value">J or J per unit; null where there is no number.</param>
/// <param name="StandardError">Its standard error in the same unit; null where it is not known.</param>
/// <param name="Status">What must be known about it.</param>
/// <param name="Reason">Why there is no number, or what to mind; null where nothing is to be said.</param>
[Maturity(Maturity.Estimator)]
public sealed record JouleQuantity(double? Value, double? StandardError, JouleStatus Status, string? Reason = null)
{
    /// <summary>The same per unit of an exact count: predictions, rows, epochs.</summary>
    /// <param name="count">&gt; 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is not a positive number.</exception>
    public JouleQuantity Per(double count)
    {
        if (!(count > 0) || !double.IsFinite(count))
            throw new ArgumentOutOfRangeException(nameof(count), count, "Expected a positive count of what the joules were spent on.");
        return this with { Value = Value / count, StandardError = StandardError / count };
    }

    /// <summary>
    /// The same per unit of a quantity that has an error of its own: J/q, standard error √((s_J/q)² + (J·s_q/q²)²). Undefined where q is not two
    /// standard errors above zero: nothing was gained that the joules could have paid for.
    /// </summary>
    /// <param name="quantity">What was gained, such as ΔS in nats.</param>
    /// <param name="name">Its name, for the reason.</param>
    public JouleQuantity Per(Estimate quantity, string name)
    {
        if (Value is not { } joules)
            return this;
        if (!quantity.IsDefined || !(quantity.Value > 0) || quantity.Value < Transition.UndefinedBelow * quantity.StandardError)
            return new(null, null, JouleStatus.Undefined, $"{name} is {quantity}: not two standard errors above zero, so the joules bought none of it.");
        double q = quantity.Value, relative = joules * quantity.StandardError / (q * q);
        double? error = StandardError is { } s && !double.IsNaN(relative) ? Math.Sqrt((s / q * (s / q)) + (relative * relative)) : null;
        return this with { Value = joules / q, StandardError = error };
    }
}
