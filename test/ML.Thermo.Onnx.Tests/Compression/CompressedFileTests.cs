using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Compression;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Tests.Compression;

/// <summary>Written files against what was planned: bits, sizes, losses, names.</summary>
[TestFixture]
internal sealed class CompressedFileTests
{
    [Test]
    public void A_shipped_network_loses_in_its_file_what_the_plan_measured_on_the_same_rows(
        [Values("digits-mlp.onnx", "digits-cnn.onnx", "digits-transformer.onnx")] string file, [Values(2, 3, 4, 5, 6, 7, 8, 16)] int bits)
    {
        using OpenNetwork net = OpenNetwork.Shipped(file, 96);
        // Whole-width tables behind MatMul: ONNX Runtime takes kernels of its own, which round (measured: 8e-5 nats, and 1 % at 4 bits).
        bool isRounded = file.Contains("transformer", StringComparison.Ordinal) && bits is 2 or 4 or 8;
        CompressionOptions options = new() { Rounding = isRounded ? CompressionRounding.Nearest : CompressionRounding.Compensated };
        CompressionPlan plan = NetworkCompression.Plan(net.Graph, net.Rows, CompressionMenu.Of(bits), options);
        CompressedNetwork narrow = plan.Of([.. plan.Layers.Select(_ => 0)]);
        byte[] bytes = narrow.ToBytes();
        using OnnxModel written = OnnxModel.Read(bytes, file);
        double[] losses = WrittenLoss.Rows(plan.Measure, written);
        double measured = losses.Where((_, row) => isRounded || row % 3 == 2).Average(); // those by which errors made up for each other forecast nothing
        double tolerance = isRounded ? (0.02 * narrow.Forecast.Value) + 1e-4 : (1e-4 * narrow.Forecast.Value) + 1e-9;
        Assert.Multiple(() =>
        {
            Assert.That(plan.IsDivergence);
            Assert.That(measured, Is.EqualTo(narrow.Forecast.Value).Within(tolerance));
            Assert.That(bytes, Has.Length.LessThanOrEqualTo(narrow.Bytes));
            Assert.That(bytes, Has.Length.GreaterThan(narrow.Bytes - 200 - (12 * plan.Layers.Count)));
            Assert.That(narrow.AverageBits, Is.InRange(bits, bits + 4), "scales are counted");
        });
    }

    [Test]
    public void The_layers_of_a_compressed_file_keep_names_and_parameters(
        [Values("digits-mlp.onnx", "digits-cnn.onnx", "digits-transformer.onnx")] string file, [Values(2, 4, 5, 7, 8, 16)] int bits)
    {
        using OpenNetwork net = OpenNetwork.Shipped(file, 32);
        CompressionPlan plan = NetworkCompression.Plan(net.Graph, net.Rows, CompressionMenu.Of(bits), new() { Rounding = CompressionRounding.Nearest });
        using OnnxModel written = OnnxModel.Read(plan.Of([.. plan.Layers.Select(_ => 0)]).ToBytes(), file);
        LayerGraph after = LayerGraph.Of(written);
        Assert.Multiple(() =>
        {
            Assert.That(after.Layers.Select(layer => (layer.Name, layer.OpType, layer.ParameterCount)),
                Is.EqualTo(net.Graph.Layers.Select(layer => (layer.Name, layer.OpType, layer.ParameterCount))));
            foreach ((Layer one, Layer other) in net.Graph.Layers.Zip(after.Layers).Where(pair => pair.First.Weight is not null))
            {
                double[] before = one.Weight!.ToDoubles(), now = other.Weight!.ToDoubles();
                double error = Math.Sqrt(before.Zip(now, (a, b) => (a - b) * (a - b)).Sum() / before.Sum(a => a * a));
                Assert.That(error, Is.LessThan(bits == 2 ? 0.5 : bits == 4 ? 0.15 : 0.08), one.Name);
            }
        });
    }

    [Test]
    public void A_size_an_average_and_a_loss_are_met_by_the_file([Values("digits-cnn.onnx", "digits-transformer.onnx")] string file)
    {
        using OpenNetwork net = OpenNetwork.Shipped(file, 96);
        CompressionPlan plan = NetworkCompression.Plan(net.Graph, net.Rows, CompressionMenu.Fine);
        long size = (plan.SmallestBytes + plan.BytesBefore) / 2;
        CompressedNetwork small = plan.At(size), average = plan.AtAverageBits(6), exact = plan.UpTo(0.01);
        Assert.Multiple(() =>
        {
            Assert.That(small.ToBytes(), Has.Length.LessThanOrEqualTo(size));
            Assert.That(average.AverageBits, Is.LessThanOrEqualTo(6));
            Assert.That(exact.PlanLoss, Is.LessThanOrEqualTo(0.01));
            Assert.That(exact.Forecast.Low, Is.NaN, "32 rows are too few for an interval");
            Assert.That(exact.ToBytes(), Has.Length.LessThan(plan.BytesBefore));
            Assert.That(() => plan.At(plan.SmallestBytes - 1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains($"{plan.SmallestBytes}"));
            Assert.That(plan.UpTo(0).Forecast.Value, Is.Zero.Within(1e-12));
            Assert.That(plan.At(plan.SmallestBytes).Choices, Has.Count.EqualTo(plan.Layers.Count));
        });
    }

    [Test]
    public void A_forecast_from_a_third_of_160_rows_has_an_interval_and_one_of_128_has_none()
    {
        using OpenNetwork many = OpenNetwork.Shipped("digits-mlp.onnx", 160), few = OpenNetwork.Shipped("digits-mlp.onnx", 128);
        MeasuredLoss told = Forecast(many), untold = Forecast(few);
        Assert.Multiple(() =>
        {
            Assert.That(told.Low, Is.GreaterThan(0).And.LessThan(told.Value));
            Assert.That(told.High, Is.GreaterThan(told.Value).And.LessThan(20 * told.Value));
            Assert.That($"{told}", Does.Match(@"^\d\.\d+ \(\d\.\d+ to \d\.\d+\)$"));
            Assert.That(untold.High, Is.NaN);
            Assert.That($"{untold}", Does.Match(@"^\d\.\d+$"));
        });

        static MeasuredLoss Forecast(OpenNetwork net)
        {
            CompressionPlan plan = NetworkCompression.Plan(net.Graph, net.Rows, CompressionMenu.Of(3));
            return plan.Of([.. plan.Layers.Select(_ => 0)]).Forecast;
        }
    }

    [Test]
    public void The_bath_never_raises_the_joint_self_energy()
    {
        using OpenNetwork net = OpenNetwork.Shipped("digits-transformer.onnx", 64);
        CompressionPlan still = NetworkCompression.Plan(net.Graph, net.Rows, CompressionMenu.Fine, new() { BathRounds = 0 });
        CompressionPlan bath = NetworkCompression.Plan(net.Graph, net.Rows, CompressionMenu.Fine);
        foreach (double bits in new[] { 0.3, 1, 2 }.Select(more => still.SmallestAverageBits + more))
        {
            CompressedNetwork without = still.AtAverageBits(bits), with = bath.AtAverageBits(bits);
            Assert.That(without.Exchanges, Is.Zero);
            Assert.That(with.PlanLoss, Is.LessThanOrEqualTo(without.PlanLoss * (1 + 1e-9)));
        }
    }

    [Test]
    public void Plans_are_the_same_in_whatever_order_threads_end()
    {
        using OpenNetwork net = OpenNetwork.Shipped("digits-mlp.onnx", 32);
        CompressedNetwork one = NetworkCompression.Plan(net.Graph, net.Rows, CompressionMenu.Fine).AtAverageBits(4);
        CompressedNetwork two = NetworkCompression.Plan(net.Graph, net.Rows, CompressionMenu.Fine).AtAverageBits(4);
        Assert.That(one.ToBytes(), Is.EqualTo(two.ToBytes()));
    }

    /// <summary>A network with its rows.</summary>
    internal sealed class OpenNetwork : IDisposable
    {
        private readonly OnnxModel _model;
        private readonly List<ML.Thermo.Onnx.Signals.NetworkBatch> _batches;

        private OpenNetwork(OnnxModel model, NetworkInputs inputs, int rows)
        {
            _model = model;
            Graph = LayerGraph.Of(model);
            _batches = [.. inputs.Batches(32).Take(rows / 32)];
        }

        public LayerGraph Graph { get; }

        public IReadOnlyList<IReadOnlyDictionary<string, OrtValue>> Rows => [.. _batches.Select(batch => batch.Inputs)];

        public static OpenNetwork Shipped(string file, int rows)
        {
            OnnxModel model = OnnxModel.Open(ShippedNetworks.Find(file));
            return new(model, NetworkInputs.Read(ShippedNetworks.Find(ShippedNetworks.Digits), model), rows);
        }

        public static OpenNetwork Of(byte[] bytes, int rows, ulong seed = 1)
        {
            OnnxModel model = OnnxModel.Read(bytes);
            return new(model, NetworkInputs.Synthetic(model, rows, seed), rows);
        }

        public void Dispose()
        {
            _batches.ForEach(batch => batch.Dispose());
            _model.Dispose();
        }
    }
}
