using Microsoft.Playwright;
using ML.Thermo.Report.Joules;

namespace ML.Thermo.Report.Tests.Joules;

public sealed class JoulePageTests
{
    private static readonly JouleFindings s_findings = new()
    {
        Subject = "./train --threads 4",
        Seconds = 12,
        Total = new("total", new Estimate(420, 2), "Measured", "", ""),
        IsLowerBound = true,
        Components =
        [
            new("cpu-package-0", new Estimate(380, 1.9), "Measured", "/sys/class/powercap/intel-rapl:0/energy_uj", ""),
            new("dram-0", new Estimate(40, 0.2), "Measured", "/sys/class/powercap/intel-rapl:0:0/energy_uj", ""),
            new("gpu-0", Estimate.Undefined, "Unavailable", "NVML", "no permission"),
            new("assumed", new Estimate(390, double.NaN), "Estimated", "E = …", "watts that you supplied"),
        ],
        Process = new("this command", new Estimate(214, double.NaN), "Estimated", "CPU time", ""),
        Power = [(1, 30), (2, 40), (3, 35)],
        Settings =
        [
            new("limit=300", new Estimate(1000, 5), new Estimate(210000, 900), 4, true, false, true),
            new("limit=200", new Estimate(1120, 5), new Estimate(172000, 900), 6, true, true, false),
            new("limit=150", new Estimate(1380, 5), new Estimate(168000, 900), 3, true, false, true),
            new("limit=100", new Estimate(2100, 5), new Estimate(189000, 900), 3, false, false, true),
        ],
        Eta = 0.7,
        MaximumWatts = 300,
        Models = [new("linear", new Estimate(12, 1), "Measured", "", ""), new("trees", new Estimate(30, 2), "Measured", "", "")],
    };

    [Test]
    public async Task Charts_are_drawn_without_a_complaint_or_a_request()
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(s_findings));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await open.Shapes(), Has.Length.EqualTo(3).And.All.GreaterThan(5)); // bill, power, settings
            Assert.That(open.Complaints, Is.Empty);
            Assert.That(open.Requests, Is.Empty);
        }
    }

    [Test]
    public async Task The_slider_moves_the_choice_from_time_to_energy()
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(s_findings));
        Assert.That(await open.Page.Locator("output").InnerTextAsync(), Does.Contain("limit=200"));
        await open.Page.Locator("#eta").FillAsync("0");
        Assert.That(await open.Page.Locator("output").InnerTextAsync(), Does.Contain("limit=300"));
        await open.Page.Locator("#eta").FillAsync("1");
        Assert.That(await open.Page.Locator("output").InnerTextAsync(), Does.Contain("limit=150"));
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
    public void A_missing_part_makes_the_total_a_lower_bound_in_words() =>
        Assert.That(HtmlReport.Of(s_findings).ToHtml(), Does.Contain("lower bound").And.Contain("undefined: Unavailable"));

    [Test]
    public void Without_a_number_the_page_gives_the_reason() =>
        Assert.That(HtmlReport.Of(s_findings with { Total = new("total", Estimate.Undefined, "Unavailable", "", "virtual machine") }).ToHtml(), Does.Contain("There are no joules (Unavailable): virtual machine"));
}
