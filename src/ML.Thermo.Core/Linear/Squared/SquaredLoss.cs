using ML.Thermo.Curvature;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear.Outputs;
using ML.Thermo.Transitions;

namespace ML.Thermo.Linear.Squared;

/// <summary>A linear model under the squared error: a quadratic energy, of which second moments hold all.</summary>
internal sealed class SquaredLoss() : LinearLoss(Energy.MeanSquared)
{
    public override bool NeedsRows => false;

    public override GroundState Solve(LinearSample sample) =>
        sample.HasRows ? LeastSquares.Solve(sample.Rows, sample.Moments) : LeastSquares.Solve(sample.Moments);

    public override EnergyEnsemble Ensemble(LinearSample sample, ParameterLaw law, ulong seed = 1) => new SquaredEnsemble(sample.Moments, law);

    /// <summary>(x·m − y)² + Σ vⱼxⱼ².</summary>
    public override IReadOnlyList<double>? RowEnergies(LinearSample sample, ParameterLaw law)
    {
        double[] energies = sample.Rows.Outputs([.. law.Means]);
        for (int i = 0; i < energies.Length; i++)
        {
            double residual = energies[i] - sample.Rows.Targets.Span[i], spread = 0;
            ReadOnlySpan<double> row = sample.Rows.Row(i);
            for (int j = 0; j < row.Length; j++)
                spread += law.Variances[j] * row[j] * row[j];
            energies[i] = (residual * residual) + spread;
        }

        return energies;
    }

    /// <summary>H = 2Σ, whatever the optimum.</summary>
    public override HessianTraces Traces(LinearSample sample, Func<GroundState> optimum) => new()
    {
        Dimension = sample.Moments.Columns,
        Trace = Estimate.Exact(sample.Moments.TraceOfHessian),
        TraceOfSquare = Estimate.Exact(sample.Moments.TraceOfSquaredHessian),
    };

    public override double WeightedTrace(LinearSample sample, ParameterLaw law, Func<GroundState> optimum) => EnergySlope(sample, law);

    /// <summary>2 tr VΣ.</summary>
    public override double EnergySlope(LinearSample sample, ParameterLaw law) =>
        2 * law.Variances.Select((variance, j) => variance * sample.Moments[j, j]).Sum();
}
