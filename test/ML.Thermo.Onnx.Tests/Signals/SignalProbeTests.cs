using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Tests.Signals;

public sealed class SignalProbeTests
{
    private static readonly float[] Rows = [.. Enumerable.Range(0, 40).Select(i => MathF.Sin(1.7f * i) + (0.1f * (i % 7)))];

    [TestCase(-1)]
    [TestCase(1)]
    public void Sums_of_a_layer_equal_those_of_its_tensor_computed_in_double(int axis)
    {
        using OnnxModel model = Network();
        float[] hidden = Tensor(model, "h");
        using SignalProbe probe = new(model, [new SignalTap("h", axis)]);
        SignalSums sums = Run(probe, Rows, 10)[0];

        Assert.Multiple(() =>
        {
            Assert.That(sums.Units, Is.EqualTo(3));
            Assert.That(sums.Values, Is.EqualTo(30));
            for (int unit = 0; unit < 3; unit++)
            {
                double[] x = [.. Enumerable.Range(0, 10).Select(row => (double)hidden[(row * 3) + unit])];
                Assert.That(sums.Mean(unit), Is.EqualTo(x.Average()).Within(1e-6));
                Assert.That(sums.Variance(unit), Is.EqualTo(Variance(x)).Within(1e-6));
                Assert.That(sums.HomogeneousVariance(unit, 1, 0.1), Is.EqualTo(Variance([.. x.Select(v => v > 0 ? v : 0.1 * v)])).Within(1e-6));
                Assert.That((sums.Least(unit), sums.Most(unit)), Is.EqualTo((x.Min(), x.Max())));
            }
        });
    }

    [Test]
    public void Batches_merge_into_the_whole()
    {
        using OnnxModel model = Network();
        using SignalProbe probe = new(model, [new SignalTap("h", -1), new SignalTap("r", -1)]);
        IReadOnlyList<SignalSums> whole = Run(probe, Rows, 10), first = Run(probe, Rows[..16], 4), second = Run(probe, Rows[16..], 6);
        for (int tap = 0; tap < 2; tap++)
        {
            first[tap].Merge(second[tap]);
            Assert.That(first[tap].Values, Is.EqualTo(whole[tap].Values));
            Assert.That(first[tap].Entropy.Value, Is.EqualTo(whole[tap].Entropy.Value).Within(1e-12));
            Assert.That(first[tap].MeanVariance, Is.EqualTo(whole[tap].MeanVariance).Within(1e-6));
        }
    }

    [Test]
    public void The_network_computes_what_it_computes_without_taps()
    {
        using OnnxModel model = Network();
        using SignalProbe tapped = new(model, [new SignalTap("h", -1)]), plain = new(model, []);
        Assert.That(Outputs(tapped, Rows, 10), Is.EqualTo(Outputs(plain, Rows, 10)).Within(1e-6f));
    }

    private static OnnxModel Network() => OnnxModel.Read(new OnnxBuilder()
        .Input("x", "N", 4).Weights("w", 4, 3).Weights("b", 3).Weights("v", 3, 2)
        .Node("MatMul", "x w", "m").Node("Add", "m b", "h").Node("Relu", "h", "r").Node("MatMul", "r v", "y")
        .Output("y").ToModel(13));

    /// <summary>The tensor itself, as a plain output of a plain session.</summary>
    private static float[] Tensor(OnnxModel model, string tensor)
    {
        using InferenceSession session = new(new GraphPatch().Output(tensor).ApplyTo(model));
        using OrtValue x = OrtValue.CreateTensorValueFromMemory(Rows, [10, 4]);
        using var run = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> values = session.Run(run, new Dictionary<string, OrtValue> { ["x"] = x }, [tensor]);
        return values[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static IReadOnlyList<SignalSums> Run(SignalProbe probe, float[] rows, int count)
    {
        using OrtValue x = OrtValue.CreateTensorValueFromMemory(rows, [count, 4]);
        IReadOnlyList<SignalSums> sums = probe.Run(new Dictionary<string, OrtValue> { ["x"] = x }, out IReadOnlyList<OrtValue> outputs);
        foreach (OrtValue output in outputs)
            output.Dispose();
        return sums;
    }

    private static float[] Outputs(SignalProbe probe, float[] rows, int count)
    {
        using OrtValue x = OrtValue.CreateTensorValueFromMemory(rows, [count, 4]);
        probe.Run(new Dictionary<string, OrtValue> { ["x"] = x }, out IReadOnlyList<OrtValue> outputs);
        float[] values = outputs[0].GetTensorDataAsSpan<float>().ToArray();
        outputs[0].Dispose();
        return values;
    }

    private static double Variance(double[] x) => x.Select(v => (v - x.Average()) * (v - x.Average())).Average();
}
