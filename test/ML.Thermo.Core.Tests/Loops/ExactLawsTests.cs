using ML.Thermo.Initialization;
using ML.Thermo.Loops;

namespace ML.Thermo.Tests.Loops;

public class The_resampling_law
{
    [TestCase(50, 1, 0.6621621622)]
    [TestCase(50, 5, 0.9038461538)]
    [TestCase(100, 1, 0.6644295302)]
    [TestCase(1000, 1, 0.6664442962)]
    public void Keeps_two_thirds_by_one_fresh_row(int rows, int fresh, double retention) =>
        Assert.That(ResamplingLaw.Stationary(rows, fresh), Is.EqualTo(retention).Within(1e-9));

    [TestCase(0.9, 4.5124)]
    [TestCase(0.95, 9.5504)]
    [TestCase(0.99, 50.8166)]
    public void Asks_for_few_fresh_rows(double retention, double fresh) =>
        Assert.That(ResamplingLaw.FreshRows(1000, retention), Is.EqualTo(fresh).Within(1e-4));

    [FsCheck.NUnit.Property(MaxTest = 100)]
    public bool Is_inverted_by_the_rows_it_asks_for(FsCheck.PositiveInt rows, byte level)
    {
        double n = rows.Get + 1, retention = (level + 1) / 257.0, fresh = ResamplingLaw.FreshRows(n, retention);
        double most = ((2 * n) - 1) * ((2 * n) - 1) / (4 * n); // of R/(1 − R), at λ = 1 − 1/(2n)
        return retention / (1 - retention) > most ? double.IsNaN(fresh) : Math.Abs(ResamplingLaw.Stationary(n, fresh) - retention) < 1e-12;
    }

    [FsCheck.NUnit.Property(MaxTest = 100)]
    public bool Rises_with_rows_and_with_their_fresh_share_until_almost_all_are_fresh(FsCheck.PositiveInt rows, byte share)
    {
        double n = rows.Get + 1, lambda = (share + 1) / 258.0;
        double here = ResamplingLaw.Stationary(n, lambda * n);
        return ResamplingLaw.Stationary(n + 1, lambda * (n + 1)) > here
            && (lambda + 0.001 > 1 - (0.5 / n) || ResamplingLaw.Stationary(n, (lambda + 0.001) * n) > here);
    }

    [Test]
    public void Keeps_most_just_short_of_all_rows_fresh() => // two strata vary less than one: the maximum is at 1 − 1/(2n), not at 1
        Assert.That(ResamplingLaw.Stationary(3, 3 * (1 - (1.0 / 6))), Is.EqualTo(25.0 / 37).Within(1e-14).And.GreaterThan(ResamplingLaw.Stationary(3, 3)));

    [Test]
    public void Loses_all_without_fresh_rows()
    {
        Assert.That(ResamplingLaw.Replace(50, 20), Is.EqualTo(Math.Pow(0.98, 20)).Within(1e-14));
        Assert.That(ResamplingLaw.Stationary(50, 0), Is.Zero);
    }

    [TestCase(4, 0.6366197724)]
    [TestCase(10, 0.8434358572)]
    [TestCase(25, 0.9354892838)]
    [TestCase(100, 0.9836316431)]
    public void Loses_little_where_rows_accumulate(int rows, double limit)
    {
        Assert.That(ResamplingLaw.AccumulateLimit(rows), Is.EqualTo(limit).Within(1e-9));
        Assert.That(ResamplingLaw.Accumulate(rows, 20_000), Is.EqualTo(limit).Within(1e-5));
    }

    [TestCase(10, 2, 30, 0.9441484409)]
    [TestCase(50, 5, 20, 0.9796866117)]
    public void Counts_the_fresh_rows_of_growing_data(int rows, int fresh, int generation, double retention) =>
        Assert.That(ResamplingLaw.AccumulateWithFresh(rows, fresh, generation), Is.EqualTo(retention).Within(1e-9));

    [Test]
    public void Of_growing_data_without_fresh_rows_is_the_product() =>
        Assert.That(ResamplingLaw.AccumulateWithFresh(25, 0, 40), Is.EqualTo(ResamplingLaw.Accumulate(25, 40)).Within(1e-13));

    [Test]
    public void Lets_rare_categories_die_first()
    {
        Assert.That(ResamplingLaw.Survival(0.01, 100), Is.EqualTo(1 - Math.Pow(0.99, 100)).Within(1e-14));
        Assert.That(ResamplingLaw.Survival(1, 5), Is.EqualTo(1));
        Assert.That(ResamplingLaw.Survival(0, 5), Is.Zero);
    }

    [Test]
    public void Names_what_it_cannot_use()
    {
        Assert.That(() => ResamplingLaw.Stationary(1, 0), Throws.InstanceOf<ArgumentException>().With.Message.Contains("1 rows"));
        Assert.That(() => ResamplingLaw.Stationary(10, 11), Throws.InstanceOf<ArgumentException>().With.Message.Contains("11 fresh rows"));
        Assert.That(() => ResamplingLaw.FreshRows(10, 1), Throws.InstanceOf<ArgumentException>().With.Message.Contains("retention is 1"));
    }
}

public class A_loop_of_normal_fits
{
    [Test]
    public void Has_the_reference_values_of_twenty_rows_after_ten_generations()
    {
        GaussianLoop likely = new(20), unbiased = new(20, VarianceFit.Unbiased);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(likely.ExpectedLogVariance(10), Is.EqualTo(-1.0484721659).Within(1e-9));
            Assert.That(unbiased.ExpectedLogVariance(10), Is.EqualTo(-0.5355392220).Within(1e-9));
            Assert.That(likely.VarianceOfLogVariance(10), Is.EqualTo(1.1099728847).Within(1e-9));
            Assert.That(unbiased.ExpectedDeviation(10), Is.EqualTo(0.8767631424).Within(1e-9));
            Assert.That(-new GaussianLoop(100).ExpectedEntropyChange(1), Is.EqualTo(0.0100926774).Within(1e-10));
            Assert.That(-new GaussianLoop(100, VarianceFit.Unbiased).ExpectedEntropyChange(1), Is.EqualTo(0.0050675094).Within(1e-10));
        }
    }

    [Test]
    public void Moves_its_lost_variance_into_the_mean() =>
        Assert.That(new GaussianLoop(20).ExpectedVariance(7) + new GaussianLoop(20).ExpectedSquaredMean(7), Is.EqualTo(1).Within(1e-15));

    [Test]
    public void With_fresh_rows_has_the_reference_values()
    {
        (double variance, double mean) = GaussianLoop.Stationary(20, 0.1);
        (double cold, double coldMean) = GaussianLoop.Stationary(50, 0.2, 0.8);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(variance, Is.EqualTo(37.0 / 47).Within(1e-14));
            Assert.That(variance + mean, Is.EqualTo(1).Within(1e-14));
            Assert.That(variance, Is.EqualTo(ResamplingLaw.Stationary(20, 2)).Within(1e-14), "the same law as for categories");
            Assert.That(cold, Is.EqualTo(0.5387409201).Within(1e-9));
            Assert.That(coldMean, Is.EqualTo(0.0302663438).Within(1e-9));
        }
    }

    [Test]
    public void Explodes_where_it_is_hot_and_the_fresh_rows_are_few()
    {
        Assert.That(GaussianLoop.Stationary(double.PositiveInfinity, 0.19, 1.25).Variance, Is.EqualTo(double.PositiveInfinity));
        Assert.That(GaussianLoop.Stationary(double.PositiveInfinity, 0.21, 1.25).Variance, Is.EqualTo(0.21 / (1 - (0.79 * 1.25))).Within(1e-10));
    }

    [TestCase(VarianceFit.MaximumLikelihood)]
    [TestCase(VarianceFit.Unbiased)]
    public void Is_what_simulated_fits_do(VarianceFit fit)
    {
        const int rows = 12, generations = 5, runs = 4000;
        var loop = new GaussianLoop(rows, fit);
        double sum = 0, squares = 0, deviations = 0, means = 0, meanSquares = 0;
        for (int run = 0; run < runs; run++)
        {
            var random = new RandomStream(3, (ulong)run);
            double mean = 0, variance = 1;
            for (int t = 0; t < generations; t++)
            {
                double[] draws = [.. Enumerable.Range(0, rows).Select(_ => mean + (Math.Sqrt(variance) * random.NextNormal()))];
                mean = draws.Average();
                variance = draws.Sum(x => (x - mean) * (x - mean)) / (fit == VarianceFit.Unbiased ? rows - 1 : rows);
            }

            sum += Math.Log(variance) / runs;
            squares += Math.Log(variance) * Math.Log(variance) / runs;
            deviations += Math.Sqrt(variance) / runs;
            means += mean * mean / runs;
            meanSquares += mean * mean * mean * mean / runs;
        }

        double spread = Math.Sqrt(loop.VarianceOfLogVariance(generations) / runs);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(sum, Is.EqualTo(loop.ExpectedLogVariance(generations)).Within(4 * spread));
            Assert.That(squares - (sum * sum), Is.EqualTo(loop.VarianceOfLogVariance(generations)).Within(0.12));
            Assert.That(deviations, Is.EqualTo(loop.ExpectedDeviation(generations)).Within(0.03));
            Assert.That(means, Is.EqualTo(loop.ExpectedSquaredMean(generations)).Within(4 * Math.Sqrt((meanSquares - (means * means)) / runs)));
        }
    }
}

public class A_loop_of_regressions
{
    private static readonly RegressionLoop Loop = new(60, 10);

    [Test]
    public void Grows_without_end_on_the_last_labels_alone() => Assert.That(Loop.Replace(10), Is.EqualTo(2.0408163).Within(1e-7));

    [TestCase(1, 0.2040816)]
    [TestCase(2, 0.2499532)]
    [TestCase(5, 0.2875145)]
    [TestCase(12, 0.3048225)]
    public void Stays_bounded_on_all_labels(int generation, double error) => Assert.That(Loop.Accumulate(generation), Is.EqualTo(error).Within(1e-7));

    [Test]
    public void Stays_below_the_published_bound()
    {
        Assert.That(Loop.AccumulateLimit, Is.EqualTo(0.3182472743).Within(1e-9));
        Assert.That(Loop.Accumulate(100_000), Is.EqualTo(Loop.AccumulateLimit).Within(1e-5));
        Assert.That(Loop.AccumulateLimit, Is.LessThan(10.0 / 49 * Math.PI * Math.PI / 6));
    }

    [Test]
    public void Needs_more_rows_than_features() => Assert.That(() => new RegressionLoop(11, 10), Throws.InstanceOf<ArgumentException>().With.Message.Contains("11 rows of 10 features"));
}

public class The_weight_of_fresh_rows
{
    [TestCase(1, 0.6180339887)]
    [TestCase(0.5, 0.5)]
    [TestCase(0.1, 0.2701562119)]
    [TestCase(2, 0.7320508076)]
    public void Has_the_reference_values(double ratio, double weight)
    {
        Assert.That(FreshWeight.OfRatio(ratio), Is.EqualTo(weight).Within(1e-10));
        Assert.That(FreshWeight.StationaryVariance(weight, ratio), Is.EqualTo(weight).Within(1e-9), "the least variance is the weight itself");
    }

    [Test]
    public void Is_the_best_there_is()
    {
        foreach (double ratio in new[] { 0.02, 0.1, 1, 5 })
        {
            double best = FreshWeight.StationaryVariance(FreshWeight.OfRatio(ratio), ratio);
            for (double weight = 0.005; weight <= 1; weight += 0.005)
                Assert.That(FreshWeight.StationaryVariance(weight, ratio), Is.GreaterThanOrEqualTo(best));
        }

        Assert.That(FreshWeight.StationaryVariance(0.1 / 1.1, 0.1), Is.EqualTo(0.5238).Within(5e-5), "natural pooling");
    }

    [Test]
    public void Leaves_the_mean_weight_at_one()
    {
        FreshWeight weight = FreshWeight.Of(30, 170);
        Assert.That(((30 * weight.Fresh) + (170 * weight.Generated)) / 200, Is.EqualTo(1).Within(1e-14));
        Assert.That(30 * weight.Fresh / 200, Is.EqualTo(weight.Total).Within(1e-14));
    }

    [Test]
    public void Needs_a_fresh_row() => Assert.That(() => FreshWeight.Of(0, 10), Throws.InstanceOf<ArgumentException>().With.Message.Contains("0 fresh rows"));
}

public class A_loop_of_chains
{
    private static readonly double[] Data = [0.5, 0.25, 0.15, 0.1];

    [Test]
    public void With_equal_rows_is_the_loop_over_categories()
    {
        double[][] chain = [Data, Data, Data, Data];
        var loop = new MarkovLoop(chain, 0.8, 0.3);
        double[] expected = Data;
        for (int t = 0; t < 5; t++)
        {
            chain = loop.Next(chain);
            expected = new CategoricalLoop(Data, 0.8, 0.3).After(expected, 1);
        }

        // Contexts of generated text differ in frequency from fresh ones, which moves the rows' shares: equal only where all of it is generated.
        double[][] alone = new MarkovLoop([Data, Data, Data, Data], 0.8, 0).Next([Data, Data, Data, Data]);
        Assert.That(alone[2], Is.EqualTo(new CategoricalLoop(Data, 0.8, 0).After(Data, 1)).Within(1e-14));
        Assert.That(MarkovLoop.EntropyRate([Data, Data, Data, Data]), Is.EqualTo(CategoricalLoop.Entropy(Data)).Within(1e-12));
        Assert.That(chain[0], Is.Not.EqualTo(expected).Within(1e-6));
    }

    [Test]
    public void Keeps_its_pairs_together() // fresh and generated pairs mix as rows of text do: λ q(c) q(i|c) + (1 − λ) π(c) P(i|c)
    {
        double[][] fresh = [[0.9, 0.1], [0.3, 0.7]], before = [[0.8, 0.2], [0.4, 0.6]];
        double[][] next = new MarkovLoop(fresh, 0.5, 0.25).Next(before);
        double[] q = [0.75, 0.25]; // 0.1 q₀ = 0.3 q₁
        double[] row0 = [0.64 / 0.68, 0.04 / 0.68], row1 = [0.16 / 0.52, 0.36 / 0.52];
        double p0 = row1[0] / (row1[0] + row0[1]);
        double share = 0.25 * q[0] / ((0.25 * q[0]) + (0.75 * p0));
        Assert.That(next[0][0], Is.EqualTo((share * 0.9) + ((1 - share) * row0[0])).Within(1e-12));
    }

    [Test]
    public void Freezes_when_cold_and_holds_when_fresh_rows_are_many()
    {
        double[][] fresh = [[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.3, 0.3, 0.4]];
        double start = MarkovLoop.EntropyRate(fresh);
        Assert.That(After(0), Is.LessThan(0.05 * start));
        Assert.That(After(0.8), Is.GreaterThan(0.9 * start));

        double After(double share)
        {
            var loop = new MarkovLoop(fresh, 0.7, share);
            double[][] chain = fresh;
            for (int t = 0; t < 25; t++)
                chain = loop.Next(chain);
            return MarkovLoop.EntropyRate(chain);
        }
    }
}
