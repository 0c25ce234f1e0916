using Microsoft.Playwright;
using ML.Thermo.Ising;
using ML.Thermo.Report.Scans;
using ML.Thermo.Scans;

namespace ML.Thermo.Report.Tests.Scans;

public sealed class ScanPageTests
{
    private static readonly ScanFindings s_exact = Exact(), s_counts = Counts();

    [Test]
    public async Task Charts_are_drawn_without_a_complaint_or_a_request()
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(s_exact));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await open.Shapes(), Has.Length.EqualTo(4).And.All.GreaterThan(5)); // distances, entropies, any two values, length
            Assert.That(open.Complaints, Is.Empty);
            Assert.That(open.Requests, Is.Empty);
            Assert.That((await open.Shapes()).Max(), Is.GreaterThan(41 * 41), "a cell for any two of 41 values");
            Assert.That(await open.Column("split-table", 1), Has.Length.EqualTo(40));
            Assert.That(await open.Column("peak-table", 3), Is.EqualTo(new[] { "Smooth" }));
        }
    }

    [Test]
    public async Task It_is_accessible_and_fits_the_window([Values(400, 1600)] int width, [Values(ColorScheme.Light, ColorScheme.Dark)] ColorScheme scheme)
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(s_counts), width, scheme);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await open.Violations(), Is.Empty);
            Assert.That(await open.Overflow(), Is.Zero);
        }
    }

    [Test]
    public void A_summary_says_where_and_how_sure()
    {
        Assert.That(s_exact.Summary[0], Does.StartWith("Between T = 2.1 and 2.2 the outputs change fastest"));
        Assert.That(string.Join(' ', s_counts.Summary), Does.Contain("it is a jump").And.Contain("p = 0.001"));
    }

    private static ScanFindings Exact()
    {
        var grid = ControlGrid.Parse("T", "1..5:.1", GridScale.Linear);
        double[][] laws = [.. grid.Values.Select(EnumeratedLattice.Of(4).EnergyLaw)];
        return new ScanFindings { Subject = "lattice", Report = Scan.Laws(grid, laws, new ScanOptions { Pairs = true }) };
    }

    private static ScanFindings Counts()
    {
        long[][] counts = [.. Enumerable.Range(0, 10).Select(k => k < 5 ? new long[] { 60 - k, 30, 10 + k } : [10, 30 + k, 60 - k])];
        ScanReport report = Scan.Counts(ControlGrid.Of("version", Enumerable.Range(0, 10).Select(k => (double)k)), counts, new ScanOptions { Window = 2 });
        return new ScanFindings { Subject = "answers", Report = report, Outcomes = ["yes", "no", "perhaps"] };
    }
}
