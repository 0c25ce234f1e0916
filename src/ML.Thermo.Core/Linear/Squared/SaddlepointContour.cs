using ML.Thermo.Numerics;

namespace ML.Thermo.Linear.Squared;

/// <summary>
/// Inversion of the moment generating function e^K(s) of Q = Σ λⱼ χ²(νⱼ, δⱼ) along a hyperbola through its saddlepoint, where the
/// integrand has no oscillation to cancel: the trapezoidal rule then converges geometrically, for one term or a thousand, for any
/// condition number and any non-centrality.
/// </summary>
/// <remarks>
/// K(s) = Σ −(νⱼ/2) ln(1 − 2λⱼs) + δⱼ λⱼ s/(1 − 2λⱼs). Near the saddlepoint s, with x = 2λⱼqⱼΔ and qⱼ = 1/(1 − 2λⱼs),
/// K(s+Δ) − K(s) − K′(s)Δ = Σ −(νⱼ/2)(ln(1 − x) + x) + (δⱼqⱼ/2) x²/(1 − x): no term of it depends on where Q is measured from.
/// Where the argument of Δ lies between 45° and 90° every term has a negative real part, as Re x² &lt; 0 there: the integrand
/// never exceeds its value at the saddlepoint. The hyperbola's asymptotes keep to that sector.
/// Source: Rice 1980 and Helstrom 1983 (steepest descent for quadratic forms in Gaussian variables).
/// </remarks>
internal sealed class SaddlepointContour(double[] weights, double[] degrees, double[] noncentralities)
{
    private const double RelativeChange = 1e-8; // of the trapezoidal sum on halving its step: the error left is of the order of its square
    private const double Negligible = 1e-18;
    private const double AsymptoticSlope = 0.75; // m: below 1, so that the contour stays steeper than 45°
    private const int MostHalvings = 10;

    private readonly double[] _rates = new double[weights.Length + 1];
    private readonly double[] _shifts = new double[weights.Length + 1];

    /// <summary>ψ(s) = sK′(s) − K(s) ≥ 0: −ln of the density at K′(s), to leading order.</summary>
    public double Legendre(double s)
    {
        double psi = 0;
        for (int j = 0; j < weights.Length; j++)
        {
            double t = 2 * weights[j] * s, u = t / (1 - t);
            double central = Math.Abs(u) < 0.5 ? -SpecialFunctions.LogOnePlusMinus(u) : u + Math.Log(1 - t);
            psi += (degrees[j] / 2 * central) + (noncentralities[j] / 2 * u * u);
        }

        return psi;
    }

    /// <summary>K′(s): the value of Q, measured from its floor, whose saddlepoint is s.</summary>
    public double Slope(double s)
    {
        double slope = 0;
        for (int j = 0; j < weights.Length; j++)
        {
            double q = 1 / (1 - (2 * weights[j] * s));
            slope += weights[j] * q * (degrees[j] + (noncentralities[j] * q));
        }

        return slope;
    }

    /// <summary>K′(s) − K′(0), without cancellation near the mean of Q.</summary>
    public double SlopeAboveMean(double s)
    {
        double slope = 0;
        for (int j = 0; j < weights.Length; j++)
        {
            double q = 1 / (1 - (2 * weights[j] * s));
            slope += 2 * weights[j] * weights[j] * s * q * (degrees[j] + (noncentralities[j] * (1 + q)));
        }

        return slope;
    }

    /// <summary>K″(s) and K‴(s).</summary>
    public (double Second, double Third) Curvature(double s)
    {
        double second = 0, third = 0;
        for (int j = 0; j < weights.Length; j++)
        {
            double a = weights[j] / (1 - (2 * weights[j] * s)), b = noncentralities[j] / (1 - (2 * weights[j] * s));
            second += 2 * a * a * (degrees[j] + (2 * b));
            third += 8 * a * a * a * (degrees[j] + (3 * b));
        }

        return (second, third);
    }

    /// <summary>The density of Q at K′(s).</summary>
    public double Density(double s)
    {
        (double second, double third) = Curvature(s);
        return Math.Exp(-Legendre(s)) * Integral(s, 0, second, third);
    }

    /// <summary>P(Q &gt; v) for s &gt; 0, P(Q ≤ v) for s &lt; 0, where K′(s) = v + 1/s: the saddlepoint of e^(K − sv)/|s|.</summary>
    public double Tail(double s)
    {
        (double second, double third) = Curvature(s);
        return Math.Exp(1 - Legendre(s)) / Math.Abs(s) * Integral(s, -1 / s, second + (1 / (s * s)), third);
    }

    /// <summary>(1/2πi) ∫ e^(K(z) − K(s) − K′(s)(z − s)) dz; the pole of a tail, 1/z, joins as a term of ν = 2 and a rate of its own.</summary>
    private double Integral(double s, double poleRate, double second, double third)
    {
        for (int j = 0; j < weights.Length; j++)
        {
            double q = 1 / (1 - (2 * weights[j] * s));
            _rates[j] = 2 * weights[j] * q;
            _shifts[j] = noncentralities[j] * q;
        }

        _rates[^1] = poleRate;
        double radius = AsymptoticSlope * 3 * second / third; // the hyperbola bends as the path of steepest descent does: Δ ≈ iy + y² K‴/6K″
        double step = Math.Min(0.5, 0.5 / (radius * Math.Sqrt(second)));
        double sum = (0.5 * radius) + Sum(step, step, radius), change = double.PositiveInfinity;
        for (int halving = 0; halving < MostHalvings && change > RelativeChange; halving++, step /= 2)
        {
            double between = Sum(step / 2, step, radius);
            change = Math.Abs((between / sum) - 1) / 2;
            sum += between;
        }

        return sum * step / Math.PI;
    }

    /// <summary>Values on Δ = R(m(cosh t − 1) + i sinh t), t = first, first + step, …, until they vanish.</summary>
    private double Sum(double first, double step, double radius)
    {
        double sum = 0;
        for (double t = first; ; t += step)
        {
            double sinh = Math.Sinh(t), half = Math.Sinh(t / 2);
            (double logarithm, double phase) = Exponent(radius * AsymptoticSlope * 2 * half * half, radius * sinh);
            double size = Math.Exp(logarithm) * radius;
            sum += size * ((Math.Cosh(t) * Math.Cos(phase)) + (AsymptoticSlope * sinh * Math.Sin(phase)));
            if (!(size * Math.Cosh(t) >= Negligible * radius))
                return sum;
        }
    }

    /// <summary>K(s+Δ) − K(s) − K′(s)Δ, real and imaginary part.</summary>
    private (double Re, double Im) Exponent(double re, double im)
    {
        double sumRe = 0, sumIm = 0;
        for (int j = 0; j < _rates.Length; j++)
        {
            double x = _rates[j] * re, y = _rates[j] * im, a = 1 - x, square = (a * a) + (y * y);
            double half = j < degrees.Length ? degrees[j] / 2 : 1;
            sumRe -= half * ((0.5 * Math.Log(square)) + x);
            sumIm -= half * (Math.Atan2(-y, a) + y);
            if (_shifts[j] == 0)
                continue;
            double p = (x * x) - (y * y), r = 2 * x * y, scale = _shifts[j] / (2 * square);
            sumRe += scale * ((p * a) - (r * y));
            sumIm += scale * ((p * y) + (r * a));
        }

        return (sumRe, sumIm);
    }
}
