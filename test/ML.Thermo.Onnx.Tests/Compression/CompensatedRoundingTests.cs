using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Compression;
using ML.Thermo.Onnx.Compression.Roundings;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Tests.Compression;

/// <summary>Rounding with errors that make up for each other, against closed forms, ONNX Runtime's own sums, and rows that had no part in it.</summary>
[TestFixture]
internal sealed class CompensatedRoundingTests
{
    [Test]
    public void Columns_with_the_same_input_round_to_the_nearest_sum()
    {
        sbyte[] levels = new sbyte[3];
        ErrorFeedback.Of([1, 1, 1, 1, 1, 1, 1, 1, 1], 0).Round([0.4f, 0.4f, 0.4f], Nearest, 1, levels);
        Assert.That(levels.Sum(level => level), Is.EqualTo(1), "each alone would be 0, their sum is 1.2");
    }

    [Test]
    public void Columns_with_independent_inputs_round_to_the_nearest_level()
    {
        sbyte[] levels = new sbyte[3];
        ErrorFeedback.Of([3, 0, 0, 0, 2, 0, 0, 0, 5], 0).Round([0.4f, -1.6f, 2.2f], Nearest, 1, levels);
        Assert.That(levels, Is.EqualTo(new sbyte[] { 0, -2, 2 }));
    }

    [Test]
    public void The_outputs_error_of_two_columns_is_that_of_the_best_second_level_after_the_first()
    {
        // H = [[2, 1], [1, 1]]: the first column goes first; after its error e₁ the least of 2e₁² + 2e₁e₂ + e₂² is at e₂ = −e₁.
        sbyte[] levels = new sbyte[2];
        ErrorFeedback.Of([2, 1, 1, 1], 0).Round([0.4f, 0.3f], Nearest, 1, levels);
        Assert.That(levels, Is.EqualTo(new sbyte[] { 0, 1 }), "0.3 + 0.4 is nearest to 1");
    }

    [Test]
    public void Second_moments_are_those_of_what_the_weight_is_multiplied_with(
        [Values("matmul", "gemm", "conv", "strided", "same", "grouped", "one axis")] string what)
    {
        OnnxBuilder net = new();
        _ = what switch
        {
            "matmul" => net.Input("x", "N", 3, 4).Weights("w", 4, 5).Node("MatMul", "x w", "y"),
            "gemm" => net.Input("x", "N", 4).Weights("w", 5, 4).Node("Gemm", "x w", "y", ("transB", 1)),
            "conv" => net.Input("x", "N", 2, 6, 5).Weights("w", 3, 2, 3, 2).Node("Conv", "x w", "y", ("pads", new[] { 1, 0, 1, 1 })),
            "strided" => net.Input("x", "N", 2, 7, 8).Weights("w", 3, 2, 3, 3).Node("Conv", "x w", "y", ("strides", new[] { 2, 3 }), ("dilations", new[] { 2, 1 })),
            "same" => net.Input("x", "N", 1, 6, 7).Weights("w", 2, 1, 3, 2).Node("Conv", "x w", "y", ("auto_pad", "SAME_LOWER"), ("strides", new[] { 2, 2 })),
            "grouped" => net.Input("x", "N", 4, 5, 5).Weights("w", 6, 2, 3, 3).Node("Conv", "x w", "y", ("group", 2)),
            _ => net.Input("x", "N", 3, 9).Weights("w", 2, 3, 4).Node("Conv", "x w", "y"),
        };
        using CompressedFileTests.OpenNetwork open = CompressedFileTests.OpenNetwork.Of(net.Output("y").ToModel(), 32);
        LossMeasure measure = LossMeasure.Of(open.Graph, open.Rows, new() { Loss = CompressionLoss.Relative });
        CompressibleWeight weight = CompressibleLayers.Of(open.Graph, new(), _ => true).Found.Single().Weights.Single();
        using CutNetwork cut = new(measure.Energy, [weight]);
        InputMoments moments = InputMoments.Of(open.Graph.Model, weight, measure.Energy.BatchRows, measure.Chooses, cut.At)!;
        double sum = 0;
        for (int i = 0; i < weight.Channels; i++)
            sum += Quadratic(weight, moments, i);

        List<Dictionary<string, OrtValue>> outputs = NetworkBatches.Compute(measure.Energy.Graph, open.Graph.Model, ["y"], open.Rows, null);
        float[] all = [.. outputs.SelectMany(batch => batch["y"].GetTensorDataAsSpan<float>().ToArray())];
        float[] y = [.. all.Where((_, i) => measure.Chooses(i / (all.Length / 32)))];
        NetworkBatches.Release(outputs);
        Assert.That(sum, Is.EqualTo(y.Sum(value => (double)value * value) / (y.Length / weight.Channels)).Within(1e-4 * sum), "Σ w·H·wᵀ is the outputs' mean square");
    }

    [Test]
    public void Many_columns_are_cut_into_runs_that_cover_them()
    {
        OnnxBuilder net = new OnnxBuilder().Input("x", "N", 1500).Weights("w", 1500, 2).Node("MatMul", "x w", "y").Output("y");
        using CompressedFileTests.OpenNetwork open = CompressedFileTests.OpenNetwork.Of(net.ToModel(), 32);
        LossMeasure measure = LossMeasure.Of(open.Graph, open.Rows, new() { Loss = CompressionLoss.Relative });
        CompressibleWeight weight = CompressibleLayers.Of(open.Graph, new(), _ => true).Found.Single().Weights.Single();
        using CutNetwork cut = new(measure.Energy, [weight]);
        InputMoments moments = InputMoments.Of(open.Graph.Model, weight, measure.Energy.BatchRows, measure.Chooses, cut.At)!;
        Assert.That(moments.Runs, Is.EqualTo(new[] { (0, 750), (750, 750) }));
        Assert.That(moments.Of(0, 1), Has.Length.EqualTo(750 * 750));
    }

    /// <summary>Twenty rows of two hundred columns: what they seem to have in common is chance where they are drawn one by one, and not where two numbers made
    /// all.</summary>
    [TestCase(200, ExpectedResult = false)]
    [TestCase(2, ExpectedResult = true)]
    public bool Errors_make_up_for_each_other_only_where_other_rows_agree(int sources)
    {
        OnnxBuilder net = new OnnxBuilder().Input("x", "N", sources).Weights("w0", sources, 200).Node("MatMul", "x w0", "h").Weights("w", 200, 8).Node("MatMul", "h w", "y");
        using CompressedFileTests.OpenNetwork open = CompressedFileTests.OpenNetwork.Of(net.Output("y").ToModel(), 32);
        LossMeasure measure = LossMeasure.Of(open.Graph, open.Rows, new() { Loss = CompressionLoss.Relative });
        CompressibleWeight weight = CompressibleLayers.Of(open.Graph, new(), _ => true).Found[^1].Weights.Single();
        using CutNetwork cut = new(measure.Energy, [weight]);
        return Compensation.Of(weight, InputMoments.Of(open.Graph.Model, weight, measure.Energy.BatchRows, measure.Chooses, cut.At)) is not null;
    }

    [Test]
    public void The_interval_of_a_measured_loss_holds_the_mean_and_widens_where_few_rows_carry_it()
    {
        double[] even = [.. Enumerable.Range(1, 100).Select(i => 1 + (0.001 * i))], uneven = [.. Enumerable.Range(1, 100).Select(i => Math.Pow(i, 8))];
        MeasuredLoss narrow = MeasuredLoss.Of(even, 1), wide = MeasuredLoss.Of(uneven, 1);
        Assert.Multiple(() =>
        {
            Assert.That(narrow.Value, Is.EqualTo(even.Average()).Within(1e-12).And.InRange(narrow.Low, narrow.High));
            Assert.That(wide.Value, Is.InRange(wide.Low, wide.High));
            Assert.That(Math.Log(wide.High / wide.Low), Is.GreaterThan(20 * Math.Log(narrow.High / narrow.Low)));
            Assert.That(Math.Log(wide.High / wide.Value), Is.GreaterThan(Math.Log(wide.Value / wide.Low) * 0.8), "rows that were not met would add more than those that were");
            Assert.That(MeasuredLoss.Of(even[..40], 1).Low, Is.NaN, "too few rows");
        });
    }

    [Test]
    public void Other_rows_lose_less_than_with_the_nearest_levels(
        [Values("digits-mlp.onnx", "digits-cnn.onnx", "digits-transformer.onnx")] string file, [Values(3, 5)] int bits)
    {
        using CompressedFileTests.OpenNetwork net = CompressedFileTests.OpenNetwork.Shipped(file, 288);
        double Loss(CompressionRounding rounding)
        {
            CompressionPlan plan = NetworkCompression.Plan(net.Graph, [.. net.Rows.Take(3)], CompressionMenu.Of(bits), new() { Rounding = rounding });
            using OnnxModel written = OnnxModel.Read(plan.Of([.. plan.Layers.Select(_ => 0)]).ToBytes(), file);
            return plan.Verify(written, [.. net.Rows.Skip(3)]).Value;
        }

        Assert.That(Loss(CompressionRounding.Compensated), Is.LessThan(Loss(CompressionRounding.Nearest)));
    }

    [Test]
    public void A_file_that_prefers_speed_gives_the_same_numbers_and_keeps_its_names(
        [Values("digits-mlp.onnx", "digits-cnn.onnx")] string file, [Values(2, 3, 4, 5, 6, 7, 8, 16)] int bits)
    {
        using CompressedFileTests.OpenNetwork net = CompressedFileTests.OpenNetwork.Shipped(file, 32);
        CompressionPlan size = NetworkCompression.Plan(net.Graph, net.Rows, CompressionMenu.Of(bits));
        CompressionPlan speed = NetworkCompression.Plan(net.Graph, net.Rows, CompressionMenu.Of(bits), new() { Prefer = CompressionPreference.Speed });
        CompressedNetwork fast = speed.Of([.. speed.Layers.Select(_ => 0)]);
        byte[] bytes = fast.ToBytes();
        using OnnxModel written = OnnxModel.Read(bytes, file), usual = OnnxModel.Read(size.Of([.. size.Layers.Select(_ => 0)]).ToBytes(), file);
        LayerGraph after = LayerGraph.Of(written);
        Assert.Multiple(() =>
        {
            Assert.That(speed.Verify(written, net.Rows).Value, Is.EqualTo(size.Verify(usual, net.Rows).Value).Within(1e-6), "the same weights; kernels may differ");
            Assert.That(bytes, Has.Length.LessThanOrEqualTo(fast.Bytes));
            Assert.That(written.Graph.Nodes.Any(node => node.OpType == "DequantizeLinear"), Is.False);
            Assert.That(after.Layers.Select(layer => (layer.Name, layer.ParameterCount)), Is.EqualTo(net.Graph.Layers.Select(layer => (layer.Name, layer.ParameterCount))));
        });
    }

    [Test]
    public void A_file_that_prefers_memory_has_widths_that_stay_as_they_are_stored()
    {
        using CompressedFileTests.OpenNetwork net = CompressedFileTests.OpenNetwork.Shipped("digits-cnn.onnx", 32);
        CompressionOptions memory = new() { Prefer = CompressionPreference.Memory };
        CompressionPlan plan = NetworkCompression.Plan(net.Graph, net.Rows, CompressionMenu.Fine, memory);
        Assert.Multiple(() =>
        {
            Assert.That(plan.Layers.SelectMany(layer => layer.Choices).Select(choice => choice.Bits).Distinct(), Is.EquivalentTo(new[] { 4, 8, 32 }));
            Assert.That(() => NetworkCompression.Plan(net.Graph, net.Rows, CompressionMenu.Of(2, 6), memory), Throws.TypeOf<ThermoException>().With.Message.Contains("2,6"));
        });
    }

    private static float Nearest(float value, float scale) => MathF.Round(value / scale);

    private static double Quadratic(CompressibleWeight weight, InputMoments moments, int channel)
    {
        double[] w = [.. weight.Values.Where((_, i) => weight.ChannelOf(i) == channel).Select(value => (double)value)];
        float[] products = moments.Of(channel / weight.Layout!.Rows, 0);
        double sum = 0;
        for (int i = 0; i < w.Length; i++)
            for (int j = 0; j < w.Length; j++)
                sum += w[i] * w[j] * products[(i * w.Length) + j];
        return sum;
    }
}
