namespace ML.Thermo.Transitions;

/// <summary>
/// The temperature between two states of a scale family: if E₁ − E₀ = r₁U and E₂ − E₀ = r₂U in law, with the same random U, then
/// ΔS = ln(e₁/e₂) and T = (e₁ − e₂)/ln(e₁/e₂), where e = ⟨E⟩ − E₀.</summary>
/// <remarks>
/// <para>It holds for a linear model with squared loss initialised about its ground state at two spreads, and for the drift of
/// Gaussian residuals (squared and absolute loss): there T is the logarithmic mean of the two losses, for every number of fresh
/// points.</para>
/// <para>Always √(e₁e₂) ≤ T ≤ (e₁ + e₂)/2, and T → e as e₁, e₂ → e.</para></remarks>
[Maturity(Maturity.Theorem, "h(rU) = ln r + h(U)")]
public static class LogarithmicMean
{
    /// <summary>(a − b)/ln(a/b), symmetric, without cancellation at a ≈ b; zero where one argument is zero.</summary>
    /// <param name="a">Mean excess energy of one state, finite, ≥ 0.</param>
    /// <param name="b">Mean excess energy of the other, finite, ≥ 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is negative or not finite.</exception>
    public static double Of(double a, double b)
    {
        Check(a, nameof(a));
        Check(b, nameof(b));
        if (a == 0 || b == 0)
            return 0;
        double ratio = a / b, h = 0.5 * (double.IsNormal(ratio) ? Math.Log(ratio) : Math.Log(a) - Math.Log(b));
        if (Math.Abs(h) > 1)
            return (a - b) / (2 * h);

        // √(ab) sinh(h)/h, where numerator and denominator of the definition would cancel.
        double quotient = Math.Abs(h) < 1e-4 ? 1 + (h * h / 6) : Math.Sinh(h) / h;
        return Math.Sqrt(a) * Math.Sqrt(b) * quotient;
    }

    private static void Check(double value, string name)
    {
        if (!(value >= 0 && double.IsFinite(value)))
            throw new ArgumentOutOfRangeException(name, value, "Expected a mean excess energy: a finite number ≥ 0.");
    }
}
