using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Weights;

namespace ML.Thermo.Tests.Weights;

public class Weight_analyses
{
    // golden: WeightWatcher's example.onnx, regenerated independently (kernel positions pooled, no factor ½): sum of eigenvalues,
    // stable rank, entropy, alpha of the fit with the least Kolmogorov–Smirnov distance; tail size, distance and error of the fit
    // by a plain numpy 1.24.2 loop over all starts
    [TestCase("conv_2_W", 72, 32.953113, 15.190852, 0.901188, 6.060119, 9, 0.10319077, 1.68670629)]
    [TestCase("conv_3_W", 144, 52.354912, 27.225922, 0.913796, 2.505632, 62, 0.10324602, 0.19121546)]
    [TestCase("conv_4_W", 288, 64.808958, 48.606331, 0.890765, 6.276816, 14, 0.10339601, 1.41028843)]
    public void Reproduce_WeightWatcher_on_its_example(
        string name, int values, double norm, double stableRank, double entropy, double alpha, int tail, double distance, double error)
    {
        WeightAnalysis analysis = OfExample(name);
        Spectrum pooled = analysis.Positions;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((double)pooled.Dimension, Is.EqualTo(values));
            Assert.That(pooled.FrobeniusNorm * pooled.FrobeniusNorm, Is.EqualTo(norm).Within(1e-6));
            Assert.That(pooled.StableRank.Value, Is.EqualTo(stableRank).Within(1e-6));
            Assert.That(pooled.NormalizedEntropy.Value, Is.EqualTo(entropy).Within(1e-6));
            Assert.That(analysis.Alpha.Value, Is.EqualTo(alpha).Within(1e-6));
            Assert.That(pooled.Tail.ErrorGivenStart, Is.EqualTo(error).Within(1e-7));
            Assert.That(pooled.Tail.Count, Is.EqualTo(tail));
            Assert.That(pooled.Tail.KolmogorovDistance, Is.EqualTo(distance).Within(1e-8));
        }
    }

    [Test]
    public void See_the_same_example_as_one_matrix()
    {
        // golden: numpy 1.24.2, linalg.svd of conv_3_W as 32 × 144
        WeightAnalysis analysis = OfExample("conv_3_W");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(analysis.SpectralNorm.Value, Is.EqualTo(2.277758498281715).Within(1e-13));
            Assert.That(analysis.FrobeniusNorm, Is.EqualTo(7.235669422268487).Within(1e-13));
            Assert.That(analysis.StableRank.Value, Is.EqualTo(10.09118301197208).Within(1e-12));
            Assert.That(analysis.SpectralEntropy.Value, Is.EqualTo(0.9310741987579344).Within(1e-13));
            Assert.That(analysis.Matrix.Tail.Alpha.Value, Is.EqualTo(2.3304960657186617).Within(1e-11));
        }
    }

    private static WeightAnalysis OfExample(string weight)
    {
        using OnnxModel model = OnnxModel.Open(SharedModels.Find("ww_example.onnx"));
        ParameterTensor tensor = LayerGraph.Of(model).Layers.Select(layer => layer.Weight).Single(w => w?.Name == weight)!;
        return WeightAnalysis.Of(WeightMatrix.Of(tensor));
    }

    [TestCase(PackagedNetworks.VoiceActivity)]
    [TestCase(PackagedNetworks.TextDirection)]
    [TestCase(PackagedNetworks.TextRecognition)]
    [TestCase("ww_example.onnx")]
    [TestCase("mnist-8.onnx")]
    [TestCase("winml_SqueezeNet_fp16.onnx")]
    [TestCase("ultraface_version-RFB-320.onnx")]
    [TestCase("silero_vad_16k_op15.onnx")]
    [TestCase("magika_standard_v2_1.onnx")]
    public void Of_every_layer_of_a_real_model_hold_together(string file)
    {
        using OnnxModel model = OnnxModel.Open(SharedModels.Find(file));
        ParameterTensor[] weights = [.. LayerGraph.Of(model).Layers.Select(layer => layer.Weight).OfType<ParameterTensor>().Where(w => w.Layout is not null)];
        IReadOnlyList<WeightAnalysis> analyses = WeightAnalysis.OfLayers([.. weights.Select(w => w.Layout!)], i => WeightMatrix.Of(weights[i]));
        Assert.That(weights, Is.Not.Empty);
        foreach ((ParameterTensor weight, WeightAnalysis analysis) in weights.Zip(analyses))
        {
            double squares = weight.ToDoubles().Sum(x => x * x);
            using (Assert.EnterMultipleScope())
            {
                Assert.That(analysis.FrobeniusNorm * analysis.FrobeniusNorm, Is.EqualTo(squares).Within(1e-10 * squares), $"{weight}");
                Assert.That(analysis.Matrix.Eigenvalues.Sum(), Is.EqualTo(squares).Within(1e-10 * squares), $"{weight}");
                Assert.That(analysis.Positions.Eigenvalues.Sum(), Is.EqualTo(squares).Within(1e-10 * squares), $"{weight}");
                Assert.That(analysis.Entries.Count * (analysis.Variance + (analysis.Mean * analysis.Mean)), Is.EqualTo(squares).Within(1e-10 * squares),
                    $"{weight}");
                Assert.That(analysis.StableRank.Value, Is.InRange(1 - 1e-12, analysis.Matrix.Dimension + 1e-12), $"{weight}");
            }
        }
    }

    [Test]
    public void Of_fresh_weights_show_nothing_but_the_law()
    {
        const double Scale = 0.05;
        var law = InitializationLaw.Normal(0, Scale);
        float[] entries = Matrices.Single(Matrices.Normal(64 * 32 * 9, 1, Scale));
        WeightAnalysis analysis = WeightAnalysis.Of(new WeightMatrix(entries, Layouts.Convolution(64, 32, 9)), new() { Law = law });
        double root = Math.Sqrt(entries.Length);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(analysis.Spikes, Is.Zero);
            Assert.That(analysis.Bulk.Sigma.Value, Is.EqualTo(Scale).Within(4 * analysis.Bulk.Sigma.StandardError));
            Assert.That(analysis.MarchenkoPasturEdge, Is.EqualTo(Scale * (Math.Sqrt(288) + 8)).Within(0.02 * Scale * 25));
            Assert.That(analysis.Mean, Is.EqualTo(0).Within(4 * Scale / root));
            Assert.That(analysis.Variance, Is.EqualTo(Scale * Scale).Within(4 * Math.Sqrt(2) * Scale * Scale / root));
            Assert.That(analysis.Kurtosis, Is.EqualTo(0).Within(4 * Math.Sqrt(24) / root));
            Assert.That(analysis.Initialization!.KolmogorovSmirnov, Is.LessThan(1.63 / root));
            Assert.That(analysis.Initialization.VarianceRatio, Is.EqualTo(1).Within(4 * Math.Sqrt(2) / root));
        }
    }

    [Test]
    public void Without_a_law_leave_the_distance_out_and_of_one_position_share_the_spectrum()
    {
        WeightAnalysis analysis = WeightAnalysis.Of(new WeightMatrix([1f, 2, 3, 4], Layouts.Dense(2, 2)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(analysis.Initialization, Is.Null);
            Assert.That(analysis.Positions, Is.SameAs(analysis.Matrix));
            Assert.That(analysis.Status.HasFlag(Status.SmallSample));
        }
    }

    [Test]
    public void Of_weights_that_are_not_finite_say_so_and_throw_nothing()
    {
        WeightAnalysis analysis = WeightAnalysis.Of(
            new WeightMatrix([1f, float.NaN, 3, 4, 5, 6], Layouts.Dense(2, 3)), new() { Law = InitializationLaw.Normal(0, 1) });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(analysis.Status.HasFlag(Status.Undefined));
            Assert.That(analysis.Entries.NotFinite, Is.EqualTo(1));
            Assert.That(analysis.SpectralNorm.Value, Is.NaN);
            Assert.That(analysis.Initialization!.Wasserstein, Is.NaN);
        }
    }

    [Test]
    public void Of_many_layers_are_those_of_each_in_order()
    {
        double[][] layers = [.. Enumerable.Range(1, 12).Select(size => Matrices.Normal(size * 5 * size, (ulong)size))];
        WeightLayout[] layouts = [.. Enumerable.Range(1, 12).Select(size => Layouts.Dense(size, 5 * size))];
        WeightMatrix Layer(int layer) => new(layers[layer], layouts[layer]);
        IReadOnlyList<WeightAnalysis> together = WeightAnalysis.OfLayers(layouts, Layer, _ => new() { Method = SpectrumMethod.Gram });
        for (int layer = 0; layer < layers.Length; layer++)
        {
            WeightAnalysis alone = WeightAnalysis.Of(Layer(layer));
            Assert.That(together[layer].Matrix.Eigenvalues, Is.EqualTo(alone.Matrix.Eigenvalues));
            Assert.That(together[layer].Entries, Is.EqualTo(alone.Entries));
            Assert.That(together[layer].Bulk, Is.EqualTo(alone.Bulk));
        }
    }

    [Test]
    public void Of_many_layers_pass_a_failure_on_as_it_is_and_can_be_cancelled()
    {
        WeightLayout[] layouts = [.. Enumerable.Repeat(Layouts.Dense(2, 3), 3)];
        WeightMatrix Layer(int layer) => new(new float[6], layouts[layer]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => WeightAnalysis.OfLayers(layouts, Layer, _ => new() { Probes = 0 }), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => WeightAnalysis.OfLayers(layouts, Layer, cancellation: new(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
            Assert.That(WeightAnalysis.OfLayers([], Layer), Is.Empty);
        }
    }

    /// <summary>Where the whole matrix' Gram matrix is the sum of the positions', and where it is not.</summary>
    [TestCase(12, 20, 9, 1)]
    [TestCase(20, 12, 9, 1)]
    [TestCase(9, 16, 3, 4)]
    public void Both_spectra_of_a_convolution_are_those_of_each_alone(int rows, int columns, int positions, int groups)
    {
        double[] entries = Matrices.Normal(rows * columns * positions * groups, 31);
        WeightMatrix weights = new(entries, Layouts.Convolution(rows * groups, columns, positions, groups));
        WeightAnalysis both = WeightAnalysis.Of(weights);
        Spectrum whole = Spectrum.Of(weights), each = Spectrum.Of(weights, perPosition: true);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(both.Matrix.Eigenvalues, Is.EqualTo(whole.Eigenvalues).Within(1e-12 * whole.Eigenvalues[^1]));
            Assert.That(both.Positions.Eigenvalues, Is.EqualTo(each.Eigenvalues).Within(1e-12 * each.Eigenvalues[^1]));
            Assert.That((both.Matrix.Dimension, both.Positions.Dimension), Is.EqualTo((whole.Dimension, each.Dimension)));
        }
    }
}
