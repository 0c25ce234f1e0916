namespace ML.Thermo.Energies;

/// <summary>The parameters of least energy on the training data, and that energy: E₀ = min E(μ), the result of training.</summary>
/// <param name="Parameters">μ̂, d numbers, in the order of the data's columns.</param>
/// <param name="Energy">E₀, loss units; the infimum where there is no minimum.</param>
/// <param name="Status"><see cref="Status.RankDeficient"/>, <see cref="Status.Interpolation"/>, <see cref="Status.Separable"/>,
/// <see cref="Status.NotConverged"/>, or none.</param>
[Maturity(Maturity.Paper, "minimum potential energy principle")]
public sealed record GroundState(IReadOnlyList<double> Parameters, double Energy, Status Status);
