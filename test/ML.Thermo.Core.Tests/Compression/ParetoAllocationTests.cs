using FsCheck;
using FsCheck.Fluent;
using ML.Thermo.Compression;

namespace ML.Thermo.Tests.Compression;

[TestFixture]
internal sealed class ParetoAllocationTests
{
    // E_l(b) = c_l 4^-b on parts of n_l weights: the widths of least loss have c_l 4^-b / n_l equal (reverse water-filling, Cover and Thomas 10.3.3).
    [Test]
    public void Equal_prices_are_reverse_water_filling()
    {
        StorageChoice[][] parts = [.. new[] { 1.0, 4, 16, 64 }.Select(c => Enumerable.Range(1, 8).Select(b => new StorageChoice(100 * b, c * Math.Pow(4, -b))).ToArray())];
        Allocation found = new ParetoAllocation(parts).At(100 * (2 + 3 + 4 + 5));
        Assert.That(found.Choices.Select(choice => choice + 1), Is.EqualTo(new[] { 2, 3, 4, 5 }));
        Assert.That(found.Loss, Is.EqualTo(4.0 / 16).Within(1e-15));
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public Property No_choice_of_all_is_better_at_a_size_or_a_loss()
    {
        Gen<StorageChoice> choice = from size in Gen.Choose(0, 40) from loss in Gen.Choose(0, 60) select new StorageChoice(size, loss / 7.0);
        Gen<StorageChoice[][]> parts = Gen.Choose(1, 4).SelectMany(count => choice.ArrayOf(count)).ArrayOf(5);
        return Prop.ForAll(parts.ToArbitrary(), Gen.Choose(0, 100).ToArbitrary(), (given, percent) =>
        {
            var allocation = new ParetoAllocation(given);
            List<(double Size, double Loss)> all = [(0, 0)];
            foreach (StorageChoice[] choices in given)
                all = [.. all.SelectMany(sum => choices.Select(c => (sum.Size + c.Size, sum.Loss + c.Loss)))];
            double size = allocation.SmallestSize + (percent / 100.0 * (all.Max(sum => sum.Size) - allocation.SmallestSize));
            double loss = allocation.LeastLoss + (percent / 100.0 * (all.Max(sum => sum.Loss) - allocation.LeastLoss));
            Allocation at = allocation.At(size), upTo = allocation.UpTo(loss);
            bool hull = allocation.Equilibria.All(e => allocation.At(e.Allocation.Size).Loss >= e.Allocation.Loss - 1e-9);
            return hull && at.Size <= size && Math.Abs(at.Loss - all.Where(sum => sum.Size <= size).Min(sum => sum.Loss)) < 1e-9
                && upTo.Loss <= loss + 1e-9 && Math.Abs(upTo.Size - all.Where(sum => sum.Loss <= loss + 1e-9).Min(sum => sum.Size)) < 1e-9;
        });
    }

    [Test]
    public void Prices_fall_along_the_curve_and_every_point_is_best_at_its_size()
    {
        ParetoAllocation allocation = new(Random(30, seed: 3));
        Equilibrium[] curve = [.. allocation.Equilibria];
        Assert.Multiple(() =>
        {
            Assert.That(curve.Select(e => e.Price), Is.Ordered.Descending);
            Assert.That(curve.Select(e => e.Allocation.Size), Is.Ordered.Ascending);
            Assert.That(curve[^1].Price, Is.Zero);
            foreach (Equilibrium point in curve.Where((_, i) => i % 8 == 0))
                Assert.That(allocation.At(point.Allocation.Size).Loss, Is.EqualTo(point.Allocation.Loss).Within(1e-12));
        });
    }

    [Test]
    public void Two_hundred_layers_are_allotted_exactly()
    {
        ParetoAllocation allocation = new(Random(200, seed: 5));
        double size = (allocation.SmallestSize + allocation.Equilibria[^1].Allocation.Size) / 2;
        Allocation found = allocation.At(size);
        double below = allocation.Equilibria.Last(e => e.Allocation.Size <= size).Allocation.Loss, above = allocation.Equilibria.First(e => e.Allocation.Size > size).Allocation.Loss;
        Assert.That(found.Size, Is.LessThanOrEqualTo(size));
        Assert.That(found.Loss, Is.InRange(above, below));
        Assert.That(allocation.UpTo(found.Loss).Size, Is.LessThanOrEqualTo(found.Size));
    }

    [Test]
    public void What_cannot_be_reached_is_refused_with_the_least_that_can()
    {
        ParetoAllocation allocation = new([[new(10, 1), new(20, 0.5)], [new(5, 2)]]);
        Assert.Multiple(() =>
        {
            Assert.That(() => allocation.At(14), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("15"));
            Assert.That(() => allocation.UpTo(2), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("2.5"));
            Assert.That(() => allocation.At(double.NaN), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => new ParetoAllocation([[]]), Throws.ArgumentException.With.Message.Contains("Part 0"));
            Assert.That(() => new ParetoAllocation([[new(1, double.NaN)]]), Throws.ArgumentException.With.Message.Contains("NaN"));
            Assert.That(() => allocation.Of([0, 1]), Throws.ArgumentException);
            Assert.That(allocation.Of([1, 0]).Size, Is.EqualTo(25));
        });
    }

    private static StorageChoice[][] Random(int parts, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, parts).Select(_ =>
        {
            int weights = random.Next(100, 100_000);
            double loss = Math.Exp(random.NextDouble() * 8);
            return new[] { 2, 3, 4, 5, 6, 8, 32 }.Select(b => new StorageChoice((weights * b / 8) + 200, loss * Math.Pow(4, -b) * (0.7 + (0.6 * random.NextDouble())))).ToArray();
        })];
    }
}
