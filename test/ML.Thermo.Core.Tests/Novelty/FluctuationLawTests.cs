using FsCheck.Fluent;
using ML.Thermo.Initialization;
using ML.Thermo.Novelty;

namespace ML.Thermo.Tests.Novelty;

/// <summary>The entropy deficit of a row, against what it is by definition.</summary>
public sealed class FluctuationLawTests
{
    [Test]
    public void Uncorrelated_columns_add_half_their_squared_deviations()
    {
        // Four corners: means 0, deviations 1 and 2, no correlation, which shrinking leaves alone.
        FluctuationLaw law = FluctuationLaw.Of([[1, 2], [1, -2], [-1, 2], [-1, -2]]);
        Assert.That(law.Strangeness([3, 2]), Is.EqualTo((9 + 1) / 2.0).Within(1e-12));
        Assert.That(law.Contributions([3, 2]), Is.EqualTo(new[] { 4.5, 0.5 }).Within(1e-12));
    }

    [Test]
    public void Many_rows_give_the_quadratic_form_of_the_inverse_covariance()
    {
        // C = [[1, .8], [.8, 1]] has the inverse [[1, −.8], [−.8, 1]]/.36.
        RandomStream random = new(1, 0);
        double[][] rows = [.. Enumerable.Range(0, 100_000).Select(_ =>
        {
            double a = random.NextNormal(), b = random.NextNormal();
            return new[] { a, (0.8 * a) + (0.6 * b) };
        })];
        FluctuationLaw law = FluctuationLaw.Of(rows);
        Assert.That(law.Strangeness([1, -1]), Is.EqualTo(0.5 * ((1 + 1 + 1.6) / 0.36)).Within(0.1));
        Assert.That(law.Strangeness([1, 1]), Is.EqualTo(0.5 * ((1 + 1 - 1.6) / 0.36)).Within(0.03));
        Assert.That(law.Shrinkage, Is.LessThan(0.001));
        Assert.That(rows.Average(row => law.Strangeness(row)), Is.EqualTo(1).Within(0.02), "half the number of columns");
    }

    [Test]
    public void Shrinking_is_that_of_Ledoit_and_Wolf()
    {
        // By hand. Standardised: columns (1, 1, −1, −1)·1 and (1, −.5, −1, .5)/√.625; S₁₂ = .75/√.625/… .
        double[][] rows = [[1, 1], [1, -0.5], [-1, -1], [-1, 0.5]];
        double deviation = Math.Sqrt((1 + 0.25 + 1 + 0.25) / 4), r = (1 + -0.5 + 1 + -0.5) / 4 / deviation;
        double squares = 2 + (2 * r * r), fourth = rows.Average(row => Math.Pow((row[0] * row[0]) + (row[1] * row[1] / deviation / deviation), 2));
        double shrinkage = Math.Min((fourth - squares) / 4 / (squares - 2), 1);
        FluctuationLaw law = FluctuationLaw.Of(rows);
        Assert.That(law.Shrinkage, Is.EqualTo(shrinkage).Within(1e-12));
        Assert.That(law.Factor[1][0], Is.EqualTo((1 - shrinkage) * r).Within(1e-12));
    }

    [Test]
    public void Fewer_rows_than_columns_still_have_an_inverse()
    {
        RandomStream random = new(2, 0);
        double[][] rows = [.. Enumerable.Range(0, 10).Select(_ => Enumerable.Range(0, 30).Select(_ => random.NextNormal()).ToArray())];
        FluctuationLaw law = FluctuationLaw.Of(rows);
        Assert.That(law.Strangeness(new double[30]), Is.GreaterThanOrEqualTo(0).And.LessThan(100));
        Assert.That(law.Shrinkage, Is.InRange(0.3, 1));
    }

    [Test]
    public void A_column_that_never_varied_is_strange_where_it_does()
    {
        FluctuationLaw law = FluctuationLaw.Of([[1, 5], [2, 5], [3, 5], [4, 5]]);
        Assert.That(law.Strangeness([2.5, 5]), Is.Zero.Within(1e-12));
        Assert.That(law.Strangeness([2.5, 5.05]), Is.EqualTo(0.5 * 100).Within(1e-6), "ten thousandths of its value, squared and halved");
    }

    [FsCheck.NUnit.Property]
    public FsCheck.Property Strangeness_does_not_depend_on_units(ulong seed)
    {
        RandomStream random = new(seed, 0);
        double[][] rows = [.. Enumerable.Range(0, 12).Select(_ => new[] { random.NextNormal(), random.NextNormal(), random.NextNormal() })];
        double[] row = [random.NextNormal(), random.NextNormal(), random.NextNormal()];
        double plain = FluctuationLaw.Of(rows).Strangeness(row);
        double other = FluctuationLaw.Of([.. rows.Select(Changed)]).Strangeness(Changed(row));
        return (Math.Abs(plain - other) <= 1e-8 * (1 + plain)).ToProperty();

        static double[] Changed(double[] x) => [(1000 * x[0]) - 7, (-0.01 * x[1]) + 3, x[2]];
    }

    [FsCheck.NUnit.Property]
    public FsCheck.Property Contributions_sum_to_the_strangeness(ulong seed)
    {
        RandomStream random = new(seed, 1);
        double[][] rows = [.. Enumerable.Range(0, 20).Select(_ => Enumerable.Range(0, 5).Select(_ => random.NextNormal()).ToArray())];
        double[] row = [.. Enumerable.Range(0, 5).Select(_ => 2 * random.NextNormal())];
        FluctuationLaw law = FluctuationLaw.Of(rows);
        double whole = law.Strangeness(row);
        return (Math.Abs(law.Contributions(row).Sum() - whole) <= 1e-10 * (1 + whole)).ToProperty();
    }

    [Test]
    public void A_law_that_was_taken_apart_is_the_same()
    {
        FluctuationLaw law = FluctuationLaw.Of([[1, 2, 0], [2, 1, 1], [3, 5, 0], [4, 4, 2]]);
        FluctuationLaw again = FluctuationLaw.Of(law.Mean, law.Scale, law.Factor);
        Assert.That(again.Strangeness([7, -1, 0.5]), Is.EqualTo(law.Strangeness([7, -1, 0.5])));
    }

    [Test]
    public void Rows_that_cannot_be_used_are_named()
    {
        Assert.That(() => FluctuationLaw.Of([[1], [2]]), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("2 rows"));
        Assert.That(() => FluctuationLaw.Of([[1], [2], [double.NaN]]), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("NaN"));
        FluctuationLaw law = FluctuationLaw.Of([[1], [2], [4]]);
        Assert.That(() => law.Strangeness([1, 2]), Throws.ArgumentException.With.Message.Contains("2 numbers"));
        Assert.That(() => FluctuationLaw.Of([0], [0], [[1]]), Throws.InstanceOf<UnusableDataException>());
    }
}
