using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear.Outputs;
using ML.Thermo.Transitions;

namespace ML.Thermo.Linear.Absolute;

/// <summary>A linear model under the absolute error: a convex polyhedron, whose curvature is made of jumps.</summary>
internal sealed class AbsoluteLoss() : LinearLoss(Energy.MeanAbsolute)
{
    public override GroundState Solve(LinearSample sample) => LeastAbsoluteDeviations.Solve(sample.Rows);

    public override EnergyEnsemble Ensemble(LinearSample sample, ParameterLaw law, ulong seed = 1) => new AbsoluteEnsemble(sample.Rows, law, seed);
}
