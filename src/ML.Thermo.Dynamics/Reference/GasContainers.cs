using ML.Thermo.Dynamics.Metriplectic;

namespace ML.Thermo.Dynamics.Reference;

/// <summary>Two gas containers, a moving wall and heat through it: z = (q, p, S₁, S₂), E = p²/2 + e₁ + e₂, e₁ = (exp S₁/q)^⅔, e₂ = (exp S₂/(2 −
/// q))^⅔.</summary>
internal sealed class GasContainers : MetriplecticSystem
{
    private const double Conductance = 0.5;

    public static double[] Start => [1.2, 0.3, 1, 1.5];

    public override int Dimension => 4;

    public override double Energy(ReadOnlySpan<double> z) => (0.5 * z[1] * z[1]) + First(z) + Second(z);

    public override double Entropy(ReadOnlySpan<double> z) => z[2] + z[3];

    public override void EnergyGradient(ReadOnlySpan<double> z, Span<double> g)
    {
        double first = First(z), second = Second(z);
        (g[0], g[1], g[2], g[3]) = (-2 / 3.0 * ((first / z[0]) - (second / (2 - z[0]))), z[1], 2 / 3.0 * first, 2 / 3.0 * second);
    }

    public override void EntropyGradient(ReadOnlySpan<double> z, Span<double> g) => (g[0], g[1], g[2], g[3]) = (0, 0, 1, 1);

    public override void Reversible(ReadOnlySpan<double> z, ReadOnlySpan<double> e, ReadOnlySpan<double> s, Span<double> rate) =>
        (rate[0], rate[1], rate[2], rate[3]) = (e[1], -e[0], 0, 0);

    public override void Irreversible(ReadOnlySpan<double> z, ReadOnlySpan<double> e, ReadOnlySpan<double> s, Span<double> rate)
    {
        double strength = Conductance * ((s[2] / e[2]) - (s[3] / e[3])); // w = (0, 0, 1/T₁, −1/T₂)
        (rate[0], rate[1], rate[2], rate[3]) = (0, 0, strength / e[2], -strength / e[3]);
    }

    private static double First(ReadOnlySpan<double> z) => Math.Pow(Math.Exp(z[2]) / z[0], 2 / 3.0);

    private static double Second(ReadOnlySpan<double> z) => Math.Pow(Math.Exp(z[3]) / (2 - z[0]), 2 / 3.0);
}
