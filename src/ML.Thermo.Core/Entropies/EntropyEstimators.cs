namespace ML.Thermo.Entropies;

/// <summary>The entropy estimators by the names under which users choose them.</summary>
[Maturity(Maturity.Estimator)]
public static class EntropyEstimators
{
    private static readonly (string Name, Func<IEntropyEstimator> Create)[] Known =
    [
        ("kl", () => new KozachenkoLeonenko()),
        ("gaussian", () => new GaussianClosure()),
        ("gamma", () => new GammaClosure()),
        ("pearson", () => new PearsonClosure()),
        ("edgeworth", () => new EdgeworthClosure()),
        ("resolved", () => new FiniteResolution()),
        ("histogram", () => new HistogramEntropy()),
        ("vasicek", () => new VasicekEntropy()),
    ];

    /// <summary>The names that <see cref="Parse"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Select(entry => entry.Name)];

    /// <summary>The name of a method in JSON and tables: that of its estimator, <c>exact</c>, or <c>clt</c>; its own where it is none of ours.</summary>
    /// <param name="method">How an entropy was obtained.</param>
    public static string NameOf(EntropyMethod method)
    {
        if (method == EntropyMethod.Exact)
            return "exact";
        if (method == EntropyMethod.CentralLimit)
            return "clt";
        foreach ((string known, Func<IEntropyEstimator> create) in Known)
        {
            if (create().Method == method)
                return known;
        }

        return method.Name;
    }

    /// <summary>The estimator of a name, with its recommended settings.</summary>
    /// <param name="name">One of <see cref="Names"/>, in any case.</param>
    /// <exception cref="ArgumentException">There is no estimator of that name.</exception>
    public static IEntropyEstimator Parse(string name)
    {
        foreach ((string known, Func<IEntropyEstimator> create) in Known)
        {
            if (known.Equals(name, StringComparison.OrdinalIgnoreCase))
                return create();
        }

        throw new ArgumentException($"'{name}' is not an entropy estimator: expected one of {string.Join(", ", Names)}.", nameof(name));
    }
}
