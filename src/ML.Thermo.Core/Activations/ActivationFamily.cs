using System.Globalization;
using static ML.Thermo.Activations.ActivationFunctions;

namespace ML.Thermo.Activations;

/// <summary>An activation before its parameters are chosen: the entry that a name is looked up in.</summary>
internal sealed record ActivationFamily(
    string Name, string Formula, Func<double[], string, Activation> Make, string ParameterNames = "", params double[] Defaults)
{
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>What the parameters must satisfy, in words and as a test.</summary>
    public (string Words, Func<double[], bool> Test) Condition { get; init; } = ("finite numbers", p => p.All(double.IsFinite));

    public Activation Default => With(Defaults);

    /// <summary>All families: the activations of ONNX and of the usual frameworks.</summary>
    public static IReadOnlyList<ActivationFamily> All { get; } =
    [
        new("linear", "z", (_, name) => new PiecewiseLinear([], [1], [0]).Named(name)) { Aliases = ["identity"] },
        new("relu", "max(z, 0)", (_, name) => Rectifier(name, 1, 0)),
        new("leaky-relu", "z for z > 0, else α z", (p, name) => Rectifier(name, 1, p[0]), "ALPHA", 0.01),
        new("prelu", "z for z > 0, else α z", (p, name) => Rectifier(name, 1, p[0]), "ALPHA", 0.25),
        new("abs", "|z|", (_, name) => Rectifier(name, 1, -1)),
        new("relu6", "min(max(z, 0), 6)", (_, name) => Clip(name, 0, 6)),
        new("hard-tanh", "min(max(z, lo), hi)", (p, name) => Clip(name, p[0], p[1]), "LO,HI", -1, 1)
        {
            Aliases = ["clip"],
            Condition = ("LO < HI, either may be infinite", p => p[0] < p[1] && p[0] < double.PositiveInfinity && p[1] > double.NegativeInfinity),
        },
        new("clipped-leaky", "min(max(z for z > 0, else α z, lo), hi)", (p, name) => ClippedRectifier(name, p[0], p[1], p[2]), "ALPHA,LO,HI", 0.1, -1, 6)
        {
            Condition = ("a finite ALPHA > 0 and LO < 0 < HI, either of which may be infinite", p => p[0] > 0 && double.IsFinite(p[0]) && p[1] < 0 && p[2] > 0),
        },
        new("hard-sigmoid", "min(max(α z + β, 0), 1)", HardSigmoid, "ALPHA,BETA", 0.2, 0.5)
        {
            Condition = ("a finite ALPHA > 0 and a finite BETA", p => p[0] > 0 && double.IsFinite(p[0]) && double.IsFinite(p[1])),
        },
        new("threshold-relu", "z for z > θ, else 0", ThresholdedRelu, "THETA", 1) { Aliases = ["thresholded-relu"] },
        new("tanh", "tanh z", (_, name) => Tanh(name)),
        new("sigmoid", "1/(1 + e⁻ᶻ)", (_, name) => Sigmoid(name)) { Aliases = ["logistic"] },
        new("erf", "erf z", (_, name) => ErrorFunction(name)),
        new("probit", "Φ(z)", (_, name) => Probit(name)),
        new("gelu", "z Φ(z)", (_, name) => Gelu(name)),
        new("gelu-tanh", "z (1 + tanh(√(2/π)(z + 0.044715 z³)))/2", (_, name) => GeluTanh(name)),
        new("silu", "z/(1 + e⁻ᶻ)", (_, name) => Swish([1], name)),
        new("swish", "z/(1 + e^(−βz))", Swish, "BETA", 1) { Condition = Positive("BETA") },
        new("mish", "z tanh(ln(1 + eᶻ))", (_, name) => Mish(name)),
        new("hard-swish", "z min(max(z/6 + 1/2, 0), 1)", (_, name) => HardSwish(name)),
        new("softplus", "ln(1 + eᶻ)", (_, name) => Softplus(name)),
        new("softsign", "z/(1 + |z|)", (_, name) => Softsign(name)),
        new("elu", "z for z > 0, else α(eᶻ − 1)", (p, name) => ExponentialLinear(name, 1, p[0], 1), "ALPHA", 1) { Condition = Positive("ALPHA") },
        new("selu", "λz for z > 0, else λα(eᶻ − 1), α = 1.6733, λ = 1.0507",
            (_, name) => ExponentialLinear(name, 1.0507009873554804934, 1.6732632423543772848, 1)),
        new("celu", "z for z > 0, else α(e^(z/α) − 1)", (p, name) => ExponentialLinear(name, 1, p[0], p[0]), "ALPHA", 1) { Condition = Positive("ALPHA") },
        new("sin", "sin z", (_, name) => Sine(name, cosine: false)),
        new("cos", "cos z", (_, name) => Sine(name, cosine: true)),
    ];

    public static Activation Parse(string text)
    {
        string[] parts = text.Split(':', 2);
        string wanted = Key(parts[0]);
        ActivationFamily family = All.FirstOrDefault(f => f.Aliases.Prepend(f.Name).Any(name => Key(name) == wanted))
            ?? throw new ThermoException(
                $"Unknown activation '{parts[0].Trim()}': expected one of {string.Join(", ", NearestNames.Order(parts[0], All.Select(f => f.Name)))}.");
        return parts.Length == 1 ? family.Default : family.WithText(parts[1], text);
    }

    private static (string Words, Func<double[], bool> Test) Positive(string name) =>
        ($"a finite {name} > 0", p => p[0] > 0 && double.IsFinite(p[0]));

    private static string Key(string name) =>
        new([.. name.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);

    private Activation WithText(string parameters, string text)
    {
        string[] numbers = parameters.Split(',');
        double[] values = new double[numbers.Length];
        bool readable = numbers.Length == Defaults.Length;
        for (int i = 0; i < numbers.Length && readable; i++)
            readable = double.TryParse(numbers[i], NumberStyles.Float, CultureInfo.InvariantCulture, out values[i]);
        if (!readable || !Condition.Test(values))
        {
            throw new ThermoException(Defaults.Length == 0
                ? $"'{text}' is not an activation: {Name} takes no parameters."
                : $"'{text}' is not an activation: expected {Name}:{ParameterNames} with {Condition.Words}.");
        }

        return With(values);
    }

    private Activation With(double[] parameters)
    {
        string name = parameters.Length == 0 ? Name : $"{Name}:{string.Join(',', parameters.Select(p => p.ToString(CultureInfo.InvariantCulture)))}";
        Activation activation = Make(parameters, name);
        activation.Formula = Formula;
        activation.Parameters = parameters;
        return activation;
    }
}
