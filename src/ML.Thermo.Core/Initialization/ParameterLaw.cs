namespace ML.Thermo.Initialization;

/// <summary>P₀, the law of all parameters at once: independent entries, each with a law of its own (a mixed initialisation).</summary>
[Maturity(Maturity.Paper)]
public sealed class ParameterLaw
{
    private readonly InitializationLaw[] _entries;

    /// <summary>Creates the law of p independent parameters.</summary>
    /// <param name="entries">One law a parameter, at least one.</param>
    /// <exception cref="ArgumentException">There are no entries.</exception>
    public ParameterLaw(params IReadOnlyList<InitializationLaw> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        if (entries.Count == 0)
            throw new ArgumentException("A parameter law needs at least one entry.", nameof(entries));
        _entries = [.. entries];
        Means = [.. entries.Select(law => law.Mean)];
        Variances = [.. entries.Select(law => law.Variance)];
    }

    /// <summary>The laws, one a parameter.</summary>
    public IReadOnlyList<InitializationLaw> Entries => _entries;

    /// <summary>Number of parameters p.</summary>
    public int Count => _entries.Length;

    /// <summary>m, p entries.</summary>
    public IReadOnlyList<double> Means { get; }

    /// <summary>v = diag V, p entries; ≥ 0.</summary>
    public IReadOnlyList<double> Variances { get; }

    /// <summary>Whether every random entry is normal, so that the energy of a linear model is a quadratic form in normal variables.</summary>
    public bool IsNormal => _entries.All(law => law is NormalLaw or ConstantLaw);

    /// <summary>The same law for each of p parameters.</summary>
    /// <param name="law">The law of each.</param>
    /// <param name="count">p ≥ 1.</param>
    public static ParameterLaw Same(InitializationLaw law, int count) => new([.. Enumerable.Repeat(law, count)]);

    /// <summary>The law with every spread multiplied about its mean.</summary>
    /// <param name="factor">≥ 0.</param>
    public ParameterLaw Scale(double factor) => new([.. _entries.Select(law => law.Scale(factor))]);

    /// <summary>Draws all parameters.</summary>
    /// <param name="random">The stream that is advanced.</param>
    /// <param name="parameters">Receives p numbers.</param>
    /// <exception cref="ArgumentException">The span is not p long.</exception>
    public void Draw(RandomStream random, Span<double> parameters)
    {
        if (parameters.Length != Count)
            throw new ArgumentException($"Expected room for {Count} parameters, got {parameters.Length}.", nameof(parameters));
        for (int j = 0; j < parameters.Length; j++)
            parameters[j] = _entries[j].Draw(random);
    }
}
