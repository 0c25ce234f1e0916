using ML.Thermo.Dynamics.Audit;

namespace ML.Thermo.Tests.Audit;

/// <summary>A residual that explodes has no line through it, and is no bounded one.</summary>
public sealed class GrowthTests
{
    private static readonly AuditOptions Program = new() { Noise = AuditNoise.None };

    /// <summary>The unit spring by velocity Verlet is unstable beyond h = 2: energy grows by a factor a step, and the line through it explains little.</summary>
    [TestCase(false)]
    [TestCase(true)]
    public void AnExplodingSchemeKeepsNoEnergy(bool isNoiseEstimated)
    {
        LawReport report = Spring(2.05, 200, isNoiseEstimated ? new AuditOptions() : Program);
        Assert.That(report.FirstLaw!.Class, Is.EqualTo(FirstLawClass.Secular));
        Assert.That(report.IsLawful, Is.False);
    }

    [Test]
    public void TheSameSchemeWithinItsLimitIsBounded()
    {
        LawReport report = Spring(0.5, 200, Program);
        Assert.That(report.FirstLaw!.Class, Is.EqualTo(FirstLawClass.Bounded));
        Assert.That(report.IsLawful, Is.True);
    }

    /// <summary>A comet's energy is off where it passes the sun, and comes back: far above the first half is not enough.</summary>
    [TestCase(0.7)]
    [TestCase(3)]
    public void APassageIsNoGrowth(double orbits)
    {
        var audit = new LawAudit(Program);
        const double Excentricity = 0.8;
        double x = 1 + Excentricity, y = 0, u = 0, v = Math.Sqrt((1 - Excentricity) / (1 + Excentricity)), h = 2 * Math.PI / 2000;
        (double ax, double ay) = Pull(x, y);
        for (int k = 0; k <= 2000 * orbits; k++)
        {
            audit.Add(k * h, [0.5 * ((u * u) + (v * v)), -1 / double.Hypot(x, y)], 0);
            (u, v) = (u + (0.5 * h * ax), v + (0.5 * h * ay));
            (x, y) = (x + (h * u), y + (h * v));
            (ax, ay) = Pull(x, y);
            (u, v) = (u + (0.5 * h * ax), v + (0.5 * h * ay));
        }

        Assert.That(audit.Report().FirstLaw!.Class, Is.EqualTo(FirstLawClass.Bounded));

        static (double X, double Y) Pull(double x, double y)
        {
            double r = double.Hypot(x, y);
            return (-x / (r * r * r), -y / (r * r * r));
        }
    }

    /// <summary>The last digit of a file may change late: a thousandth of the exchange is no growth.</summary>
    [Test]
    public void ADigitThatAFileLeavesOutIsNoGrowth()
    {
        var audit = new LawAudit(Program);
        for (int k = 0; k < 100; k++)
            audit.Add(k, [Math.Sin(k), 5 - Math.Sin(k) + (k > 90 ? 1e-3 : 0)], k);
        Assert.That(audit.Report().FirstLaw!.Class, Is.EqualTo(FirstLawClass.Bounded));
    }

    private static LawReport Spring(double h, int steps, AuditOptions options)
    {
        var audit = new LawAudit(options);
        double q = 1, p = 0.3;
        for (int k = 0; k <= steps; k++)
        {
            audit.Add(k * h, [0.5 * p * p, 0.5 * q * q], 0);
            p -= 0.5 * h * q;
            q += h * p;
            p -= 0.5 * h * q;
        }

        return audit.Report();
    }
}
