namespace ML.Thermo.Linear.Outputs;

/// <summary>
/// The law of one output of a linear model over its random parameters: z = μ + sZ + Σ bₖUₖ with Z standard normal and Uₖ
/// uniform on (−1, 1), all independent.
/// </summary>
/// <param name="mean">μ.</param>
/// <param name="gaussianVariance">s², the part of the variance that normal parameters make.</param>
/// <param name="halfWidths">bₖ &gt; 0, one for each uniform parameter that acts on the output.</param>
internal readonly ref struct OutputLaw(double mean, double gaussianVariance, ReadOnlySpan<double> halfWidths)
{
    /// <summary>Standard deviations beyond which less than 2e-17 of the probability lies: a uniform law has lighter tails than
    /// the normal law of the same variance, so the bound holds for every sum.</summary>
    private const double Tail = 8.5;

    /// <summary>μ.</summary>
    public double Mean { get; } = mean;

    /// <summary>s.</summary>
    public double GaussianDeviation { get; } = Math.Sqrt(gaussianVariance);

    /// <summary>bₖ.</summary>
    public ReadOnlySpan<double> HalfWidths { get; } = halfWidths;

    /// <summary>Var z = s² + Σ bₖ²/3.</summary>
    public double Variance
    {
        get
        {
            double sum = 0;
            foreach (double b in HalfWidths)
                sum += b * b;
            return (GaussianDeviation * GaussianDeviation) + (sum / 3);
        }
    }

    /// <summary>Distance from the mean beyond which z is never found, to double precision.</summary>
    public double Reach
    {
        get
        {
            double sum = Tail * GaussianDeviation;
            foreach (double b in HalfWidths)
                sum += b;
            return Math.Min(sum, Tail * Math.Sqrt(Variance));
        }
    }

    /// <summary>E cos ω(z − μ) = e^(−s²ω²/2) Π sin(bₖω)/(bₖω), and a bound on it that falls with ω.</summary>
    public (double Value, double Bound) Characteristic(double frequency)
    {
        double x = GaussianDeviation * frequency, exponent = -0.5 * x * x, product = 1, decay = 1;
        double gaussian = Math.Exp(exponent);
        foreach (double b in HalfWidths)
        {
            double t = b * frequency;
            product *= Math.Sin(t) / t;
            if (t < 2)
                exponent -= t * t / 6; // sin t/t ≤ e^(−t²/6)
            else
                decay /= t;
        }

        return (gaussian * product, Math.Exp(exponent) * decay);
    }

    /// <summary>
    /// E f(z) for uniform parameters alone, from F, the K-fold antiderivative of f, at the 2ᴷ corners of their box:
    /// Σₑ (Πe) F(μ + e·b) / Π 2bₖ.
    /// </summary>
    /// <param name="antiderivative">F.</param>
    /// <returns>The expectation and the size of its rounding error, which grows where F's differences cancel.</returns>
    public (double Value, double Error) CornerSum(Func<double, double> antiderivative)
    {
        double sum = 0, size = 0, volume = 1;
        foreach (double b in HalfWidths)
            volume *= 2 * b;
        for (int corner = 0; corner < 1 << HalfWidths.Length; corner++)
        {
            double z = Mean;
            for (int k = 0; k < HalfWidths.Length; k++)
                z += (corner >> k & 1) == 0 ? HalfWidths[k] : -HalfWidths[k];
            double term = (int.PopCount(corner) & 1) == 0 ? antiderivative(z) : -antiderivative(z);
            sum += term;
            size += Math.Abs(term);
        }

        return (sum / volume, 2e-16 * size / volume);
    }
}
