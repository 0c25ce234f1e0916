using ML.Thermo.Onnx.Layers;

namespace ML.Thermo.Onnx.Ensembles;

/// <summary>Makes the draws of ensembles, wherever: every draw depends on the seed, its layer and its number alone.</summary>
public interface IEnsembleWorkers
{
    /// <summary>Energies of a range of draws, as <see cref="NetworkEnsemble.Draw"/> gives them.</summary>
    /// <param name="energy">The network with its data.</param>
    /// <param name="layers">The layers that are redrawn.</param>
    /// <param name="initialization">The assumed laws.</param>
    /// <param name="range">Which draws.</param>
    /// <param name="drawn">Told after each draw, from any thread.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    /// <exception cref="ThermoException">The draws cannot be made.</exception>
    double[] Draw(
        NetworkEnergy energy, IReadOnlyList<Layer> layers, NetworkInitialization initialization, DrawRange range, Action? drawn,
        CancellationToken cancellationToken);
}

/// <summary>A range of draws.</summary>
/// <param name="Seed">Chooses the ensemble.</param>
/// <param name="First">Number of the first draw; ≥ 0.</param>
/// <param name="Count">How many.</param>
public readonly record struct DrawRange(ulong Seed, long First, int Count);
