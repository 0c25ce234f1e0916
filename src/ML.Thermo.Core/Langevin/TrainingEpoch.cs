namespace ML.Thermo.Langevin;

/// <summary>The state of training after an epoch; epoch 0 is the start.</summary>
/// <param name="Epoch">Passes over the data so far.</param>
/// <param name="Energy">E, loss units: the mean loss of the training rows with its regularisation.</param>
/// <param name="Entropy">S = ½ ln(2πe V/n), nats, V the variance of the rows' losses: the entropy of the energy of n fresh points, as the Type II
/// state has it; NaN where losses are not visible.</param>
/// <param name="Temperature">(E − E at the start)/(S − S at the start), loss units per nat: the temperature of training so far; NaN at the start
/// and where the entropy has not changed.</param>
/// <param name="BathTemperature">T of the heat bath during the epoch, loss units; zero without one.</param>
/// <param name="GradientNorm">|∇E|, loss units per parameter unit; NaN where a trainer keeps its gradient to itself.</param>
[Maturity(Maturity.Paper, "energy, entropy and temperature of states; along training this project's reading of them")]
public readonly record struct TrainingEpoch(
    int Epoch, double Energy, double Entropy, double Temperature, double BathTemperature, double GradientNorm)
{
    /// <summary>An epoch by its energy and the variance of the energy of fresh data.</summary>
    /// <param name="start">Epoch 0, or null where this is it.</param>
    /// <param name="epoch">Passes over the data so far.</param>
    /// <param name="energy">E, loss units.</param>
    /// <param name="energyVariance">V/n, loss units squared.</param>
    /// <param name="bathTemperature">T, loss units.</param>
    /// <param name="gradientNorm">|∇E|.</param>
    public static TrainingEpoch Of(
        TrainingEpoch? start, int epoch, double energy, double energyVariance, double bathTemperature, double gradientNorm)
    {
        double entropy = 0.5 * Math.Log(2 * Math.PI * Math.E * energyVariance);
        double change = entropy - (start?.Entropy ?? entropy);
        double temperature = start is { } first && double.IsFinite(change) && Math.Abs(change) > 1e-12 ? (energy - first.Energy) / change : double.NaN;
        return new TrainingEpoch(epoch, energy, entropy, temperature, bathTemperature, gradientNorm);
    }
}
