namespace ML.Thermo.Numerics;

/// <summary>L-moment ratios of a sample: shape from sums of the ordered values themselves, known far better than skewness and kurtosis are where tails are
/// heavy or values few.</summary>
/// <param name="Skewness">τ₃, from −1 to 1; 0 for a symmetric law.</param>
/// <param name="Kurtosis">τ₄, from −¼ to 1; 0.1226 for a normal law.</param>
/// <remarks>Source: Hosking, JRSS B 52, 1990; Hosking and Wallis, Regional Frequency Analysis, 1997, appendix A.9 for the gamma law.</remarks>
internal readonly record struct LinearMoments(double Skewness, double Kurtosis)
{
    /// <summary>Of at least four values in ascending order, not all equal.</summary>
    public static LinearMoments Of(ReadOnlySpan<double> ascending)
    {
        double n = ascending.Length, centre = ascending[ascending.Length / 2], b0 = 0, b1 = 0, b2 = 0, b3 = 0;
        for (int j = 0; j < ascending.Length; j++)
        {
            double x = (ascending[j] - centre) / n, first = x * j / (n - 1), second = first * (j - 1) / (n - 2);
            b0 += x;
            b1 += first;
            b2 += second;
            b3 += second * (j - 2) / (n - 3);
        }

        double scale = (2 * b1) - b0;
        return new(((6 * b2) - (6 * b1) + b0) / scale, ((20 * b3) - (30 * b2) + (12 * b1) - b0) / scale);
    }

    /// <summary>Shape of the gamma law (shifted, of either sign) that has this L-skewness, to 5e-5; infinite for a normal law.</summary>
    public double GammaShape
    {
        get
        {
            double t = Math.Abs(Skewness), z = t < 1.0 / 3 ? 3 * Math.PI * t * t : 1 - t;
            return t < 1.0 / 3
                ? (1 + (0.2906 * z)) / (z * (1 + (z * (0.1882 + (0.0442 * z)))))
                : z * (0.36067 + (z * (-0.59567 + (0.25361 * z)))) / (1 + (z * (-2.78861 + (z * (2.56096 - (0.77045 * z))))));
        }
    }

    /// <summary>The L-kurtosis of that gamma law, to 5e-4.</summary>
    public double GammaKurtosis
    {
        get
        {
            double q = Skewness * Skewness;
            return 0.1224 + (q * (0.30115 + (q * (0.95812 + (q * (-0.57488 + (0.19383 * q)))))));
        }
    }
}
