using ML.Thermo.Numerics;

namespace ML.Thermo.Tests.Numerics;

public class Quadrature_is_accurate_and_honest
{
    // Integrands with known integrals: smooth, oscillating, peaked, kinked, singular at an end or inside, infinite ranges.
    private static readonly (string Name, Func<double, double> F, double A, double B, double[] Breaks, double Exact)[] Integrals =
    [
        ("polynomial", x => Math.Pow(x, 7), 0, 2, [], 32),
        ("reversed signs", x => Math.Sin(x), -3, 3, [], 0),
        ("oscillation", x => Math.Cos(200 * x), 0, 1, [], Math.Sin(200) / 200),
        ("wide peak", x => 1e-3 / ((x * x) + 1e-6), -1, 1, [], 2 * Math.Atan(1e3)),
        ("named narrow peak", x => 1e-7 / ((x * x) + 1e-14), -0.3, 0.7, [0], Math.Atan(0.7e7) + Math.Atan(0.3e7)),
        ("named kink", x => Math.Abs(x - 0.1), 0, 1, [0.1], 0.41),
        ("kink to be found", x => Math.Abs(x - (Math.PI / 10)), 0, 1, [], (Math.PI * Math.PI / 100) + 0.5 - (Math.PI / 10)),
        ("jump to be found", x => x < 1 / Math.E ? 1 : 0, 0, 1, [], 1 / Math.E),
        ("root singularity", x => 1 / Math.Sqrt(x), 0, 1, [], 2),
        ("strong singularity", x => Math.Pow(x, -0.75), 0, 1, [], 4),
        ("logarithm", x => Math.Log(x), 0, 1, [], -1),
        ("inner logarithm", x => Math.Log(Math.Abs(x)), -1, 1, [0], -2),
        ("normal law", SpecialFunctions.NormalDensity, double.NegativeInfinity, double.PositiveInfinity, [], 1),
        ("narrow normal law", x => SpecialFunctions.NormalDensity(x * 1e4) * 1e4, double.NegativeInfinity, double.PositiveInfinity, [-1e-3, 1e-3], 1),
        ("wide normal law", x => SpecialFunctions.NormalDensity(x / 1e4) / 1e4, double.NegativeInfinity, double.PositiveInfinity, [], 1),
        ("Cauchy law", x => 1 / (Math.PI * (1 + (x * x))), double.NegativeInfinity, double.PositiveInfinity, [], 1),
        ("upper half line", x => Math.Exp(-x), 2, double.PositiveInfinity, [], Math.Exp(-2)),
        ("lower half line", x => Math.Exp(x), double.NegativeInfinity, -3, [], Math.Exp(-3)),
        ("chi-square with one degree", x => Math.Exp(-x / 2) / Math.Sqrt(2 * Math.PI * x), 0, double.PositiveInfinity, [], 1),
        ("heavy tail", x => 0.1 * Math.Pow(x, -1.1), 1, double.PositiveInfinity, [], 1),
    ];

    // Doubles are too coarse near the singular end (1 − x keeps 16 digits, a square root halves them) or panels too few.
    private static readonly (string Name, Func<double, double> F, double A, double B, double[] Breaks, double Exact)[] Hopeless =
    [
        ("singular at one", x => 1 / Math.Sqrt(x * (1 - x)), 0, 1, [], Math.PI),
        ("endless oscillation", x => Math.Sin(1 / x) / x, 0, 1, [], 0.6247132564277136), // π/2 − Si(1)
    ];

    private static IEnumerable<TestCaseData> Cases() =>
        Integrals.Select(i => new TestCaseData(i.F, i.A, i.B, i.Breaks, i.Exact).SetArgDisplayNames(i.Name));

    private static IEnumerable<TestCaseData> HopelessCases() =>
        Hopeless.Select(i => new TestCaseData(i.F, i.A, i.B, i.Breaks, i.Exact).SetArgDisplayNames(i.Name));

    [TestCaseSource(nameof(Cases))]
    [TestCaseSource(nameof(HopelessCases))]
    public void The_stated_error_covers_the_true_one(Func<double, double> f, double a, double b, double[] breaks, double exact)
    {
        (double value, double error) = Quadrature.Integrate(f, a, b, breaks);
        Assert.That(Math.Abs(value - exact), Is.LessThanOrEqualTo(error + (4e-16 * Math.Abs(exact))));
    }

    [TestCaseSource(nameof(Cases))]
    public void Eleven_digits_are_reached(Func<double, double> f, double a, double b, double[] breaks, double exact) =>
        Assert.That(Quadrature.Integrate(f, a, b, breaks).Value, Is.EqualTo(exact).Within(1e-11 * Math.Max(1, Math.Abs(exact))));

    [TestCaseSource(nameof(HopelessCases))]
    public void Effort_that_runs_out_is_told_by_the_error(Func<double, double> f, double a, double b, double[] breaks, double exact) =>
        Assert.That(Quadrature.Integrate(f, a, b, breaks).Error, Is.GreaterThan(1e-11 * exact));

    [Test]
    public void An_empty_range_has_no_area() => Assert.That(Quadrature.Integrate(Math.Exp, 1, 1), Is.Zero);

    [Test]
    public void An_undefined_integrand_gives_an_undefined_integral() =>
        Assert.That(Quadrature.Integrate(x => double.NaN, 0, 1), Is.NaN);
}
