using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Tests.Signals;

public sealed class SignalTailsTests
{
    private const int Count = 200_000;

    [Test]
    public void A_normal_signal_has_the_tails_of_a_normal_law()
    {
        double[] normals = new double[Count];
        new RandomStream(3, 0).FillNormal(normals);
        SignalTails tails = Tails([.. normals.Select(v => (float)v)]);

        // errors of 200,000 draws: kurtosis √(24/n) = .011; the quantile 3.2905 has density .00178 · 2
        Assert.That(tails.Kurtosis, Is.EqualTo(3).Within(0.05));
        Assert.That(tails.P999, Is.EqualTo(3.2905).Within(0.08));
        Assert.That(tails.OutlierShare, Is.Zero.Within(1e-5));
        Assert.That(tails.AbsMax, Is.EqualTo(normals.Max(Math.Abs)).Within(1e-6));
        Assert.That(tails.HalfHeadroom, Is.EqualTo(65504 / tails.AbsMax).Within(1e-9));
        Assert.That(tails.Int8SignalToNoise, Is.EqualTo(Rounded(normals)).Within(0.05));
    }

    [Test]
    public void A_few_outliers_are_seen_and_cost_the_other_values_their_bits()
    {
        double[] values = new double[Count];
        new RandomStream(4, 0).FillNormal(values);
        for (int i = 0; i < Count; i += 1000)
            values[i] = 500;
        SignalTails tails = Tails([.. values.Select(v => (float)v)]);
        Assert.That(tails.OutlierShare, Is.EqualTo(0.001).Within(2e-4));
        Assert.That(tails.Int8SignalToNoise, Is.EqualTo(Rounded(values)).Within(0.3), "nearly every other value rounds to zero");
        Assert.That(tails.UnitAbsMax.Count(m => m > 100), Is.EqualTo(1), "all of them in one unit of eight");
        double second = values.Average(v => v * v);
        Assert.That(tails.Kurtosis, Is.EqualTo(values.Average(v => Math.Pow(v - values.Average(), 4)) / (second * second)).Within(25).Percent);
    }

    [Test]
    public void A_uniform_signal_has_kurtosis_nine_fifths()
    {
        double[] values = new double[Count];
        new RandomStream(5, 0).FillUniform(values);
        SignalTails tails = Tails([.. values.Select(v => (float)(4 * (v - 0.5)))]);
        Assert.That(tails.Kurtosis, Is.EqualTo(1.8).Within(0.01));
        Assert.That((tails.Least, tails.Most), Is.EqualTo((-2.0, 2.0)).Using<double>((a, b) => Math.Abs(a - b) < 1e-3));
    }

    /// <summary>What is said of a sample of 4,096 of 40,000 values: 60 samples each of a normal law and of one with heavy tails.</summary>
    [TestCase(false)]
    [TestCase(true)]
    public void A_sample_is_as_good_as_its_size_says(bool heavy)
    {
        const int Trials = 60, Values = 40_000;
        int missed = 0, wrongKurtosis = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            double[] values = new double[Values];
            RandomStream random = new(23, (ulong)trial);
            random.FillNormal(values);
            for (int i = 0; heavy && i < Values; i++)
                values[i] /= Math.Sqrt(random.NextDouble() + 1e-3);
            SignalTails tails = Tails([.. values.Select(v => (float)v)], sample: 4096);
            Assert.That(tails.Sampled, Is.EqualTo((Values + 8) / 9), "every ninth");
            double error = 1.96 * Math.Sqrt(0.001 / tails.Sampled);
            missed += 0.001 >= Beyond(tails.P999 * 1.125) - error && 0.001 <= Beyond(tails.P999 / 1.125) + error ? 0 : 1;
            wrongKurtosis += Math.Abs(tails.Kurtosis - 3) > 1.96 * Math.Sqrt(24.0 / tails.Sampled) ? 1 : 0;

            double Beyond(double size) => values.Count(v => Math.Abs(v) > size) / (double)Values;
        }

        // at most 5 of 100: 3 ± 1.7 of 60
        Assert.That(missed, Is.LessThanOrEqualTo(7));
        if (!heavy)
            Assert.That(wrongKurtosis, Is.LessThanOrEqualTo(8));
    }

    private static double Rounded(double[] values)
    {
        double step = values.Max(Math.Abs) / 127;
        return 10 * Math.Log10(values.Sum(v => v * v) / values.Sum(v => Math.Pow(v - (step * Math.Round(v / step)), 2)));
    }

    /// <summary>Of a layer that hands on what it is given: eight units.</summary>
    private static SignalTails Tails(float[] values, int sample = int.MaxValue)
    {
        float[] identity = [.. Enumerable.Range(0, 64).Select(i => i % 9 == 0 ? 1f : 0)];
        using OnnxModel model = OnnxModel.Read(
            new OnnxBuilder().Input("x", "N", 8).Weights("w", [8, 8], identity).Node("MatMul", "x w", "y").Output("y", "N", 8).ToModel());
        using SignalAnalysis analysis = new(LayerGraph.Of(model), new() { EntropySample = sample });
        return analysis.Run([new NetworkBatch(
            new Dictionary<string, OrtValue> { ["x"] = OrtValue.CreateTensorValueFromMemory(values, [values.Length / 8, 8]) }, values.Length / 8)])
            .Layers[0].Tails;
    }
}
