using System.Runtime.Intrinsics;
using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear.Squared;
using ML.Thermo.Numerics;
using ML.Thermo.Transitions;

namespace ML.Thermo.Cli.Verify;

/// <summary>Probability laws, special functions, random numbers and entropy estimators.</summary>
internal static class LawChecks
{
    public static IEnumerable<CheckGroup> Groups =>
    [
        new("P(Q > x) of quadratic forms: Q = 0.6 χ²(h₁) + 0.3 χ²(h₂) + 0.1 χ²(h₃), and one with non-centralities",
            "J. P. Imhof, Biometrika 48 (1961), table 1, recomputed to six decimals", [.. Imhof()], IsPublished: true),
        new("Special functions", "Infer.NET's test tables (50-digit mpmath), closed forms", [.. Functions()], IsPublished: true),
        new("Entropies of samples", "SciPy's differential_entropy tests; NPEET's formula on the same samples", [.. Samples()], IsPublished: true),
        new("Entropies of laws", "closed forms", [.. Laws()]),
        new("Random numbers: Philox4x32-10, words 0 to 3", "known-answer vectors of Random123 (Salmon and others, 2011)", [.. Philox()], IsPublished: true),
    ];

    private static IEnumerable<Check> Imhof()
    {
        double[] weights = [0.6, 0.3, 0.1];
        (double[] Degrees, double X, double P)[] rows =
        [
            ([1, 1, 1], 0.1, 0.945786), ([1, 1, 1], 0.7, 0.506438), ([1, 1, 1], 2, 0.123959),
            ([2, 2, 2], 0.2, 0.993547), ([2, 2, 2], 2, 0.399795), ([2, 2, 2], 6, 0.016103),
            ([2, 4, 6], 1, 0.966640), ([2, 4, 6], 3, 0.419555), ([2, 4, 6], 8, 0.008715),
        ];
        foreach ((double[] degrees, double x, double p) in rows)
            yield return new($"h = {string.Join(", ", degrees)}, x = {x}", p, 6e-7, () => new QuadraticForm(weights, degrees).Exceedance(x));
        foreach ((double x, double p) in new[] { (2, 0.993882), (10, 0.408658), (20, 0.022082) })
            yield return new($"0.7 χ²(6, δ 6) + 0.3 χ²(2, δ 2) > {x}", p, 6e-7, () => new QuadraticForm([0.7, 0.3], [6, 2], [6, 2]).Exceedance(x));
    }

    private static IEnumerable<Check> Functions()
    {
        yield return new("ψ(1), minus Euler's constant", -0.5772156649015329, 1e-15, () => SpecialFunctions.Digamma(1));
        yield return new("ψ(−1.1)", 10.154163959143849, 1e-12, () => SpecialFunctions.Digamma(-1.1));
        yield return new("ψ(−½)", 0.03648997397857652, 1e-14, () => SpecialFunctions.Digamma(-0.5));
        yield return new("ψ′(1) = π²/6", Math.PI * Math.PI / 6, 1e-14, () => SpecialFunctions.Trigamma(1));
        yield return new("ln Γ(½) = ½ ln π", 0.5 * Math.Log(Math.PI), 1e-15, () => SpecialFunctions.LogGamma(0.5));
        yield return new("Φ(−5)", 2.8665157187919391e-7, 1e-20, () => SpecialFunctions.NormalDistribution(-5));
    }

    private static IEnumerable<Check> Samples()
    {
        var sample = new Lazy<double[]>(() => NumPySample.Normal(0, 100));
        yield return new("first normal of RandomState(0)", 1.764052345967664, 1e-15, () => sample.Value[0]);
        foreach ((int window, double expected) in new[] { (0, 1.342551187000946), (1, 1.122044177725947), (8, 1.349401487550325) })
            yield return new($"Vasicek, window {(window == 0 ? "by default" : window)}", expected, 1e-12,
                () => new VasicekEntropy(window).Estimate(default, sample.Value).Value);
        foreach ((int k, double expected) in new[] { (1, 1.4966441062), (3, 1.3385379263), (5, 1.4361421958) })
            yield return new($"Kozachenko–Leonenko, k = {k}", expected, 1e-10, () => new NearestNeighbourEntropy(k).Estimate(sample.Value, 1).Value);
        yield return new("the same of 0, 1, 3, 7, 12, k = 1", 3.514257, 1e-6, () => new NearestNeighbourEntropy(1).Estimate([0, 1, 3, 7, 12], 1).Value);
    }

    private static IEnumerable<Check> Laws()
    {
        yield return new("exponential, H(1, 1)", 1, 1e-14, () => SpecialFunctions.GammaEntropy(1, 1));
        yield return new("χ²(1), H(½, 2)", 0.783757110, 1e-9, () => SpecialFunctions.GammaEntropy(0.5, 2));
        yield return new("χ²(1) as a quadratic form", 0.783757110, 1e-9, () => new QuadraticForm([1]).Entropy().Value);
        yield return new("normal of variance 1", 1.418938533, 1e-9,
            () => new GaussianClosure().Estimate(new EnergyMoments(Estimate.Exact(0), Estimate.Exact(1)), []).Value);
        foreach ((int m, double expected) in new[] { (1, -2.43511871), (6, -2.46990960), (50, -3.42284256) })
            yield return new($"mean of {m} squares of N(0, 0.04)", expected, 1e-8, () => TypeIIState.GaussianResiduals(0.04, m).Entropy.Value);
    }

    private static IEnumerable<Check> Philox()
    {
        (string Name, uint[] Counter, uint[] Key, uint[] Words)[] vectors =
        [
            ("zeros", [0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]),
            ("ones", [~0u, ~0u, ~0u, ~0u], [~0u, ~0u], [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]),
            ("digits of π", [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]),
        ];
        foreach ((string name, uint[] counter, uint[] key, uint[] words) in vectors)
        {
            for (int i = 0; i < words.Length; i++)
            {
                int word = i;
                yield return new($"counter and key {name}, word {word}", words[word], 0, () =>
                {
                    Vector512<ulong>[] lanes = [.. counter.Select(part => Vector512.Create((ulong)part))];
                    (Vector512<ulong> w0, Vector512<ulong> w1, Vector512<ulong> w2, Vector512<ulong> w3) =
                        RandomStream.Philox(lanes[0], lanes[1], lanes[2], lanes[3], key[0], key[1]);
                    return new[] { w0, w1, w2, w3 }[word][0];
                });
            }
        }
    }
}
