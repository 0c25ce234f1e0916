using ML.Thermo.Cluster.Sharing;
using ML.Thermo.Onnx.Compression;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Sharing;

namespace ML.Thermo.Tests.Sharing;

/// <summary>Compressions on two silos are those of one machine to the last byte, also where a silo dies.</summary>
internal sealed class CompressionTests
{
    [TestCase("digits-cnn.onnx", CompressionRounding.Compensated, 1)]
    [TestCase("digits-mlp.onnx", CompressionRounding.Nearest, 2)]
    [TestCase("digits-transformer.onnx", CompressionRounding.Compensated, 3)]
    public void A_plan_and_its_file_are_the_same_whoever_measures_which_layer(string file, CompressionRounding rounding, int seed)
    {
        var options = new CompressionOptions { Rounding = rounding, Keep = [] };
        Compressed here = Compress(file, options), random = Compress(file, options with { Workers = new RandomPartitions(TwoSilos.Client, seed) });
        ClusterWorkers workers = TwoSilos.Workers();
        Compressed there = Compress(file, options with { Workers = workers });
        Assert.Multiple(() =>
        {
            Assert.That(random, Is.EqualTo(here));
            Assert.That(there, Is.EqualTo(here));
            Assert.That(workers.BySilo.Values.Sum(), Is.GreaterThanOrEqualTo(here.Pieces), "layers by widths, and passes of the bath");
        });
    }

    [Test]
    public async Task A_layer_is_measured_again_where_a_silo_dies()
    {
        var options = new CompressionOptions { BathRounds = 1 };
        Compressed here = Compress("digits-transformer.onnx", options);
        (Compressed there, _) = await TwoSilos.WithAKillAsync((workers, kill) =>
            Compress("digits-transformer.onnx", options with { Workers = workers }, new Told(share =>
            {
                if (share > 0.2)
                    kill();
            })));
        Assert.That(there, Is.EqualTo(here));
    }

    private static Compressed Compress(string file, CompressionOptions options, IProgress<double>? progress = null)
    {
        string folder = Path.Combine(TestContext.CurrentContext.TestDirectory, "networks");
        using OnnxModel model = OnnxModel.Open(Path.Combine(folder, file));
        NetworkBatch[] batches = [.. NetworkInputs.Read(Path.Combine(folder, "digits.npz"), model).Batches(16).Take(3)];
        CompressionPlan plan = NetworkCompression.Plan(
            LayerGraph.Of(model), [.. batches.Select(batch => batch.Inputs)], CompressionMenu.Fine, options, progress);
        CompressedNetwork network = plan.At((plan.SmallestBytes + plan.BytesBefore) / 2);
        var found = new Compressed(
            string.Join('\n', plan.Layers.Select(layer => $"{layer.Name}: {string.Join(", ", layer.Choices)}")), Convert.ToBase64String(network.ToBytes()),
            string.Join(',', network.Choices), BitConverter.DoubleToInt64Bits(network.PlanLoss), network.Exchanges, network.Passes,
            plan.Layers.Count * CompressionMenu.Fine.Bits.Count);
        foreach (NetworkBatch batch in batches)
            batch.Dispose();
        return found;
    }

    /// <summary>All that a compression found; numbers in their shortest texts.</summary>
    private sealed record Compressed(string Layers, string File, string Choices, long PlanLoss, int Exchanges, int Passes, int Pieces);

    private sealed class Told(Action<double> tell) : IProgress<double>
    {
        public void Report(double value)
        {
            lock (tell)
                tell(value);
        }
    }
}
