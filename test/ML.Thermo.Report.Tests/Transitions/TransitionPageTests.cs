using Microsoft.Playwright;
using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear;
using ML.Thermo.Report.Transitions;
using ML.Thermo.Transitions;

namespace ML.Thermo.Report.Tests.Transitions;

public sealed class TransitionPageTests
{
    private static readonly TransitionFindings s_findings = Findings(deviation: 1);

    [Test]
    public async Task Charts_are_drawn_without_a_complaint_or_a_request()
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(s_findings));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await open.Shapes(), Has.Length.EqualTo(3).And.All.GreaterThan(5));
            Assert.That(open.Complaints, Is.Empty);
            Assert.That(open.Requests, Is.Empty);
        }
    }

    [Test]
    public async Task A_hover_over_the_distributions_names_both_means()
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(s_findings));

        await open.Page.Locator("#distributions .chart").HoverAsync(new() { Position = new() { X = 300, Y = 120 } });

        Assert.That(await open.Page.Locator("#distributions .tip").InnerTextAsync(), Does.Contain("8.35").And.Contain("0.074 ± 0.050")); // README's ten lines
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
    public async Task Numbers_sort_by_value_and_undefined_ones_say_why()
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(Findings(deviation: 0)));

        await open.Page.Locator("#numbers thead th button").Nth(1).ClickAsync();
        string[] values = await open.Column("numbers", 1);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(values[^1], Does.StartWith("undefined"));
            Assert.That(await open.Page.Locator(".reasons").InnerTextAsync(), Does.Contain("the untrained energy does not fluctuate (a point state, S = −∞)"));
            Assert.That(await open.Page.Locator(".facts").InnerTextAsync(), Does.Contain("undefined: the untrained energy does not fluctuate"));
            Assert.That(open.Complaints, Is.Empty);
        }
    }

    [Test]
    public void The_pole_lies_where_the_entropies_are_equal()
    {
        IReadOnlyList<ScaledTransition> scales = s_findings.Scales;
        double[] entropies = [.. scales.Select(scale => scale.Transition.DeltaEntropy.Value)];

        using (Assert.EnterMultipleScope())
        {
            Assert.That(scales[16].Factor, Is.EqualTo(1).Within(1e-12));
            Assert.That(scales[16].Transition.Temperature.Value, Is.EqualTo(s_findings.Transition.Temperature.Value).Within(1e-12)); // the same system, in closed form
            Assert.That(entropies, Is.Ordered.Ascending); // a wider law has a wider energy
            Assert.That(s_findings.Scales.Zip(entropies), Has.All.Matches<(ScaledTransition Scale, double Entropy)>(pair => pair.Scale.Transition.Temperature.Value > 0 == (pair.Scale.Transition.DeltaEnergy.Value * pair.Entropy > 0)));
        }
    }

    [Test]
    public void The_page_carries_its_charts_with_version_and_licence_and_stays_small()
    {
        string html = HtmlReport.Of(s_findings).ToHtml();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(html, Does.Contain($"Apache ECharts {Resource.EChartsVersion}").And.Contain("Apache License 2.0"));
            Assert.That(html, Does.Contain($"version=\"{Resource.EChartsVersion}\"").Or.Contain($"\"{Resource.EChartsVersion}\"")); // the script's own word
            Assert.That(html, Has.Length.LessThan(3_000_000));
        }
    }

    private static TransitionFindings Findings(double deviation)
    {
        double[] x = [-2, -1, 0.5, 1, 2.5], y = [-3, -1, 1, 1.5, 4];
        var data = new LabelledData(x, y);
        var law = ParameterLaw.Same(deviation > 0 ? InitializationLaw.Normal(0, deviation) : InitializationLaw.Constant(0), data.Columns);
        var system = new LinearSystem(data, Energy.MeanSquared, law);
        return TransitionFindings.Of("ten lines", system, system.Train()).Explored(system);
    }
}
