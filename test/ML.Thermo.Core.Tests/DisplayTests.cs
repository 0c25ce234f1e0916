using System.Reflection;
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
}
