using System.Globalization;

namespace ML.Thermo.Initialization;

/// <summary>
/// A recipe for an initialisation law: either a fixed law, or one whose spread follows from the number of inputs and outputs of
/// the layer.</summary>
/// <remarks>
/// <para>Variances: He 2/fan-in, Glorot 2/(fan-in + fan-out), LeCun 1/fan-in, each as a normal law or as the uniform law of the same
/// variance (half-width √(3v)), about mean zero.</para>
/// <para>A linear model has fan-in d and fan-out 1.  Sources: LeCun and
/// others 1998, Glorot and Bengio 2010, He and others 2015.</para></remarks>
[Maturity(Maturity.Paper, "normal, uniform and mixed initialisation")]
public sealed class InitializationScheme
{
    /// <summary>What <see cref="Parse"/> reads.</summary>
    public const string Grammar =
        "normal:MEAN,SD, uniform:LO,HI, constant:C, he, he-uniform, glorot, glorot-uniform, lecun or lecun-uniform";

    private static readonly InitializationScheme[] Scaled =
    [
        new("he", (fanIn, _) => Normal(2.0 / fanIn)),
        new("he-uniform", (fanIn, _) => Uniform(2.0 / fanIn)),
        new("glorot", (fanIn, fanOut) => Normal(2 / ((double)fanIn + fanOut))),
        new("glorot-uniform", (fanIn, fanOut) => Uniform(2 / ((double)fanIn + fanOut))),
        new("lecun", (fanIn, _) => Normal(1.0 / fanIn)),
        new("lecun-uniform", (fanIn, _) => Uniform(1.0 / fanIn)),
    ];

    private readonly Func<long, long, InitializationLaw> _law;

    private InitializationScheme(string name, Func<long, long, InitializationLaw> law) => (Name, _law) = (name, law);

    /// <summary>The text that <see cref="Parse"/> reads back.</summary>
    public string Name { get; }

    /// <summary>He: N(0, 2/fan-in), for ReLU layers.</summary>
    public static InitializationScheme He => Scaled[0];

    /// <summary>He: uniform with variance 2/fan-in.</summary>
    public static InitializationScheme HeUniform => Scaled[1];

    /// <summary>Glorot (Xavier): N(0, 2/(fan-in + fan-out)), for tanh and sigmoid layers.</summary>
    public static InitializationScheme Glorot => Scaled[2];

    /// <summary>Glorot (Xavier): uniform with variance 2/(fan-in + fan-out).</summary>
    public static InitializationScheme GlorotUniform => Scaled[3];

    /// <summary>LeCun: N(0, 1/fan-in), for SELU layers.</summary>
    public static InitializationScheme LeCun => Scaled[4];

    /// <summary>LeCun: uniform with variance 1/fan-in.</summary>
    public static InitializationScheme LeCunUniform => Scaled[5];

    /// <summary>The same law for every layer.</summary>
    /// <param name="law">The law.</param>
    public static InitializationScheme Fixed(InitializationLaw law)
    {
        ArgumentNullException.ThrowIfNull(law);
        return new InitializationScheme(law.ToString()!, (_, _) => law);
    }

    /// <summary>Reads a scheme or a fixed law; letter case and spaces around numbers do not matter.</summary>
    /// <param name="text"><c>normal:MEAN,SD</c>, <c>uniform:LO,HI</c>, <c>constant:C</c>, <c>he</c>, <c>glorot</c>, <c>lecun</c>, or one of the
    /// last three with <c>-uniform</c>.</param>
    /// <exception cref="InvalidLawException">The text is none of these, or a parameter is outside its range.</exception>
    public static InitializationScheme Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':', 2, StringSplitOptions.TrimEntries);
        if (parts.Length == 1)
        {
            return Scaled.FirstOrDefault(scheme => string.Equals(scheme.Name, parts[0], StringComparison.OrdinalIgnoreCase))
                ?? throw Invalid(text);
        }

        double[] p = [.. parts[1].Split(',').Select(number => Number(number, text))];
        return Fixed((parts[0].ToLowerInvariant(), p.Length) switch
        {
            ("normal", 2) => InitializationLaw.Normal(p[0], p[1]),
            ("uniform", 2) => InitializationLaw.Uniform(p[0], p[1]),
            ("constant", 1) => InitializationLaw.Constant(p[0]),
            _ => throw Invalid(text),
        });
    }

    /// <summary>The law of each weight of a layer.</summary>
    /// <param name="fanIn">Number of inputs that one output sums over, ≥ 1.</param>
    /// <param name="fanOut">Number of outputs that one input feeds, ≥ 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A fan is not positive.</exception>
    public InitializationLaw For(long fanIn, long fanOut = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(fanIn);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(fanOut);
        return _law(fanIn, fanOut);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static InitializationLaw Normal(double variance) => InitializationLaw.Normal(0, Math.Sqrt(variance));

    private static InitializationLaw Uniform(double variance) =>
        InitializationLaw.Uniform(-Math.Sqrt(3 * variance), Math.Sqrt(3 * variance));

    private static double Number(string number, string text) =>
        double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : throw Invalid(text);

    private static InvalidLawException Invalid(string text) =>
        new($"'{text}' is not an initialisation law: expected {Grammar}.");
}
