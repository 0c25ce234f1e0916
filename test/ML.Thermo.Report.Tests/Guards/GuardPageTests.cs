using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ML.Thermo.Onnx.Guards;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Report.Guards;
using ML.Thermo.Tests;

namespace ML.Thermo.Report.Tests.Guards;

/// <summary>The page of a new guard, and that of rows that it judged.</summary>
public sealed class GuardPageTests
{
    private const double Rate = 0.05;

    private static readonly Lazy<NetworkGuard> s_guard = new(Fit);

    private static GuardFindings Fitted => new() { Guard = s_guard.Value, Cost = 1.25 };

    [Test]
    public async Task The_picture_has_a_number_for_each_damage_score_and_size()
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(Fitted));
        string[] texts = await open.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('#power .chart svg text')].map(text => text.textContent)");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(open.Complaints, Is.Empty);
            Assert.That(open.Requests, Is.Empty);
            Assert.That(
                texts.Where(text => text.All(char.IsAsciiDigit)).Order(),
                Is.EqualTo(s_guard.Value.Power.Select(power => Percent(power)[..^2]).Order()));
            Assert.That(texts.Count(text => text == "● joined"), Is.EqualTo(2), "the score that is looked at, of single rows and of windows");
            Assert.That(await open.Column("damage-table", 0), Has.Length.EqualTo(7 * 3));
            Assert.That(
                await open.Column("damage-table", 7),
                Is.EqualTo(s_guard.Value.Power.Where(power => power is { Score: GuardScore.Joined, Rows: > 1 }).Select(Percent)));
        }

        static string Percent(GuardPower power) => string.Create(CultureInfo.InvariantCulture, $"{100 * power.Power:0} %");
    }

    [Test]
    public async Task Rows_and_windows_are_drawn_along_the_data_and_listed_by_strangeness()
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(Judged(80, strange: 30)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await open.Shapes(), Has.Length.EqualTo(2).And.All.GreaterThan(5)); // along the data, places
            Assert.That(open.Complaints, Is.Empty);
            Assert.That((await open.Column("rows-table", 1))[..3], Is.EqualTo(new[] { "57", "50", "51" }), "what is not finite, then by strangeness");
            Assert.That(await open.Column("windows-table", 1), Is.EqualTo(new[] { "60 to 79", "40 to 59", "0 to 19", "20 to 39" }));
            Assert.That(await open.Column("windows-table", 3), Is.EqualTo(new[] { "yes", "yes", "no", "no" }));
            Assert.That(
                await open.Page.Locator(".verdict").InnerTextAsync(), Does.StartWith("30 of 80 rows are strange at 5 % false alarms; about 4.0 would be"));
            Assert.That(await open.Page.Locator(".verdict").GetAttributeAsync("class"), Does.Contain("bad"));
            Assert.That(await open.Page.Locator("#places").CountAsync(), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Rows_like_the_reference_are_good_news_without_a_picture_of_places()
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(Judged(80, strange: 0)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await open.Page.Locator(".verdict").GetAttributeAsync("class"), Does.Contain("good"));
            Assert.That(await open.Page.Locator("#places").CountAsync(), Is.Zero);
        }
    }

    [Test]
    public async Task Of_many_rows_the_strangest_and_an_even_choice_are_drawn_and_it_is_said()
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(Judged(5000, strange: 30)));
        string note = await open.Page.Locator("#along .note").InnerTextAsync();
        string count = Regex.Match(note, "Drawn are (?<count>[0-9,]+) of 5,000 rows", RegexOptions.ExplicitCapture).Groups["count"].Value;
        int drawn = int.Parse(count, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        int[] numbers = await open.Page.EvaluateAsync<int[]>("findings.rows.map(row => row.number)");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(numbers, Has.Length.EqualTo(drawn).And.Ordered.And.Length.InRange(1000, 2000));
            Assert.That(Enumerable.Range(4970, 30), Is.SubsetOf(numbers), "the strange ones");
            Assert.That(await open.Column("rows-table", 0), Has.Length.EqualTo(30));
            Assert.That(await open.Page.Locator("#rows-table caption").InnerTextAsync(), Is.EqualTo("The 30 strangest of 5,000 rows"));
        }
    }

    [Test]
    public async Task On_paper_charts_are_light_and_as_wide_as_the_sheet_and_afterwards_as_before()
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(Fitted), 1600, ColorScheme.Dark);
        const string State = "[document.querySelector('.chart svg').getAttribute('viewBox').split(' ')[2], getComputedStyle(document.body).color, "
            + "document.querySelector('.chart svg text').getAttribute('fill')].join(' ')";
        string before = await open.Page.EvaluateAsync<string>(State);
        string paper = await open.Page.EvaluateAsync<string>($"(dispatchEvent(new Event('beforeprint')), {State})");
        string after = await open.Page.EvaluateAsync<string>($"(dispatchEvent(new Event('afterprint')), {State})");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(paper, Is.EqualTo("688 rgb(0, 0, 0) #000"), "no frame of the browser comes between the event and the first sheet");
            Assert.That(before, Does.Not.StartWith("688").And.Not.Contain("rgb(0, 0, 0)"));
            Assert.That(after, Is.EqualTo(before));
        }
    }

    [Test]
    public async Task A_long_table_has_its_headings_on_every_sheet()
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(Judged(800, strange: 30)));
        await open.Page.EmulateMediaAsync(new() { Media = Media.Print });
        string[] shown = await open.Page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('#rows-table th[scope=col]')].map(head => [head.querySelector('button').checkVisibility(), getComputedStyle(head, '::before').content].join(' '))");
        Assert.That(shown, Is.EqualTo(new[] { "strangest", "row", "p", "strangeness", "hottest layer" }.Select(name => $"false \"{name}\"")),
            "Chromium repeats no heading that has a button in it");
    }

    [Test]
    public async Task They_are_accessible_and_fit_the_window(
        [Values] bool isFit, [Values(400, 1600)] int width, [Values(ColorScheme.Light, ColorScheme.Dark)] ColorScheme scheme)
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(isFit ? Fitted : Judged(80, strange: 30)), width, scheme);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await open.Violations(), Is.Empty);
            Assert.That(await open.Overflow(), Is.Zero);
        }
    }

    [Test]
    public void Summaries_begin_with_what_is_seen_and_found()
    {
        Assert.That(Fitted.Summary[0], Does.Match("^This guard sees [0-7] of 7 kinds of damage row by row, and [0-7] in windows of 20 rows"));
        Assert.That(Fitted.Summary, Has.Some.StartsWith("Reading the layer").And.Some.Contains("1.25 times as long"));
        Assert.That(Judged(80, strange: 30).Summary[1], Does.StartWith("2 of 4 windows of 20 rows are strange at that rate, where about 0.20 would be."));
    }

    /// <summary>Rows whose last ones are strange, one of them without a finite number; p-values of the others spread evenly over what is not strange.</summary>
    private static GuardVerdictFindings Judged(int rows, int strange)
    {
        int clean = rows - strange;
        string layer = s_guard.Value.Layers[0];
        GuardedRow[] judged = [.. Enumerable.Range(0, rows).Select(row => row < clean
            ? new GuardedRow(Rate + ((1 - Rate) * (row + 1) / (clean + 1)), 2, null)
            : new GuardedRow(1.0 / 41, row == clean + 7 ? double.NaN : 100 - (row - clean), row == clean + 7 ? null : layer))];
        GuardedWindow[] windows = [.. Enumerable.Range(0, rows / 20).Select(window =>
        {
            int hit = judged[(20 * window)..(20 * (window + 1))].Count(row => row.PValue <= Rate);
            return new GuardedWindow(20 * window, 20, hit > 0 ? 1 / (1000.0 + hit) : 0.5);
        })];
        return new GuardVerdictFindings { Subject = "new.npy", Guard = s_guard.Value, Verdict = new(judged, windows), FalseAlarms = Rate };
    }

    private static NetworkGuard Fit()
    {
        byte[] bytes = new OnnxBuilder()
            .Input("x", "N", 6)
            .Weights("w1", 16, 6).Weights("b1", 16).Weights("w2", 3, 16).Weights("b2", 3)
            .NamedNode("first", "Gemm", "x w1 b1", "h1", ("transB", 1)).Node("Relu", "h1", "a1")
            .NamedNode("second", "Gemm", "a1 w2 b2", "logits", ("transB", 1))
            .Output("logits", "N", 3)
            .ToModel();
        using OnnxModel network = OnnxModel.Read(bytes, "small.onnx");
        return NetworkGuard.Fit(
            network, NetworkInputs.Synthetic(network, 160, seed: 1), new() { FalseAlarms = Rate, Score = GuardScore.Joined, DamagedRows = 20 });
    }
}
