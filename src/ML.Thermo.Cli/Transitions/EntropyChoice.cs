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

    /// <summary>The estimator behind a name; null for the exact entropy, the automatic choice, and the resolved one, whose resolution the
    /// trained state gives.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public static IEntropyEstimator? Estimator(string name) => name switch
    {
        Auto or Exact or Resolved => null,
        _ => EntropyEstimators.Parse(name),
    };

    /// <summary>What <c>--type2-entropy</c> means.</summary>
    public static TypeIIEntropy ParseTypeII(string name) =>
        s_typeII.TryGetValue(name, out TypeIIEntropy entropy)
            ? entropy
            : throw new ThermoException($"Unknown entropy '{name}' for --type2-entropy: expected {string.Join(", ", s_typeII.Keys)}.");

    /// <summary>The method's name in JSON and tables.</summary>
    public static string Name(EntropyMethod method) => EntropyEstimators.NameOf(method);
}
