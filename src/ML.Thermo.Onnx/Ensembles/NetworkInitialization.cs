using System.IO.Enumeration;
using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Constants;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Ensembles;

/// <summary>The law assumed for one stored tensor of a layer, or the reason why it keeps its trained values.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Role">What the tensor is for.</param>
/// <param name="Root">Where it is stored.</param>
/// <param name="Law">The law of each entry; null where the tensor is not redrawn.</param>
/// <param name="Note">How the law came about (<c>he, fan-in 9</c>), or why there is none.</param>
[Maturity(Maturity.Paper, "mixed initialisation; that an imported network was initialised so is an assumption")]
public sealed record AssumedLaw(Layer Layer, ParameterRole Role, ParameterRoot Root, InitializationLaw? Law, string Note)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Layer.Name} {Role} '{Root.Name}': {(Law is null ? "kept" : Law.ToString())} ({Note})";
}

/// <summary>
/// P₀ of an imported network. The file does not carry it, so it is assumed, layer by layer, and every temperature is relative to it.</summary>
/// <remarks>
/// <para>By default weights before ReLU-like activations (ReLU, leaky, PReLU, ELU, GELU, SiLU, softplus …) are He: N(0, 2/fan-in); before
/// bounded ones (tanh, sigmoid, softsign, erf, …) Glorot: N(0, 2/(fan-in + fan-out)); before SELU or no activation LeCun: N(0, 1/fan-in),
/// which for an embedding is N(0, 1). Recurrent weights are LeCun with the fan-in of the past. Biases and peepholes are 0, scales of
/// normalisations 1, PReLU's slopes 0.25. Running statistics of batch normalisation keep their trained values, and so do quantised
/// weights, numbers inside bodies of If, Loop and Scan, and weights whose fans are not known (unless a fixed law is given).</para></remarks>
[Maturity(Maturity.Estimator, "usual practice: He and others 2015, Glorot and Bengio 2010, LeCun and others 1998")]
public sealed class NetworkInitialization
{
    private readonly IReadOnlyList<Rule> _rules;

    private NetworkInitialization(IReadOnlyList<Rule> rules) => _rules = rules;

    /// <summary>The usual laws by activation and fan.</summary>
    public static NetworkInitialization Auto { get; } = new([]);

    /// <summary>These laws with another one for some layers; of several rules for a tensor, the last counts.</summary>
    /// <param name="layers">Names of layers; * stands for any text, ? for one character.</param>
    /// <param name="scheme">Their law.</param>
    /// <param name="role">For which tensors of the layers.</param>
    public NetworkInitialization With(string layers, InitializationScheme scheme, ParameterRole role = ParameterRole.Weight)
    {
        ArgumentException.ThrowIfNullOrEmpty(layers);
        ArgumentNullException.ThrowIfNull(scheme);
        return new([.. _rules, new(layers, scheme, role)]);
    }

    /// <summary>The rules as texts; <see cref="Read"/> reads them.</summary>
    internal string[][] Written => [.. _rules.Select(rule => (string[])[rule.Layers, rule.Scheme.Name, rule.Role.ToString()])];

    /// <summary>Reads what <see cref="Written"/> gave.</summary>
    internal static NetworkInitialization Read(string[][] rules) =>
        new([.. rules.Select(rule => new Rule(rule[0], InitializationScheme.Parse(rule[1]), Enum.Parse<ParameterRole>(rule[2])))]);

    /// <summary>What is assumed of every tensor of a layer that it could have learned.</summary>
    /// <param name="layer">The layer.</param>
    public IReadOnlyList<AssumedLaw> For(Layer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return [.. layer.Parameters.Where(p => p.IsLearned).SelectMany(p => p.Roots.Select(root => For(layer, p, root)))
            .DistinctBy(assumed => assumed.Root.Name)];
    }

    /// <summary>Refuses rules that no layer answers to, which are likely slips.</summary>
    /// <param name="layers">All layers of the network.</param>
    /// <exception cref="ThermoException">A rule matches no layer.</exception>
    internal void Check(IReadOnlyList<Layer> layers)
    {
        if (_rules.FirstOrDefault(rule => !layers.Any(layer => rule.Matches(layer))) is { } idle)
            throw new ThermoException($"No layer is called '{idle.Layers}': expected one of {string.Join(", ", layers.Select(layer => $"'{layer.Name}'"))}.");
    }

    private AssumedLaw For(Layer layer, ParameterTensor parameter, ParameterRoot root)
    {
        if (Obstacle(layer, parameter, root) is { } obstacle)
            return new(layer, parameter.Role, root, null, obstacle);
        Rule? rule = _rules.LastOrDefault(r => r.Role == parameter.Role && r.Matches(layer));
        return parameter.Role switch
        {
            ParameterRole.Weight => Scaled(rule?.Scheme ?? Usual(layer), layer.FanIn, layer.FanOut),
            ParameterRole.RecurrentWeight => Scaled(rule?.Scheme ?? InitializationScheme.LeCun, parameter.Shape?[^1] ?? 0, parameter.Shape?[^1] ?? 0),
            ParameterRole.Scale => Fixed(rule, 1),
            ParameterRole.Slope => Fixed(rule, 0.25),
            _ => Fixed(rule, 0),
        };

        AssumedLaw Scaled(InitializationScheme scheme, long fanIn, long fanOut)
        {
            bool free = scheme.For(1, 1) == scheme.For(4, 9);
            return free ? new(layer, parameter.Role, root, scheme.For(1), "given")
                : fanIn < 1 || fanOut < 1 ? new(layer, parameter.Role, root, null, "its fans are not known: give it a law that needs none")
                : new(layer, parameter.Role, root, scheme.For(fanIn, fanOut), $"{scheme}, fan-in {fanIn}, fan-out {fanOut}");
        }

        AssumedLaw Fixed(Rule? given, double value) =>
            given is null ? new(layer, parameter.Role, root, InitializationLaw.Constant(value), "usual") : Scaled(given.Scheme, 0, 0);
    }

    private static string? Obstacle(Layer layer, ParameterTensor parameter, ParameterRoot root) =>
        layer.Path.Length > 0 ? "it is inside a body, which a run cannot reach"
        : parameter.Role is ParameterRole.RunningMean or ParameterRole.RunningVariance ? "a statistic of the data, not a parameter"
        : root.Tensor is null ? "its numbers are written into the graph"
        : root.Tensor.ElementType is not (ElementType.Float or ElementType.Float16 or ElementType.Double) ? $"stored as {root.Tensor.ElementType}"
        : null;

    private static InitializationScheme Usual(Layer layer)
    {
        if (layer.Activation?.Function is not { } activation || activation.Name.StartsWith("selu", StringComparison.Ordinal)
            || activation.Name is "linear" or "identity")
            return InitializationScheme.LeCun;
        bool isBounded = activation.SlopeAtPlusInfinity == 0 && activation.SlopeAtMinusInfinity == 0;
        return isBounded && activation.Name != "relu6" ? InitializationScheme.Glorot : InitializationScheme.He;
    }

    private sealed record Rule(string Layers, InitializationScheme Scheme, ParameterRole Role)
    {
        public bool Matches(Layer layer) => FileSystemName.MatchesSimpleExpression(Layers, layer.Name, ignoreCase: false);
    }
}
