using ML.Thermo.Numerics;
using static ML.Thermo.Numerics.SpecialFunctions;

namespace ML.Thermo.Activations;

/// <summary>The functions behind the names, with their closed forms under a normal law.</summary>
internal static class ActivationFunctions
{
    /// <summary>sup of d/du u/(1 + e⁻ᵘ), at u tanh(u/2) = 2.</summary>
    private const double SwishSlope = 1.0998393201288668;

    /// <summary>p z for z &gt; 0, n z for z ≤ 0.</summary>
    public static Activation Rectifier(string name, double positive, double negative) =>
        new PiecewiseLinear([0], [negative, positive], [0, 0]).Named(name);

    public static Activation Clip(string name, double low, double high) =>
        (double.IsFinite(low), double.IsFinite(high)) switch
        {
            (true, true) => new PiecewiseLinear([low, high], [0, 1, 0], [low, 0, high]).Named(name),
            (true, false) => new PiecewiseLinear([low], [0, 1], [low, 0]).Named(name),
            (false, true) => new PiecewiseLinear([high], [1, 0], [0, high]).Named(name),
            _ => new PiecewiseLinear([], [1], [0]).Named(name),
        };

    /// <summary>A leaky rectifier between bounds on both sides of zero; either may be infinite.</summary>
    public static Activation ClippedRectifier(string name, double alpha, double low, double high)
    {
        bool below = double.IsFinite(low), above = double.IsFinite(high);
        double[] kinks = [.. below ? [low / alpha] : Array.Empty<double>(), 0, .. above ? [high] : Array.Empty<double>()];
        double[] slopes = [.. below ? [0] : Array.Empty<double>(), alpha, 1, .. above ? [0] : Array.Empty<double>()];
        double[] intercepts = [.. below ? [low] : Array.Empty<double>(), 0, 0, .. above ? [high] : Array.Empty<double>()];
        return new PiecewiseLinear(kinks, slopes, intercepts).Named(name);
    }

    public static Activation HardSigmoid(double[] p, string name) =>
        new PiecewiseLinear([-p[1] / p[0], (1 - p[1]) / p[0]], [0, p[0], 0], [0, p[1], 1]).Named(name);

    public static Activation ThresholdedRelu(double[] p, string name) => new PiecewiseLinear([p[0]], [0, 1], [0, 0]).Named(name);

    public static Activation Tanh(string name) => new(name, Math.Tanh, z => Square(1 / Math.Cosh(z)))
    {
        LipschitzConstant = 1,
        SlopeAtMinusInfinity = 0,
        SlopeAtPlusInfinity = 0,
    };

    public static Activation Sigmoid(string name) => new(name, Logistic, LogisticSlope)
    {
        LipschitzConstant = 0.25,
        SlopeAtMinusInfinity = 0,
        SlopeAtPlusInfinity = 0,
    };

    /// <summary>Arcsine law: Var erf(z) = (2/π) arcsin(2q/(1+2q)), the arcsine written as an arctangent that keeps its digits at large q.</summary>
    public static Activation ErrorFunction(string name) =>
        new(name, MathNet.Numerics.SpecialFunctions.Erf, z => 2 / Math.Sqrt(Math.PI) * Math.Exp(-z * z))
        {
            LipschitzConstant = 2 / Math.Sqrt(Math.PI),
            SlopeAtMinusInfinity = 0,
            SlopeAtPlusInfinity = 0,
            ClosedForm = Centred(q => new OutputMoments(
                0,
                2 / Math.PI * Math.Atan(2 * q / Math.Sqrt(1 + (4 * q))),
                2 / Math.Sqrt(Math.PI * (1 + (2 * q))),
                4 / Math.PI / Math.Sqrt(1 + (4 * q)))),
        };

    public static Activation Probit(string name) => new(name, NormalDistribution, NormalDensity)
    {
        LipschitzConstant = NormalDensity(0),
        SlopeAtMinusInfinity = 0,
        SlopeAtPlusInfinity = 0,
        ClosedForm = Centred(q => new OutputMoments(
            0.5,
            Math.Atan(q / Math.Sqrt(1 + (2 * q))) / (2 * Math.PI),
            1 / Math.Sqrt(2 * Math.PI * (1 + q)),
            1 / (2 * Math.PI * Math.Sqrt(1 + (2 * q))))),
    };

    public static Activation Gelu(string name) =>
        new(name, z => z * NormalDistribution(z), z => NormalDistribution(z) + (z * NormalDensity(z)))
        {
            LipschitzConstant = NormalDistribution(Math.Sqrt(2)) + (Math.Sqrt(2) * NormalDensity(Math.Sqrt(2))),
            SlopeAtMinusInfinity = 0,
            SlopeAtPlusInfinity = 1,
            ClosedForm = Centred(GeluMoments),
        };

    public static Activation GeluTanh(string name)
    {
        const double Cubic = 0.044715;
        double scale = 2 * Math.Sqrt(2 / Math.PI);
        double Gate(double z) => scale * (z + (Cubic * z * z * z));
        return new Activation(
            name,
            z => z * Logistic(Gate(z)),
            z => Logistic(Gate(z)) + (z * LogisticSlope(Gate(z)) * scale * (1 + (3 * Cubic * z * z))))
        {
            LipschitzConstant = 1.1289930686587718,
            SlopeAtMinusInfinity = 0,
            SlopeAtPlusInfinity = 1,
        };
    }

    public static Activation Swish(double[] p, string name)
    {
        double beta = p[0];
        return new Activation(
            name, z => z * Logistic(beta * z), z => Logistic(beta * z) + (beta * z * LogisticSlope(beta * z)))
        {
            LipschitzConstant = SwishSlope,
            SlopeAtMinusInfinity = 0,
            SlopeAtPlusInfinity = 1,
        };
    }

    /// <summary>tanh(ln(1 + eᶻ)) = u/(u + 2) with u = eᶻ(eᶻ + 2).</summary>
    public static Activation Mish(string name)
    {
        const double Straight = 20; // above it φ(z) = z to the last digit
        static double U(double z) => Math.Exp(z) * (Math.Exp(z) + 2);
        return new Activation(
            name,
            z => z > Straight ? z : z * U(z) / (U(z) + 2),
            z => z > Straight ? 1 : (U(z) / (U(z) + 2)) + (z * Logistic(z) * 4 * (U(z) + 1) / Square(U(z) + 2)))
        {
            LipschitzConstant = 1.0884981612517277,
            SlopeAtMinusInfinity = 0,
            SlopeAtPlusInfinity = 1,
        };
    }

    public static Activation HardSwish(string name) => new(
        name,
        z => z <= -3 ? 0 : z >= 3 ? z : z * (z + 3) / 6,
        z => z <= -3 ? 0 : z >= 3 ? 1 : ((2 * z) + 3) / 6,
        -3,
        3)
    {
        LipschitzConstant = 1.5,
        SlopeAtMinusInfinity = 0,
        SlopeAtPlusInfinity = 1,
    };

    public static Activation Softplus(string name) => new(name, LogOnePlusExp, Logistic)
    {
        LipschitzConstant = 1,
        SlopeAtMinusInfinity = 0,
        SlopeAtPlusInfinity = 1,
    };

    public static Activation Softsign(string name) => new(name, z => z / (1 + Math.Abs(z)), z => Square(1 / (1 + Math.Abs(z))), 0)
    {
        LipschitzConstant = 1,
        SlopeAtMinusInfinity = 0,
        SlopeAtPlusInfinity = 0,
    };

    /// <summary>λ z for z &gt; 0, λ α (e^(z/γ) − 1) for z ≤ 0: ELU (γ = 1), CELU (γ = α), SELU.</summary>
    public static Activation ExponentialLinear(string name, double lambda, double alpha, double gamma) => new(
        name,
        z => z > 0 ? lambda * z : lambda * alpha * ExpMinusOne(z / gamma),
        z => z > 0 ? lambda : lambda * alpha / gamma * Math.Exp(z / gamma),
        0)
    {
        LipschitzConstant = lambda * Math.Max(1, alpha / gamma),
        SlopeAtMinusInfinity = 0,
        SlopeAtPlusInfinity = lambda,
        ClosedForm = (mean, q) => ExponentialLinearMoments(mean, q, lambda, alpha, gamma),
    };

    /// <summary>sin(z) or, a quarter of a period ahead, cos(z).</summary>
    public static Activation Sine(string name, bool cosine)
    {
        Func<double, double> value = cosine ? Math.Cos : Math.Sin, derivative = cosine ? z => -Math.Sin(z) : Math.Cos;
        return new Activation(name, value, derivative)
        {
            LipschitzConstant = 1,
            SlopeAtMinusInfinity = 0,
            SlopeAtPlusInfinity = 0,
            ClosedForm = (mean, q) =>
            {
                double s = value(mean), c = derivative(mean), lost = -ExpMinusOne(-q);
                return new OutputMoments(
                    Math.Exp(-q / 2) * s,
                    lost * (lost + (2 * Math.Exp(-q) * c * c)) / 2,
                    Math.Exp(-q / 2) * c,
                    (-ExpMinusOne(-2 * q) / 2) + (Math.Exp(-2 * q) * c * c));
            },
        };
    }

    private static OutputMoments GeluMoments(double q)
    {
        double angle = Math.Atan(q / Math.Sqrt(1 + (2 * q))), root = Math.Sqrt(1 + (2 * q)), share = q / (1 + q);
        return new OutputMoments(
            q / Math.Sqrt(2 * Math.PI * (1 + q)),
            (q / 4) + (q / (2 * Math.PI) * (angle + (2 * share / root) - share)),
            0.5,
            0.25 + (angle / (2 * Math.PI)) + (share / (Math.PI * root)) + (q / (1 + (2 * q)) / (2 * Math.PI * root)));
    }

    /// <summary>With P_k = E[e^(kz/γ); z ≤ 0] = e^(kμ/γ + k²q/2γ²) Φ(−μ/√q − k√q/γ) every moment is a sum; the sum cancels at small q,
    /// where quadrature takes over.</summary>
    private static OutputMoments? ExponentialLinearMoments(double mean, double q, double lambda, double alpha, double gamma)
    {
        if (q < 0.01 * gamma * gamma || mean * mean > 100 * q)
            return null;
        double sd = Math.Sqrt(q), t = mean / sd, above = NormalDistribution(t);
        double P(int k) => NormalDensity(t) * MillsRatio(t + (k * sd / gamma));
        double first = (mean * above) + (sd * NormalDensity(t)) + (alpha * (P(1) - P(0)));
        double second = (((mean * mean) + q) * above) + (mean * sd * NormalDensity(t)) + (alpha * alpha * (P(2) - (2 * P(1)) + P(0)));
        double slope = alpha / gamma;
        return new OutputMoments(
            lambda * first,
            lambda * lambda * (second - (first * first)),
            lambda * (above + (slope * P(1))),
            lambda * lambda * (above + (slope * slope * P(2))));
    }

    /// <summary>Φ(−x)/φ(x): quotient of the two, or its asymptotic series where both underflow.</summary>
    private static double MillsRatio(double x)
    {
        if (x < 12)
            return NormalDistribution(-x) / NormalDensity(x);
        double term = 1 / x, sum = term;
        for (int k = 1; k <= 16; k++)
        {
            term *= -((2 * k) - 1) / (x * x);
            sum += term;
        }

        return sum;
    }

    private static Func<double, double, OutputMoments?> Centred(Func<double, OutputMoments> form) =>
        (mean, variance) => mean == 0 ? form(variance) : null;

    private static double Logistic(double z) => z >= 0 ? 1 / (1 + Math.Exp(-z)) : Math.Exp(z) / (1 + Math.Exp(z));

    private static double LogisticSlope(double z) => Logistic(z) * Logistic(-z);

    private static double LogOnePlusExp(double z) => Math.Max(z, 0) + LogOnePlus(Math.Exp(-Math.Abs(z)));

    /// <summary>eˣ − 1 without cancellation at small x.</summary>
    private static double ExpMinusOne(double x) => Math.Abs(x) < 1 ? 2 * Math.Exp(x / 2) * Math.Sinh(x / 2) : Math.Exp(x) - 1;

    private static double Square(double x) => x * x;
}
