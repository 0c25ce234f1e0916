using ML.Thermo.Numerics;
using ML.Thermo.Transitions;

namespace ML.Thermo.Linear.Outputs;

/// <summary>Moments by draws, where there is no closed form.</summary>
internal static class MonteCarlo
{
    /// <summary>Multiplications that an estimate may cost: about a fifth of a second.</summary>
    private const double Work = 4e9;

    /// <summary>Multiplications that take as long as the loss of an output, with its exponential and its logarithm.</summary>
    private const double LossWork = 16;

    /// <summary>Multiplications a draw of linear outputs and their losses.</summary>
    public static double Cost(int rows, int columns, int outputs) => rows * (columns + LossWork) * outputs;

    /// <summary>Var E and its standard error about a mean that is known exactly.</summary>
    /// <param name="ensemble">Gives the draws.</param>
    /// <param name="mean">⟨E⟩.</param>
    /// <param name="cost">Multiplications a draw.</param>
    /// <param name="seed">Chooses the draws.</param>
    public static Estimate Variance(EnergyEnsemble ensemble, double mean, double cost, ulong seed)
    {
        double[] squares = Draw(ensemble, cost, seed);
        for (int i = 0; i < squares.Length; i++)
            squares[i] = (squares[i] - mean) * (squares[i] - mean);
        return SampleMean.Of(squares);
    }

    /// <summary>⟨E⟩ and Var E with their standard errors.</summary>
    /// <param name="ensemble">Gives the draws.</param>
    /// <param name="cost">Multiplications a draw.</param>
    /// <param name="seed">Chooses the draws.</param>
    public static (Estimate Mean, Estimate Variance) Moments(EnergyEnsemble ensemble, double cost, ulong seed)
    {
        double[] energies = Draw(ensemble, cost, seed);
        Estimate mean = SampleMean.Of(energies);
        Estimate variance = SampleMean.Of([.. energies.Select(energy => (energy - mean.Value) * (energy - mean.Value))]);
        double bessel = energies.Length / (energies.Length - 1.0);
        return (mean, new Estimate(variance.Value * bessel, variance.StandardError * bessel));
    }

    private static double[] Draw(EnergyEnsemble ensemble, double cost, ulong seed)
    {
        double[] energies = new double[(int)Math.Clamp(Work / cost, 4096, 1 << 17)];
        ensemble.Draw(seed, 0, energies);
        return energies;
    }
}
