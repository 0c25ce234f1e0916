using static ML.Thermo.Numerics.SpecialFunctions;

namespace ML.Thermo.Activations;

/// <summary>φ(z) = cⱼ + sⱼ z between the kinks kⱼ₋₁ and kⱼ: m kinks, m + 1 slopes and intercepts.</summary>
internal sealed class PiecewiseLinear(double[] kinks, double[] slopes, double[] intercepts)
{
    /// <summary>Width, in standard deviations, below which a segment is integrated numerically.</summary>
    private const double Narrow = 0.2;

    public double Value(double z)
    {
        int j = Segment(z);
        return slopes[j] == 0 ? intercepts[j] : intercepts[j] + (slopes[j] * z);
    }

    public double Derivative(double z) => slopes[Segment(z)];

    public Activation Named(string name)
    {
        int jump = Array.FindIndex(kinks, kink => Height(kink) != 0);
        return new Activation(name, Value, Derivative, kinks)
        {
            ClosedForm = Moments,
            Jump = jump < 0 ? null : (kinks[jump], Height(kinks[jump])),
            LipschitzConstant = jump < 0 ? slopes.Max(Math.Abs) : double.PositiveInfinity,
            SlopeAtMinusInfinity = slopes[0],
            SlopeAtPlusInfinity = slopes[^1],
        };
    }

    /// <summary>
    /// Sums of truncated normal moments over the segments. With z = μ + √q x, everything is measured from φ(μ), so that
    /// a large offset costs no digits. Where μ lies on a flat piece and every kink is in the tail of the law, the terms of a segment
    /// cancel and quadrature takes over.
    /// </summary>
    private OutputMoments? Moments(double mean, double variance)
    {
        double sd = Math.Sqrt(variance), centre = Value(mean);
        if (Derivative(mean) == 0 && kinks.All(kink => Math.Abs(kink - mean) > 2 * sd))
            return null;
        double first = 0, second = 0, gain = 0, squaredGain = 0;
        for (int j = 0; j < slopes.Length; j++)
        {
            double low = j == 0 ? double.NegativeInfinity : (kinks[j - 1] - mean) / sd;
            double high = j == kinks.Length ? double.PositiveInfinity : (kinks[j] - mean) / sd;
            double offset = intercepts[j] + (slopes[j] * mean) - centre, rise = slopes[j] * sd;
            (double m0, double m1, double m2) = high - low < Narrow ? NarrowMoments(low, high, offset, rise) : Moments(low, high, offset, rise);
            first += m1;
            second += m2;
            gain += slopes[j] * m0;
            squaredGain += slopes[j] * slopes[j] * m0;
            if (j < kinks.Length && Height(kinks[j]) is double height && height != 0)
            {
                gain += height * NormalDensity(high) / sd;
                squaredGain = double.PositiveInfinity;
            }
        }

        return new OutputMoments(centre + first, second - (first * first), gain, squaredGain);
    }

    /// <summary>∫ (offset + rise·x)ᵏ φ(x) dx over a segment for k = 0, 1, 2.</summary>
    private static (double M0, double M1, double M2) Moments(double low, double high, double offset, double rise)
    {
        double densityLow = NormalDensity(low), densityHigh = NormalDensity(high);
        double m0 = low > 0 ? NormalDistribution(-low) - NormalDistribution(-high) : NormalDistribution(high) - NormalDistribution(low);
        double m1 = densityLow - densityHigh, m2 = m0 + Product(low, densityLow) - Product(high, densityHigh);
        return (m0, (offset * m0) + (rise * m1), (offset * offset * m0) + (2 * offset * rise * m1) + (rise * rise * m2));
    }

    /// <summary>The same where the terms would cancel: on a short segment the Gauss–Legendre rule is exact to rounding.</summary>
    private static (double M0, double M1, double M2) NarrowMoments(double low, double high, double offset, double rise)
    {
        double m0 = 0, m1 = 0, m2 = 0;
        foreach ((double node, double weight) in GaussianQuadrature.Legendre)
        {
            double x = low + (node * (high - low)), mass = weight * (high - low) * NormalDensity(x), value = offset + (rise * x);
            m0 += mass;
            m1 += mass * value;
            m2 += mass * value * value;
        }

        return (m0, m1, m2);
    }

    private int Segment(double z)
    {
        int j = 0;
        while (j < kinks.Length && z > kinks[j])
            j++;
        return j;
    }

    private double Height(double kink)
    {
        int j = Array.IndexOf(kinks, kink);
        double height = intercepts[j + 1] - intercepts[j] + ((slopes[j + 1] - slopes[j]) * kink);
        return Math.Abs(height) > 1e-14 * (Math.Abs(intercepts[j]) + Math.Abs(intercepts[j + 1])) + (1e-14 * Math.Abs(kink)) ? height : 0;
    }

    private static double Product(double x, double density) => density == 0 ? 0 : x * density;
}
