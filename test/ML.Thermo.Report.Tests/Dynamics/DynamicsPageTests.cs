using Microsoft.Playwright;
using ML.Thermo.Report.Dynamics;

namespace ML.Thermo.Report.Tests.Dynamics;

public sealed class DynamicsPageTests
{
    private static readonly double[] Times = [.. Enumerable.Range(0, 50).Select(k => 0.1 * k)];

    private static DynamicsFindings Findings => new()
    {
        Subject = "run.csv",
        Subtitle = "one trajectory",
        Sentences = ["Energy is kept to round-off."],
        Laws =
        [
            new LawSeries("", ["K", "V"], Times, [[.. Times.Select(t => Math.Cos(t) * Math.Cos(t))], [.. Times.Select(t => Math.Sin(t) * Math.Sin(t))]],
                [.. Times.Select(t => 1e-3 * t)], [.. Times.Select(t => t - (0.3 * Math.Sin(5 * t)))], Times, "Secular", "energy is not kept", 1),
        ],
        Functions = [new LearnedFunction("tension", "distance", Times, Times, [.. Times.Select(_ => 0.1)], [.. Times.Select(_ => double.NaN)])],
        Errors =
        [
            new ErrorCurve("one", Times, [.. Times.Select(t => 1e-3 * t)], [.. Times.Select(t => 1e-2 * t)], [.. Times.Select(t => 1e-4 * t)]),
            new ErrorCurve("two", Times, [.. Times.Select(t => 2e-3 * t)], [.. Times.Select(t => 2e-2 * t)], [.. Times.Select(t => 2e-4 * t)]),
        ],
        Lattice = new LatticeMotion([[0, 1], [1, 2]], Times, [.. Times.Select(t => (IReadOnlyList<double>)[0, 0, 1, t / 10, 2, 0])], [.. Times.Select(t => (IReadOnlyList<double>)[1, 2 + t, 3])]),
    };

    [Test]
    public async Task ChartsAreDrawnWithoutAComplaintOrARequest()
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(Findings));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await open.Shapes(), Has.Length.EqualTo(7).And.All.GreaterThan(2)); // three errors, energies, residual, entropy, one function
            Assert.That(open.Complaints, Is.Empty);
            Assert.That(open.Requests, Is.Empty);
            Assert.That(await open.Page.Locator("#law-0 h2").InnerTextAsync(), Does.Contain("energy is not kept"));
        }
    }

    [Test]
    public async Task TheSliderMovesTheLattice()
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(Findings));
        ILocator slider = open.Page.Locator("#lattice input[type=range]");
        await slider.FocusAsync();
        await slider.PressAsync("End");
        Assert.That(await open.Page.Locator("#lattice p.note").InnerTextAsync(), Does.StartWith("t = 4.9"));
    }

    [Test]
    public async Task ItIsAccessibleAndFitsTheWindow([Values(400, 1600)] int width, [Values(ColorScheme.Light, ColorScheme.Dark)] ColorScheme scheme)
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(Findings), width, scheme);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await open.Violations(), Is.Empty);
            Assert.That(await open.Overflow(), Is.Zero);
        }
    }
}
