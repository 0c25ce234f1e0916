using ML.Thermo.Initialization;
using ML.Thermo.Numerics;

namespace ML.Thermo.Loops.Simulation;

/// <summary>Draws of counts: exact, and the same for the same stream.</summary>
internal static class Multinomial
{
    /// <summary>Adds the counts of n draws from a law to what is there.</summary>
    /// <param name="law">Shares that add up to about one.</param>
    /// <param name="draws">n ≥ 0.</param>
    /// <param name="random">The stream.</param>
    /// <param name="work">As long as the law; overwritten.</param>
    /// <param name="counts">Grows by n in all.</param>
    public static void Add(ReadOnlySpan<double> law, long draws, RandomStream random, Span<double> work, Span<long> counts)
    {
        if (draws < law.Length / 8)
        {
            AddSingly(law, draws, random, work, counts);
            return;
        }

        double rest = 0;
        for (int i = law.Length - 1; i >= 0; i--)
            work[i] = rest += law[i]; // what this and the later categories hold
        long left = draws;
        int last = law.LastIndexOfAnyExcept(0.0);
        for (int i = 0; i < last && left > 0; i++)
        {
            if (law[i] == 0)
                continue;
            long count = Binomial(left, Math.Min(law[i] / work[i], 1), random);
            counts[i] += count;
            left -= count;
        }

        counts[last] += left;
    }

    /// <summary>One binomial number: by inversion where the mean is small, else by Hörmann's transformed rejection (BTRS, 1993).</summary>
    public static long Binomial(long n, double p, RandomStream random)
    {
        if (p > 0.5)
            return n - Binomial(n, 1 - p, random);
        if (n == 0 || p <= 0)
            return 0;
        return n * p < 10 ? ByInversion(n, p, random) : ByRejection(n, p, random);
    }

    private static void AddSingly(ReadOnlySpan<double> law, long draws, RandomStream random, Span<double> work, Span<long> counts)
    {
        double sum = 0;
        for (int i = 0; i < law.Length; i++)
            work[i] = sum += law[i];
        int last = law.LastIndexOfAnyExcept(0.0);
        for (long draw = 0; draw < draws; draw++)
        {
            double target = random.NextDouble() * sum;
            int low = 0, high = last;
            while (low < high)
            {
                int middle = (low + high) / 2;
                (low, high) = work[middle] < target ? (middle + 1, high) : (low, middle);
            }

            counts[low]++;
        }
    }

    private static long ByInversion(long n, double p, RandomStream random)
    {
        double odds = p / (1 - p), probability = Math.Exp(n * SpecialFunctions.LogOnePlus(-p)), u = random.NextDouble();
        long k = 0;
        while (u > probability && k < n)
        {
            u -= probability;
            probability *= odds * (n - k) / (k + 1);
            k++;
            if (k > 200) // beyond any quantile that a double resolves for a mean below 10
                break;
        }

        return k;
    }

    private static long ByRejection(long n, double p, RandomStream random)
    {
        double spread = Math.Sqrt(n * p * (1 - p)), b = 1.15 + (2.53 * spread), a = -0.0873 + (0.0248 * b) + (0.01 * p), centre = (n * p) + 0.5;
        double certain = 0.92 - (4.2 / b), alpha = (2.83 + (5.1 / b)) * spread, mode = Math.Floor((n + 1) * p), odds = Math.Log(p / (1 - p));
        double atMode = double.NaN;
        while (true)
        {
            double v = random.NextDouble(), u = random.NextDouble() - 0.5, us = 0.5 - Math.Abs(u);
            double k = Math.Floor((((2 * a / us) + b) * u) + centre);
            if (us >= 0.07 && v <= certain)
                return (long)k;
            if (k < 0 || k > n)
                continue;
            if (double.IsNaN(atMode))
                atMode = LogFactorials(n, mode);
            if (Math.Log(v * alpha / ((a / (us * us)) + b)) <= atMode - LogFactorials(n, k) + ((k - mode) * odds))
                return (long)k;
        }
    }

    private static double LogFactorials(long n, double k) => SpecialFunctions.LogGamma(k + 1) + SpecialFunctions.LogGamma(n - k + 1);
}
