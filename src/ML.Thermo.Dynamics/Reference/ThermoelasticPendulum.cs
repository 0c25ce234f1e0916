using ML.Thermo.Dynamics.Metriplectic;

namespace ML.Thermo.Dynamics.Reference;

/// <summary>Two masses on thermoelastic springs from a hinge, in a plane: z = (q₁, q₂, p₁, p₂, s₁, s₂). Forces depend on entropy.</summary>
internal sealed class ThermoelasticPendulum : MetriplecticSystem
{
    private const double Conductance = 0.5;
    private static readonly double[] Mass = [1, 2], Stiffness = [10, 12], Coupling = [0.5, 0.4], Capacity = [1, 1.5];

    public static double[] Start => [1, 0, 2.1, 0.2, 0, 1, 0.5, -1, 0.2, 0.1];

    public override int Dimension => 10;

    public override double Energy(ReadOnlySpan<double> z)
    {
        double energy = 0;
        for (int a = 0; a < 2; a++)
        {
            double log = Math.Log(Length(z, a));
            energy += Kinetic(z, a) + (0.5 * Stiffness[a] * log * log) + (Capacity[a] * Temperature(z, a));
        }

        return energy;
    }

    public override double Entropy(ReadOnlySpan<double> z) => z[8] + z[9];

    public override void EnergyGradient(ReadOnlySpan<double> z, Span<double> g)
    {
        g.Clear();
        for (int a = 0; a < 2; a++)
        {
            (g[4 + (2 * a)], g[5 + (2 * a)]) = (z[4 + (2 * a)] / Mass[a], z[5 + (2 * a)] / Mass[a]);
            double length = Length(z, a), temperature = Temperature(z, a);
            double force = ((Stiffness[a] * Math.Log(length)) - (Coupling[a] * temperature)) / length;
            g[8 + a] = temperature;
            for (int k = 0; k < 2; k++)
            {
                double along = force * Spring(z, a, k) / length;
                g[(2 * a) + k] += along;
                if (a == 1)
                    g[k] -= along;
            }
        }
    }

    public override void EntropyGradient(ReadOnlySpan<double> z, Span<double> g)
    {
        g.Clear();
        (g[8], g[9]) = (1, 1);
    }

    public override void Reversible(ReadOnlySpan<double> z, ReadOnlySpan<double> e, ReadOnlySpan<double> s, Span<double> rate)
    {
        rate.Clear();
        for (int k = 0; k < 4; k++)
            (rate[k], rate[4 + k]) = (e[4 + k], -e[k]);
    }

    public override void Irreversible(ReadOnlySpan<double> z, ReadOnlySpan<double> e, ReadOnlySpan<double> s, Span<double> rate)
    {
        rate.Clear();
        double strength = Conductance * e[8] * e[9] * ((s[8] / e[8]) - (s[9] / e[9]));
        (rate[8], rate[9]) = (strength / e[8], -strength / e[9]);
    }

    /// <summary>Σ q × p.</summary>
    public static double AngularMomentum(ReadOnlySpan<double> z) => (z[0] * z[5]) - (z[1] * z[4]) + (z[2] * z[7]) - (z[3] * z[6]);

    private static double Kinetic(ReadOnlySpan<double> z, int a) => ((z[4 + (2 * a)] * z[4 + (2 * a)]) + (z[5 + (2 * a)] * z[5 + (2 * a)])) / (2 * Mass[a]);

    private static double Spring(ReadOnlySpan<double> z, int a, int k) => a == 0 ? z[k] : z[2 + k] - z[k];

    private static double Length(ReadOnlySpan<double> z, int a) => double.Hypot(Spring(z, a, 0), Spring(z, a, 1));

    private static double Temperature(ReadOnlySpan<double> z, int a) => Math.Exp((z[8 + a] - (Coupling[a] * Math.Log(Length(z, a)))) / Capacity[a]);
}
