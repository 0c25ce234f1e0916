using ML.Thermo.Dynamics.Metriplectic;

namespace ML.Thermo.Dynamics.Reference;

/// <summary>A damped oscillator with a finite bath, in closed form: z = (q, p, U), E = p²/2 + q²/2 + U, S = ln U, M = γ U w wᵀ.</summary>
internal sealed class DampedOscillator(double friction = 0.2) : MetriplecticSystem
{
    public static double[] Start => [1, 0, 1];

    public override int Dimension => 3;

    public override double Energy(ReadOnlySpan<double> z) => (0.5 * ((z[1] * z[1]) + (z[0] * z[0]))) + z[2];

    public override double Entropy(ReadOnlySpan<double> z) => Math.Log(z[2]);

    public override void EnergyGradient(ReadOnlySpan<double> z, Span<double> g) => (g[0], g[1], g[2]) = (z[0], z[1], 1);

    public override void EntropyGradient(ReadOnlySpan<double> z, Span<double> g) => (g[0], g[1], g[2]) = (0, 0, 1 / z[2]);

    public override void Reversible(ReadOnlySpan<double> z, ReadOnlySpan<double> e, ReadOnlySpan<double> s, Span<double> rate) =>
        (rate[0], rate[1], rate[2]) = (e[1], -e[0], 0);

    public override void Irreversible(ReadOnlySpan<double> z, ReadOnlySpan<double> e, ReadOnlySpan<double> s, Span<double> rate)
    {
        double w = -e[1] / e[2], strength = friction * z[2] * (s[1] + (w * s[2])); // w = (0, 1, −E_p/E_U) is orthogonal to ∇E
        (rate[0], rate[1], rate[2]) = (0, strength, strength * w);
    }

    /// <summary>The exact state at a time, from <see cref="Start"/>.</summary>
    public double[] At(double t)
    {
        double omega = Math.Sqrt(1 - (friction * friction / 4)), decay = Math.Exp(-friction * t / 2);
        double q = decay * (Math.Cos(omega * t) + (friction / (2 * omega) * Math.Sin(omega * t))), p = -decay * Math.Sin(omega * t) / omega;
        return [q, p, 1.5 - (((q * q) + (p * p)) / 2)];
    }
}
