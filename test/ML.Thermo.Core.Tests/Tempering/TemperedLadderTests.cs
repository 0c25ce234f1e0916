using FsCheck.Fluent;
using MathNet.Numerics.LinearAlgebra;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Tempering;
using static ML.Thermo.Tests.Tempering.TemperedData;

namespace ML.Thermo.Tests.Tempering;

/// <summary>Ladders of memories, against normal equations and weights worked out here.</summary>
public sealed class TemperedLadderTests
{
    [Test]
    public void A_copy_that_forgets_nothing_is_least_squares_over_all_rows()
    {
        (double[][] a, double[] ya) = Rows(1, 30, [1, -2, 0.5], 3, 0.3);
        (double[][] b, double[] yb) = Rows(2, 20, [2, 1, 0], -1, 0.3);
        var ladder = TemperedLadder.Learn(a, ya, Energy.MeanSquared, new() { Memories = [1], RidgeRows = 1e-9 });
        ladder.Update(b, yb);
        // Both members were the same model when the window judged them, so each has half of the deployed one.
        double[] copy = [.. ladder.Parameters.Zip(ladder.ReferenceParameters, (mean, reference) => (2 * mean) - reference)];
        Assert.That(ladder.ReferenceParameters, Is.EqualTo(LeastSquares(a, ya)).Within(1e-6));
        Assert.That(copy, Is.EqualTo(LeastSquares([.. a, .. b], [.. ya, .. yb])).Within(1e-6));
        Assert.That(ladder.Members[0].Rows, Is.EqualTo(50));
    }

    [Test]
    public void A_copy_that_forgets_all_is_least_squares_of_the_window()
    {
        (double[][] a, double[] ya) = Rows(1, 30, [1, -2, 0.5], 3, 0.3);
        (double[][] b, double[] yb) = Rows(2, 20, [2, 1, 0], -1, 0.3);
        var ladder = TemperedLadder.Learn(a, ya, Energy.MeanSquared, new() { Memories = [0], RidgeRows = 1e-9 });
        ladder.Update(b, yb);
        Assert.That(ladder.Parameters.Zip(ladder.ReferenceParameters, (mean, reference) => (2 * mean) - reference), Is.EqualTo(LeastSquares(b, yb)).Within(1e-6));
        Assert.That(ladder.Members[0].Rows, Is.EqualTo(20));
    }

    [Test]
    public void A_copy_with_a_memory_is_least_squares_with_weights_that_fall()
    {
        const double Memory = 0.6;
        (double[][] a, double[] ya) = Rows(1, 30, [1, -2, 0.5], 3, 0.3);
        (double[][] b, double[] yb) = Rows(2, 20, [2, 1, 0], -1, 0.3);
        (double[][] c, double[] yc) = Rows(3, 25, [0, 1, 1], 1, 0.3);
        var ladder = TemperedLadder.Learn(a, ya, Energy.MeanSquared, new() { Memories = [Memory], RidgeRows = 1e-9, TemperatureShare = 1e12 });
        ladder.Update(b, yb);
        ladder.Update(c, yc);
        double[] weights = [.. a.Select(_ => Memory * Memory), .. b.Select(_ => Memory), .. c.Select(_ => 1.0)];
        double[] expected = LeastSquares([.. a, .. b, .. c], [.. ya, .. yb, .. yc], weights);
        Assert.That(ladder.Parameters.Zip(ladder.ReferenceParameters, (mean, reference) => (2 * mean) - reference), Is.EqualTo(expected).Within(1e-5), "hot: equal weights");
        Assert.That(ladder.Members[0].Rows, Is.EqualTo((30 * 0.36) + (20 * 0.6) + 25).Within(1e-12));
    }

    [Test]
    public void Weights_are_those_of_Boltzmann()
    {
        BoltzmannMixture mixture = new(3, temperature: 0.5, discount: 0.9);
        Assert.That(mixture.Weights, Is.EqualTo(new[] { 1 / 3.0, 1 / 3.0, 1 / 3.0 }).Within(1e-15));
        mixture.Add([1, 2, 1.5]);
        mixture.Add([2, 1, 1.5]);
        double[] energies = [2.9, 2.8, 2.85], factors = [.. energies.Select(d => Math.Exp(-d / 0.5))];
        Assert.That(mixture.Energies, Is.EqualTo(energies).Within(1e-12));
        Assert.That(mixture.Weights, Is.EqualTo(factors.Select(factor => factor / factors.Sum())).Within(1e-12));
    }

    [Test]
    public void The_temperature_is_a_share_of_the_reference_loss_and_the_window_is_judged_before_it_is_learnt()
    {
        (double[][] a, double[] ya) = Rows(1, 40, [1], 0, 1);
        (double[][] b, double[] yb) = Rows(2, 30, [5], 0, 1);
        var ladder = TemperedLadder.Learn(a, ya, Energy.MeanSquared);
        double[] before = [.. ladder.Parameters];
        TemperedWindow cost = ladder.Update(b, yb);
        double loss = b.Zip(yb, (x, y) => Math.Pow((before[0] * x[0]) + before[1] - y, 2)).Average();
        Assert.That(cost.Loss, Is.EqualTo(loss).Within(1e-9));
        Assert.That(cost.ReferenceLoss, Is.EqualTo(loss).Within(1e-9));
        TemperedWindow second = ladder.Update(b, yb);
        Assert.That(second.Loss, Is.LessThan(0.5 * second.ReferenceLoss));
        // D of each member is .9 of the first window's loss and that of its own second.
        double[] energies = [.. ladder.Members.Select(member => member.Energy)], weights = [.. ladder.Members.Select(member => member.Weight)];
        Assert.That(energies[^1], Is.EqualTo(1.9 * loss).Within(1e-9));
        double theta = 0.1 * ladder.ReferenceLoss, sum = energies.Sum(d => Math.Exp(-(d - energies.Min()) / theta));
        Assert.That(weights, Is.EqualTo(energies.Select(d => Math.Exp(-(d - energies.Min()) / theta) / sum)).Within(1e-12));
    }

    [Test]
    public void Of_cross_entropy_every_step_ends_in_the_minimum_that_it_is_defined_by()
    {
        RandomStream random = new(4, 0);
        (double[][] x, double[] y) = Labels(random, 80, [1, -1], 0.3);
        TemperedScale scale = TemperedScale.Of(x);
        var loss = TemperedLoss.Of(Energy.CrossEntropy);
        TemperedRows rows = TemperedRows.Of(x, y, scale, loss);
        Vector<double> centre = Vector<double>.Build.Dense([0.5, 0.2, -1]);
        Matrix<double> pull = Matrix<double>.Build.DenseOfArray(new double[,] { { 3, 1, 0 }, { 1, 2, 0.5 }, { 0, 0.5, 1 } });
        (Vector<double> minimum, Matrix<double> curvature) = TemperedCopy.Minimum(rows, loss, centre, pull);
        Vector<double> slope = rows.Sums(minimum, loss).Gradient + (pull * (minimum - centre));
        Assert.That(slope.L2Norm(), Is.LessThan(1e-5));
        for (int i = 0; i < 3; i++)
        {
            // The Hessian against a difference of gradients.
            Vector<double> moved = minimum.Clone();
            moved[i] += 1e-5;
            Vector<double> column = (rows.Sums(moved, loss).Gradient - rows.Sums(minimum, loss).Gradient) / 1e-5;
            Assert.That(column.ToArray(), Is.EqualTo(curvature.Column(i).ToArray()).Within(1e-3));
        }
    }

    [Test]
    public void After_a_break_it_follows_and_without_one_it_remembers()
    {
        const int Windows = 40, RowsOfOne = 30;
        double tempered = 0, kept = 0, pooled = 0, calm = 0, best = 0;
        for (ulong run = 0; run < 5; run++)
        {
            (double[][] x, double[] y) = Rows(100 + run, 200, [1, 1, 1, 1], 0, 1);
            var ladder = TemperedLadder.Learn(x, y, Energy.MeanSquared);
            var all = TemperedLadder.Learn(x, y, Energy.MeanSquared, new() { Memories = [1], TemperatureShare = 1e-9 });
            for (int window = 0; window < Windows; window++)
            {
                double[] law = window < Windows / 2 ? [1, 1, 1, 1] : [-1, 1, 1, 3];
                (x, y) = Rows((1000 * run) + (ulong)window + 1000, RowsOfOne, law, 0, 1);
                TemperedWindow cost = ladder.Update(x, y), other = all.Update(x, y);
                if (window < Windows / 2)
                    (calm, best) = (calm + cost.Loss, best + other.Loss);
                else if (window > Windows / 2)
                    (tempered, kept, pooled) = (tempered + cost.Loss, kept + cost.ReferenceLoss, pooled + other.Loss);
            }

            Assert.That(ladder.EffectiveRows, Is.LessThan(ladder.ReferenceRows + (RowsOfOne * Windows)));
        }

        Assert.That(calm, Is.LessThan(1.05 * best), "nothing is lost where nothing breaks");
        Assert.That(tempered, Is.LessThan(0.3 * kept));
        Assert.That(tempered, Is.LessThan(0.6 * pooled));
    }

    [Test]
    public void A_ladder_that_was_written_goes_on_to_the_last_bit([Values] bool labels)
    {
        RandomStream random = new(8, 0);
        (double[][] x, double[] y) = labels ? Labels(random, 60, [1, 2], 0) : Rows(5, 60, [1, 2], 0, 1);
        var ladder = TemperedLadder.Learn(x, y, labels ? Energy.CrossEntropy : Energy.MeanSquared);
        ladder.Update(x[..20], y[..20]);
        var again = TemperedLadder.Parse(ladder.ToJson());
        Assert.That(again.ToJson(), Is.EqualTo(ladder.ToJson()));
        ladder.Update(x[20..50], y[20..50]);
        again.Update(x[20..50], y[20..50]);
        Assert.That(again.ToJson(), Is.EqualTo(ladder.ToJson()));
        Assert.That(again.Parameters, Is.EqualTo(ladder.Parameters));
        string changed = ladder.ToJson().Replace("\"windows\":2", "\"windows\":3", StringComparison.Ordinal);
        Assert.That(() => TemperedLadder.Parse(changed, "m.json"), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("'m.json'").And.Message.Contains("checksum"));
        Assert.That(() => TemperedLadder.Parse("[]"), Throws.InstanceOf<UnusableDataException>());
    }

    [FsCheck.NUnit.Property(MaxTest = 30)]
    public FsCheck.Property Units_of_columns_and_targets_do_not_matter(ulong seed)
    {
        (double[][] x, double[] y) = Rows(seed, 40, [1, 2], 1, 1);
        var plain = TemperedLadder.Learn(x[..20], y[..20], Energy.MeanSquared);
        double[][] other = [.. x.Select(row => new[] { (1000 * row[0]) + 5, -0.01 * row[1] })];
        double[] scaled = [.. y.Select(value => 7 * value)];
        var changed = TemperedLadder.Learn(other[..20], scaled[..20], Energy.MeanSquared);
        plain.Update(x[20..], y[20..]);
        changed.Update(other[20..], scaled[20..]);
        double first = plain.Output(x[3]), second = changed.Output(other[3]);
        bool weights = plain.Members.Zip(changed.Members).All(pair => Math.Abs(pair.First.Weight - pair.Second.Weight) < 1e-6);
        return (weights && Math.Abs(second - (7 * first)) <= 1e-6 * (1 + Math.Abs(second)) && Math.Abs(plain.Members.Sum(member => member.Weight) - 1) < 1e-12).ToProperty();
    }

    [Test]
    public void Windows_of_one_class_one_row_or_a_constant_column_are_no_trouble()
    {
        RandomStream random = new(9, 0);
        (double[][] x, double[] y) = Labels(random, 60, [1, 2], 0);
        double[][] constant = [.. x.Select(row => new[] { row[0], row[1], 4 })];
        var ladder = TemperedLadder.Learn(constant, y, Energy.CrossEntropy);
        for (int i = 0; i < 30; i++)
            ladder.Update([constant[0]], [1]);
        Assert.That(ladder.Parameters, Is.All.InRange(-1e3, 1e3));
        Assert.That(ladder.Update([[0, 0, 5]], [0]).Loss, Is.GreaterThan(0).And.LessThan(100));
    }

    [TestCase(1)]
    [TestCase(20)]
    public void Columns_that_say_the_same_or_nothing_stay_defined_for_a_thousand_windows(int rows)
    {
        RandomStream random = new(10, 0);
        double[] Row() => random.NextNormal() is var x ? [x, x, 4] : [];
        double[][] reference = [.. Enumerable.Range(0, 60).Select(_ => Row())];
        var ladder = TemperedLadder.Learn(reference, [.. reference.Select(row => (2 * row[0]) + random.NextNormal())], Energy.MeanSquared);
        for (int window = 0; window < 1000; window++)
        {
            double[][] x = [.. Enumerable.Range(0, rows).Select(_ => Row())];
            ladder.Update(x, [.. x.Select(row => (2 * row[0]) + random.NextNormal())]);
        }

        Assert.That(ladder.Output([1, 1, 4]), Is.EqualTo(2).Within(0.3));
        Assert.That(ladder.Parameters, Is.All.InRange(-10, 10));
    }

    [Test]
    public void Columns_alike_that_change_their_unit_together_leave_it_defined()
    {
        (double[][] x, double[] y) = Rows(11, 200, [2], 0, 1);
        var ladder = TemperedLadder.Learn([.. x.Take(60).Select(row => new[] { row[0], row[0] })], y[..60], Energy.MeanSquared);
        TemperedWindow last = new(0, 0, 0);
        for (int window = 60; window < 200; window += 20)
            last = ladder.Update([.. x[window..(window + 20)].Select(row => new[] { 1e9 * row[0], 1e9 * row[0] })], y[window..(window + 20)]);
        Assert.That(last.Loss, Is.LessThan(3));
        Assert.That(() => ladder.Update([[1e60, 0]], [1]), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("Feature 0 of row 0 is 1E+60"));
        Assert.That(() => ladder.Update([[0, 0]], [1e170]), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("loss"));
    }

    [Test]
    public void What_cannot_be_used_is_named_and_leaves_the_ladder_as_it_was()
    {
        (double[][] x, double[] y) = Rows(1, 20, [1], 0, 1);
        var ladder = TemperedLadder.Learn(x, y, Energy.MeanSquared);
        string before = ladder.ToJson();
        Assert.That(() => ladder.Update([[1], [2]], [1, double.NaN]), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("row 1 is NaN"));
        Assert.That(() => ladder.Update([[1, 2]], [1]), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("2 features"));
        Assert.That(() => ladder.Update([], []), Throws.InstanceOf<UnusableDataException>());
        Assert.That(ladder.ToJson(), Is.EqualTo(before));
        Assert.That(() => TemperedLadder.Learn(x, y, Energy.MeanAbsolute), Throws.ArgumentException.With.Message.Contains("expected mse or ce"));
        Assert.That(() => TemperedLadder.Learn(x, [.. y.Select(_ => 1.0)], Energy.CrossEntropy), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("All 20 labels are 1"));
        Assert.That(() => TemperedLadder.Learn(x, y, Energy.MeanSquared, new() { Memories = [1.5] }), Throws.ArgumentException.With.Message.Contains("1.5"));
        Assert.That(() => TemperedLadder.Learn([], [], Energy.MeanSquared), Throws.InstanceOf<UnusableDataException>());
    }

    /// <summary>By the normal equations of the rows as they are.</summary>
    private static double[] LeastSquares(double[][] x, double[] y, double[]? weights = null)
    {
        Matrix<double> design = Matrix<double>.Build.DenseOfRowArrays(x.Select(row => row.Append(1).ToArray()));
        Matrix<double> w = Matrix<double>.Build.DenseOfDiagonalArray(weights ?? [.. y.Select(_ => 1.0)]);
        return (design.Transpose() * w * design).Solve(design.Transpose() * w * Vector<double>.Build.Dense(y)).ToArray();
    }
}
