using System.Numerics.Tensors;
using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Linear.Algebra;
using ML.Thermo.Numerics;

namespace ML.Thermo.Linear.Absolute;

/// <summary>The ground state of the mean absolute error: min over w of (1/n)Σ|yᵢ − xᵢ·w|, exactly.</summary>
/// <remarks>
/// <para>Some optimum interpolates as many rows as there are independent columns (a vertex of the linear programme). From the
/// vertex nearest to a reweighted least-squares fit the method walks along edges, each time to the weighted median of the residuals it
/// meets, until no edge descends; the multipliers of the interpolated rows are then all in [−1, 1], which proves the optimum. Ties
/// are broken by a perturbation of the targets of relative size 1e-10, removed before the parameters are computed. The minimum may be
/// attained elsewhere too; the energy is unique.</para></remarks>
[Maturity(Maturity.Theorem, "linear programming; Barrodale and Roberts 1973, Bloomfield and Steiger 1983")]
public static class LeastAbsoluteDeviations
{
    /// <summary>Finds the parameters of least mean absolute error.</summary>
    /// <param name="data">n rows of d features, n targets.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <returns>Parameters, E₀ in the target's unit, and <see cref="Status.RankDeficient"/> for dependent columns (the parameters
    /// then have the least norm for their outputs), <see cref="Status.Interpolation"/> if every target is met to 1e-12 of their mean
    /// size, <see cref="Status.NotConverged"/> if the walk was given up (it never was in tests).</returns>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public static GroundState Solve(LabelledData data, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        var columns = new IndependentColumns(data.Features.Span, data.Columns);
        ReadOnlySpan<double> y = data.Targets.Span;
        double size = TensorPrimitives.SumOfMagnitudes(y) / y.Length;
        Status status = columns.Deficient ? Status.RankDeficient : Status.Defined;
        double[] parameters = new double[data.Columns];
        if (size > 0 && columns.Chosen.Length > 0)
        {
            var walk = new LeastAbsoluteSimplex(columns.Select(data.Features.Span), y.ToArray(), size);
            parameters = columns.LeastNorm(walk.Solve(cancellation));
            status |= walk.Converged ? Status.Defined : Status.NotConverged;
        }

        double[] losses = new double[data.Rows];
        for (int i = 0; i < losses.Length; i++)
            losses[i] = Math.Abs(TensorPrimitives.Dot(data.Row(i), parameters) - y[i]);
        double energy = CompensatedSum.Of(losses) / data.Rows;
        return new GroundState(parameters, energy, energy <= 1e-12 * size ? status | Status.Interpolation : status);
    }
}
