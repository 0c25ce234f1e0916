namespace ML.Thermo.Langevin;

/// <summary>What a Langevin chain leaves: its course, its parameters and the equilibrium it was measured in.</summary>
/// <param name="Epochs">The start (epoch 0) and every epoch.</param>
/// <param name="Mean">⟨θ⟩ over the steps after the warm-up: the mean of the Boltzmann law, if the chain is in equilibrium.</param>
/// <param name="Last">θ after the last step.</param>
/// <param name="Ground">θ of the ground state: where the chain comes to when it is quenched after it was measured. Of Boltzmann's law the most probable
/// parameters, without the chance error that <paramref name="Mean"/> has of a chain of finite length. Without heat, or where E₀ was given, the last.</param>
/// <param name="Equilibrium">What was measured after the warm-up.</param>
[Maturity(Maturity.Estimator)]
public sealed record LangevinRun(
    IReadOnlyList<TrainingEpoch> Epochs, IReadOnlyList<double> Mean, IReadOnlyList<double> Last, IReadOnlyList<double> Ground,
    Equilibrium Equilibrium);
