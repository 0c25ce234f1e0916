using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear.Outputs;
using ML.Thermo.Transitions;

namespace ML.Thermo.Linear.Logistic;

/// <summary>A linear classifier under the cross-entropy, of two classes by one logit or of many by softmax.</summary>
internal sealed class LogisticLoss() : LinearLoss(Energy.CrossEntropy)
{
    public override GroundState Solve(LinearSample sample) => LogisticRegression.Solve(sample.Rows);

    public override EnergyEnsemble Ensemble(LinearSample sample, ParameterLaw law, ulong seed = 1) => new LogisticEnsemble(sample.Rows, law, seed);

    public override EnergyEnsemble ClassEnsemble(LinearSample sample, int classes, ParameterLaw law, ulong seed = 1) =>
        new SoftmaxEnsemble(sample.Rows, classes, new ParameterLaw([.. Enumerable.Repeat(law.Entries, classes).SelectMany(entries => entries)]), seed);
}
