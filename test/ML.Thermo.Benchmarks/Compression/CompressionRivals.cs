using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Compression;
using ML.Thermo.Curvature;
using ML.Thermo.Onnx.Compression;
using ML.Thermo.Onnx.Ensembles;

namespace ML.Thermo.Benchmarks.Compression;

/// <summary>What others take for the loss of a layer at a width: each gives a number a layer and choice, to be allotted in the same exact way.</summary>
internal sealed class CompressionRivals(CompressionPlan plan, IReadOnlyList<IReadOnlyDictionary<string, OrtValue>> rows, IReadOnlyList<long>? labels)
{
    private const int Probes = 16;

    public Dictionary<string, double[][]> Sensitivities()
    {
        double[][] errors = [.. plan.Layers.Select(layer => layer.Roundings.Select(set => set.Sum(rounding => rounding.SquaredError())).Append(0).ToArray())];
        double[] inputs = MeanSquares();
        Dictionary<string, double[][]> found = new(StringComparer.Ordinal)
        {
            ["weight MSE"] = errors,
            ["error x input"] = [.. errors.Select((row, i) => row.Select(error => error * inputs[i]).ToArray())],
        };
        if (labels is null)
            return found;
        NetworkEnergy labelled = NetworkEnergy.Of(plan.Measure.Energy.Network, rows, new EnergyOptions { Labels = labels });
        found["labelled"] = [.. plan.Layers.Select(layer => OneLayer(labelled, layer))];
        double[] curvatures = [.. plan.Layers.Select(layer => MeanCurvature(labelled, layer))];
        found["Hutchinson"] = [.. errors.Select((row, i) => row.Select(error => error * curvatures[i]).ToArray())];
        return found;
    }

    /// <summary>The best choices by a sensitivity, no larger than an average width.</summary>
    public static IReadOnlyList<int> Choose(CompressionPlan plan, double[][] sensitivity, double averageBits) =>
        new ParetoAllocation([.. plan.Layers.Select((layer, i) => layer.Choices.Select((choice, c) => new StorageChoice(choice.LevelBytes, sensitivity[i][c])).ToArray())])
            .At(Math.Floor((averageBits * plan.Parameters / 8) + 1e-6)).Choices;

    /// <summary>The labelled loss with one layer rounded, less the loss as it was.</summary>
    private static double[] OneLayer(NetworkEnergy energy, CompressionLayer layer)
    {
        using CutNetwork cut = new(energy, layer.Weights);
        double[] losses = new double[layer.Choices.Count];
        for (int choice = 0; choice < layer.Roundings.Count; choice++)
        {
            for (int weight = 0; weight < layer.Weights.Count; weight++)
                cut.Set(weight, layer.Numbers(weight, choice));
            losses[choice] = cut.Excess(CancellationToken.None).Average();
        }

        return losses;
    }

    /// <summary>Half the mean eigenvalue of the labelled Hessian, by second differences (HAWQ-V2's rule without backward passes).</summary>
    private static double MeanCurvature(NetworkEnergy energy, CompressionLayer layer)
    {
        using NetworkEnsemble ensemble = new(energy, [layer.Layer]);
        Sharpness sharpness = Sharpness.Of(energy, [layer.Layer], new ProbeOptions { Draws = Probes, Seed = 1 });
        return Math.Max(sharpness.Traces.Trace.Value, 0) / ensemble.ParameterCount / 2;
    }

    /// <summary>Mean square of what each layer reads.</summary>
    private double[] MeanSquares()
    {
        NetworkEnergy energy = plan.Measure.Energy;
        return [.. plan.Layers.Select(layer =>
        {
            string[] inputs = [.. energy.Graph.InputsOf([layer.Layer.Input])];
            if (inputs.Contains(layer.Layer.Input))
                return MeanSquare(rows.Select(batch => batch[layer.Layer.Input]));
            List<Dictionary<string, OrtValue>> values = NetworkBatches.Compute(energy.Graph, energy.Network.Model, [layer.Layer.Input], rows, null, asFloats: true);
            double mean = MeanSquare(values.Select(batch => batch[layer.Layer.Input]));
            NetworkBatches.Release(values);
            return mean;
        })];
    }

    private static double MeanSquare(IEnumerable<OrtValue> values)
    {
        double sum = 0;
        long count = 0;
        foreach (OrtValue value in values)
        {
            if (value.GetTensorTypeAndShape().ElementDataType != Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float)
                return 1; // ids pick rows of a table as they are
            foreach (float x in value.GetTensorDataAsSpan<float>())
                sum += (double)x * x;
            count += value.GetTensorDataAsSpan<float>().Length;
        }

        return sum / count;
    }
}
