namespace ML.Thermo.Loops;

/// <summary>
/// What sampling finitely many rows a generation does to diversity at T = 1: the same law for every quadratic diversity H (Gini–Simpson 1 − Σp²,
/// the variance of a number, Rao's Σ dᵢⱼ pᵢ pⱼ).</summary>
/// <remarks>
/// <para>H is the expected plug-in value; the unbiased one is n/(n − 1) times it. Generation 1 is the first sample.</para>
/// <para>One fresh row a generation keeps two thirds of the diversity, 4.5 rows keep 90 %, 9.5 rows 95 %, whatever n is: the one-migrant rule of
/// population genetics (Wright 1931).</para></remarks>
[Maturity(Maturity.Theorem, "rows independent given the model; a model that is the law of its training rows")]
public static class ResamplingLaw
{
    /// <summary>H(t)/H(0) = (1 − 1/n)ᵗ: each generation is trained on the last one only, without fresh rows.</summary>
    /// <param name="rows">n ≥ 2.</param>
    /// <param name="generation">t ≥ 0.</param>
    public static double Replace(double rows, double generation)
    {
        CheckRows(rows);
        return Math.Exp(generation * Numerics.SpecialFunctions.LogOnePlus(-1 / rows));
    }

    /// <summary>R = λ(N − 1)/(λN + 1 − λ), N = n(2 − λ): what stays for ever where k = λn rows of each generation are fresh.</summary>
    /// <remarks>k rows come from q and n − k from the model, as two strata: R/(1 − R) = (2n − 1)λ − nλ² is largest at λ = 1 − 1/(2n), a little above
    /// all fresh.</remarks>
    /// <param name="rows">n ≥ 2.</param>
    /// <param name="freshRows">k, from 0 to n.</param>
    public static double Stationary(double rows, double freshRows)
    {
        CheckRows(rows);
        CheckFresh(rows, freshRows);
        double share = freshRows / rows, size = rows * (2 - share);
        return share * (size - 1) / ((share * size) + 1 - share);
    }

    /// <summary>The k of <see cref="Stationary"/> for a wanted R: R/(2(1 − R)) where n is large.</summary>
    /// <param name="rows">n ≥ 2.</param>
    /// <param name="retention">R, above 0 and below 1.</param>
    /// <returns>Fresh rows a generation, not rounded; NaN where n rows cannot keep that much whatever their fresh share: R/(1 − R) &gt; (2n −
    /// 1)²/(4n).</returns>
    public static double FreshRows(double rows, double retention)
    {
        CheckRows(rows);
        LoopArguments.Retention(retention);
        double odds = retention / (1 - retention), linear = (2 * rows) - 1; // nλ² − (2n − 1)λ + R/(1 − R) = 0
        double share = 2 * odds / (linear + Math.Sqrt((linear * linear) - (4 * rows * odds)));
        return share <= 1 ? share * rows : double.NaN;
    }

    /// <summary>Π over i ≤ t of 1 − 1/(n i²): each generation adds n rows to all earlier ones, only the first batch being real.</summary>
    /// <param name="rows">n ≥ 2.</param>
    /// <param name="generation">t ≥ 0; large ones cost t steps.</param>
    public static double Accumulate(double rows, int generation)
    {
        CheckRows(rows);
        double product = 1;
        for (int i = 1; i <= generation; i++)
            product *= 1 - (1 / (rows * i * i));
        return product;
    }

    /// <summary>sin(π/√n)/(π/√n) ≈ 1 − π²/(6n): the limit of <see cref="Accumulate"/>, which needs no fresh rows.</summary>
    /// <param name="rows">n ≥ 2.</param>
    public static double AccumulateLimit(double rows)
    {
        CheckRows(rows);
        double x = Math.PI / Math.Sqrt(rows);
        return Math.Sin(x) / x;
    }

    /// <summary>H(t)/H(0) of the Gini–Simpson index where rows accumulate and k of each new batch are fresh.</summary>
    /// <param name="rows">n ≥ 2.</param>
    /// <param name="freshRows">k, from 0 to n.</param>
    /// <param name="generation">t ≥ 0.</param>
    public static double AccumulateWithFresh(double rows, double freshRows, int generation)
    {
        CheckRows(rows);
        CheckFresh(rows, freshRows);
        if (generation == 0)
            return 1;
        // G = E Σp² with Σq² set to zero, which leaves the ratio unchanged.
        double share = freshRows / rows, g = 1 / rows;
        for (int t = 1; t < generation; t++)
        {
            double rest = 1 - share, sampling = (share + (rest * (1 - g))) / rows;
            g = ((((double)t * t) + (2 * t * rest) + (rest * rest)) * g + sampling) / ((t + 1.0) * (t + 1));
        }

        return 1 - g;
    }

    /// <summary>1 − (1 − p)ⁿ: how likely a category of share p is to be in the next generation at all. Rare ones die while H barely moves.</summary>
    /// <param name="share">p, from 0 to 1.</param>
    /// <param name="rows">n ≥ 2.</param>
    public static double Survival(double share, double rows)
    {
        LoopArguments.Share(share, nameof(share));
        CheckRows(rows);
        return share == 1 ? 1 : 1 - Math.Exp(rows * Numerics.SpecialFunctions.LogOnePlus(-share));
    }

    private static void CheckRows(double rows)
    {
        if (!(rows >= 2) || double.IsInfinity(rows))
            throw new ArgumentOutOfRangeException(nameof(rows), rows, $"A generation has {rows} rows: expected at least 2.");
    }

    private static void CheckFresh(double rows, double freshRows)
    {
        if (!(freshRows >= 0 && freshRows <= rows))
            throw new ArgumentOutOfRangeException(nameof(freshRows), freshRows, $"There are {freshRows} fresh rows: expected from 0 to the {rows} of a "
                + "generation.");
    }
}
