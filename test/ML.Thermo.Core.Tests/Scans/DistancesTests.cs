using FsCheck;
using FsCheck.Fluent;
using MathNet.Numerics.Distributions;
using ML.Thermo.Numerics;
using ML.Thermo.Scans;

namespace ML.Thermo.Tests.Scans;

public class The_distances_of_two_laws
{
    [Test]
    public void Have_their_values()
    {
        var d = Distances.Between([.5, .3, .2], [.2, .3, .5]);
        Assert.That(d.Linear, Is.EqualTo(9 / 70.0).Within(1e-15));
        Assert.That(d.TotalVariation, Is.EqualTo(0.3).Within(1e-15));
        Assert.That(d.JensenShannon, Is.EqualTo(0.0664143144).Within(1e-10));
        Assert.That(d.Hellinger, Is.EqualTo(0.7 - (2 * Math.Sqrt(0.1))).Within(1e-15));
        Assert.That(Distances.Between([1, 0], [0, 1]), Is.EqualTo(new Distances(1, 1, Math.Log(2), 1)));
        Assert.That(Distances.Between([.25, .75], [.25, .75]), Is.EqualTo(default(Distances)));
    }

    /// <summary>From nearly equal laws to outcomes that one law excludes, across the place where the sum of an outcome changes its form.</summary>
    [Test]
    public void Do_not_depend_on_the_form_of_the_sum()
    {
        foreach (double ratio in (double[])[1e-300, 1e-20, 1e-9, 0.01, 0.1, 0.2, 0.2499999, 0.25, 0.2500001, 0.3, 0.5, 0.9, 0.99, 0.9999])
        {
            double p = 0.3, q = p * ratio;
            Distances d = Distances.Between([p, q], [q, p]), one = Distances.OfOutcome(Math.Log(ratio));
            Assert.That(d.Linear, Is.EqualTo((p + q) * one.Linear).Within(1e-15), $"{ratio}");
            Assert.That(d.JensenShannon, Is.EqualTo((p + q) * one.JensenShannon).Within(1e-15), $"{ratio}");
            Assert.That(d.Hellinger, Is.EqualTo((p + q) * one.Hellinger).Within(1e-15), $"{ratio}");
            Assert.That(Distances.Between([0, 0, 0, 0, p, q], [0, 0, 0, 0, q, p]), Is.EqualTo(d), "outcomes that neither law knows add nothing");
        }
    }

    /// <summary>With r = (p − q)/(p + q) all but total variation begin with r²: linear r², the others r²/2 (1 + r²/6 …).</summary>
    [TestCase(1e-3)]
    [TestCase(1e-7)]
    [TestCase(1e-11)]
    public void Of_nearly_equal_laws_keep_their_digits(double shift)
    {
        double p = 0.5 + shift, q = 0.5 - shift, r = p - q, square = r * r;
        var d = Distances.Between([p, q], [q, p]);
        Assert.That(d.JensenShannon / (square / 2 * (1 + (square / 6) + (square * square / 15))), Is.EqualTo(1).Within(1e-14));
        Assert.That(d.Hellinger / (square / 2 * (1 + (square / 4) + (square * square / 8))), Is.EqualTo(1).Within(1e-14));
        Assert.That(d.Linear / square, Is.EqualTo(1).Within(1e-14));
    }

    [Test]
    public void Go_with_entropies_of_laws_that_hold_zeros()
    {
        double[] law = [0.5, 0, 0.125, 0.125, 0.25, 0, 0];
        Assert.That(LawKernel.Entropy(law), Is.EqualTo(1.75 * Math.Log(2)).Within(1e-15));
        Assert.That(LawKernel.Entropy([0, 0, 0, 1, 0, 0, 0, 0]), Is.Zero);
    }

    /// <summary>N(0, 1) against N(μ, 1); linear and Jensen–Shannon by quadrature of an independent program.</summary>
    [TestCase(0.1, 0.002493775874, 0.001248440096)]
    [TestCase(1, 0.204054265634, 0.111421482185)]
    [TestCase(3, 0.802757497801, 0.526777306521)]
    public void Of_shifted_normal_laws_follow_from_one_outcome_at_a_time(double shift, double linear, double information)
    {
        double Mixture(double y) => 0.5 * (SpecialFunctions.NormalDensity(y) + SpecialFunctions.NormalDensity(y - shift));
        double Integral(Func<Distances, double> part) =>
            Quadrature.Integrate(y => Mixture(y) * part(Distances.OfOutcome((shift * shift / 2) - (shift * y))), -12, 15);
        Assert.That(Integral(d => d.Linear), Is.EqualTo(linear).Within(1e-11));
        Assert.That(Integral(d => d.JensenShannon), Is.EqualTo(information).Within(1e-11));
        Assert.That(Integral(d => d.TotalVariation), Is.EqualTo((2 * Normal.CDF(0, 1, shift / 2)) - 1).Within(1e-7));
        Assert.That(Integral(d => d.Hellinger), Is.EqualTo(1 - Math.Exp(-shift * shift / 8)).Within(1e-11));
    }

    /// <summary>Gamma laws of shape 3 at temperatures 1 and 2.</summary>
    [Test]
    public void Of_gamma_laws_have_closed_forms()
    {
        static double Log(double y, double t) => (2 * Math.Log(y)) - (y / t) - Math.Log(2) - (3 * Math.Log(t));
        double Integral(Func<Distances, double> part) => Quadrature.Integrate(
            y => 0.5 * (Math.Exp(Log(y, 1)) + Math.Exp(Log(y, 2))) * part(Distances.OfOutcome(Log(y, 1) - Log(y, 2))), 1e-12, 120);
        Assert.That(Integral(d => d.Hellinger), Is.EqualTo(1 - Math.Pow(2 * Math.Sqrt(2) / 3, 3)).Within(1e-10));
        Assert.That(Integral(d => d.Hellinger), Is.EqualTo(0.161947518594).Within(1e-10));
        Assert.That(Integral(d => d.Linear), Is.EqualTo(0.260567697977).Within(1e-10));
        Assert.That(Integral(d => d.TotalVariation), Is.EqualTo(0.439450054697).Within(1e-7));
    }

    [FsCheck.NUnit.Property]
    public Property Are_ordered() => Prop.ForAll(Laws(), pair =>
    {
        var d = Distances.Between(pair.Left, pair.Right);
        const double Slack = 1e-12;
        return d.Linear >= 0 && d.Linear <= d.TotalVariation + Slack && d.TotalVariation <= 1 + Slack && d.Hellinger <= d.TotalVariation + Slack
            && d.Linear / 2 <= d.Hellinger + Slack && d.Hellinger <= d.Linear + Slack && d.JensenShannon <= (Math.Log(2) * d.TotalVariation) + Slack;
    });

    [FsCheck.NUnit.Property]
    public Property Never_rise_when_outcomes_are_merged() => Prop.ForAll(Laws(), pair =>
    {
        var before = Distances.Between(pair.Left, pair.Right);
        var after = Distances.Between([pair.Left[0] + pair.Left[1], .. pair.Left[2..]], [pair.Right[0] + pair.Right[1], .. pair.Right[2..]]);
        const double Slack = 1e-12;
        return after.Linear <= before.Linear + Slack && after.TotalVariation <= before.TotalVariation + Slack
            && after.JensenShannon <= before.JensenShannon + Slack && after.Hellinger <= before.Hellinger + Slack;
    });

    [FsCheck.NUnit.Property]
    public Property Are_the_sum_of_what_outcomes_contribute() => Prop.ForAll(Laws(), pair =>
    {
        var all = Distances.Between(pair.Left, pair.Right);
        double linear = 0, information = 0, hellinger = 0;
        for (int y = 0; y < pair.Left.Length; y++)
        {
            double mean = (pair.Left[y] + pair.Right[y]) / 2;
            var one = Distances.OfOutcome(Math.Log(pair.Left[y] / pair.Right[y]));
            if (mean > 0)
                (linear, information, hellinger) = (linear + (mean * one.Linear), information + (mean * one.JensenShannon), hellinger + (mean * one.Hellinger));
        }

        return Math.Abs(linear - all.Linear) < 1e-12 && Math.Abs(information - all.JensenShannon) < 1e-12 && Math.Abs(hellinger - all.Hellinger) < 1e-12;
    });

    private static Arbitrary<(double[] Left, double[] Right)> Laws() =>
        (from size in Gen.Choose(3, 40)
         from left in Gen.Choose(0, 1000).ArrayOf(size)
         from right in Gen.Choose(0, 1000).ArrayOf(size)
         where left.Sum() > 0 && right.Sum() > 0
         select (left.Select(n => n / (double)left.Sum()).ToArray(), right.Select(n => n / (double)right.Sum()).ToArray())).ToArbitrary();
}
