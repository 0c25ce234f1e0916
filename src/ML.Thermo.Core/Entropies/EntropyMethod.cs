namespace ML.Thermo.Entropies;

/// <summary>How an entropy was obtained, by name: an estimator brings its own, here are those that others ask about.</summary>
public readonly record struct EntropyMethod
{
    private readonly string? _name;

    /// <summary>A method of its own.</summary>
    /// <param name="name">What it is called where an entropy is saved; not empty.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public EntropyMethod(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        _name = name == nameof(Exact) ? null : name;
    }

    /// <summary>Closed form, or quadrature of the exact density; the default.</summary>
    public static EntropyMethod Exact => default;

    /// <summary>Kozachenko–Leonenko nearest-neighbour estimator.</summary>
    public static EntropyMethod KozachenkoLeonenko { get; } = new(nameof(KozachenkoLeonenko));

    /// <summary>Gaussian with the same variance.</summary>
    public static EntropyMethod Gaussian { get; } = new(nameof(Gaussian));

    /// <summary>Gamma law on [E₀, ∞) with the same mean and variance.</summary>
    public static EntropyMethod Gamma { get; } = new(nameof(Gamma));

    /// <summary>Gaussian corrected by skewness and kurtosis.</summary>
    public static EntropyMethod Edgeworth { get; } = new(nameof(Edgeworth));

    /// <summary>Mutual information with additive Gaussian noise: the entropy at finite resolution.</summary>
    public static EntropyMethod FiniteResolution { get; } = new(nameof(FiniteResolution));

    /// <summary>Central-limit form ½ ln(2πe V/m).</summary>
    public static EntropyMethod CentralLimit { get; } = new(nameof(CentralLimit));

    /// <summary>The name.</summary>
    public string Name => _name ?? nameof(Exact);

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
