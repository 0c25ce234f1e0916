namespace ML.Thermo.Numerics;

/// <summary>
/// The complete Fermi–Dirac function F_s(z) = −Li_s(−e^z) = Σ_{k≥1} (−1)^(k+1) e^(kz)/k^s of integer order: the (s − 1)-fold
/// antiderivative of softplus, F₁(z) = ln(1 + e^z), F_s′ = F_{s−1}.
/// </summary>
internal static class FermiDirac
{
    // Cohen, Rodriguez Villegas and Zagier, "Convergence acceleration of alternating series" (2000), algorithm 1: with n terms the
    // relative error is 5.8^(−n) for the moments of any positive measure on [0, 1], as e^(kz)/k^s is for z ≤ 0.
    private const int Terms = 22;
    private static readonly double[] Weights = AccelerationWeights();

    /// <summary>F_s(z), relative accuracy about 1e-15 for any real z.</summary>
    /// <param name="order">s ≥ 1.</param>
    /// <param name="z">Any real number; below −745 the function underflows to zero.</param>
    public static double Function(int order, double z)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        if (z <= 0)
            return Alternating(order, z);
        if (order == 1)
            return z + SpecialFunctions.LogOnePlus(Math.Exp(-z));
        // Inversion: F_s(z) + (−1)^s F_s(−z) = 2 Σ_k η(2k) z^(s−2k)/(s−2k)!.
        double sum = order % 2 == 0 ? -Alternating(order, -z) : Alternating(order, -z);
        double power = 1;
        for (int degree = 0; degree <= order; degree++)
        {
            if ((order - degree) % 2 == 0)
                sum += 2 * Eta(order - degree) * power;
            power *= z / (degree + 1);
        }

        return sum;
    }

    /// <summary>η(s) = Σ_{k≥1} (−1)^(k+1)/k^s, Dirichlet's eta function at s ≥ 0.</summary>
    public static double Eta(int s) => s == 0 ? 0.5 : Alternating(s, 0);

    private static double Alternating(int order, double z)
    {
        double ratio = Math.Exp(z), power = ratio, sum = 0;
        if (order == 1)
            return SpecialFunctions.LogOnePlus(ratio);
        for (int k = 0; k < Terms && power > 0; k++, power *= ratio)
        {
            double denominator = k + 1;
            for (int i = 1; i < order; i++)
                denominator *= k + 1;
            sum += Weights[k] * power / denominator;
        }

        return sum;
    }

    private static double[] AccelerationWeights()
    {
        double d = Math.Pow(3 + Math.Sqrt(8), Terms);
        d = (d + (1 / d)) / 2;
        double b = -1, c = -d;
        var weights = new double[Terms];
        for (int k = 0; k < Terms; k++)
        {
            c = b - c;
            weights[k] = c / d;
            b *= (k + Terms) * (double)(k - Terms) / ((k + 0.5) * (k + 1));
        }

        return weights;
    }
}
