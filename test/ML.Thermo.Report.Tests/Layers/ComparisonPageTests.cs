using Microsoft.Playwright;
using ML.Thermo.Onnx.Comparison;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Report.Layers;
using ML.Thermo.Tests;

namespace ML.Thermo.Report.Tests.Layers;

/// <summary>Two networks side by side as a page.</summary>
public sealed class ComparisonPageTests
{
    private static readonly ComparisonFindings s_findings = Compare("second");

    [Test]
    public async Task Change_and_noise_are_drawn_without_a_complaint_or_a_request()
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(s_findings));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await open.Shapes(), Has.Length.EqualTo(2).And.All.GreaterThan(3));
            Assert.That(open.Complaints, Is.Empty);
            Assert.That(open.Requests, Is.Empty);
            Assert.That(await open.Page.Locator("#pairs-table tbody tr").CountAsync(), Is.EqualTo(2));
        }
    }

    [Test]
    public async Task The_table_begins_with_what_changed_most_and_names_what_one_has_alone()
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(s_findings));
        Assert.That(await open.Page.Locator("#pairs-table tbody tr").First.InnerTextAsync(), Does.Contain("second").And.Contain("0.2"));
        Assert.That(await open.Page.Locator("#alone").InnerTextAsync(), Does.Contain("Only in b.onnx: extra (MatMul)"));
    }

    [Test]
    public async Task It_is_accessible_and_fits_the_window([Values(400, 1600)] int width, [Values(ColorScheme.Light, ColorScheme.Dark)] ColorScheme scheme)
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(s_findings), width, scheme);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await open.Violations(), Is.Empty);
            Assert.That(await open.Overflow(), Is.Zero);
        }
    }

    [Test]
    public async Task A_hostile_name_stays_text()
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(Compare(SmallNetwork.Hostile)));
        Assert.That(await open.Page.EvaluateAsync<bool>("() => window.hacked === undefined"));
        Assert.That(open.Complaints, Is.Empty);
    }

    [Test]
    public void Without_rows_the_page_says_that_nothing_was_run()
    {
        string html = HtmlReport.Of(s_findings with { Found = NetworkComparison.Of(s_findings.First, s_findings.Second), Rows = 0 }).ToHtml();
        Assert.That(html, Does.Contain("weights only, nothing was run").And.Contain("most in second: 20 %"));
    }

    private static ComparisonFindings Compare(string second)
    {
        float[] one = TensorData.Draw(1, [4, 6]), two = TensorData.Draw(2, [6, 3]);
        LayerGraph a = LayerGraph.Of(Model("a.onnx", one, two, false)), b = LayerGraph.Of(Model("b.onnx", [.. one.Select(v => 1.01f * v)], [.. two.Select(v => 1.2f * v)], true));
        NetworkComparison found = NetworkComparison.Of(a, b).WithOutputs(a, b, NetworkInputs.Synthetic(a.Model, 20, 1).Batches(20));
        return new() { First = a, Second = b, Found = found, Rows = 20, IsSynthetic = true };

        OnnxModel Model(string name, float[] first, float[] last, bool more)
        {
            OnnxBuilder builder = new OnnxBuilder().Input("x", "N", 4).Weights("w1", [4, 6], first).Weights("w2", [6, 3], last)
                .NamedNode("first", "MatMul", "x w1", "h").Node("Relu", "h", "r").NamedNode(second, "MatMul", "r w2", "y");
            _ = more ? builder.Weights("w3", 3, 5).NamedNode("extra", "MatMul", "y w3", "z").Output("z", "N", 5) : builder.Output("y", "N", 3);
            return OnnxModel.Read(builder.ToModel(), name);
        }
    }
}
