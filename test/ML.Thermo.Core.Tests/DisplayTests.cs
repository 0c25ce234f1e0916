using System.Reflection;
using System.Text.RegularExpressions;
using ML.Thermo.Display;
using ML.Thermo.Linear;
using ML.Thermo.Refresh;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests;

/// <summary>What notebooks show of our types: found by names alone, as .NET Interactive does.</summary>
public sealed class DisplayTests
{
    private static readonly double[] X = [-2, -1, 0.5, 1, 2.5], Y = [-3, -1, 1, 1.5, 4];

    public static IEnumerable<Type> Shown => typeof(Transition).Assembly.GetTypes().Where(type => type.GetCustomAttribute<TypeFormatterSourceAttribute>() is not null);

    [Test]
    public void TheTypesThatUsersMeetShowThemselves() =>
        Assert.That(Shown, Is.EquivalentTo(new[] { typeof(Estimate), typeof(State), typeof(Transition), typeof(WindowDrift) }));

    /// <summary>The attribute is found by its name, must not have PreferredMimeTypes, and its source is made without arguments.</summary>
    [TestCaseSource(nameof(Shown))]
    public void TheConventionOfTheKernelIsKept(Type type)
    {
        Attribute attribute = type.GetCustomAttributes().Single(a => a.GetType().Name == "TypeFormatterSourceAttribute");
        Assert.That(attribute.GetType().GetProperty("PreferredMimeTypes"), Is.Null);
        var source = (Type)attribute.GetType().GetProperty("FormatterSourceType")!.GetValue(attribute)!;
        var formatters = (IEnumerable<object>)source.GetMethod("CreateTypeFormatters")!.Invoke(Activator.CreateInstance(source), [])!;
        Assert.That(formatters.Select(f => f.GetType().GetProperty("MimeType")!.GetValue(f)), Is.EqualTo(new[] { "text/html" }));
        Assert.That(formatters.Select(f => f.GetType().GetMethod("Format")), Has.None.Null);
    }

    [Test]
    public void ATransitionShowsItsTemperatureAndBothStates()
    {
        Transition training = Train.Linear(X, Y);
        string html = System.Net.WebUtility.HtmlDecode(new TransitionDisplay().Html(training));
        Assert.That(html, Does.Contain($"T = {training.Temperature} per nat (SmallSample)").And.Contain("random parameters").And.Contain("fixed parameters").And.Contain("<svg"));
    }

    [Test]
    public void ACardHasARowForEachStateAndOneForTheirDifference()
    {
        State start = Made(StateKind.TypeI, 3, 4, 1.7), end = Made(StateKind.TypeII, 1, 0.0625, -0.8);
        string[] between = Rows(new TransitionDisplay().Html(new Transition(start, end)));
        Assert.That(between, Is.EqualTo(new[]
        {
            "|energy E|entropy S (nats)|spread of E", "random parameters|3|1.7|2.00", "fixed parameters|1|−0.8|0.250", "difference|2|2.5|",
        }));
        Assert.That(Rows(new TransitionDisplay().Html(new Transition(start with { Kind = StateKind.TypeII }, end)))[1..3].Select(row => row.Split('|')[0]),
            Is.EqualTo(new[] { "before", "after" }), "a drift");
        Assert.That(Rows(new StateDisplay().Html(end with { Status = Status.SmallSample | Status.HeavyTail })), Is.EqualTo(new[]
        {
            "state|energy E|entropy S (nats)|spread of E|status", "fixed parameters|1|−0.8|0.250|HeavyTail, SmallSample",
        }));
        Assert.That(Rows(new StateDisplay().Html(start with { Variance = Estimate.Undefined }))[1], Does.Not.Contain("2.00").And.Contain("random parameters|3|1.7|"));
    }

    [Test]
    public void WhatIsUndefinedIsSaidAndNotDrawn()
    {
        Transition training = Train.Linear(X, Y);
        string html = new TransitionDisplay().Html(new Transition(training.To, training.To));
        Assert.That(html, Does.Contain("T is undefined").And.Not.Contain("NaN"));
        Assert.That(Spans.Svg("unit", ("nowhere", double.NaN, 1, "#000")), Is.Empty);
    }

    [Test]
    public void NamesCannotLeaveTheirCell() =>
        Assert.That(new HtmlTable("<b>").Row("<script>").ToString(), Does.Contain("&lt;script&gt;").And.Contain("&lt;b&gt;").And.Not.Contain("<script>"));

    private static State Made(StateKind kind, double energy, double variance, double entropy) => new()
    {
        Kind = kind,
        Energy = Estimate.Exact(energy),
        Variance = Estimate.Exact(variance),
        Entropy = new(entropy, 0, ML.Thermo.Entropies.EntropyMethod.Exact),
    };

    /// <summary>The cells of every row of the first table, without marks.</summary>
    private static string[] Rows(string html) => [.. Regex.Matches(html, "<tr.*?</tr>", RegexOptions.Singleline)
        .Select(row => string.Join('|', Regex.Matches(row.Value, "<t[hd][^>]*>(.*?)</t[hd]>", RegexOptions.Singleline)
            .Select(cell => System.Net.WebUtility.HtmlDecode(cell.Groups[1].Value).Trim())))];
}
