namespace ML.Thermo.Ising;

/// <summary>The infinite square Ising lattice: energy and heat capacity (Onsager 1944), spontaneous magnetisation (Yang 1952), a spin each.</summary>
/// <remarks>Units: J = k_B = 1.</remarks>
[Maturity(Maturity.Theorem)]
public static class InfiniteLattice
{
    /// <summary>T_c = 2/ln(1 + √2).</summary>
    public static double CriticalTemperature { get; } = 2 / Math.Log(1 + Math.Sqrt(2));

    /// <summary>u(T) = −coth 2β [1 + (2/π) κ K], κ = 2 tanh² 2β − 1.</summary>
    /// <param name="temperature">T &gt; 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">T is not positive.</exception>
    public static double Energy(double temperature)
    {
        (double kappa, double tanh, double k, _, _) = Parts(temperature);
        return -(1 + (double.IsInfinity(k) ? 0 : 2 / Math.PI * kappa * k)) / tanh;
    }

    /// <summary>c(T) = (4β²/π) coth² 2β [K − E − (1 − tanh² 2β)(π/2 + κ K)]; infinite at T_c.</summary>
    /// <param name="temperature">T &gt; 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">T is not positive.</exception>
    public static double HeatCapacity(double temperature)
    {
        (double kappa, double tanh, double k, double e, double cosh) = Parts(temperature);
        return double.IsInfinity(k)
            ? double.PositiveInfinity
            : 4 / (temperature * temperature * Math.PI * tanh * tanh) * (k - e - (((Math.PI / 2) + (kappa * k)) / (cosh * cosh)));
    }

    /// <summary>m(T) = (1 − sinh⁻⁴ 2β)^(1/8) below T_c, 0 above.</summary>
    /// <param name="temperature">T &gt; 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">T is not positive.</exception>
    public static double Magnetisation(double temperature)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        double left = 1 - Math.Pow(Math.Sinh(2 / temperature), -4);
        return left > 0 ? Math.Pow(left, 0.125) : 0;
    }

    /// <summary>Complete elliptic integrals of modulus k with the complementary modulus |κ|, by the arithmetic-geometric mean.</summary>
    private static (double Kappa, double Tanh, double K, double E, double Cosh) Parts(double temperature)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        double tanh = Math.Tanh(2 / temperature), cosh = Math.Cosh(2 / temperature), kappa = (2 * tanh * tanh) - 1;
        double a = 1, b = Math.Abs(kappa), sum = (1 - (b * b)) / 2, power = 0.5;
        if (b < 1e-15)
            return (kappa, tanh, double.PositiveInfinity, 1, cosh);
        for (double c = 1; c > 1e-9; power *= 2) // the next difference is of the order of c²
        {
            c = (a - b) / 2;
            (a, b) = ((a + b) / 2, Math.Sqrt(a * b));
            sum += 2 * power * c * c;
        }

        double k = Math.PI / (2 * a);
        return (kappa, tanh, k, k * (1 - sum), cosh);
    }
}
