using ML.Thermo.Entropies;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Tests.Signals;

public sealed class LayerProbeTests
{
    [Test]
    public void Readings_of_a_row_are_those_of_its_own_tensors([Values("Relu", "Tanh")] string activation)
    {
        const int Rows = 7, Values = 8 * 144;
        using OnnxModel model = Networks.Convolutional(activation);
        using LayerProbe probe = new(LayerGraph.Of(model));
        using NetworkBatch batch = Networks.Normal(model, Rows, seed: 5);
        float[] logits = [];
        LayerReadings readings = probe.Read(batch, outputs => logits = outputs[0].GetTensorDataAsSpan<float>().ToArray());

        double[] pre = Networks.Tensor(model, "c2", Networks.Normal(model, Rows, seed: 5)),
            post = Networks.Tensor(model, "a2", Networks.Normal(model, Rows, seed: 5));
        for (int row = 0; row < Rows; row++)
        {
            double[] z = pre[(row * Values)..((row + 1) * Values)];
            double heatIn = Networks.Variance(z), heatOut = Networks.Variance(post[(row * Values)..((row + 1) * Values)]);
            int cell = readings.At(row, layer: 1), last = readings.At(row, layer: 4);
            Assert.That(readings.Variance[cell], Is.EqualTo(heatIn).Within(1e-3).Percent);
            Assert.That(readings.Efficiency[cell], Is.EqualTo(1 - (heatOut / heatIn)).Within(1e-4));
            Assert.That(readings.Entropy[cell], Is.EqualTo(new VasicekEntropy().Estimate(default, z).Value).Within(0.1));
            Assert.That(readings.Efficiency[last], Is.Zero);
        }

        Assert.That(logits, Is.EqualTo(Networks.Tensor(model, "y", Networks.Normal(model, Rows, seed: 5))).Within(1e-5));
    }

    [Test]
    public void Many_threads_read_what_one_reads()
    {
        using OnnxModel model = Networks.Dense("Tanh");
        using LayerProbe probe = new(LayerGraph.Of(model));
        float[][] alone = [.. Enumerable.Range(0, 24).Select(i => Read(i))], together = new float[24][];
        Parallel.For(0, 24, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i => together[i] = Read(i));
        Assert.That(together, Is.EqualTo(alone));

        float[] Read(int i)
        {
            using NetworkBatch batch = Networks.Normal(model, 9, seed: (ulong)i);
            LayerReadings readings = probe.Read(batch);
            return [.. readings.Variance, .. readings.Entropy, .. readings.Efficiency];
        }
    }

    [Test]
    public void A_row_that_is_alone_reads_as_it_does_in_company()
    {
        using OnnxModel model = Networks.Dense();
        using LayerProbe probe = new(LayerGraph.Of(model), layer => layer.Index == 0, entropies: false);
        using NetworkBatch many = Networks.Normal(model, 3, seed: 1), one = Networks.Normal(model, 1, seed: 1);
        LayerReadings readings = probe.Read(many), single = probe.Read(one);
        Assert.That(single.Variance[0], Is.EqualTo(readings.Variance[0]).Within(1e-5));
        Assert.That(readings.Entropy, Is.All.NaN);
        Assert.That(probe.Layers, Has.Count.EqualTo(1));
    }
}
