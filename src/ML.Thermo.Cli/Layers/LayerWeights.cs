using System.Collections.Concurrent;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Weights;
using ML.Thermo.Report.Layers;

namespace ML.Thermo.Cli.Layers;

/// <summary>The weights of layers, or why nothing can be said of them.</summary>
internal static class LayerWeights
{
    /// <summary>Analyses layers on all cores, large ones first.</summary>
    /// <param name="layers">The layers; their model must stay open.</param>
    /// <param name="initialization">The laws before training.</param>
    /// <param name="seed">Of the sampled spectra.</param>
    /// <param name="quick">Without spectra.</param>
    /// <param name="progress">Told the share of weights that are done.</param>
    /// <param name="cancellation">Stops between two layers.</param>
    /// <returns>One a layer, in their order.</returns>
    public static IReadOnlyList<LayerFindings> OfLayers(
        IReadOnlyList<Layer> layers, NetworkInitialization initialization, ulong seed, bool quick, IProgress<double> progress, CancellationToken cancellation)
    {
        var results = new LayerFindings[layers.Count];
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

    private static LayerFindings Of(Layer layer, NetworkInitialization initialization, ulong seed, bool quick)
    {
        var found = new LayerFindings(layer);
        if (layer.Weight is not { } weight)
            return found with { WeightsReason = "no weights" };
        found = found with { Assumed = initialization.For(layer).FirstOrDefault(law => law.Role == ParameterRole.Weight) };
        try
        {
            WeightAnalysisOptions options = new() { Law = found.Assumed?.Law, Seed = seed, LeavesOutSpectra = quick };
            return found with { Weights = WeightAnalysis.Of(WeightMatrix.Of(weight), options) };
        }
        catch (ThermoException error)
        {
            return found with { WeightsReason = error.Message };
        }
    }
}
