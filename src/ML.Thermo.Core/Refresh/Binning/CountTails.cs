using ML.Thermo.Numerics;

namespace ML.Thermo.Refresh.Binning;

/// <summary>Exact upper tails of counts.</summary>
internal static class CountTails
{
    /// <summary>P(at least k of n rows drawn without replacement are marked), where K of all M are: Fisher's exact test, one-sided.</summary>
    public static double Hypergeometric(long k, long n, long marked, long all)
    {
        long most = Math.Min(n, marked);
        if (k <= Math.Max(0, n - (all - marked)))
            return 1;
        double sum = 0;
        for (long i = k; i <= most; i++)
        {
            double term = Math.Exp(
                SpecialFunctions.LogChoose(marked, i) + SpecialFunctions.LogChoose(all - marked, n - i) - SpecialFunctions.LogChoose(all, n));
            sum += term;
            if (term < 1e-17 * sum)
                break;
        }

        return Math.Min(sum, 1);
    }

    /// <summary>P(at least k of n draws have the colour) from Pólya's urn with so many balls of it among all.</summary>
    public static double Polya(long k, long n, long balls, long all)
    {
        if (k <= 0)
            return 1;
        double sum = 0;
        for (long i = k; i <= n; i++)
        {
            double term = Math.Exp(SpecialFunctions.LogChoose(n, i) + PolyaUrn.Rise(balls, i) + PolyaUrn.Rise(all - balls, n - i) - PolyaUrn.Rise(all, n));
            sum += term;
            if (term < 1e-17 * sum)
                break;
        }

        return Math.Min(sum, 1);
    }
}
