using ML.Thermo.Curvature;
using ML.Thermo.Onnx.Layers;

namespace ML.Thermo.Onnx.Ensembles;

/// <summary>
/// Curvature of a network's energy in one layer's parameters, by forward passes alone, at the trained point.
/// </summary>
/// <remarks>
/// <para>For w = ŵ + σz, z standard normal: (E(ŵ + σz) + E(ŵ − σz))/2 − E(ŵ) = σ²/2 zᵀHz + O(σ⁴); its mean gives tr H, its spread
/// tr H². The network works in single precision, so σ is finite and the curvature is that of the energy smoothed over σ, also across
/// kinks (ReLU).</para>
/// <para>Maturity: estimator (Hutchinson 1990).</para>
/// </remarks>
public sealed record Sharpness
{
    private Sharpness()
    {
    }

    /// <summary>The layer.</summary>
    public required Layer Layer { get; init; }

    /// <summary>σ, in the unit of the weights.</summary>
    public required double Step { get; init; }

    /// <summary>tr H and tr H² with errors, loss units per weight unit squared (and to the fourth).</summary>
    public required HessianTraces Traces { get; init; }

    /// <summary>λ = d_eff/2 of the perturbed ensemble, from the symmetrised energies of opposite steps and the trained energy as ground.</summary>
    public required LearningCoefficient LearningCoefficient { get; init; }

    /// <summary>The sharpness of one layer: 2 × draws + 1 forward passes over what follows from it.</summary>
    /// <param name="energy">The network with its data.</param>
    /// <param name="layer">The layer; all its stored floats that a law is assumed for are moved.</param>
    /// <param name="options">Number and law of the directions; the step defaults to 1 % of the root mean square of the layer's numbers.</param>
    /// <param name="cancellation">Checked before each direction.</param>
    /// <exception cref="ThermoException">The layer has no parameters that can be moved.</exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public static Sharpness Of(NetworkEnergy energy, Layer layer, ProbeOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(energy);
        ArgumentNullException.ThrowIfNull(layer);
        using NetworkEnsemble ensemble = new(energy, [layer]);
        if (ensemble.ParameterCount == 0)
            throw new ThermoException($"Layer '{layer.Name}' has no parameters that can be moved: {string.Join("; ", ensemble.Assumed.Select(a => a.Note).DefaultIfEmpty("it has none at all"))}.");
        double[] trained = ensemble.TrainedParameters();
        options ??= new ProbeOptions();
        double step = options.Step ?? 0.01 * Math.Max(Math.Sqrt(trained.Average(w => w * w)), 1e-3);
        List<double> energies = [];
        HessianTraces traces = HessianProbe.ByEnergies(w => Remember(ensemble.Energy(w)), trained, options with { Step = step }, cancellation);
        double[] symmetric = [.. Enumerable.Range(0, options.Draws).Select(i => (energies[(2 * i) + 1] + energies[(2 * i) + 2]) / 2)];
        return new Sharpness { Layer = layer, Step = step, Traces = traces, LearningCoefficient = LearningCoefficient.FromFluctuations(symmetric, energies[0]) };

        double Remember(double value)
        {
            energies.Add(value);
            return value;
        }
    }
}
