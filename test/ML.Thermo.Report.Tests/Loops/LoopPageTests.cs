using Microsoft.Playwright;
using ML.Thermo.Initialization;
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
