using FsCheck;
using FsCheck.Fluent;
using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Linear.Logistic;

namespace ML.Thermo.Tests.Linear.Logistic;

public sealed class LogisticRegressionTests
{
    // Golden: independent Newton iterations.
    [Test]
    public void Small_examples_have_known_ground_states()
    {
        GroundState two = LogisticRegression.Solve(LinearExamples.D3), one = LogisticRegression.Solve(LinearExamples.D4);
        Assert.That(two.Parameters, Is.EqualTo(new[] { -0.22142303, 1.45055409 }).Within(1e-8));
        Assert.That(two.Energy, Is.EqualTo(0.52697748).Within(1e-8));
        Assert.That(one.Parameters, Is.EqualTo(new[] { 0.7954240126 }).Within(1e-10));
        Assert.That(one.Energy, Is.EqualTo(0.5646002397).Within(1e-10));
        Assert.That(two.Status | one.Status, Is.EqualTo(Status.Defined));
    }

    [Test]
    public void Small_examples_have_known_curvatures()
    {
        double[,] two = LogisticRegression.Hessian(LinearExamples.D3, [.. LogisticRegression.Solve(LinearExamples.D3).Parameters]);
        Assert.That(two, Is.EqualTo(new[,] { { 0.2453335635, 0.0501059884 }, { 0.0501059884, 0.1318595330 } }).Within(1e-9));
        double[,] one = LogisticRegression.Hessian(LinearExamples.D4, [0.7954240126]);
        Assert.That(one[0, 0], Is.EqualTo(0.3227134098).Within(1e-9));
    }

    [Test]
    public void The_gradient_vanishes_at_the_ground_state([Values(200, 3000)] int rows, [Values(1, 6, 25)] int columns)
    {
        LabelledData data = LinearExamples.Classification(rows, columns);
        GroundState ground = LogisticRegression.Solve(data);
        Assert.That(ground.Status, Is.EqualTo(Status.Defined));
        for (int j = 0; j < columns; j++)
        {
            double slope = 0;
            for (int i = 0; i < rows; i++)
                slope += (Sigmoid(Dot(data.Row(i), ground.Parameters)) - data.Targets.Span[i]) * data.Row(i)[j] / rows;
            Assert.That(slope, Is.Zero.Within(1e-13));
        }
    }

    [Test]
    public void Separable_data_have_an_infimum_and_a_separating_direction()
    {
        LabelledData data = LinearExamples.Regression(200, 5);
        var separable = new LabelledData(data.Features, Enumerable.Range(0, 200).Select(i => Dot(data.Row(i), [1, -2, 0.5, 0, 3]) > 0 ? 1.0 : 0).ToArray());
        GroundState ground = LogisticRegression.Solve(separable);
        Assert.That(ground.Status, Is.EqualTo(Status.Separable));
        Assert.That(ground.Energy, Is.Zero);
        Assert.That(Enumerable.Range(0, 200).Select(i => (2 * separable.Targets.Span[i] - 1) * Dot(data.Row(i), ground.Parameters)), Is.All.GreaterThan(0));
    }

    [Test]
    public void Touching_classes_have_the_infimum_of_the_rows_on_the_plane()
    {
        // x₁ separates all rows but the last three, which have x₁ = 0 and overlap in x₂.
        double[] features = [1, 0.3, 2, -1, -1, 0.5, -3, 1, 0, 1, 0, -1, 0, 2];
        double[] labels = [1, 1, 0, 0, 1, 1, 0];
        var data = new LabelledData(features, labels);
        GroundState ground = LogisticRegression.Solve(data), rest = LogisticRegression.Solve(new LabelledData(new[] { 1.0, -1, 2 }, new[] { 1.0, 1, 0 }));
        Assert.That(ground.Status, Is.EqualTo(Status.Separable));
        Assert.That(rest.Status, Is.EqualTo(Status.Defined));
        Assert.That(ground.Energy, Is.EqualTo(3 * rest.Energy / 7).Within(1e-9));
        Assert.That(ground.Parameters[0], Is.GreaterThan(0));
        Assert.That(Math.Abs(ground.Parameters[1]), Is.LessThan(1e-8 * ground.Parameters[0]));
    }

    [Test]
    public void One_class_alone_is_separable_with_a_column_of_ones()
    {
        LabelledData data = LinearExamples.Regression(30, 2);
        double[] features = [.. Enumerable.Range(0, 30).SelectMany(i => new[] { 1, data.Row(i)[0] })];
        Assert.That(LogisticRegression.Solve(new LabelledData(features, Enumerable.Repeat(1.0, 30).ToArray())).Status, Is.EqualTo(Status.Separable));
    }

    [Test]
    public void A_row_of_tiny_features_counts_as_any_other()
    {
        // Without the last row x separates; the last lies on the wrong side, by little.
        double[] features = [1, 2, -1, -2, 1e-7], labels = [1, 1, 0, 0, 0];
        GroundState ground = LogisticRegression.Solve(new LabelledData(features, labels));
        Assert.That(ground.Status, Is.EqualTo(Status.Defined));
        Assert.That(ground.Parameters[0], Is.GreaterThan(10).And.LessThan(20));
    }

    [Test]
    public void One_step_estimates_the_energy_of_noisy_labels()
    {
        // D4: by hand Σ x(t − ½) = 1 − ½ − ¼ + ½ + 1 = 1.75, Σ x² = 10.25.
        Assert.That(LogisticRegression.OneStepEnergy(LinearExamples.D4), Is.EqualTo(Math.Log(2) - (2 * 1.75 * 1.75 / 10.25 / 5)).Within(1e-14));
        LabelledData noisy = LinearExamples.Classification(2000, 1);
        var flipped = new LabelledData(noisy.Features, noisy.Targets.ToArray().Select((t, i) => i % 5 < 2 ? 1 - t : t).ToArray());
        Assert.That(LogisticRegression.OneStepEnergy(flipped), Is.EqualTo(LogisticRegression.Solve(flipped).Energy).Within(1e-3));
    }

    [FsCheck.NUnit.Property(MaxTest = 150)]
    public Property Separability_in_the_plane_agrees_with_enumeration() => Prop.ForAll(Labelled(), data =>
    {
        GroundState ground = LogisticRegression.Solve(data);
        return ground.Status.HasFlag(Status.Separable) == SeparableInThePlane(data) && !ground.Status.HasFlag(Status.NotConverged);
    });

    [FsCheck.NUnit.Property(MaxTest = 60)]
    public Property No_other_parameters_have_less_energy() => Prop.ForAll(Labelled(), Arb.From(Gen.ArrayOf(Gen.Choose(-50, 50), 2)), (data, w) =>
        Energy(data, [w[0] / 10.0, w[1] / 10.0]) >= LogisticRegression.Solve(data).Energy - 1e-12);

    [Test]
    public void Dependent_columns_give_the_parameters_of_least_norm()
    {
        double[] doubled = [.. LinearExamples.D4.Features.ToArray().SelectMany(x => new[] { x, 2 * x })];
        GroundState ground = LogisticRegression.Solve(new LabelledData(doubled, LinearExamples.D4.Targets));
        Assert.That(ground.Status, Is.EqualTo(Status.RankDeficient));
        Assert.That(ground.Parameters, Is.EqualTo(new[] { 0.7954240126 / 5, 2 * 0.7954240126 / 5 }).Within(1e-10));
        Assert.That(ground.Energy, Is.EqualTo(0.5646002397).Within(1e-10));
    }

    [Test]
    public void Data_without_features_are_at_rest()
    {
        GroundState blind = LogisticRegression.Solve(new LabelledData(new double[3], new[] { 1.0, 0, 1 }));
        Assert.That(blind.Energy, Is.EqualTo(Math.Log(2)).Within(1e-15));
        Assert.That(blind.Status, Is.EqualTo(Status.RankDeficient));
    }

    [TestCase(2.0)]
    [TestCase(0.5)]
    [TestCase(-1.0)]
    public void Labels_other_than_zero_and_one_are_refused_by_row_and_value(double label)
    {
        var data = new LabelledData(new[] { 1.0, 2, 3 }, new[] { 0, 1, label });
        Assert.That(() => LogisticRegression.Solve(data), Throws.TypeOf<UnusableDataException>().With.Message.Contains($"row 3 is {label}").And.Message.Contains("0 or 1"));
        Assert.That(() => LogisticRegression.Hessian(data, [1]), Throws.TypeOf<UnusableDataException>());
        Assert.That(() => new LogisticEnsemble(data, LinearExamples.Normal(1, 1)), Throws.TypeOf<UnusableDataException>());
    }

    [Test]
    public void A_curvature_needs_one_parameter_a_column() =>
        Assert.That(() => LogisticRegression.Hessian(LinearExamples.D3, [1]), Throws.ArgumentException.With.Message.Contains("2 parameters"));

    private static Arbitrary<LabelledData> Labelled() => Arb.From(
        from rows in Gen.Choose(2, 8)
        from cells in Gen.ArrayOf(Gen.Choose(-3, 3), rows * 2)
        from labels in Gen.ArrayOf(Gen.Choose(0, 1), rows)
        select new LabelledData(cells.Select(x => (double)x).ToArray(), labels.Select(t => (double)t).ToArray()));

    /// <summary>Whether some direction has no row on its wrong side and one on its right side: in the plane it is enough to try
    /// the directions of the rows, those at right angles to them, and those between.</summary>
    private static bool SeparableInThePlane(LabelledData data)
    {
        for (int i = 0; i < data.Rows; i++)
        {
            for (int turn = 0; turn < 4; turn++)
            {
                double[] v = turn switch
                {
                    0 => [data.Row(i)[0], data.Row(i)[1]],
                    1 => [-data.Row(i)[1], data.Row(i)[0]],
                    2 => [-data.Row(i)[0], -data.Row(i)[1]],
                    _ => [data.Row(i)[1], -data.Row(i)[0]],
                };
                double[] sides = [.. Enumerable.Range(0, data.Rows).Select(k => (2 * data.Targets.Span[k] - 1) * Dot(data.Row(k), v))];
                if (sides.All(side => side >= 0) && sides.Any(side => side > 0))
                    return true;
            }
        }

        return false;
    }

    private static double Energy(LabelledData data, double[] parameters) =>
        Enumerable.Range(0, data.Rows).Average(i => ML.Thermo.Energies.Energy.CrossEntropy.Loss(Dot(data.Row(i), parameters), data.Targets.Span[i]));

    private static double Sigmoid(double z) => 1 / (1 + Math.Exp(-z));

    private static double Dot(ReadOnlySpan<double> x, IReadOnlyList<double> w)
    {
        double sum = 0;
        for (int j = 0; j < x.Length; j++)
            sum += x[j] * w[j];
        return sum;
    }
}
