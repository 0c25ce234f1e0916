using ML.Thermo.Energies;
using ML.Thermo.Linear.Absolute;
using ML.Thermo.Linear.Logistic;
using ML.Thermo.Linear.Outputs;
using ML.Thermo.Linear.Squared;

namespace ML.Thermo.Linear;

/// <summary>The losses that linear models are known under.</summary>
[Maturity(Maturity.Paper, "mean squared, mean absolute and cross-entropy loss")]
public static class LinearLosses
{
    /// <summary>All of them, a line each.</summary>
    public static IReadOnlyList<LinearLoss> All { get; } = [new SquaredLoss(), new AbsoluteLoss(), new LogisticLoss()];

    /// <summary>What a linear model does under an energy.</summary>
    /// <param name="energy">A member of <see cref="Energy.All"/>.</param>
    /// <exception cref="ThermoException">No linear model is known under it.</exception>
    public static LinearLoss Of(Energy energy)
    {
        ArgumentNullException.ThrowIfNull(energy);
        return All.FirstOrDefault(loss => loss.Energy == energy)
            ?? throw new ThermoException(
                $"No linear model is known under the energy '{energy}': expected {string.Join(", ", All.Select(loss => loss.Energy))}.");
    }
}
