using ML.Thermo.Curvature;
using ML.Thermo.Onnx.Execution;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Sharing;

namespace ML.Thermo.Onnx.Ensembles;

/// <summary>
/// Curvature of a network's energy in the parameters of some layers, by forward passes alone, at the trained point.</summary>
/// <remarks>
/// <para>For w = ŵ + σz, z standard normal: (E(ŵ + σz) + E(ŵ − σz))/2 − E(ŵ) = σ²/2 zᵀHz + O(σ⁴); its mean gives tr H, its spread
/// tr H². The network works in single precision, so σ is finite and the curvature is that of the energy smoothed over σ, also across
/// kinks (ReLU).</para></remarks>
[Maturity(Maturity.Estimator, "Hutchinson 1990")]
public sealed record Sharpness
{
    private Sharpness()
    {
    }

    /// <summary>The layers that are moved together; all others keep their trained numbers.</summary>
    public required IReadOnlyList<Layer> Layers { get; init; }

    /// <summary>σ, in the unit of the weights.</summary>
    public required double Step { get; init; }

    /// <summary>tr H and tr H² with errors, loss units per weight unit squared (and to the fourth).</summary>
    public required HessianTraces Traces { get; init; }

    /// <summary>λ = d_eff/2 of the perturbed ensemble, from the symmetrised energies of opposite steps and the trained energy as ground.</summary>
    public required LearningCoefficient LearningCoefficient { get; init; }

    /// <summary>The sharpness in all parameters of some layers: 2 × draws + 1 forward passes over what follows from them.</summary>
    /// <param name="energy">The network with its data.</param>
    /// <param name="layers">The layers; all their stored floats that a law is assumed for are moved, by steps of one size.</param>
    /// <param name="options">Number and law of the directions; the step defaults to 1 % of the root mean square of the numbers moved.</param>
    /// <param name="passed">Told after each forward pass.</param>
    /// <param name="cancellation">Checked before each direction.</param>
    /// <exception cref="ThermoException">The layers have no parameters that can be moved.</exception>
    /// <exception cref="UnusableDataException">An energy is not finite.</exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public static Sharpness Of(
        NetworkEnergy energy, IReadOnlyList<Layer> layers, ProbeOptions? options = null, Action? passed = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(energy);
        ArgumentNullException.ThrowIfNull(layers);
        using NetworkEnsemble ensemble = new(energy, layers);
        if (ensemble.ParameterCount == 0)
            throw new ThermoException($"{string.Join(", ", layers.Select(layer => $"'{layer.Name}'"))}: no parameters can be moved "
                + $"({string.Join("; ", ensemble.Assumed.Select(a => a.Note).Distinct().DefaultIfEmpty("there are none"))}).");
        double[] trained = ensemble.TrainedParameters();
        options ??= new ProbeOptions();
        double step = options.Step ?? 0.01 * Math.Max(Math.Sqrt(trained.Average(w => w * w)), 1e-3);
        List<double> energies = [];
        HessianTraces traces = HessianProbe.ByEnergies(w => Remember(ensemble.Energy(w)), trained, options with { Step = step }, cancellation);
        double[] symmetric = [.. Enumerable.Range(0, options.Draws).Select(i => (energies[(2 * i) + 1] + energies[(2 * i) + 2]) / 2)];
        return new Sharpness
        {
            Layers = layers,
            Step = step,
            Traces = traces,
            LearningCoefficient = LearningCoefficient.FromFluctuations(symmetric, energies[0])
        };

        double Remember(double value)
        {
            energies.Add(value);
            passed?.Invoke();
            return value;
        }
    }
}

/// <summary>Curvature of a network's energy at the trained point: in all parameters, and layer by layer.</summary>
[Maturity(Maturity.Estimator, "Hutchinson 1990")]
public sealed record NetworkSharpness
{
    private NetworkSharpness()
    {
    }

    /// <summary>All layers moved together.</summary>
    public required Sharpness Network { get; init; }

    /// <summary>Each layer moved alone, in the graph's order; layers without parameters that can be moved are left out.</summary>
    public required IReadOnlyList<Sharpness> Layers { get; init; }

    /// <summary>Moves the network and its layers, on all processors.</summary>
    /// <param name="energy">The network with its data.</param>
    /// <param name="options">Number and law of the directions.</param>
    /// <param name="layers">Which layers are moved alone; null for all. The whole network is moved in any case.</param>
    /// <param name="progress">Told the share of forward passes that are done.</param>
    /// <param name="cancellation">Checked before each direction.</param>
    /// <exception cref="ThermoException">The network has no parameters that can be moved.</exception>
    /// <exception cref="UnusableDataException">An energy is not finite.</exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public static NetworkSharpness Of(
        NetworkEnergy energy, ProbeOptions? options = null, Func<Layer, bool>? layers = null, IProgress<double>? progress = null,
            CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(energy);
        options ??= new ProbeOptions();
        Layer[] movable = [.. energy.Network.Layers.Where(layer => NetworkAnalysis.Obstacle(energy, NetworkInitialization.Auto, layer) is null)];
        IReadOnlyList<Layer>[] parts = [movable, .. movable.Where(layer => layers?.Invoke(layer) ?? true).Select(layer => (IReadOnlyList<Layer>)[layer])];
        var found = new Sharpness[parts.Length];
        double total = parts.Length * ((2.0 * options.Draws) + 1);
        long done = 0;
        Workers.Run(parts.Length, Workers.Unlimited, i =>
            found[i] = Sharpness.Of(energy, parts[i], options, () => progress?.Report(Interlocked.Increment(ref done) / total), cancellation), cancellation);
        return new NetworkSharpness { Network = found[0], Layers = found[1..] };
    }
}
