using System.Text.Json;
using Microsoft.Playwright;
using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Layers;
using ML.Thermo.Transitions;

namespace ML.Thermo.Report.Tests.Layers;

public sealed class NetworkPageTests
{
    private static readonly HtmlReport s_report = HtmlReport.Of(SmallNetwork.Whole);

    [Test]
    public async Task Charts_are_drawn_without_a_complaint_or_a_request()
    {
        await using OpenPage open = await Browser.Open(s_report);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await open.Shapes(), Has.Length.EqualTo(3).And.All.GreaterThan(10)); // engine, activation, spectrum
            Assert.That(open.Complaints, Is.Empty);
            Assert.That(open.Requests, Is.Empty);
        }
    }

    [Test]
    public async Task A_hover_shows_every_number_of_a_layer([Values(0, 1, 2)] int layer)
    {
        await using OpenPage open = await Browser.Open(s_report);

        await open.Page.Locator("#engine .chart").HoverAsync(new() { Position = new() { X = 300, Y = 64 + (24 * layer) + 12 } });
        string tip = await open.Page.Locator(".tip").InnerTextAsync();

        LayerFindings findings = SmallNetwork.Whole.Layers[layer];
        Assert.That(tip, Does.StartWith(findings.Layer.Name));
        foreach (Field<LayerFindings> column in new LayerFields(SmallNetwork.Whole).OnPage.SelectMany(part => FieldWriters.OnPage(part.Fields)))
            Assert.That(tip, Does.Contain(column.Label).And.Contain(column.Of(findings).Page.Text));
    }

    [Test]
    public async Task A_heading_sorts_by_value_and_undefined_comes_last_either_way()
    {
        await using OpenPage open = await Browser.Open(s_report);
        string[] heads = [.. await open.Page.Locator("#layers-table thead th").AllInnerTextsAsync()];
        int at = Array.FindIndex(heads, head => head.StartsWith("η of the activation", StringComparison.Ordinal));
        string[] byEfficiency = [.. SmallNetwork.Whole.Layers.Where(layer => layer is { Layer.Activation: not null, Signal.ActivationEfficiency.IsDefined: true }).OrderBy(layer => layer.Signal!.ActivationEfficiency.Value).Select(layer => layer.Layer.Name)];
        string[] undefined = [.. SmallNetwork.Whole.Layers.Select(layer => layer.Layer.Name).Except(byEfficiency)];

        ILocator head = open.Page.Locator("#layers-table thead th").Nth(at);
        await head.Locator("button").ClickAsync();
        string[] rising = await open.Column("layers-table", 0);
        string? saidRising = await head.GetAttributeAsync("aria-sort");
        await head.Locator("button").ClickAsync();
        string[] falling = await open.Column("layers-table", 0);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(rising, Is.EqualTo([.. byEfficiency, .. undefined]));
            Assert.That(falling, Is.EqualTo([.. byEfficiency.Reverse(), .. undefined]));
            Assert.That(saidRising, Is.EqualTo("ascending"));
            Assert.That(await head.GetAttributeAsync("aria-sort"), Is.EqualTo("descending"));
        }
    }

    [Test]
    public async Task A_click_on_a_row_or_a_name_opens_the_layer()
    {
        await using OpenPage open = await Browser.Open(s_report);
        ILocator title = open.Page.Locator("#layer-title");

        await open.Page.Locator("#engine .chart").ClickAsync(new() { Position = new() { X = 300, Y = 64 + 24 + 12 } });
        string byRow = await title.InnerTextAsync();
        await open.Page.Locator("#layers-table tbody button").First.ClickAsync();
        string byName = await title.InnerTextAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(byRow, Does.EndWith(SmallNetwork.Whole.Layers[1].Layer.Name));
            Assert.That(byName, Does.EndWith(SmallNetwork.Whole.Layers[0].Layer.Name));
            Assert.That(await open.Page.Locator("#layer .chart").CountAsync(), Is.EqualTo(2));
        }
    }

    [Test]
    public async Task It_is_accessible_and_fits_the_window([Values(400, 1600)] int width, [Values(ColorScheme.Light, ColorScheme.Dark)] ColorScheme scheme)
    {
        await using OpenPage open = await Browser.Open(s_report, width, scheme);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await open.Violations(), Is.Empty);
            Assert.That(await open.Overflow(), Is.Zero);
        }
    }

    [Test]
    public async Task A_name_made_of_markup_does_no_harm()
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(SmallNetwork.WithHostileNames));

        await open.Page.Locator("#engine .chart").HoverAsync(new() { Position = new() { X = 300, Y = 64 + 12 } });
        string tip = await open.Page.Locator(".tip b").InnerTextAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(tip, Does.StartWith(SmallNetwork.Hostile));
            Assert.That(await open.Page.EvaluateAsync<bool>("'hacked' in window || document.images.length > 0"), Is.False);
            Assert.That(open.Complaints, Is.Empty);
            Assert.That(await open.Column("layers-table", 0), Has.One.EqualTo(SmallNetwork.Hostile));
        }
    }

    [Test]
    public async Task Weights_alone_give_a_smaller_page_without_temperatures()
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(SmallNetwork.WeightsOnly));

        string[] heads = [.. await open.Page.Locator("#layers-table thead th").AllInnerTextsAsync()];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(heads, Has.None.StartsWith("ΔE").And.None.StartsWith("η").And.Some.StartsWith("variance / law"));
            Assert.That(await open.Page.Locator("#summary").InnerTextAsync(), Does.Contain("Nothing was run"));
            Assert.That(await open.Shapes(), Has.All.GreaterThan(5));
            Assert.That(open.Complaints, Is.Empty);
        }
    }

    [Test]
    public async Task Signals_alone_say_nothing_of_engines_and_pumps()
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(SmallNetwork.SignalsOnly));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await open.Page.Locator(".legend").CountAsync(), Is.Zero);
            Assert.That(await open.Page.Locator("#layers-table").InnerTextAsync(), Does.Contain("S of the signal").And.Not.Contain("ΔS"));
            Assert.That(open.Complaints, Is.Empty);
        }
    }

    [Test]
    public void Every_number_is_in_the_page_at_full_precision()
    {
        string html = s_report.ToHtml();
        const string Start = "id=\"findings\">";
        int start = html.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        using var json = JsonDocument.Parse(html[start..html.IndexOf("</script>", start, StringComparison.Ordinal)]);

        double[] written = [.. json.RootElement.GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("values").GetProperty("deltaEnergy").GetProperty("value").GetDouble())];

        Assert.That(written, Is.EqualTo(SmallNetwork.Whole.Layers.Select(layer => layer.Result!.Transition.DeltaEnergy.Value)));
    }

    [Test]
    public void A_synthetic_run_is_called_so() => Assert.That(s_report.ToHtml(), Does.Contain("The inputs were synthetic"));
}
