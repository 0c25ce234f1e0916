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
            Assert.That(await open.Shapes(), Has.Length.EqualTo(2).And.All.GreaterThan(10)); // activation, spectrum
            Assert.That(open.Complaints, Is.Empty);
            Assert.That(open.Requests, Is.Empty);
        }
    }

    [Test]
    public async Task The_chosen_layer_shows_every_number_that_some_layer_has()
    {
        await using OpenPage open = await Browser.Open(s_report);

        for (int layer = 0; layer < 3; layer++)
        {
            await open.Page.Locator("#layers-table tbody button").Nth(layer).ClickAsync();
            string[] shown = [.. await open.Page.Locator("#layer dd").AllInnerTextsAsync()];
            string[] texts = [.. new LayerFields(SmallNetwork.Whole).OnPage.SelectMany(part => FieldWriters.OnPage(part.Fields))
                .Select(field => field.Of(SmallNetwork.Whole.Layers[layer]).Page).Where(quantity => quantity.Value is not null and not 0).Select(quantity => quantity.Text)];
            Assert.That(shown, Is.SupersetOf(texts), $"layer {layer}");
        }
    }

    /// <summary>log₂(T_l/T) in units of half the track, from the middle; the sign tells the side.</summary>
    [Test]
    public async Task A_bar_points_to_the_right_where_a_layer_is_hotter_than_the_network()
    {
        await using OpenPage open = await Browser.Open(s_report);
        double network = SmallNetwork.Whole.Thermodynamics!.Network.Transition.Temperature.Value;
        double[] ratios = [.. SmallNetwork.Whole.Layers.Select(layer => Math.Log2(layer.Result!.Transition.Temperature.Value / network))];
        double most = Math.Max(1, ratios.Where(double.IsFinite).Max(Math.Abs));

        double[][] drawn = await open.Page.EvaluateAsync<double[][]>(
            "[...document.querySelectorAll('.list .fill')].map(bar => [parseFloat(bar.style.left), parseFloat(bar.style.width)])");

        double[] defined = [.. ratios.Where(double.IsFinite)];
        Assert.That(drawn, Has.Length.EqualTo(defined.Length));
        foreach ((double ratio, double[] bar) in defined.Zip(drawn))
        {
            Assert.That(bar[0], Is.EqualTo(50 + (50 * Math.Min(0, ratio / most))).Within(0.01));
            Assert.That(bar[1], Is.EqualTo(Math.Max(0.3, Math.Abs(50 * ratio / most))).Within(0.01));
        }
    }

    [Test]
    public async Task The_address_keeps_the_layer_the_order_and_the_filter()
    {
        await using OpenPage open = await Browser.Open(s_report);
        string second = SmallNetwork.Whole.Layers[1].Layer.Name;

        await open.Page.Locator("#order").SelectOptionAsync("least");
        await open.Page.Locator("#filter").FillAsync(second);
        await open.Page.Locator(".list .line:not(.heads) button").First.ClickAsync();
        string address = open.Page.Url;
        await open.Page.ReloadAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(address, Does.Contain("order=least").And.Contain($"layer={Uri.EscapeDataString(second)}"));
            Assert.That(await open.Page.Locator("#layer-title").InnerTextAsync(), Does.EndWith(second));
            Assert.That(await open.Page.Locator("#filter").InputValueAsync(), Is.EqualTo(second));
            Assert.That(await open.Page.Locator(".list .fill").CountAsync(), Is.LessThanOrEqualTo(1));
        }
    }

    [Test]
    public async Task A_bar_and_its_row_light_up_together()
    {
        await using OpenPage open = await Browser.Open(s_report);
        async Task<string[]> Linked() => await open.Page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('.linked')].map(line => `${line.tagName} ${line.querySelector('button').getAttribute('title') ?? line.querySelector('button').textContent}`)");
        string first = SmallNetwork.Whole.Layers[0].Layer.Name, third = SmallNetwork.Whole.Layers[2].Layer.Name;

        await open.Page.Locator(".list .line:not(.heads) .track").First.HoverAsync();
        string[] byBar = await Linked();
        await open.Page.Locator("#layers-table tbody tr").Nth(2).HoverAsync();
        string[] byRow = await Linked();
        await open.Page.Locator("#layers-table tbody button").First.FocusAsync();
        string[] byFocus = await Linked();
        await open.Page.Locator("h1").HoverAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(byBar, Is.EqualTo([$"DIV {first}", $"TR {first}"]));
            Assert.That(byRow, Is.EqualTo([$"DIV {third}", $"TR {third}"]));
            Assert.That(byFocus, Is.EqualTo(byBar));
            Assert.That(await Linked(), Is.Empty);
        }
    }

    /// <summary>A frame has no address to keep anything in.</summary>
    [Test]
    public async Task In_the_frame_of_a_notebook_a_click_opens_a_layer()
    {
        await using OpenPage open = await Browser.Open(s_report);
        await open.Page.SetContentAsync(new ReportDisplay().Html(s_report));
        IFrameLocator frame = open.Page.FrameLocator("iframe");

        await frame.Locator("#layers-table tbody button").First.ClickAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await frame.Locator("#layer-title").InnerTextAsync(), Does.EndWith(SmallNetwork.Whole.Layers[0].Layer.Name));
            Assert.That(open.Complaints, Is.Empty);
        }
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

        await open.Page.Locator(".list .line:not(.heads) .track").Nth(1).ClickAsync();
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
    public async Task It_is_accessible_and_fits_the_window([Values(400, 800, 1600)] int width, [Values(ColorScheme.Light, ColorScheme.Dark)] ColorScheme scheme)
    {
        await using OpenPage open = await Browser.Open(s_report, width, scheme);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await open.Violations(), Is.Empty);
            Assert.That(await open.Overflow(), Is.Zero);
        }
    }

    /// <summary>The standard of the page: 121 layers with long names.</summary>
    [TestCase(400, ColorScheme.Light)]
    [TestCase(800, ColorScheme.Dark)]
    [TestCase(1600, ColorScheme.Light)]
    public async Task A_deep_network_is_accessible_and_its_names_can_be_told_apart(int width, ColorScheme scheme)
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(SmallNetwork.Deep), width, scheme);
        string visible = width > 700 ? ".wide" : ".narrow";

        string[] blocks = [.. await open.Page.Locator(".list .block .name").AllInnerTextsAsync()];
        string[] names = [.. await open.Page.Locator($".list .line:not(.block):not(.heads) .name {visible}").AllInnerTextsAsync()];

        using (Assert.EnterMultipleScope())
        {
            Assert.That(width == 800 ? await open.Violations() : [], Is.Empty); // thousands of cells, looked at once
            Assert.That(await open.Overflow(), Is.Zero);
            Assert.That(open.Complaints, Is.Empty);
            Assert.That(blocks.Select(block => block.Trim()), Is.EqualTo(Enumerable.Range(0, 24).Select(block => $"▾ layers.{block}")));
            Assert.That(names, Has.Length.EqualTo(121));
            Assert.That(names[..5].Distinct().Count(), Is.EqualTo(5), string.Join(", ", names[..5]));
            Assert.That(await open.Page.EvaluateAsync<double>("document.querySelector('.list').scrollHeight"), Is.LessThan(6000));
        }
    }

    [Test]
    public async Task A_name_made_of_markup_does_no_harm()
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(SmallNetwork.WithHostileNames));

        await open.Page.Locator("#layers-table tbody button").First.ClickAsync();
        string title = await open.Page.Locator("#layer-title").InnerTextAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(title, Does.EndWith(SmallNetwork.Hostile));
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
            Assert.That(await open.Page.Locator("body").InnerTextAsync(), Does.Contain("Nothing was run"));
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
