using FsCheck.Fluent;
using ML.Thermo.Loops;

namespace ML.Thermo.Tests.Loops;

// golden numbers of this folder: an independent program that iterated, integrated or simulated the same definitions
public class A_loop_over_categories
{
    private static readonly double[] Start = [0.5, 0.25, 0.15, 0.1];

    private static readonly double[] Equal = [.. Enumerable.Repeat(0.1, 10)];

    [TestCase(0.8, 0, 1.2079736876)]
    [TestCase(0.8, 1, 1.1191863410)]
    [TestCase(0.8, 2, 0.9973364762)]
    [TestCase(0.8, 3, 0.8418091706)]
    [TestCase(0.8, 5, 0.4759981496)]
    [TestCase(0.8, 10, 0.0118718402)]
    [TestCase(1.25, 1, 1.2694708605)]
    [TestCase(1.25, 10, 1.3841869714)]
    public void Freezes_below_temperature_one_and_boils_above(double temperature, int generation, double entropy) =>
        Assert.That(CategoricalLoop.Entropy(new CategoricalLoop(Start, temperature, 0).After(Start, generation)), Is.EqualTo(entropy).Within(1e-9));

    [Test]
    public void Without_fresh_rows_is_a_power_of_its_start()
    {
        foreach (double temperature in new[] { 0.7, 1, 1.3 })
        {
            double[] iterated = new CategoricalLoop(Start, temperature, 0).After(Start, 6);
            Assert.That(iterated, Is.EqualTo(CategoricalLoop.Power(Start, Math.Pow(temperature, -6))).Within(1e-13));
        }
    }

    [Test]
    public void Without_fresh_rows_has_the_thermodynamic_temperature_of_the_power_of_its_sampling_temperature() // dS/d⟨ε⟩ = b at ε = −ln p(0)
    {
        const double b = 1.7, step = 1e-5;
        (double s1, double e1) = At(b - step);
        (double s2, double e2) = At(b + step);
        Assert.That((s2 - s1) / (e2 - e1), Is.EqualTo(b).Within(1e-8));

        static (double Entropy, double Energy) At(double b)
        {
            double[] law = CategoricalLoop.Power(Start, b);
            return (CategoricalLoop.Entropy(law), law.Select((share, i) => -share * Math.Log(Start[i])).Sum());
        }
    }

    [Test]
    public void Loses_half_of_its_entropy_after_nine_generations_at_temperature_nine_tenths()
    {
        Assert.That(CategoricalLoop.HalfLife(Start, 0.9), Is.EqualTo(9.1227545145).Within(1e-8));
        Assert.That(CategoricalLoop.HalfLife(Start, 1), Is.NaN);
        Assert.That(CategoricalLoop.HalfLife([0.5, 0.5], 0.5), Is.NaN, "two modes keep all of it");
    }

    [FsCheck.NUnit.Property(MaxTest = 60)]
    public FsCheck.Property Divides_Hilberts_distance_of_two_laws_by_the_temperature() =>
        Prop.ForAll(Laws, Laws, ArbMap.Default.ArbFor<byte>(), (a, b, t) =>
        {
            double temperature = 0.3 + (t / 100.0);
            double after = Hilbert(CategoricalLoop.Power(a, 1 / temperature), CategoricalLoop.Power(b, 1 / temperature));
            return Math.Abs(after - (Hilbert(a, b) / temperature)) < 1e-10 * (1 + after);
        });

    [FsCheck.NUnit.Property(MaxTest = 30)]
    public FsCheck.Property Has_one_interior_end_where_it_is_hot() =>
        Prop.ForAll(Laws, Laws, (q, start) =>
        {
            var loop = new CategoricalLoop(q, 1.4, 0.2);
            return loop.FixedPointFrom(start).Law.ToArray().Zip(loop.FixedPointFrom(q).Law.ToArray(), (x, y) => Math.Abs(x - y)).Max() < 1e-10;
        });

    [TestCase(0.1, 0.9155550937, 0.3096595287, 0.57221017)]
    [TestCase(0.3, 0.6996846094, 0.7504913679, 0.73393124)]
    [TestCase(0.5, 0.5759275174, 0.9156651015, 0.60055107)]
    public void Comes_to_rest_where_the_fresh_rows_hold_it(double share, double favourite, double retention, double radius)
    {
        FixedPoint end = new CategoricalLoop(Start, 0.8, share).FixedPointFrom(Start);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(end.Status, Is.EqualTo(Status.Defined));
            Assert.That(end.Law.Span[0], Is.EqualTo(favourite).Within(1e-9));
            Assert.That(end.Retention, Is.EqualTo(retention).Within(1e-9));
            Assert.That(end.SpectralRadius, Is.EqualTo(radius).Within(1e-8));
        }
    }

    [Test]
    public void Comes_to_rest_elsewhere_from_another_corner()
    {
        IReadOnlyList<FixedPoint> ends = new CategoricalLoop(Start, 0.8, 0.1).FixedPoints();
        Assert.That(ends.Skip(1).Select(end => end.Entropy).Order(), Is.EqualTo(new[] { 0.572501, 0.660461, 0.707141 }).Within(1e-6));
    }

    [TestCase(0.21, 2.302585093, 1.470035912)]
    [TestCase(0.27, 2.302585093, 2.0006871661)]
    [TestCase(0.275, 2.302585093, 2.302585093)]
    public void Over_equal_categories_remembers_whether_it_has_collapsed(double share, double alive, double collapsed)
    {
        var loop = new CategoricalLoop(Equal, 0.8, share);
        double[] corner = [1, .. new double[9]];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(loop.FixedPointFrom(Equal).Entropy, Is.EqualTo(alive).Within(1e-8));
            Assert.That(loop.FixedPointFrom(corner).Entropy, Is.EqualTo(collapsed).Within(1e-8));
        }
    }

    [Test]
    public void Over_two_equal_categories_is_a_mean_field_magnet() // m = (1 − λ) tanh(artanh(m)/T)
    {
        Assert.That(Magnetisation(0.8, 0.1), Is.EqualTo(0.7689561893).Within(1e-9));
        Assert.That(Magnetisation(0.5, 0.2), Is.EqualTo(Math.Sqrt(1 - 0.4)).Within(1e-10));

        static double Magnetisation(double temperature, double share)
        {
            ReadOnlySpan<double> law = new CategoricalLoop([0.5, 0.5], temperature, share).FixedPointFrom([1, 0]).Law.Span;
            return law[0] - law[1];
        }
    }

    [Test]
    public void Has_the_spectral_radius_of_its_own_derivative()
    {
        // The error of an iteration near its end shrinks by ρ a generation.
        var loop = new CategoricalLoop(Start, 0.8, 0.35);
        double[] end = [.. loop.FixedPointFrom(Start).Law.Span], near = loop.After(Start, 20), next = loop.After(near, 1);
        double ratio = Distance(next, end) / Distance(near, end);
        Assert.That(ratio, Is.EqualTo(loop.FixedPointFrom(Start).SpectralRadius).Within(1e-4));

        static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());
    }

    [TestCase(0.1001, 0.208, 0.85)]
    [TestCase(0.101, 0.223, 0.74)]
    [TestCase(0.105, 0.254, 0.51)]
    public void Loses_its_state_at_a_larger_share_where_one_category_is_a_slight_favourite(double favourite, double share, double jump)
    {
        double[] q = [favourite, .. Enumerable.Repeat((1 - favourite) / 9, 9)];
        double below = new CategoricalLoop(q, 0.8, share - 0.0013).FixedPointFrom(q).Entropy, above = new CategoricalLoop(q, 0.8, share + 0.0013).FixedPointFrom(q).Entropy;
        Assert.That(above - below, Is.EqualTo(jump).Within(0.06));
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    public void Refuses_a_temperature_that_is_none(double temperature) =>
        Assert.That(() => new CategoricalLoop(Start, temperature, 0.1), Throws.InstanceOf<ArgumentException>().With.Message.Contains($"{temperature}"));

    [Test]
    public void Refuses_shares_that_are_no_law()
    {
        Assert.That(() => new CategoricalLoop([0.5, 0.6], 1, 0), Throws.ArgumentException.With.Message.Contains("1.1"));
        Assert.That(() => new CategoricalLoop([1.5, -0.5], 1, 0), Throws.ArgumentException.With.Message.Contains("-0.5"));
        Assert.That(() => new CategoricalLoop([1], 1, 0), Throws.ArgumentException.With.Message.Contains("at least 2"));
        Assert.That(() => new CategoricalLoop(Start, 1, 1.2), Throws.InstanceOf<ArgumentException>().With.Message.Contains("1.2"));
    }

    private static FsCheck.Arbitrary<double[]> Laws =>
        Gen.Choose(1, 1000).ArrayOf(6).Select(weights => weights.Select(weight => weight / (double)weights.Sum()).ToArray()).ToArbitrary();

    private static double Hilbert(double[] a, double[] b)
    {
        double[] logs = [.. a.Zip(b, (x, y) => Math.Log(x / y))];
        return logs.Max() - logs.Min();
    }
}
