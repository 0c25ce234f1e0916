namespace ML.Thermo.Activations;

/// <summary>
/// An activation function φ, the working substance of a layer seen as a heat engine: its value, its derivative and what is
/// known about its shape.</summary>
/// <remarks>
/// <para>Instances are immutable and safe to share between threads. The activations known by name are listed in
/// <see cref="Known"/>; any other continuous function can be given to the constructor.</para></remarks>
[Maturity(Maturity.Paper, "work efficiency depends mainly on the activation function")]
public sealed class Activation
{
    private readonly Func<double, double> _value;
    private readonly Func<double, double> _derivative;

    /// <summary>Describes any continuous, piecewise smooth function.</summary>
    /// <param name="name">How it is called in reports.</param>
    /// <param name="value">z ↦ φ(z), finite for finite z.</param>
    /// <param name="derivative">z ↦ φ′(z); any value at a kink.</param>
    /// <param name="kinks">The points where φ′ or φ″ jumps, in any order; quadrature is split there.</param>
    /// <exception cref="ArgumentException">The name is empty or a kink is not finite.</exception>
    public Activation(string name, Func<double, double> value, Func<double, double> derivative, params IReadOnlyList<double> kinks)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(derivative);
        ArgumentNullException.ThrowIfNull(kinks);
        if (kinks.Any(kink => !double.IsFinite(kink)))
            throw new ArgumentException($"The kinks of '{name}' are {string.Join(", ", kinks)}: expected finite numbers.", nameof(kinks));
        Name = name;
        _value = value;
        _derivative = derivative;
        Kinks = [.. kinks.Order()];
    }

    /// <summary>Every activation known by name, with its usual parameters.</summary>
    public static IReadOnlyList<Activation> Known { get; } = [.. ActivationFamily.All.Select(family => family.Default)];

    /// <summary>The name with its parameters, as <see cref="Parse"/> reads it: <c>relu</c>, <c>leaky-relu:0.1</c>.</summary>
    public string Name { get; }

    /// <summary>φ written out, or an empty text for a function given by the caller.</summary>
    public string Formula { get; internal set; } = "";

    /// <summary>The parameters, in the order of the name; empty where there are none.</summary>
    public IReadOnlyList<double> Parameters { get; internal set; } = [];

    /// <summary>Where φ, φ′ or φ″ jumps, ascending.</summary>
    public IReadOnlyList<double> Kinks { get; }

    /// <summary>sup |φ′|; ∞ where φ jumps, NaN where it is not known. For φ(z) of a normal z the transmission never exceeds its square.</summary>
    public double LipschitzConstant { get; init; } = double.NaN;

    /// <summary>lim φ(z)/z as z → −∞; zero for a function bounded there, NaN where it is not known.</summary>
    public double SlopeAtMinusInfinity { get; init; } = double.NaN;

    /// <summary>lim φ(z)/z as z → +∞; zero for a function bounded there, NaN where it is not known.</summary>
    public double SlopeAtPlusInfinity { get; init; } = double.NaN;

    /// <summary>Moments in closed form for N(mean, variance), or null outside the range where the form is accurate.</summary>
    internal Func<double, double, OutputMoments?>? ClosedForm { get; init; }

    /// <summary>Position and height of a jump of φ, which adds a delta function to φ′.</summary>
    internal (double Position, double Height)? Jump { get; init; }

    /// <summary>Finds an activation by name.</summary>
    /// <param name="text">A name of <see cref="Known"/>, in any case and with or without hyphens, and optionally parameters:
    /// <c>tanh</c>, <c>LeakyRelu</c>, <c>leaky-relu:0.1</c>, <c>hard-tanh:-2,2</c>.</param>
    /// <exception cref="ThermoException">No activation has that name (the known ones are listed, nearest first), or the parameters
    /// are not the ones it takes.</exception>
    public static Activation Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return ActivationFamily.Parse(text);
    }

    /// <summary>φ(z).</summary>
    /// <param name="z">The pre-activation.</param>
    public double Value(double z) => _value(z);

    /// <summary>φ′(z); at a kink the derivative of one side.</summary>
    /// <param name="z">The pre-activation.</param>
    public double Derivative(double z) => _derivative(z);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
