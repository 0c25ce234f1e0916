using MathNet.Numerics.LinearAlgebra;
using ML.Thermo.Energies;

namespace ML.Thermo.Tempering;

/// <summary>One copy of the model: its parameters and what it remembers, as a quadratic energy around them.</summary>
/// <param name="Memory">g.</param>
/// <param name="Parameters">w, on standardised columns.</param>
/// <param name="Curvature">H, of the sum over the rows that are remembered.</param>
/// <param name="Rows">Σ gᵏ n.</param>
internal sealed record TemperedCopy(double Memory, Vector<double> Parameters, Matrix<double> Curvature, double Rows)
{
    /// <summary>Below this memory a tenth of the ridge is added in every step, so that H has an inverse.</summary>
    private const double Forgetful = 0.3, RidgeOfStep = 0.1;

    private const int MostSteps = 100, MostHalvings = 40;
    private const double Converged = 1e-12;

    /// <summary>H ← g H + H_window; w ← the minimum of the window's energy + g/2 |w − w_old|_H.</summary>
    public TemperedCopy After(TemperedRows window, Energy energy, double ridge)
    {
        Matrix<double> kept = Memory * Curvature;
        if (Memory < Forgetful)
            kept += RidgeOfStep * ridge * Matrix<double>.Build.DenseIdentity(kept.RowCount);
        (Vector<double> minimum, Matrix<double> curvature) = Minimum(window, energy, Parameters, kept);
        return new(Memory, minimum, kept + curvature, (Memory * Rows) + window.Count);
    }

    /// <summary>The minimum over w of Σ loss + ½ (w − centre)ᵀ A (w − centre), and the Hessian of the sum there.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="energy">A convex, smooth loss.</param>
    /// <param name="centre">Where the quadratic term is least.</param>
    /// <param name="pull">A, positive definite together with the rows.</param>
    public static (Vector<double> Minimum, Matrix<double> Curvature) Minimum(TemperedRows rows, Energy energy, Vector<double> centre, Matrix<double> pull)
    {
        Vector<double> at = centre;
        (double loss, Vector<double> slope, Matrix<double> curvature) = rows.Sums(at, energy);
        for (int step = 0; step < MostSteps; step++)
        {
            Vector<double> gradient = slope + (pull * (at - centre));
            Vector<double> move = -(curvature + pull).Cholesky().Solve(gradient);
            double promised = -gradient.DotProduct(move), value = Value(loss, at);
            if (!(promised > Converged * (1 + Math.Abs(value))))
                break;
            double share = 1;
            for (int halving = 0; halving < MostHalvings; halving++, share /= 2)
            {
                Vector<double> next = at + (share * move);
                (double lossThere, Vector<double> slopeThere, Matrix<double> curvatureThere) = rows.Sums(next, energy);
                if (!(Value(lossThere, next) <= value - (1e-4 * share * promised)))
                    continue;
                (at, loss, slope, curvature) = (next, lossThere, slopeThere, curvatureThere);
                break;
            }
        }

        return (at, curvature);

        double Value(double sum, Vector<double> w) => sum + (0.5 * (w - centre).DotProduct(pull * (w - centre)));
    }
}
