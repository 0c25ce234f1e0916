using FsCheck;
using FsCheck.Fluent;
using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Weights;

namespace ML.Thermo.Tests.Weights;

public class Distances_from_the_initialisation_law
{
    private static InitializationDistance Of(double[] entries, InitializationLaw law) =>
        InitializationDistance.Of(new WeightMatrix([.. entries.Select(x => (float)x)], Layouts.Dense(1, entries.Length)), law);

    private static IEnumerable<TestCaseData> Goldens()
    {
        // golden: scipy 1.10.1, stats.kstest; integrate.quad of |F_n − F| between the points and the crossings
        yield return new(InitializationLaw.Normal(0, 1), 0.11993880583837246, 0.209191939882411);
        yield return new(InitializationLaw.Normal(0.1, 1.5), 0.15249253754692293, 0.29800213444868845);
        yield return new(InitializationLaw.Uniform(-3, 3), 0.21666666666666679, 0.5816666666666667);
        yield return new(InitializationLaw.Uniform(-1, 1), 0.25, 0.455);
    }

    [TestCaseSource(nameof(Goldens))]
    public void Are_those_of_scipy(InitializationLaw law, double kolmogorov, double wasserstein)
    {
        InitializationDistance distance = Of(Moments_of_the_weights.Ten, law);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(distance.KolmogorovSmirnov, Is.EqualTo(kolmogorov).Within(1e-7));
            Assert.That(distance.Wasserstein, Is.EqualTo(wasserstein).Within(1e-7));
            Assert.That(distance.VarianceRatio, Is.EqualTo(1.381025 / law.Variance).Within(1e-6));
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 40)]
    public Property Equal_the_plain_sums_over_all_weights() => Prop.ForAll<int, bool>((seed, uniform) =>
    {
        int count = 20 + (int)((uint)seed % 400);
        double[] entries = [.. Matrices.Normal(count, (ulong)(uint)seed).Select(x => Math.Round(x, 2))]; // with ties
        InitializationLaw law = uniform ? InitializationLaw.Uniform(-1, 2) : InitializationLaw.Normal(0.2, 0.9);
        double F(double x) => uniform ? Math.Clamp((x + 1) / 3, 0, 1) : MathNet.Numerics.Distributions.Normal.CDF(0.2, 0.9, x);
        float[] sorted = [.. entries.Select(x => (float)x).Order()];
        double kolmogorov = sorted.Select((x, i) => Math.Max(((i + 1.0) / count) - F(x), F(x) - ((double)i / count))).Max();
        double low = Math.Min(sorted[0], -6), high = Math.Max(sorted[^1], 6), step = (high - low) / 20_000, wasserstein = 0;
        for (int k = 0, below = 0; k < 20_000; k++)
        {
            double x = low + ((k + 0.5) * step);
            while (below < count && sorted[below] <= x)
                below++;
            wasserstein += step * Math.Abs(((double)below / count) - F(x));
        }

        InitializationDistance distance = Of(entries, law);
        return Math.Abs(distance.KolmogorovSmirnov - kolmogorov) < 1e-12 && Math.Abs(distance.Wasserstein - wasserstein) < 5e-4;
    });

    [Test]
    public void Are_small_for_fresh_draws_and_as_large_as_the_shift_for_shifted_ones()
    {
        double[] draws = Matrices.Normal(100_000, 3);
        InitializationDistance fresh = Of(draws, InitializationLaw.Normal(0, 1)), shifted = Of(draws, InitializationLaw.Normal(-5, 1));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(fresh.KolmogorovSmirnov, Is.InRange(0.3 / Math.Sqrt(100_000), 1.63 / Math.Sqrt(100_000)));
            Assert.That(fresh.Wasserstein, Is.LessThan(0.01));
            Assert.That(shifted.Wasserstein, Is.EqualTo(5 + draws.Average()).Within(1e-6), "all mass moves one way");
            Assert.That(shifted.KolmogorovSmirnov, Is.EqualTo(0.98758).Within(0.003), "2Φ(5/2) − 1");
        }
    }

    [Test]
    public void From_a_constant_law_are_shares_and_mean_distances()
    {
        InitializationDistance distance = Of([1, 1, 1, 1, 3, -1], InitializationLaw.Constant(1));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(distance.KolmogorovSmirnov, Is.EqualTo(1 / 6.0).Within(1e-15));
            Assert.That(distance.Wasserstein, Is.EqualTo(4 / 6.0).Within(1e-15));
            Assert.That(distance.VarianceRatio, Is.EqualTo(double.PositiveInfinity));
        }
    }

    [Test]
    public void Are_undefined_for_weights_that_are_not_finite() =>
        Assert.That(Of([1, double.NaN], InitializationLaw.Normal(0, 1)).KolmogorovSmirnov, Is.NaN);

    [FsCheck.NUnit.Property(MaxTest = 50)]
    public Property Rest_on_a_sort_that_orders_every_finite_number() => Prop.ForAll<float[]>(entries =>
    {
        float[] finite = [.. entries.Where(float.IsFinite), 0f, -0f, float.MinValue, float.MaxValue, float.Epsilon, -1f];
        using SortedEntries sorted = SortedEntries.Of(new WeightMatrix(finite, Layouts.Dense(1, finite.Length)));
        return sorted.Values.ToArray().SequenceEqual(finite.Order());
    });
}
