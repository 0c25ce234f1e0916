using System.Diagnostics;
using ML.Thermo.Numerics;

namespace ML.Thermo.Loops.Diversity;

/// <summary>How diverse a generation is, from the counts of its categories.</summary>
/// <remarks>
/// <para>Counts of zero may be given and do not matter. Compare generations of unequal size by <see cref="Rarefied"/>, never by raw distinct counts.</para>
/// <para>Gini–Simpson and rarefaction are unbiased.</para></remarks>
[Maturity(Maturity.Estimator, "Miller 1955; Chao and Shen 2003; Grassberger 2003; Hurlbert 1971; Hill 1973")]
[DebuggerDisplay("{Rows} rows of {Richness} categories, S = {ChaoShen}")]
public sealed class CategoryDiversity
{
    private readonly (long Count, int Categories)[] _spectrum; // equal counts together: text has few distinct ones

    /// <summary>Reads the counts.</summary>
    /// <param name="counts">Rows of each category, ≥ 0, with at least one row.</param>
    /// <exception cref="ArgumentException">A count is negative, or all are zero.</exception>
    public CategoryDiversity(ReadOnlySpan<long> counts)
    {
        var spectrum = new Dictionary<long, int>();
        for (int i = 0; i < counts.Length; i++)
        {
            if (counts[i] < 0)
                throw new ArgumentException($"Count {i} is {counts[i]}: expected a number of at least 0.", nameof(counts));
            if (counts[i] > 0)
                spectrum[counts[i]] = spectrum.GetValueOrDefault(counts[i]) + 1;
        }

        if (spectrum.Count == 0)
            throw new ArgumentException("All counts are zero: expected at least one row.", nameof(counts));
        _spectrum = [.. spectrum.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value))];
        Rows = _spectrum.Sum(group => group.Count * group.Categories);
        Richness = _spectrum.Sum(group => group.Categories);
        Singletons = _spectrum[0].Count == 1 ? _spectrum[0].Categories : 0;
    }

    /// <summary>n.</summary>
    public long Rows { get; }

    /// <summary>Categories that occur.</summary>
    public int Richness { get; }

    /// <summary>f₁, categories that occur once.</summary>
    public int Singletons { get; }

    /// <summary>C = 1 − f₁/n: the estimated share of the law that the categories seen make up (Good 1953). 0 where all rows are distinct, as ids are.</summary>
    public double Coverage => 1 - ((double)Singletons / Rows);

    /// <summary>−Σ p ln p of the shares, nats: biased low by about (K − 1)/2n.</summary>
    public double PlugIn => -Sum(count => Share(count) * Math.Log(Share(count)));

    /// <summary>Plug-in + (occupied categories − 1)/2n, nats.</summary>
    public double MillerMadow => PlugIn + ((Richness - 1) / (2.0 * Rows));

    /// <summary>−Σ Cp ln Cp/(1 − (1 − Cp)ⁿ), nats, C the coverage: the default, for it counts what was not seen. NaN where all rows are distinct.</summary>
    public double ChaoShen => Coverage == 0 ? double.NaN : -Sum(count =>
    {
        double p = Coverage * Share(count);
        return p * Math.Log(p) / (p == 1 ? 1 : 1 - Math.Exp(Rows * SpecialFunctions.LogOnePlus(-p)));
    });

    /// <summary>ln n − (1/n) Σ nᵢ G(nᵢ), nats, G(n) = ψ(n) + ½(−1)ⁿ[ψ((n + 1)/2) − ψ(n/2)].</summary>
    public double Grassberger => Math.Log(Rows) - Sum(count => Share(count) * (SpecialFunctions.Digamma(count)
        + (0.5 * (count % 2 == 0 ? 1 : -1) * (SpecialFunctions.Digamma((count + 1) / 2.0) - SpecialFunctions.Digamma(count / 2.0)))));

    /// <summary>√(Var(ln p)/n), nats: standard error of the entropies. Zero for equal shares, where the error is of second order, about √((K −
    /// 1)/2)/n.</summary>
    public double EntropyStandardError
    {
        get
        {
            double mean = -PlugIn, variance = Sum(count => Share(count) * Math.Pow(Math.Log(Share(count)) - mean, 2));
            return Math.Sqrt(Math.Max(variance, 0) / Rows);
        }
    }

    /// <summary>1 − Σ nᵢ(nᵢ − 1)/(n(n − 1)): how likely two rows differ, unbiased; NaN for a single row.</summary>
    public double GiniSimpson => Rows < 2 ? double.NaN : 1 - Sum(count => Share(count) * (count - 1) / (Rows - 1));

    /// <summary>Standard error of <see cref="GiniSimpson"/>: 2 √(Var(p)/n), Var over rows.</summary>
    public double GiniStandardError
    {
        get
        {
            double mean = Sum(count => Share(count) * Share(count));
            return 2 * Math.Sqrt(Math.Max(Sum(count => Share(count) * Math.Pow(Share(count) - mean, 2)), 0) / Rows);
        }
    }

    /// <summary>Expected number of categories among m rows drawn without replacement: Σ [1 − C(n − nᵢ, m)/C(n, m)].</summary>
    /// <param name="rows">m, from 0 to n.</param>
    public double Rarefied(long rows)
    {
        if (rows < 0 || rows > Rows)
            throw new ArgumentOutOfRangeException(nameof(rows), rows, $"{rows} of {Rows} rows: expected from 0 to all of them.");
        double all = Log(Rows);
        return Sum(count => count > Rows - rows ? 1 : 1 - Math.Exp(Log(Rows - count) - all));

        double Log(double n) => SpecialFunctions.LogGamma(n + 1) - SpecialFunctions.LogGamma(n - rows + 1);
    }

    /// <summary>Hill number (Σ pᵃ)^(1/(1 − a)): effective number of categories, of the plug-in shares. Order 0 counts them, 1 is e^S, 2 is 1/Σp².</summary>
    /// <param name="order">a ≥ 0; +∞ is one over the largest share.</param>
    public double Hill(double order) =>
        !(order >= 0) ? throw new ArgumentOutOfRangeException(nameof(order), order, $"The order is {order}: expected at least 0.")
        : order == 1 ? Math.Exp(PlugIn)
        : double.IsPositiveInfinity(order) ? 1 / Share(_spectrum[^1].Count)
        : Math.Pow(Sum(count => Math.Pow(Share(count), order)), 1 / (1 - order));

    private double Share(long count) => (double)count / Rows;

    private double Sum(Func<long, double> term)
    {
        CompensatedSum sum = default;
        foreach ((long count, int categories) in _spectrum)
            sum.Add(categories * term(count));
        return sum.Value;
    }
}
