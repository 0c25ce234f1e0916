using ML.Thermo.Loops.Diversity;

namespace ML.Thermo.Tests.Loops.Diversity;

public class The_diversity_of_a_generation
{
    private static readonly CategoryDiversity Sample = new([10, 5, 3, 1, 1, 0]);

    [Test]
    public void Has_the_reference_values_of_twenty_rows()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Sample.PlugIn, Is.EqualTo(1.277288405648).Within(1e-11));
            Assert.That(Sample.MillerMadow, Is.EqualTo(1.377288405648).Within(1e-11));
            Assert.That(Sample.ChaoShen, Is.EqualTo(1.446832132544).Within(1e-11));
            Assert.That(Sample.Grassberger, Is.EqualTo(1.512126865047).Within(1e-11));
            Assert.That(Sample.EntropyStandardError, Is.EqualTo(0.162252067893).Within(1e-11));
            Assert.That(Sample.GiniSimpson, Is.EqualTo(0.694736842105).Within(1e-11));
            Assert.That(Sample.Coverage, Is.EqualTo(0.9).Within(1e-14));
            Assert.That(Sample.Rarefied(5), Is.EqualTo(2.890931372549).Within(1e-11));
            Assert.That(Sample.Rarefied(10), Is.EqualTo(3.878477559592).Within(1e-11));
        }
    }

    [Test]
    public void Rarefied_to_all_rows_counts_the_categories()
    {
        Assert.That(Sample.Rarefied(20), Is.EqualTo(5).Within(1e-11));
        Assert.That(Sample.Rarefied(1), Is.EqualTo(1).Within(1e-11));
        Assert.That(Sample.Rarefied(2), Is.EqualTo(1 + Sample.GiniSimpson).Within(1e-11), "two rows differ with the Gini–Simpson chance");
    }

    [Test]
    public void By_Hill_falls_with_the_order()
    {
        Assert.That(Sample.Hill(0), Is.EqualTo(5).Within(1e-12));
        Assert.That(Sample.Hill(1), Is.EqualTo(Math.Exp(Sample.PlugIn)).Within(1e-12));
        Assert.That(Sample.Hill(2), Is.EqualTo(400.0 / 136).Within(1e-12));
        Assert.That(Sample.Hill(double.PositiveInfinity), Is.EqualTo(2).Within(1e-12));
        Assert.That(new CategoryDiversity([7, 7, 7, 7]).Hill(3.3), Is.EqualTo(4).Within(1e-12), "equal shares count themselves");
    }

    [Test]
    public void Of_rows_that_are_all_distinct_is_unknown()
    {
        var ids = new CategoryDiversity([1, 1, 1]);
        Assert.That(ids.Coverage, Is.Zero);
        Assert.That(ids.ChaoShen, Is.NaN);
    }

    [Test]
    public void Of_a_single_category_is_none()
    {
        var one = new CategoryDiversity([9]);
        Assert.That((one.PlugIn, one.ChaoShen, one.GiniSimpson, one.EntropyStandardError), Is.EqualTo((0.0, 0.0, 0.0, 0.0)));
    }

    [Test]
    public void Needs_counts()
    {
        Assert.That(() => new CategoryDiversity([0, 0]), Throws.ArgumentException.With.Message.Contains("All counts are zero"));
        Assert.That(() => new CategoryDiversity([3, -1]), Throws.ArgumentException.With.Message.Contains("-1"));
    }

    // The errors are those of repeated samples, and Chao–Shen sees what plug-in does not.
    [Test]
    public void Has_the_standard_errors_of_repeated_samples()
    {
        double[] law = ML.Thermo.Loops.Simulation.LoopSimulationOptions.Zipf(30, 1);
        double truth = ML.Thermo.Loops.CategoricalLoop.Entropy(law), gini = 1 - law.Sum(share => share * share);
        const int sets = 1500, rows = 150;
        var drawn = Enumerable.Range(0, sets).Select(set =>
        {
            long[] counts = new long[law.Length];
            ML.Thermo.Loops.Simulation.Multinomial.Add(law, rows, new ML.Thermo.Initialization.RandomStream(5, (ulong)set), new double[law.Length], counts);
            return new CategoryDiversity(counts);
        }).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Spread(d => d.PlugIn) / drawn.Average(d => d.EntropyStandardError), Is.EqualTo(1).Within(0.1));
            Assert.That(Spread(d => d.GiniSimpson) / drawn.Average(d => d.GiniStandardError), Is.EqualTo(1).Within(0.1));
            Assert.That(drawn.Average(d => d.GiniSimpson), Is.EqualTo(gini).Within(4 * Spread(d => d.GiniSimpson) / Math.Sqrt(sets)), "unbiased");
            Assert.That(Math.Abs(drawn.Average(d => d.ChaoShen) - truth), Is.LessThan(0.5 * Math.Abs(drawn.Average(d => d.PlugIn) - truth)));
        }

        double Spread(Func<CategoryDiversity, double> of)
        {
            double mean = drawn.Average(of);
            return Math.Sqrt(drawn.Sum(d => Math.Pow(of(d) - mean, 2)) / (sets - 1));
        }
    }
}

public class Text
{
    [Test]
    public void Is_counted_by_words_letters_or_bytes()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Count("word", "The cat, the CAT's hat."), Is.EqualTo(new Dictionary<string, long> { ["the"] = 2, ["cat"] = 1, ["cat's"] = 1, ["hat"] = 1 }));
            Assert.That(Count("char:2", "aaab"), Is.EqualTo(new Dictionary<string, long> { ["aa"] = 2, ["ab"] = 1 }));
            Assert.That(Count("bytes", "é"), Is.EqualTo(new Dictionary<string, long> { ["c3"] = 1, ["a9"] = 1 }));
        }

        static Dictionary<string, long> Count(string tokens, string line)
        {
            var counts = new Dictionary<string, long>();
            Tokens.Parse(tokens).Count(line, counts);
            return counts;
        }
    }

    [TestCase("char:0")]
    [TestCase("sentence")]
    public void Has_no_other_tokens(string name) => Assert.That(() => Tokens.Parse(name), Throws.ArgumentException.With.Message.Contains(name));

    [Test]
    public void That_repeats_is_seen_to()
    {
        TextDiversity same = TextDiversity.Of(Enumerable.Repeat("the same line again and again", 50)), other = TextDiversity.Of(Enumerable.Range(0, 50).Select(i => $"line {i * 7919 % 1000} {i * 104729 % 9973}"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(same.DuplicateShare, Is.EqualTo(0.98).Within(1e-12));
            Assert.That(other.DuplicateShare, Is.Zero);
            Assert.That(same.CompressionRatio, Is.LessThan(0.1).And.LessThan(other.CompressionRatio));
            Assert.That(() => TextDiversity.Of([]), Throws.InstanceOf<UnusableDataException>());
        }
    }
}
