using ML.Thermo.Onnx.Execution;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Tests.Signals;

public sealed class SignalBackendTests
{
    private static readonly SignalTap[] Taps =
    [
        new("c1", 1) { HistogramLimit = 500, Saturation = (-0.5, 0.4) }, new("a2", 1), new("y", -1) { HistogramLimit = 100 },
            new("c2", 0) { HistogramLimit = 64 },
        new("c3", -1) { Quantization = new OutputQuantization(0.5, 3), HistogramLimit = 1000 },
    ];

    [Test]
    public void Every_back_end_finds_the_sums_of_the_tensors_themselves([Values(13, 17, 18, 21)] int opset, [Values] bool reductions)
    {
        using OnnxModel model = Networks.Convolutional(opset: opset);
        ISignalBackend backend = reductions ? new ReductionBackend(opset) : new OperatorBackend();
        using SignalSession session = new(model, Taps, backend, ExecutionDevice.Cpu), reference = new(model, Taps, new OutputBackend(), ExecutionDevice.Cpu);
        using NetworkBatch batch = Networks.Normal(model, rows: 5, seed: 1);
        using SignalSession.SignalResult found = session.Run(batch.Inputs), expected = reference.Run(batch.Inputs);

        for (int i = 0; i < Taps.Length; i++)
        {
            SignalSums ours = new(Taps[i], found.Record(i)), theirs = new(Taps[i], expected.Record(i));
            Assert.That(ours.Shape, Is.EqualTo(theirs.Shape));
            Assert.That((ours.Units, ours.Values), Is.EqualTo((theirs.Units, theirs.Values)));
            Assert.That((double)ours.Saturated, Is.EqualTo((double)theirs.Saturated).Within(2)); // values at the bound may round either way
            Assert.That(ours.MeanVariance, Is.EqualTo(theirs.MeanVariance).Within(1e-3).Percent);
            Assert.That(ours.MeanHomogeneousVariance(1, 0.1), Is.EqualTo(theirs.MeanHomogeneousVariance(1, 0.1)).Within(1e-3).Percent);
            Assert.That(Enumerable.Range(0, ours.Units).Select(u => ours.Mean(u)),
                Is.EqualTo(Enumerable.Range(0, ours.Units).Select(u => theirs.Mean(u))).Within(1e-5));
            Assert.That(ours.Most(0), Is.EqualTo(theirs.Most(0)).Within(1e-5));
            Assert.That(ours.Least(0), Is.EqualTo(theirs.Least(0)).Within(1e-5));
            bool hasEntropy = Taps[i].HistogramLimit > 0 && (!reductions || opset >= 18);
            Assert.That(ours.Entropy.Value, hasEntropy ? Is.EqualTo(theirs.Entropy.Value).Within(0.01) : Is.NaN);
        }
    }

    [Test]
    public void Reductions_refuse_an_operator_set_that_lacks_them() =>
        Assert.That(() => new ReductionBackend(9), Throws.TypeOf<ThermoException>().With.Message.Contains("operator set 11"));

    [Test]
    public void The_network_computes_what_it_computes_without_taps()
    {
        using OnnxModel model = Networks.Convolutional();
        using SignalSession tapped = new(model, Taps, new OperatorBackend(), ExecutionDevice.Cpu);
        using NetworkBatch batch = Networks.Normal(model, 4, seed: 3);
        using SignalSession.SignalResult result = tapped.Run(batch.Inputs, withOutputs: true);
        float[] outputs = result.Outputs[0].GetTensorDataAsSpan<float>().ToArray();
        Assert.That(outputs, Is.EqualTo(Networks.Tensor(model, "y", Networks.Normal(model, 4, seed: 3))).Within(1e-5));
    }
}
