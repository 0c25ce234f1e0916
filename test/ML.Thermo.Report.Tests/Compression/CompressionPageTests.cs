using Microsoft.ML.OnnxRuntime;
using Microsoft.Playwright;
using ML.Thermo.Onnx.Compression;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Report.Compression;
using ML.Thermo.Tests;

namespace ML.Thermo.Report.Tests.Compression;

public sealed class CompressionPageTests
{
    private static readonly Lazy<CompressionFindings> s_findings = new(Compress);

    [Test]
    public async Task Charts_are_drawn_without_a_complaint_or_a_request()
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(s_findings.Value));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await open.Shapes(), Has.Length.EqualTo(2).And.All.GreaterThan(5)); // the curve, the layers
            Assert.That(open.Complaints, Is.Empty);
            Assert.That(open.Requests, Is.Empty);
            Assert.That(await open.Column("stored-table", 0), Is.EqualTo(new[] { "first", "second", "third" }));
        }
    }

    [Test]
    public async Task It_is_accessible_and_fits_the_window([Values(400, 1600)] int width, [Values(ColorScheme.Light, ColorScheme.Dark)] ColorScheme scheme)
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(s_findings.Value), width, scheme);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await open.Violations(), Is.Empty);
            Assert.That(await open.Overflow(), Is.Zero);
        }
    }

    [Test]
    public void A_summary_says_what_was_forecast_and_that_the_rows_were_noise()
    {
        string summary = string.Join(' ', s_findings.Value.Summary);
        Assert.That(summary, Does.StartWith("The network fits into").And.Contain("nats a row").And.Contain("noise").And.Contain("instead of"));
    }

    private static CompressionFindings Compress()
    {
        byte[] bytes = new OnnxBuilder()
            .Input("x", "N", 6)
            .Weights("w1", 32, 6).Weights("b1", 32).Weights("w2", 24, 32).Weights("b2", 24).Weights("w3", 3, 24).Weights("b3", 3)
            .NamedNode("first", "Gemm", "x w1 b1", "h1", ("transB", 1)).Node("Relu", "h1", "a1")
            .NamedNode("second", "Gemm", "a1 w2 b2", "h2", ("transB", 1)).Node("Tanh", "h2", "a2")
            .NamedNode("third", "Gemm", "a2 w3 b3", "logits", ("transB", 1))
            .Output("logits", "N", 3)
            .ToModel();
        LayerGraph graph = LayerGraph.Of(OnnxModel.Read(bytes, "small.onnx"));
        IReadOnlyDictionary<string, OrtValue>[] rows = [.. NetworkInputs.Synthetic(graph.Model, 64, seed: 1).Batches(16).Select(batch => batch.Inputs)];
        CompressionPlan plan = NetworkCompression.Plan(graph, rows, CompressionMenu.Fine);
        CompressedNetwork network = plan.AtAverageBits(8);
        return new CompressionFindings
        {
            Subject = "small.onnx",
            Network = network,
            Bytes = network.ToBytes().Length,
            Measured = new(network.Forecast.Value, network.Forecast.Value / 2, 2 * network.Forecast.Value),
            MeasuredRows = 64,
            IsSynthetic = true,
        };
    }
}
