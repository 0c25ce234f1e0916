using System.Collections.Concurrent;
using ML.Thermo.Cli.Output;
using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Weights;

namespace ML.Thermo.Cli.Layers;

/// <summary>The weights of one layer, or why nothing can be said of them.</summary>
/// <param name="Analysis">Null where there are no weights, or none that can be read.</param>
/// <param name="Reason">Why there is no analysis; null where there is one.</param>
/// <param name="Assumed">The law they are compared with, or why there is none.</param>
internal sealed record LayerWeights(WeightAnalysis? Analysis, string? Reason, AssumedLaw? Assumed)
{
    /// <summary>The layer has no tensor that multiplies what comes from below.</summary>
    public const string NoWeights = "no weights";

    /// <summary>The law in the word of its scheme, such as <c>he</c>, or itself where it was given; null where there is none.</summary>
    public string? Law => Assumed?.Law is not { } law ? null
        : Assumed.Note.Split(',', 2) is [var scheme, _] ? scheme
        : law.ToString();

    /// <summary>The law in a few characters: its scheme with the standard deviation that it gives here, or itself where it was given.</summary>
    public string ShortLaw => Assumed?.Law is not { } law ? "—"
        : Law == law.ToString() ? law.ToString()
        : $"{Law} {Numbers.Significant(law.StandardDeviation, 3)}";

    /// <summary>Analyses layers on all cores, large ones first.</summary>
    /// <param name="layers">The layers; their model must stay open.</param>
    /// <param name="initialization">The laws before training.</param>
    /// <param name="seed">Of the sampled spectra.</param>
    /// <param name="quick">Without spectra.</param>
    /// <param name="progress">Told the share of weights that are done.</param>
    /// <param name="cancellation">Stops between two layers.</param>
    /// <returns>One a layer, in their order.</returns>
    public static IReadOnlyList<LayerWeights> OfLayers(
        IReadOnlyList<Layer> layers, NetworkInitialization initialization, ulong seed, bool quick, IProgress<double> progress, CancellationToken cancellation)
    {
        var results = new LayerWeights[layers.Count];
        int[] order = [.. Enumerable.Range(0, layers.Count).OrderByDescending(i => layers[i].Weight?.Count ?? 0)];
        double total = layers.Sum(layer => (double)(layer.Weight?.Count ?? 0));
        long done = 0;
        // One layer at a time a worker: a static partition would leave one core with all the large layers.
        Parallel.ForEach(
            Partitioner.Create(order, EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { CancellationToken = cancellation },
            i =>
            {
                results[i] = Of(layers[i], initialization, seed, quick);
                progress.Report(Interlocked.Add(ref done, layers[i].Weight?.Count ?? 0) / Math.Max(total, 1));
            });
        return results;
    }

    private static LayerWeights Of(Layer layer, NetworkInitialization initialization, ulong seed, bool quick)
    {
        if (layer.Weight is not { } weight)
            return new(null, NoWeights, null);
        AssumedLaw? assumed = initialization.For(layer).FirstOrDefault(law => law.Role == ParameterRole.Weight);
        try
        {
            return new(WeightAnalysis.Of(WeightMatrix.Of(weight), new() { Law = assumed?.Law, Seed = seed, LeavesOutSpectra = quick }), null, assumed);
        }
        catch (ThermoException error)
        {
            return new(null, error.Message, assumed);
        }
    }
}
