using FsCheck;
using FsCheck.Fluent;
using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear.Absolute;

namespace ML.Thermo.Tests.Linear.Absolute;

public sealed class LeastAbsoluteDeviationsTests
{
    [Test]
    public void Small_examples_are_solved_exactly()
    {
        GroundState one = LeastAbsoluteDeviations.Solve(LinearExamples.D1), two = LeastAbsoluteDeviations.Solve(LinearExamples.D2);
        Assert.That(one.Parameters, Is.EqualTo(new[] { 1.5 }).Within(1e-13));
        Assert.That(one.Energy, Is.EqualTo(0.2).Within(1e-14));
        Assert.That(two.Parameters, Is.EqualTo(new[] { 0.75, 2 }).Within(1e-13));
        Assert.That(two.Energy, Is.EqualTo(1.0 / 6).Within(1e-14));
        Assert.That(one.Status | two.Status, Is.EqualTo(Status.Defined));
    }

    [Test]
    public void A_column_of_ones_finds_the_median()
    {
        double[] targets = [9, -4, 1, 100, 3, 2, 3];
        GroundState ground = LeastAbsoluteDeviations.Solve(new LabelledData(Enumerable.Repeat(1.0, 7).ToArray(), targets));
        Assert.That(ground.Parameters, Is.EqualTo(new[] { 3.0 }).Within(1e-13));
    }

    [FsCheck.NUnit.Property(MaxTest = 60)]
    public Property The_energy_is_the_least_over_all_vertices() => Prop.ForAll(Integers(2), data =>
    {
        double best = double.PositiveInfinity;
        for (int i = 0; i < data.Rows; i++)
        {
            for (int j = 0; j < i; j++)
            {
                ReadOnlySpan<double> a = data.Row(i), b = data.Row(j);
                double determinant = (a[0] * b[1]) - (a[1] * b[0]), u = data.Targets.Span[i], v = data.Targets.Span[j];
                if (determinant != 0)
                    best = Math.Min(best, Energy(data, [((u * b[1]) - (v * a[1])) / determinant, ((a[0] * v) - (b[0] * u)) / determinant]));
            }
        }

        GroundState ground = LeastAbsoluteDeviations.Solve(data);
        return double.IsInfinity(best)
            ? ground.Status.HasFlag(Status.RankDeficient)
            : Math.Abs(ground.Energy - best) < 1e-9 && Math.Abs(Energy(data, ground.Parameters) - ground.Energy) < 1e-12;
    });

    [FsCheck.NUnit.Property(MaxTest = 60)]
    public Property Adding_a_linear_function_to_the_targets_moves_the_parameters_alone() => Prop.ForAll(Integers(3), data =>
    {
        double[] moved = [.. data.Targets.ToArray().Select((y, i) => y + (2 * data.Row(i)[0]) - data.Row(i)[2])];
        return Math.Abs(LeastAbsoluteDeviations.Solve(new LabelledData(data.Features, moved)).Energy - LeastAbsoluteDeviations.Solve(data).Energy) < 1e-9;
    });

    [TestCase(500, 12)]
    [TestCase(3000, 40)]
    public void Larger_problems_satisfy_the_optimality_conditions(int rows, int columns)
    {
        LabelledData data = LinearExamples.Regression(rows, columns);
        GroundState ground = LeastAbsoluteDeviations.Solve(data);
        Assert.That(ground.Status, Is.EqualTo(Status.Defined));

        // Independent certificate: the one-sided slopes along random directions and along every axis are not negative.
        var random = new RandomStream(3, 0);
        for (int trial = 0; trial < 4 * columns; trial++)
        {
            double[] direction = new double[columns];
            if (trial < 2 * columns)
                direction[trial / 2] = trial % 2 == 0 ? 1 : -1;
            else
                random.FillNormal(direction);
            double slope = 0;
            int met = 0;
            for (int i = 0; i < rows; i++)
            {
                double residual = data.Targets.Span[i] - Dot(data.Row(i), ground.Parameters), speed = -Dot(data.Row(i), direction);
                bool onVertex = Math.Abs(residual) < 1e-10;
                met += onVertex ? 1 : 0;
                slope += onVertex ? Math.Abs(speed) : Math.Sign(residual) * speed;
            }

            Assert.That(met, Is.EqualTo(columns));
            Assert.That(slope, Is.GreaterThan(-1e-8));
        }
    }

    [Test]
    public void Many_ties_do_not_stop_the_walk()
    {
        // Rounded data: hundreds of equal rows and residuals that vanish together.
        LabelledData data = LinearExamples.Regression(800, 6);
        var rounded = new LabelledData(
            data.Features.ToArray().Select(x => Math.Round(x)).ToArray(), data.Targets.ToArray().Select(y => Math.Round(y)).ToArray());
        GroundState ground = LeastAbsoluteDeviations.Solve(rounded);
        Assert.That(ground.Status, Is.EqualTo(Status.Defined));
        var random = new RandomStream(4, 0);
        for (int trial = 0; trial < 200; trial++)
        {
            double[] other = [.. ground.Parameters.Select(w => w + (0.01 * random.NextNormal()))];
            Assert.That(Energy(rounded, other), Is.GreaterThanOrEqualTo(ground.Energy - 1e-12));
        }
    }

    [Test]
    public void Dependent_columns_give_the_parameters_of_least_norm()
    {
        // x, 2x: the outputs of w = 1.5 are those of (a, b) with a + 2b = 1.5, shortest at (0.3, 0.6).
        double[] doubled = [.. LinearExamples.D1.Features.ToArray().SelectMany(x => new[] { x, 2 * x })];
        GroundState ground = LeastAbsoluteDeviations.Solve(new LabelledData(doubled, LinearExamples.D1.Targets));
        Assert.That(ground.Status, Is.EqualTo(Status.RankDeficient));
        Assert.That(ground.Parameters, Is.EqualTo(new[] { 0.3, 0.6 }).Within(1e-12));
        Assert.That(ground.Energy, Is.EqualTo(0.2).Within(1e-13));
    }

    [Test]
    public void More_columns_than_rows_interpolate()
    {
        GroundState ground = LeastAbsoluteDeviations.Solve(LinearExamples.Regression(4, 7));
        Assert.That(ground.Status, Is.EqualTo(Status.RankDeficient | Status.Interpolation));
        Assert.That(ground.Energy, Is.LessThan(1e-13));
    }

    [Test]
    public void Data_without_signal_are_at_rest()
    {
        GroundState zero = LeastAbsoluteDeviations.Solve(new LabelledData(LinearExamples.D2.Features, new double[6]));
        Assert.That(zero.Parameters, Is.EqualTo(new double[2]));
        Assert.That(zero.Status, Is.EqualTo(Status.Interpolation));
        GroundState blind = LeastAbsoluteDeviations.Solve(new LabelledData(new double[3], new[] { 1.0, 2, -3 }));
        Assert.That(blind.Energy, Is.EqualTo(2));
        Assert.That(blind.Status, Is.EqualTo(Status.RankDeficient));
    }

    [Test]
    public void Scales_far_apart_are_no_obstacle()
    {
        LabelledData data = LinearExamples.Regression(300, 4);
        double[] scales = [1e-6, 1, 1e5, 30];
        GroundState plain = LeastAbsoluteDeviations.Solve(data);
        GroundState scaled = LeastAbsoluteDeviations.Solve(new LabelledData(data.Features.ToArray().Select((x, cell) => x * scales[cell % 4]).ToArray(), data.Targets));
        Assert.That(scaled.Energy, Is.EqualTo(plain.Energy).Within(1e-12));
        Assert.That(scaled.Parameters.Zip(scales, (w, scale) => w * scale), Is.EqualTo(plain.Parameters).Within(1e-9));
    }

    [Test]
    public void Cancellation_is_heard() =>
        Assert.That(() => LeastAbsoluteDeviations.Solve(LinearExamples.D2, new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());

    private static Arbitrary<LabelledData> Integers(int columns) => Arb.From(
        from rows in Gen.Choose(columns, 9)
        from cells in Gen.ArrayOf(Gen.Choose(-4, 4), rows * (columns + 1))
        select new LabelledData(cells[..(rows * columns)].Select(x => (double)x).ToArray(), cells[(rows * columns)..].Select(y => (double)y).ToArray()));

    private static double Energy(LabelledData data, IReadOnlyList<double> parameters) =>
        Enumerable.Range(0, data.Rows).Average(i => Math.Abs(data.Targets.Span[i] - Dot(data.Row(i), parameters)));

    private static double Dot(ReadOnlySpan<double> x, IReadOnlyList<double> w)
    {
        double sum = 0;
        for (int j = 0; j < x.Length; j++)
            sum += x[j] * w[j];
        return sum;
    }
}
