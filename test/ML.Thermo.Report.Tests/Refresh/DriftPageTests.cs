using Microsoft.Playwright;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Binning;
using ML.Thermo.Report.Refresh;
using ML.Thermo.Transitions;

namespace ML.Thermo.Report.Tests.Refresh;

public sealed class DriftPageTests
{
    private static readonly DriftFindings s_findings = Findings(drifting: true);

    private static readonly string[] s_said = ["12 bytes, sha256 eeeeeeeeeeee…", "7", "1970-01-01 00:00 UTC", "9.9", "losses against labels"];

    [Test]
    public async Task Charts_are_drawn_without_a_complaint_or_a_request()
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(s_findings));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await open.Shapes(), Has.Length.EqualTo(4).And.All.GreaterThan(5)); // overview, shares, ΔS, T
            Assert.That(open.Complaints, Is.Empty);
            Assert.That(open.Requests, Is.Empty);
            Assert.That(await open.Page.Locator("#window-title").InnerTextAsync(), Is.EqualTo("▲ Window rows 5001–6000")); // the farthest is open
        }
    }

    [Test]
    public async Task A_hover_shows_the_numbers_of_a_window_and_a_click_opens_it()
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(s_findings));
        ILocator chart = open.Page.Locator("#timelines .chart").First;

        double[] place = await open.Page.EvaluateAsync<double[]>("picture.instance.convertToPixel({ gridIndex: 0 }, [0, windows[0].values.deltaEnergy.value])");
        await chart.HoverAsync(new() { Position = new() { X = (float)place[0], Y = (float)place[1] } });
        string tip = await open.Page.Locator(".tip").First.InnerTextAsync();
        await chart.ClickAsync(new() { Position = new() { X = (float)place[0], Y = (float)place[1] } });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(tip, Does.StartWith("rows 1–1000").And.Contain("ΔE\t0.0201\n").And.Contain("ΔS\t0.0199007\n").And.Contain("p-value")); // ΔE = 1.01² − 1, ΔS = ln 1.01²
            Assert.That(await open.Page.Locator("#window-title").InnerTextAsync(), Is.EqualTo("Window rows 1–1000"));
        }
    }

    [Test]
    public async Task It_is_accessible_and_fits_the_window([Values(400, 800, 1600)] int width, [Values(ColorScheme.Light, ColorScheme.Dark)] ColorScheme scheme)
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(s_findings), width, scheme);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await open.Violations(), Is.Empty);
            Assert.That(await open.Overflow(), Is.Zero);
        }
    }

    [Test]
    public async Task The_address_keeps_the_window()
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(s_findings));

        await open.Page.Locator("#windows-table tbody button").Nth(1).ClickAsync();
        string address = open.Page.Url;
        await open.Page.ReloadAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Uri.UnescapeDataString(address).Replace('+', ' '), Does.Contain($"window={s_findings.Windows[1].Label}"));
            Assert.That(await open.Page.Locator("#window-title").InnerTextAsync(), Does.EndWith(s_findings.Windows[1].Label));
        }
    }

    /// <summary>ECharts' own choice would draw a symbol only where an axis has a label.</summary>
    [Test]
    public async Task Every_flag_is_drawn()
    {
        DriftFindings many = s_findings with { Windows = [.. Enumerable.Range(0, 80).Select(i => s_findings.Windows[i % 6] with { Index = i, FirstRow = (1000 * i) + 1 })] };
        await using OpenPage open = await Browser.Open(HtmlReport.Of(many), width: 800);

        int triangles = await open.Page.EvaluateAsync<int>("[...document.querySelectorAll('#timelines path')].filter(path => path.getAttribute('fill') === colour('engine')).length");

        Assert.That(triangles, Is.EqualTo(many.Windows.Count(window => window.Drift.Refresh)));
    }

    [Test]
    public async Task The_verdict_comes_first_and_a_page_says_where_it_comes_from()
    {
        HtmlReport report = HtmlReport.Of(s_findings).With(new Provenance
        {
            Command = "thermo refresh a.csv b.csv --label y",
            Seed = 7,
            Made = DateTimeOffset.UnixEpoch,
            Version = "9.9",
            Files = [new("a.csv", 12, new string('e', 64))],
        });
        await using OpenPage open = await Browser.Open(report);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await open.Page.Locator(".verdict").InnerTextAsync(), Is.EqualTo("Refresh: yes, since rows 3001–4000."));
            Assert.That(await open.Page.Locator(".verdict").GetAttributeAsync("class"), Does.Contain("bad"));
            Assert.That(await open.Page.Locator(".reproduce code").InnerTextAsync(), Is.EqualTo("thermo refresh a.csv b.csv --label y"));
            Assert.That(await open.Page.Locator(".provenance dd").AllInnerTextsAsync(), Is.SupersetOf(s_said));
            Assert.That(await open.Violations(), Is.Empty);
        }
    }

    [Test]
    public async Task Windows_sort_by_temperature()
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(s_findings));

        ILocator temperature = open.Page.Locator("#windows-table thead th button").Nth(6);
        await temperature.ClickAsync();
        await temperature.ClickAsync();

        // T is the logarithmic mean of both variances, so the widest window is the hottest; equal ones keep their order.
        Assert.That(await open.Column("windows-table", 0), Is.EqualTo(new[] { 5, 4, 3, 0, 1, 2 }.Select(i => s_findings.Windows[i].Label)));
    }

    [Test]
    public void A_summary_names_the_first_alarm_the_chance_of_it_and_what_carries_it()
    {
        string summary = string.Join(' ', s_findings.Summary);

        Assert.That(summary, Does.StartWith("Refresh: yes, since rows 3001–4000. 3 of 6 windows ask for a refresh, the first one rows 3001–4000: p at most 0.05, and a shift of at least 0.1 standard deviations. Without any drift at most 0.30 of 6 would, on average, if rows are independent.")
            .And.Contain("The mean loss is highest in rows 5001–6000").And.Contain("goes with x1"));
    }

    [Test]
    public void Silence_is_not_called_proof() =>
        Assert.That(string.Join(' ', Findings(drifting: false).Summary), Does.StartWith("Refresh: no. None of 6 windows asks for a refresh").And.Contain("no proof"));

    [Test]
    public void A_summary_says_which_of_inputs_and_loss_moved_first_and_since_when_an_input_is_empty()
    {
        DriftFindings inputsFirst = Moved(i => i >= 2), lossFirst = Moved(i => i >= 4), together = Moved(i => i >= 3), byChance = Moved(i => i == 1);
        DriftFindings empty = With(i => i >= 4, quality: 1e-6);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(inputsFirst.Summary, Has.One.EqualTo("Inputs have been flagged in every window since rows 2001–3000, a higher loss since rows 3001–4000: " +
                "inputs moved first, as far as can be seen."));
            Assert.That(lossFirst.Summary, Has.One.Contains("since rows 3001–4000, inputs since rows 4001–5000: the loss rose first"));
            Assert.That(together.Summary, Has.None.Contains("as far as can be seen"));
            Assert.That(byChance.Summary, Has.None.Contains("as far as can be seen"));
            Assert.That(empty.Summary, Has.One.EqualTo("Rows 5001–6000: input 'x1' has 40 empty cells, more than its reference, since rows 4001–5000. Mend the " +
                "pipeline before the model."));
        }
    }

    /// <summary>The standard of the page: half a year of weeks, sixty columns with awkward names.</summary>
    [TestCase(400, ColorScheme.Light)]
    [TestCase(800, ColorScheme.Dark)]
    [TestCase(1600, ColorScheme.Light)]
    public async Task A_wide_table_is_accessible_and_its_columns_stand_by_how_often_they_moved(int width, ColorScheme scheme)
    {
        string[] names = [.. Enumerable.Range(0, 60).Select(j => j switch { 3 => "平均购买金额", 4 => "f<script>alert(1)</script>", _ => $"sensor_{j:000}_temperature_moving_average_30_days" })];
        DriftFindings wide = s_findings with
        {
            Windows = [.. Enumerable.Range(0, 26).Select(i => s_findings.Windows[i % 6] with
            {
                Index = i,
                FirstRow = (1000 * i) + 1,
                Start = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(7 * i).ToString("yyyy-MM-dd'T'HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture),
                Drift = Drift(s_findings.Windows[i % 6].Transition!, 0.4, 0.1, [.. names.Select((name, j) => (name, j == 41 && i > 15 ? 0.001 : 0.9))]),
            })],
        };
        await using OpenPage open = await Browser.Open(HtmlReport.Of(wide), width, scheme);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(width == 800 ? await open.Violations() : [], Is.Empty);
            Assert.That(await open.Overflow(), Is.Zero);
            Assert.That(open.Complaints, Is.Empty);
            Assert.That(await open.Page.EvaluateAsync<string[]>("shownInputs().map(input => input.name)"), Has.Length.EqualTo(20).And.ItemAt(0).EqualTo(names[41]));
            Assert.That(await open.Page.Locator("#windows-table tbody th").First.InnerTextAsync(), Is.EqualTo("2026-01-01"));
            Assert.That(await open.Page.EvaluateAsync<bool>("isTimed"), Is.True);
        }

        await open.Page.Locator(".more").ClickAsync();
        Assert.That(await open.Page.EvaluateAsync<int>("shownInputs().length"), Is.EqualTo(60));
    }

    /// <summary>Gaussian residuals whose standard deviation grows from the fourth window on: states in closed form.</summary>
    private static DriftFindings Findings(bool drifting)
    {
        State reference = TypeIIState.GaussianResiduals(1, 1000);
        return new DriftFindings
        {
            Subject = "sensor.csv",
            Rule = DriftRule.Energy,
            Options = new DriftOptions { FalseAlarmRate = 0.05, LeastEffect = 0.1 },
            Windows = [.. Enumerable.Range(0, 6).Select(i =>
            {
                double deviation = drifting && i >= 3 ? 1.05 + (0.1 * (i - 2)) : 1.01;
                bool refresh = deviation > 1.1;
                var transition = new Transition(TypeIIState.GaussianResiduals(deviation * deviation, 1000), reference);
                return new DriftPoint(i, Drift(transition, refresh ? 1 / 4096.0 : 0.4, deviation - 1))
                {
                    FirstRow = (1000 * i) + 1,
                    StreamRule = DriftRule.Energy,
                    Shares =
                    [
                        new("x1", new Estimate(0.7 * transition.DeltaEnergy.Value, 0.01)),
                        new("a rather long name of a feature <b>", new Estimate(-0.05, 0.04)),
                        new(null, new Estimate(0.3 * transition.DeltaEnergy.Value, 0.02)),
                    ],
                };
            })],
        };
    }

    /// <summary>The findings, but inputs moved in some windows.</summary>
    private static DriftFindings Moved(Func<int, bool> where) => With(where, moved: 0.001);

    private static DriftFindings With(Func<int, bool> where, double moved = double.NaN, double quality = double.NaN) => s_findings with
    {
        Windows = [.. s_findings.Windows.Select(window => where(window.Index)
            ? window with { Drift = Drift(window.Transition!, window.Drift.PValue, window.Drift.Effect, moved: moved, quality: quality) } : window)],
    };

    private static WindowDrift Drift(
        Transition transition, double pValue, double effect, (string Name, double P)[]? columns = null, double moved = double.NaN, double quality = double.NaN)
    {
        bool isEmpty = quality < 1; // the first input is
        var distances = BinDistances.Of([10, 20, 30], [12, 20, 28]);
        return new WindowDrift
        {
            Rows = 1000,
            Labelled = 1000,
            Energy = new EnergyDrift(transition, double.NaN, pValue, pValue, 1, effect, [], distances),
            SelfEnergy = null,
            Inputs = columns is not null ? [.. columns.Select(column => new InputDrift(new DriftInput(column.Name), 0.2, 3, distances, 0, 0, column.P, column.P, InputFault.None))]
                :
                [
                    new(new DriftInput("x1"), 0.1, 3, distances, 0, isEmpty ? 40 : 0, 0.5, isEmpty ? quality : 0.9, isEmpty ? InputFault.Missing : InputFault.None),
                    new(new DriftInput("colour", IsCategory: true), 0.1, 3, distances, 2, 1, 0.5, 0.9, InputFault.None),
                ],
            LabelFreePValue = double.NaN,
            MovedPValue = moved,
            QualityPValue = quality,
            SelectionPValue = double.NaN,
            LossDependence = new(1, true),
            InputDependence = new(1, true),
            BothWays = false,
            LabelFreeEffect = moved < 1 ? 0.5 : double.NaN,
            FalseAlarmRate = 0.05,
            LeastEffect = 0.1,
        };
    }
}
