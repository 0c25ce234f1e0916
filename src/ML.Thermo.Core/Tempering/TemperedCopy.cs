using MathNet.Numerics.LinearAlgebra;

namespace ML.Thermo.Tempering;

/// <summary>One copy of the model: its parameters and what it remembers, as a quadratic energy around them.</summary>
/// <param name="Memory">g.</param>
/// <param name="Parameters">w, on standardised columns.</param>
/// <param name="Curvature">H, of the sum over the rows that are remembered.</param>
/// <param name="Rows">Σ gᵏ n.</param>
internal sealed record TemperedCopy(double Memory, Vector<double> Parameters, Matrix<double> Curvature, double Rows)
{
    /// <summary>What forgets also forgets its ridge, so a tenth of it is held up in every step: without it H loses its inverse within some thirty
    /// windows where two columns say the same.</summary>
    private const double Forgetful = 0.3, RidgeOfStep = 0.1;

    private const int MostSteps = 100, MostHalvings = 40;
    private const double Converged = 1e-12, LeastDamping = 1e-15;

    /// <summary>H ← g H + H_window; w ← the minimum of the window's energy + g/2 |w − w_old|_H.</summary>
    public TemperedCopy After(TemperedRows window, TemperedLoss loss, double ridge)
    {
        double held = RidgeOfStep * (Memory < Forgetful ? 1 : 1 - Memory);
        Matrix<double> kept = (Memory * Curvature) + (held * ridge * Matrix<double>.Build.DenseIdentity(Curvature.RowCount));
        (Vector<double> minimum, Matrix<double> curvature) = Minimum(window, loss, Parameters, kept);
        return new(Memory, minimum, kept + curvature, (Memory * Rows) + window.Count);
    }

    /// <summary>The minimum over w of Σ loss + ½ (w − centre)ᵀ A (w − centre), and the Hessian of the sum there.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="loss">A convex, smooth loss.</param>
    /// <param name="centre">Where the quadratic term is least.</param>
    /// <param name="pull">A, positive definite together with the rows.</param>
    public static (Vector<double> Minimum, Matrix<double> Curvature) Minimum(TemperedRows rows, TemperedLoss loss, Vector<double> centre, Matrix<double> pull)
    {
        Vector<double> at = centre;
        (double sum, Vector<double> slope, Matrix<double> curvature) = rows.Sums(at, loss);
        for (int step = 0; step < MostSteps; step++)
        {
            Vector<double> gradient = slope + (pull * (at - centre));
            Vector<double> move = -Solve(curvature + pull, gradient);
            double promised = -gradient.DotProduct(move), value = Value(sum, at);
            if (!(promised > Converged * (1 + Math.Abs(value))))
                break;
            double share = 1;
            bool hasMoved = false;
            for (int halving = 0; halving < MostHalvings && !hasMoved; halving++, share /= 2)
            {
                Vector<double> next = at + (share * move);
                (double sumThere, Vector<double> slopeThere, Matrix<double> curvatureThere) = rows.Sums(next, loss);
                if (!(Value(sumThere, next) <= value - (1e-4 * share * promised)))
                    continue;
                (at, sum, slope, curvature) = (next, sumThere, slopeThere, curvatureThere);
                hasMoved = true;
            }

            if (!hasMoved)
                break;
        }

        return (at, curvature);

        double Value(double losses, Vector<double> w) => losses + (0.5 * (w - centre).DotProduct(pull * (w - centre)));
    }

    /// <summary>A⁻¹ b. Where rounding has cost A its inverse (two columns alike, both in another unit), a diagonal is added until there is one: the step
    /// is damped, and its direction still leads downhill.</summary>
    private static Vector<double> Solve(Matrix<double> a, Vector<double> b)
    {
        double mean = a.Trace() / a.RowCount;
        for (double share = 0; ; share = share == 0 ? LeastDamping : share * 10)
        {
            try
            {
                return (share == 0 ? a : a + (share * mean * Matrix<double>.Build.DenseIdentity(a.RowCount))).Cholesky().Solve(b);
            }
            catch (ArgumentException) when (share < 1) // MathNet's word for a matrix that is not positive definite
            {
            }
        }
    }
}
