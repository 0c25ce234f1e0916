using ML.Thermo.Refresh.Binning;

namespace ML.Thermo.Tests.Refresh.Binning;

/// <summary>The χ² of many categories among re-labellings, beside the exact law where there are two.</summary>
public sealed class CategoryMixTests
{
    [TestCase(40, 60, 14, 6)]
    [TestCase(40, 60, 9, 11)]
    [TestCase(12, 8, 60, 90)] // the reference is the smaller side
    public void Of_two_categories_the_p_value_is_that_of_fishers_exact_test(long a, long b, long c, long d)
    {
        // Two-sided by the size of the deviation: P(|k − E k| ≥ |c − E c|) for k rows of the first category in the window.
        long window = c + d, marked = a + c, all = a + b + window;
        double expected = (double)window * marked / all, seen = Math.Abs(c - expected) - 1e-9;
        double AtLeast(long k) => CountTails.Hypergeometric(k, window, marked, all);
        double exact = Enumerable.Range(0, (int)Math.Min(window, marked) + 1).Where(k => Math.Abs(k - expected) >= seen).Sum(k => AtLeast(k) - AtLeast(k + 1));
        double p = CategoryMix.PValue([a, b], [c, d], 4000, 3);
        Assert.That(p, Is.EqualTo(exact).Within((4 * exact * Math.Sqrt((1 - exact) / 50)) + 0.001), "it is known once 50 draws are as large");
    }

    [Test]
    public void A_mix_that_is_the_same_is_no_news_and_one_that_is_another_is()
    {
        Assert.That(CategoryMix.PValue([50, 30, 20], [10, 6, 4], 500, 1), Is.EqualTo(1));
        Assert.That(CategoryMix.PValue([50, 30, 20], [2, 6, 12], 4000, 1), Is.LessThan(0.002));
    }

    [Test]
    public void Categories_of_fewer_than_five_rows_and_those_that_the_reference_did_not_have_are_left_out()
    {
        double p = CategoryMix.PValue([40, 60], [14, 6], 1000, 7);
        Assert.That(CategoryMix.PValue([40, 3, 60, 0], [14, 1, 6, 30], 1000, 7), Is.EqualTo(p));
        Assert.That(CategoryMix.PValue([40, 4, 60], [14, 1, 6], 1000, 7), Is.Not.EqualTo(p), "five rows count");
        Assert.That(CategoryMix.PValue([40, 0], [14, 30], 1000, 7), Is.EqualTo(1), "one category is no mix");
        Assert.That(CategoryMix.PValue([40, 60], [0, 0], 1000, 7), Is.EqualTo(1), "no window");
    }
}
