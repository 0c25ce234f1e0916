using MathNet.Numerics.LinearAlgebra;

namespace ML.Thermo.Dynamics.Audit;

/// <summary>How far the two operators of a model dz/dt = L ∇E + M ∇S are from what the laws ask: L skew, M symmetric and not negative, L ∇S = 0, M ∇E
/// = 0.</summary>
/// <param name="ReversibleDegeneracy">‖L∇S‖/(‖L‖‖∇S‖), Frobenius norms; 0 is lawful.</param>
/// <param name="IrreversibleDegeneracy">‖M∇E‖/(‖M‖‖∇E‖); 0 is lawful.</param>
/// <param name="Skewness">‖L + Lᵀ‖/‖L‖; 0 is lawful.</param>
/// <param name="LeastEigenvalue">Least eigenvalue of the symmetric part of M over its largest in size; ≥ 0 is lawful. NaN for M = 0.</param>
/// <param name="EnergyRate">∇E·(L∇E + M∇S).</param>
/// <param name="EntropyRate">∇S·(L∇E + M∇S).</param>
[Maturity(Maturity.Theorem, "Grmela and Öttinger 1997")]
public sealed record BracketDefects(
    double ReversibleDegeneracy, double IrreversibleDegeneracy, double Skewness, double LeastEigenvalue, double EnergyRate, double EntropyRate)
{
    /// <summary>Measures the operators at one state.</summary>
    /// <param name="reversible">L, d × d.</param>
    /// <param name="irreversible">M, d × d.</param>
    /// <param name="energyGradient">∇E.</param>
    /// <param name="entropyGradient">∇S.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static BracketDefects Of(double[,] reversible, double[,] irreversible, ReadOnlySpan<double> energyGradient, ReadOnlySpan<double> entropyGradient)
    {
        int d = energyGradient.Length;
        if (entropyGradient.Length != d || reversible.GetLength(0) != d || reversible.GetLength(1) != d || irreversible.GetLength(0) != d
            || irreversible.GetLength(1) != d)
            throw new ArgumentException($"Gradients of {d} and {entropyGradient.Length} numbers need operators of {d} × {d}.", nameof(reversible));
        Matrix<double> l = Matrix<double>.Build.DenseOfArray(reversible), m = Matrix<double>.Build.DenseOfArray(irreversible);
        Vector<double> e = Vector<double>.Build.DenseOfArray(energyGradient.ToArray()), s = Vector<double>.Build.DenseOfArray(entropyGradient.ToArray());
        Vector<double> rate = (l * e) + (m * s);
        Vector<double> eigenvalues = ((m + m.Transpose()) / 2).Evd(Symmetricity.Symmetric).EigenValues.Map(value => value.Real);
        return new BracketDefects(
            Ratio((l * s).L2Norm(), l.FrobeniusNorm() * s.L2Norm()),
            Ratio((m * e).L2Norm(), m.FrobeniusNorm() * e.L2Norm()),
            Ratio((l + l.Transpose()).FrobeniusNorm(), l.FrobeniusNorm()),
            eigenvalues.Minimum() / eigenvalues.AbsoluteMaximum(),
            e * rate,
            s * rate);
    }

    private static double Ratio(double defect, double size) => size > 0 ? defect / size : 0;
}
