namespace ML.Thermo.Numerics;

/// <summary>The error of a function of means, from batches of equal size (Quenouille 1949, Tukey 1958).</summary>
internal static class Jackknife
{
    /// <summary>f of the mean over all batches, with the standard error from leaving out one batch after the other.</summary>
    /// <param name="batches">At least two batches of the same statistics.</param>
    /// <param name="f">A smooth function of the statistics' means.</param>
    public static Estimate Of(IReadOnlyList<double[]> batches, Func<double[], double> f)
    {
        int count = batches.Count;
        double[] left = new double[count];
        for (int omitted = 0; omitted < count; omitted++)
            left[omitted] = f(Mean(batches, omitted));
        return new Estimate(f(Mean(batches, -1)), Error(left));
    }

    /// <summary>√((g − 1)/g Σ(θ − mean θ)²) of a number θ without each of g parts.</summary>
    public static double Error(IReadOnlyList<double> without)
    {
        double centre = without.Average(), sum = without.Sum(value => (value - centre) * (value - centre));
        return Math.Sqrt(sum * (without.Count - 1) / without.Count);
    }

    private static double[] Mean(IReadOnlyList<double[]> batches, int omitted)
    {
        double[] mean = new double[batches[0].Length];
        for (int batch = 0; batch < batches.Count; batch++)
        {
            if (batch == omitted)
                continue;
            for (int k = 0; k < mean.Length; k++)
                mean[k] += batches[batch][k] / (omitted < 0 ? batches.Count : batches.Count - 1);
        }

        return mean;
    }
}
