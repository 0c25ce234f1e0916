using ML.Thermo.Entropies;
using ML.Thermo.Transitions;

namespace ML.Thermo.Cli.Transitions;

/// <summary>The names of entropies on the command line and in JSON.</summary>
internal static class EntropyChoice
{
    public const string Auto = "auto", Exact = "exact", Resolved = "resolved";

    /// <summary>What <c>--entropy</c> takes.</summary>
    public static IReadOnlyList<string> Names { get; } = [Auto, Exact, "kl", "gaussian", "gamma", "pearson", Resolved];

    private static readonly Dictionary<string, TypeIIEntropy> s_typeII = new(StringComparer.OrdinalIgnoreCase)
    {
        ["clt"] = TypeIIEntropy.CentralLimit,
        ["edgeworth"] = TypeIIEntropy.Edgeworth,
        ["gamma"] = TypeIIEntropy.Gamma,
        ["kl"] = TypeIIEntropy.KozachenkoLeonenko,
    };

    /// <summary>The name, if it is one.</summary>
    public static string Check(string name) =>
        Names.FirstOrDefault(known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ThermoException($"Unknown entropy '{name}' for --entropy: expected {string.Join(", ", Names)}.");

    /// <summary>The estimator behind a name; null for the exact entropy and for the automatic choice.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="trained">Its noise is the resolution of the entropy at finite resolution.</param>
    public static IEntropyEstimator? Estimator(string name, State trained) => name switch
    {
        Auto or Exact => null,
        Resolved => trained.Variance.Value > 0
            ? new FiniteResolution(Math.Sqrt(trained.Variance.Value))
            : throw new ThermoException("--entropy resolved takes its resolution from the noise of the trained loss, and here is none (point state, interpolation or separable classes)."),
        _ => EntropyEstimators.Parse(name),
    };

    /// <summary>What <c>--type2-entropy</c> means.</summary>
    public static TypeIIEntropy ParseTypeII(string name) =>
        s_typeII.TryGetValue(name, out TypeIIEntropy entropy)
            ? entropy
            : throw new ThermoException($"Unknown entropy '{name}' for --type2-entropy: expected {string.Join(", ", s_typeII.Keys)}.");

    /// <summary>The method's name in JSON and tables.</summary>
    public static string Name(EntropyMethod method) => method switch
    {
        EntropyMethod.Exact => Exact,
        EntropyMethod.KozachenkoLeonenko => "kl",
        EntropyMethod.Gaussian => "gaussian",
        EntropyMethod.Gamma => "gamma",
        EntropyMethod.PearsonIII => "pearson",
        EntropyMethod.Edgeworth => "edgeworth",
        EntropyMethod.FiniteResolution => Resolved,
        EntropyMethod.Histogram => "histogram",
        EntropyMethod.Vasicek => "vasicek",
        EntropyMethod.CentralLimit => "clt",
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "Expected a member of EntropyMethod."),
    };
}
