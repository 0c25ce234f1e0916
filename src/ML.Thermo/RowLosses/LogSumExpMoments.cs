using System.Collections.Concurrent;
using ML.Thermo.Numerics;
using static System.Math;

namespace ML.Thermo.RowLosses;

/// <summary>Mean and variance of ln Σ e^zₖ of K independent logits N(0, s²), as functions of s ≥ 0.</summary>
/// <remarks>
/// With G a standard Gumbel variable, ln Σ e^zₖ + G has the law of the largest of K variables zₖ + Gₖ, whose distribution function is
/// ψ(w)ᴷ, ψ(w) = E exp(−e^(z−w)); so its mean less γ and its variance less π²/6 are the ones looked for. They are found once a K by
/// quadrature and interpolated by Chebyshev polynomials of s/(1 + s). Relative error below 1e-6.
/// </remarks>
internal sealed class LogSumExpMoments
{
    private const int Degree = 40;
    private const double EulerGamma = 0.57721566490153286;

    private static readonly ConcurrentDictionary<int, LogSumExpMoments> Known = new();

    private readonly double[] _mean, _variance; // Chebyshev coefficients of mean/(1 + s) and variance/s²

    private LogSumExpMoments(int classes)
    {
        double[] means = new double[Degree], variances = new double[Degree];
        Parallel.For(0, Degree, j =>
        {
            double x = (1 + Cos((j + 0.5) * PI / Degree)) / 2, s = x / (1 - x);
            (double mean, double variance) = Exact(classes, s);
            (means[j], variances[j]) = (mean / (1 + s), variance / (s * s));
        });
        (_mean, _variance) = (Coefficients(means), Coefficients(variances));
    }

    public static LogSumExpMoments For(int classes) => Known.GetOrAdd(classes, static k => new LogSumExpMoments(k));

    /// <summary>Both moments for one s.</summary>
    public (double Mean, double Variance) At(double deviation)
    {
        double x = (2 * deviation / (1 + deviation)) - 1;
        return (Sum(_mean, x) * (1 + deviation), Sum(_variance, x) * deviation * deviation);
    }

    /// <summary>The two moments by quadrature.</summary>
    public static (double Mean, double Variance) Exact(int classes, double s)
    {
        double from = -(8 * s) - 5, to = (8 * s) + Log(classes) + 40;
        int count = (int)Ceiling((to - from) / (0.2 * Max(1, s)));
        double step = (to - from) / count, centre = Log(classes) + EulerGamma, first = 0, second = 0;
        for (int i = 0; i < count; i++)
        {
            // E f(W) = f(a) + ∫ f′(w)(1 − F(w)) dw from a far below; here for w and (w − c)².
            double w = from + ((i + 0.5) * step), below = Log(1 - Above(w, s)), above = 1 - Exp(classes * below);
            first += above * step;
            second += 2 * (w - centre) * above * step;
        }

        second -= step * step / 12; // Euler and Maclaurin: the integrand begins with slope 2 and ends with none
        double about = from + first - centre;
        return (about + Log(classes), Pow(from - centre, 2) + second - (about * about) - (PI * PI / 6));
    }

    /// <summary>1 − ψ(w): over z where z is narrow, over the Gumbel variable where it is wide.</summary>
    private static double Above(double w, double s)
    {
        const double Step = 0.4;
        double sum = 0, total = 0;
        if (s < 1)
        {
            for (double u = -8.4; u < 8.5; u += Step)
            {
                double weight = Exp(-0.5 * u * u);
                total += weight;
                sum += weight * (1 - Exp(-Exp((s * u) - w)));
            }
        }
        else
        {
            for (double g = -3.8; g < 37; g += Step)
            {
                double weight = Exp(-g - Exp(-g));
                total += weight;
                sum += weight * SpecialFunctions.NormalDistribution((g - w) / s);
            }
        }

        return Min(sum / total, 1);
    }

    private static double[] Coefficients(double[] values) =>
        [.. Enumerable.Range(0, Degree).Select(k => (k == 0 ? 1.0 : 2.0) / Degree * values.Select((v, j) => v * Cos(k * (j + 0.5) * PI / Degree)).Sum())];

    /// <summary>Clenshaw's recurrence.</summary>
    private static double Sum(double[] coefficients, double x)
    {
        double one = 0, two = 0;
        for (int k = coefficients.Length - 1; k > 0; k--)
            (one, two) = ((2 * x * one) - two + coefficients[k], one);
        return (x * one) - two + coefficients[0];
    }
}
