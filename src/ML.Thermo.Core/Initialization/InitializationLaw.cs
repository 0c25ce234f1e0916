using System.Globalization;
using ML.Thermo.Numerics;

namespace ML.Thermo.Initialization;

/// <summary>The law from which one parameter is drawn before training.</summary>
/// <remarks>
/// <para>Scales are standard deviations. All laws here are symmetric about their mean, so odd cumulants above the first vanish.</para></remarks>
[Maturity(Maturity.Paper, "normal, uniform and mixed initialisation")]
public abstract record InitializationLaw : IDistribution
{
    private protected InitializationLaw()
    {
    }

    /// <summary>m, unit of the parameter.</summary>
    public abstract double Mean { get; init; }

    /// <summary>v = second cumulant; ≥ 0.</summary>
    public abstract double Variance { get; }

    /// <summary>Fourth cumulant: 0 for the normal law, −2a⁴/15 for U(m−a, m+a).</summary>
    public abstract double FourthCumulant { get; }

    /// <summary>Sixth cumulant: 0 for the normal law, 16a⁶/63 for U(m−a, m+a).</summary>
    public abstract double SixthCumulant { get; }

    /// <summary>√v.</summary>
    public double StandardDeviation => Math.Sqrt(Variance);

    /// <summary>N(mean, sd²).</summary>
    /// <param name="mean">Finite.</param>
    /// <param name="standardDeviation">≥ 0, of finite square.</param>
    /// <exception cref="InvalidLawException">A parameter is outside its range.</exception>
    public static InitializationLaw Normal(double mean, double standardDeviation) => new NormalLaw(mean, standardDeviation);

    /// <summary>U(low, high).</summary>
    /// <param name="low">Finite.</param>
    /// <param name="high">Finite, above <paramref name="low"/>.</param>
    /// <exception cref="InvalidLawException">The interval is empty, or its variance not finite.</exception>
    public static InitializationLaw Uniform(double low, double high) => new UniformLaw(low, high);

    /// <summary>A parameter that is not random.</summary>
    /// <param name="value">Finite.</param>
    /// <exception cref="InvalidLawException">The value is not finite.</exception>
    public static InitializationLaw Constant(double value) => new ConstantLaw(value);

    /// <inheritdoc/>
    public abstract double Density(double x);

    /// <inheritdoc/>
    public abstract double Distribution(double x);

    /// <inheritdoc/>
    public abstract double DifferentialEntropy(CancellationToken cancellation = default);

    /// <summary>Draws one parameter.</summary>
    /// <param name="random">The stream that is advanced.</param>
    public abstract double Draw(RandomStream random);

    /// <summary>The same law with its spread multiplied about its mean.</summary>
    /// <param name="factor">≥ 0; zero gives a constant.</param>
    public abstract InitializationLaw Scale(double factor);
}

/// <summary>N(m, s²).</summary>
[Maturity(Maturity.Paper)]
public sealed record NormalLaw : InitializationLaw
{
    private readonly double _sd;

    internal NormalLaw(double mean, double standardDeviation)
    {
        if (!double.IsFinite(mean) || !double.IsFinite(standardDeviation * standardDeviation) || standardDeviation < 0)
        {
            throw new InvalidLawException(string.Create(
                CultureInfo.InvariantCulture,
                $"normal:{mean},{standardDeviation} is not a law: expected a finite mean and a standard deviation ≥ 0 with a finite square."));
        }

        Mean = mean;
        _sd = standardDeviation;
    }

    /// <inheritdoc/>
    public override double Mean { get; init; }

    /// <inheritdoc/>
    public override double Variance => _sd * _sd;

    /// <inheritdoc/>
    public override double FourthCumulant => 0;

    /// <inheritdoc/>
    public override double SixthCumulant => 0;

    /// <inheritdoc/>
    public override double Density(double x) => _sd == 0 ? Constant(Mean).Density(x) : SpecialFunctions.NormalDensity((x - Mean) / _sd) / _sd;

    /// <inheritdoc/>
    public override double Distribution(double x) => _sd == 0 ? Constant(Mean).Distribution(x) : SpecialFunctions.NormalDistribution((x - Mean) / _sd);

    /// <inheritdoc/>
    public override double DifferentialEntropy(CancellationToken cancellation = default) => Math.Log(_sd) + (0.5 * Math.Log(2 * Math.PI * Math.E));

    /// <inheritdoc/>
    public override double Draw(RandomStream random) => Mean + (_sd * random.NextNormal());

    /// <inheritdoc/>
    public override InitializationLaw Scale(double factor) => new NormalLaw(Mean, _sd * factor);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"normal:{Mean},{_sd}");
}

/// <summary>U(low, high), half-width a = (high − low)/2.</summary>
[Maturity(Maturity.Paper)]
public sealed record UniformLaw : InitializationLaw
{
    internal UniformLaw(double low, double high)
    {
        if (!double.IsFinite(low) || !double.IsFinite(high) || low >= high)
            throw new InvalidLawException(
                string.Create(CultureInfo.InvariantCulture, $"uniform:{low},{high} is an empty interval: expected two finite numbers LO < HI."));
        Mean = (low / 2) + (high / 2);
        HalfWidth = (high / 2) - (low / 2);
        if (!double.IsFinite(HalfWidth * HalfWidth))
            throw new InvalidLawException(
                string.Create(CultureInfo.InvariantCulture, $"uniform:{low},{high} is too wide for double precision: expected a finite variance."));
    }

    /// <inheritdoc/>
    public override double Mean { get; init; }

    /// <summary>a, half the width of the interval; &gt; 0.</summary>
    public double HalfWidth { get; }

    /// <inheritdoc/>
    public override double Variance => HalfWidth * HalfWidth / 3;

    /// <inheritdoc/>
    public override double FourthCumulant => -2 * Math.Pow(HalfWidth, 4) / 15;

    /// <inheritdoc/>
    public override double SixthCumulant => 16 * Math.Pow(HalfWidth, 6) / 63;

    /// <inheritdoc/>
    public override double Density(double x) => double.IsNaN(x) ? double.NaN : Math.Abs(x - Mean) <= HalfWidth ? 0.5 / HalfWidth : 0;

    /// <inheritdoc/>
    public override double Distribution(double x) => Math.Clamp(0.5 + (0.5 * ((x - Mean) / HalfWidth)), 0, 1); // the clamp is the law's own

    /// <inheritdoc/>
    public override double DifferentialEntropy(CancellationToken cancellation = default) => Math.Log(2 * HalfWidth);

    /// <inheritdoc/>
    public override double Draw(RandomStream random) => Mean + (HalfWidth * ((2 * random.NextDouble()) - 1));

    /// <inheritdoc/>
    public override InitializationLaw Scale(double factor) =>
        factor == 0 ? Constant(Mean) : new UniformLaw(Mean - (factor * HalfWidth), Mean + (factor * HalfWidth));

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"uniform:{Mean - HalfWidth},{Mean + HalfWidth}");
}

/// <summary>A parameter that is always the same, as a bias that starts at zero.</summary>
[Maturity(Maturity.Paper, "mixed initialisation")]
public sealed record ConstantLaw : InitializationLaw
{
    internal ConstantLaw(double value)
    {
        if (!double.IsFinite(value))
            throw new InvalidLawException(string.Create(CultureInfo.InvariantCulture, $"constant:{value} is not a law: expected a finite number."));
        Mean = value;
    }

    /// <inheritdoc/>
    public override double Mean { get; init; }

    /// <inheritdoc/>
    public override double Variance => 0;

    /// <inheritdoc/>
    public override double FourthCumulant => 0;

    /// <inheritdoc/>
    public override double SixthCumulant => 0;

    /// <inheritdoc/>
    public override double Density(double x) => double.IsNaN(x) ? double.NaN : x == Mean ? double.PositiveInfinity : 0;

    /// <inheritdoc/>
    public override double Distribution(double x) => double.IsNaN(x) ? double.NaN : x >= Mean ? 1 : 0;

    /// <inheritdoc/>
    public override double DifferentialEntropy(CancellationToken cancellation = default) => double.NegativeInfinity;

    /// <inheritdoc/>
    public override double Draw(RandomStream random) => Mean;

    /// <inheritdoc/>
    public override InitializationLaw Scale(double factor) => this;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"constant:{Mean}");
}
