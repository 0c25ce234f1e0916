using ML.Thermo.Numerics;

namespace ML.Thermo.Entropies;

/// <summary>Forms of the spacing estimator.</summary>
public enum SpacingForm
{
    /// <summary>Vasicek 1976: mean ln[n (x(i+m) − x(i−m))/2m], indices held inside the sample.</summary>
    Vasicek,

    /// <summary>van Es 1992: one-sided spacings with a bias correction.</summary>
    VanEs,

    /// <summary>Ebrahimi, Pflughoeft and Soofi 1994: Vasicek's form with smaller weights near the ends.</summary>
    Ebrahimi,

    /// <summary>Correa 1995: slope of a local line through the 2m + 1 spacings.</summary>
    Correa,
}

/// <summary>Entropy from the spacings x(i+m) − x(i−m) of the sorted energies, nats.</summary>
/// <remarks>
/// <para>Standard error: sd of the n logarithms over √n; too small by up to 40 % at n = 100, and <see cref="Status.SmallSample"/> below 300.
/// Bias of Vasicek's form (its size; it is not subtracted): ln(n/2m) − ψ(n + 1) + (1 − 2m/n) ψ(2m) + (2/n) Σ ψ(i + m − 1),
/// i = 1…m, exact for the uniform law, and twice what S changes beyond that on halving the window, which gaps and outliers cost; of the
/// other forms not known.</para>
/// <para>Where m-th neighbours coincide the value is −∞ with <see cref="Status.Atoms"/>.</para></remarks>
[Maturity(Maturity.Estimator, "Vasicek 1976 and successors")]
public sealed class VasicekEntropy : IEntropyEstimator
{
    private const int WellFilledFrom = 300;
    private readonly int _window;

    /// <summary>Chooses window and form.</summary>
    /// <param name="window">m, from 1 to below half the sample; zero takes ⌊√n + ½⌋.</param>
    /// <param name="form">Which estimator.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window is negative.</exception>
    public VasicekEntropy(int window = 0, SpacingForm form = SpacingForm.Vasicek)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(window);
        _window = window;
        Form = form;
    }

    /// <summary>Which estimator.</summary>
    public SpacingForm Form { get; }

    /// <inheritdoc/>
    public EntropyMethod Method { get; } = new("Vasicek");

    /// <inheritdoc/>
    public bool NeedsSample => true;

    /// <inheritdoc/>
    /// <param name="moments">Not used.</param>
    /// <param name="sample">More than 2m energies, at least four.</param>
    public EntropyEstimate Estimate(EnergyMoments moments, ReadOnlySpan<double> sample)
    {
        double[] x = OrderedSample.Of(sample, Math.Max(4, (2 * _window) + 1));
        if (OrderedSample.Degenerate(x, Method) is { } degenerate)
            return degenerate;
        int n = x.Length, m = _window > 0 ? _window : Math.Min((int)(Math.Sqrt(n) + 0.5), (n - 1) / 2);
        (double entropy, double spread, double withEnergy, int terms) = MeanLog(x, m);
        if (double.IsInfinity(entropy))
            return new(double.NegativeInfinity, double.NaN, Method, Status.Atoms) { Bias = double.NaN };
        return new(entropy, spread / Math.Sqrt(terms), Method, n < WellFilledFrom ? Status.SmallSample : Status.Defined)
        {
            Bias = Form == SpacingForm.Vasicek && m > 1 ? Math.Abs(UniformBias(n, m)) + SmoothingBias(x, m, entropy) : double.NaN,
            EnergyCovariance = withEnergy / terms,
        };
    }

    /// <summary>The mean of the logarithms, their spread, their covariance with the energies, and how many they are.</summary>
    private (double Entropy, double Spread, double WithEnergy, int Terms) MeanLog(double[] x, int m)
    {
        int n = x.Length, terms = Form == SpacingForm.VanEs ? n - m : n;
        double middle = x[n / 2];
        CompensatedSum sum = default, squares = default, energies = default, products = default;
        for (int i = 0; i < terms; i++)
        {
            double log = Math.Log(Form switch
            {
                SpacingForm.VanEs => (n + 1.0) / m * (x[i + m] - x[i]),
                SpacingForm.Correa => n * EnergyPerRank(x, i, m),
                SpacingForm.Ebrahimi => n / (m * (1 + (Math.Min(m, Math.Min(i, n - 1 - i)) / (double)m))) * Spacing(x, i, m),
                _ => n / (2.0 * m) * Spacing(x, i, m),
            });
            sum.Add(log);
            squares.Add(log * log);
            energies.Add(x[i] - middle);
            products.Add((x[i] - middle) * log);
        }

        double mean = sum.Value / terms;
        double entropy = Form == SpacingForm.VanEs
            ? mean + SpecialFunctions.Digamma(n + 1) - SpecialFunctions.Digamma(m) + Math.Log(m) - Math.Log(n + 1)
            : mean;
        double withEnergy = (products.Value / terms) - (mean * energies.Value / terms);
        return (entropy, Math.Sqrt((squares.Value / terms) - (mean * mean)), withEnergy, terms);
    }

    /// <summary>What a window of m spacings blurs: twice what the half of it blurs less, since gaps and outliers cost in proportion to m.</summary>
    private double SmoothingBias(double[] x, int m, double entropy)
    {
        double half = MeanLog(x, m / 2).Entropy - UniformBias(x.Length, m / 2);
        return double.IsInfinity(half) ? double.NaN : 2 * Math.Abs(entropy - UniformBias(x.Length, m) - half);
    }

    private static double Spacing(double[] x, int i, int m) => x[Math.Min(i + m, x.Length - 1)] - x[Math.Max(i - m, 0)];

    // Inverse slope of the regression of the ranks on the energies around i.
    private static double EnergyPerRank(double[] x, int i, int m)
    {
        double mean = 0, across = 0, square = 0;
        for (int j = -m; j <= m; j++)
            mean += x[Math.Clamp(i + j, 0, x.Length - 1)] / ((2 * m) + 1);
        for (int j = -m; j <= m; j++)
        {
            double d = x[Math.Clamp(i + j, 0, x.Length - 1)] - mean;
            across += d * j;
            square += d * d;
        }

        return square > 0 ? square / across : 0;
    }

    private static double UniformBias(int n, int m)
    {
        double ends = 0;
        for (int i = 1; i <= m; i++)
            ends += SpecialFunctions.Digamma(i + m - 1);
        return Math.Log(n / (2.0 * m)) - SpecialFunctions.Digamma(n + 1) + ((1 - (2.0 * m / n)) * SpecialFunctions.Digamma(2 * m)) + (2 * ends / n);
    }
}
