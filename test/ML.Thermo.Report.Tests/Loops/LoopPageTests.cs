using System.Text.Json;
using Microsoft.Playwright;
using ML.Thermo.Initialization;
using ML.Thermo.Loops.Diversity;
using ML.Thermo.Loops.Guard;
using ML.Thermo.Report.Loops;

namespace ML.Thermo.Report.Tests.Loops;

public sealed class LoopPageTests
{
    private static readonly LoopFindings s_findings = new()
    {
        Subject = "clicks",
        Finding = LoopGuard.Judge(CategoryTable.OfCounts([[80, 50, 40, 20, 10], [95, 52, 34, 13, 6], [108, 53, 28, 8, 3], [121, 50, 22, 5, 2]])),
    };

    [Test]
    public async Task Charts_are_drawn_without_a_complaint_or_a_request()
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(s_findings));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await open.Shapes(), Has.Length.EqualTo(4).And.All.GreaterThan(5)); // diversity, plane, categories, needs
            Assert.That(open.Complaints, Is.Empty);
            Assert.That(open.Requests, Is.Empty);
            Assert.That(await open.Column("generation-table", 3), Has.Length.EqualTo(4).And.All.Contains("±"));
        }
    }

    /// <summary>With the fresh share known the next generation's Gini is 1 − Σ P_T(p)², of the last counts; the region is a curve that closes.</summary>
    [Test]
    public void The_page_holds_the_forecast_and_the_region_of_temperature_and_share()
    {
        GuardFinding known = LoopGuard.Judge(s_findings.Finding.Table, new LoopGuardOptions { FreshShare = 0 });
        double[] powers = [.. new[] { 121.0, 50, 22, 5, 2 }.Select(count => Math.Pow(count, 1 / known.Fit!.Temperature.Value))];
        double next = 1 - powers.Sum(power => Math.Pow(power / powers.Sum(), 2));
        JsonElement data = Data(s_findings with { Finding = known }), free = Data(s_findings);
        JsonElement[] region = [.. free.GetProperty("plane").GetProperty("region").EnumerateArray()];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(data.GetProperty("ahead").GetArrayLength(), Is.EqualTo(4));
            Assert.That(data.GetProperty("ahead")[0].GetDouble(), Is.EqualTo(next).Within(1e-12));
            Assert.That(region, Has.Length.GreaterThan(6));
            Assert.That(region[^1].ToString(), Is.EqualTo(region[0].ToString()));
            Assert.That(region.Max(point => point[1].GetDouble()), Is.GreaterThan(s_findings.Finding.Fit!.Temperature.Value));
        }
    }

    private static JsonElement Data(LoopFindings findings)
    {
        const string Begin = "id=\"findings\">";
        string html = HtmlReport.Of(findings).ToHtml();
        int start = html.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        return JsonDocument.Parse(html[start..html.IndexOf("</script>", start, StringComparison.Ordinal)]).RootElement;
    }

    [Test]
    public async Task Text_has_its_repetition_beside_each_generation()
    {
        LoopFindings text = s_findings with { Repetition = [.. Enumerable.Range(0, 4).Select(t => TextDiversity.Of(["a b", "c d", t > 1 ? "a b" : "e f"]))] };
        await using OpenPage open = await Browser.Open(HtmlReport.Of(text));
        Assert.That(await open.Column("generation-table", 7), Is.EqualTo(new[] { "0 %", "0 %", "33.3 %", "33.3 %" }));
        Assert.That(open.Complaints, Is.Empty);
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
    public async Task Numbers_have_their_band_and_the_laws_fitted_to_each_column([Values(400, 1600)] int width, [Values(ColorScheme.Light, ColorScheme.Dark)] ColorScheme scheme)
    {
        var random = new RandomStream(3, 0);
        double[,] Draw(double scale)
        {
            double[,] rows = new double[80, 2];
            for (int i = 0; i < 80; i++)
                (rows[i, 0], rows[i, 1]) = (10 + (scale * random.NextNormal()), -scale * random.NextNormal());
            return rows;
        }

        var options = new LoopGuardOptions { Draws = 199 };
        var findings = new NumberLoopFindings
        {
            Subject = "sensors",
            Columns = ["pressure", "flow"],
            Finding = NumberGuard.Judge([Draw(1), Draw(0.8), Draw(0.6)], options: options),
            Options = options,
        };
        await using OpenPage open = await Browser.Open(HtmlReport.Of(findings), width, scheme);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(string.Join(' ', findings.Summary), Does.StartWith("Verdict: Freezing"));
            Assert.That(await open.Shapes(), Has.Length.EqualTo(4).And.All.GreaterThan(5)); // entropy, two columns, needs
            Assert.That(await open.Column("generation-table", 3), Has.Length.EqualTo(3));
            Assert.That(open.Complaints, Is.Empty);
            Assert.That(open.Requests, Is.Empty);
            Assert.That(await open.Violations(), Is.Empty);
            Assert.That(await open.Overflow(), Is.Zero);
        }
    }

    [Test]
    public void A_summary_says_the_verdict_the_need_and_what_is_not_known()
    {
        string summary = string.Join(' ', s_findings.Summary);
        Assert.That(summary, Does.StartWith("The loop is freezing").And.Contain("fresh rows in every generation of 200").And.Contain("trade off"));
    }
}
