using ML.Thermo.Initialization;
using ML.Thermo.Loops;
using ML.Thermo.Loops.Guard;

namespace ML.Thermo.Tests.Loops.Guard;

public class A_guard_of_numbers
{
    [Test]
    public void Calls_refitting_a_loss_as_seldom_as_it_says()
    {
        const int sets = 400;
        double[] p = [.. Enumerable.Range(0, sets).Select(set => NumberGuard.Judge(Loop(60, 1, 0, set), options: new LoopGuardOptions { Draws = 199 }).DriftPValue)];
        Assert.That(p.Count(value => value <= 0.05), Is.EqualTo(0.05 * sets).Within(3 * Math.Sqrt(sets * 0.05 * 0.95)));
        Assert.That(p.Count(value => value <= 0.5), Is.EqualTo(0.5 * sets).Within(3 * Math.Sqrt(sets * 0.25)));
    }

    [TestCase(0.9, 0.0)]
    [TestCase(0.9, 0.25)]
    [TestCase(1.15, 0.0)]
    public void Finds_the_temperature_within_its_errors(double temperature, double share)
    {
        const int sets = 200;
        Estimate[] found = [.. Enumerable.Range(0, sets).Select(set =>
            NumberGuard.Judge(Loop(400, temperature, share, set), Draw(20_000, new RandomStream(9, 9)), new LoopGuardOptions { Draws = 39, FreshShare = share }).Temperature)];
        double mean = found.Average(estimate => estimate.Value);
        int covered = found.Count(estimate => Math.Abs(estimate.Value - temperature) < 1.96 * estimate.StandardError);
        Assert.That(mean, Is.EqualTo(temperature).Within(0.006));
        Assert.That(covered / (double)sets, Is.InRange(0.90, 0.99));
    }

    [Test]
    public void Tells_a_dying_loop_from_a_living_one()
    {
        var known = new LoopGuardOptions { FreshShare = 0.5 };
        NumberFinding cold = NumberGuard.Judge(Loop(400, 0.8, 0, 1)), hot = NumberGuard.Judge(Loop(400, 1.3, 0, 1)), fed = NumberGuard.Judge(Loop(4000, 1, 0.5, 1), options: known);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(cold.Verdict, Is.EqualTo(LoopVerdict.Freezing));
            Assert.That(cold.Generations[^1].EntropyChange.Value, Is.LessThan(cold.Band[^1].Low));
            Assert.That(hot.Verdict, Is.EqualTo(LoopVerdict.Boiling));
            Assert.That(hot.Retention, Is.EqualTo(double.PositiveInfinity));
            Assert.That(fed.Verdict, Is.EqualTo(LoopVerdict.Alive));
            Assert.That(GaussianLoop.Stationary(1e9, cold.CriticalShare, cold.Temperature.Value).Variance, Is.EqualTo(0.9).Within(1e-6));
        }
    }

    [Test]
    public void Refuses_what_is_no_history_of_numbers()
    {
        double[,] good = Draw(20, new RandomStream(1, 1));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => NumberGuard.Judge([good]), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("1 generation"));
            Assert.That(() => NumberGuard.Judge([good, new double[20, 3]]), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("Generation 1 has 3 columns"));
            Assert.That(() => NumberGuard.Judge([good, new double[3, 2]]), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("3 rows of 2 columns"));
            Assert.That(() => NumberGuard.Judge([good, new double[20, 2]]), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("constant"));
            double[,] hole = (double[,])good.Clone();
            hole[7, 1] = double.NaN;
            Assert.That(() => NumberGuard.Judge([good, hole]), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("NaN in row 7, column 1"));
        }
    }

    /// <summary>Five generations of two correlated columns, normal laws refitted by maximum likelihood, their draws widened by τ.</summary>
    private static List<double[,]> Loop(int rows, double temperature, double share, int set)
    {
        var random = new RandomStream(21, (ulong)set);
        List<double[,]> generations = [Draw(rows, random)];
        int fresh = (int)(share * rows);
        while (generations.Count < 5)
        {
            double[,] last = generations[^1];
            double a = 0, b = 0, aa = 0, ab = 0, bb = 0;
            for (int i = 0; i < rows; i++)
                (a, b) = (a + (last[i, 0] / rows), b + (last[i, 1] / rows));
            for (int i = 0; i < rows; i++)
            {
                double x = last[i, 0] - a, y = last[i, 1] - b;
                (aa, ab, bb) = (aa + (x * x / rows), ab + (x * y / rows), bb + (y * y / rows));
            }

            double[,] next = Draw(rows, random);
            for (int i = fresh; i < rows; i++)
            {
                double z = random.NextNormal(), w = random.NextNormal(), scale = Math.Sqrt(temperature);
                next[i, 0] = a + (scale * Math.Sqrt(aa) * z);
                next[i, 1] = b + (scale * ((ab / Math.Sqrt(aa) * z) + (Math.Sqrt(bb - (ab * ab / aa)) * w)));
            }

            generations.Add(next);
        }

        return generations;
    }

    private static double[,] Draw(int rows, RandomStream random)
    {
        double[,] data = new double[rows, 2];
        for (int i = 0; i < rows; i++)
        {
            double z = random.NextNormal(), w = random.NextNormal();
            (data[i, 0], data[i, 1]) = (3 + (2 * z), (0.6 * z) + w);
        }

        return data;
    }
}
