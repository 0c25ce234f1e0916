using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Linear.Squared;

namespace ML.Thermo.Tests.Linear.Squared;

public sealed class LeastSquaresTests
{
    // NIST Statistical Reference Datasets: the certified residual sum of squares is n E₀. The digits asserted are those reached; of
    // Norris and Pontius no more can be had, as the decimal data themselves are rounded to doubles.
    [TestCase("nist-norris", true, 13.5, 13.5)]
    [TestCase("nist-pontius", true, 13.3, 13.3)]
    [TestCase("nist-noint1", false, 14.5, 14.5)]
    [TestCase("nist-longley", true, 14.5, 14.0)]
    public void Certified_residuals_and_parameters_to_the_digits_stated(string name, bool intercept, double digits, double parameterDigits)
    {
        NistRegression nist = NistRegression.Load(name, intercept);
        GroundState ground = LeastSquares.Solve(nist.Data);
        double reached = Digits(ground.Energy * nist.Data.Rows, nist.ResidualSumOfSquares);
        double[] parameters = [.. ground.Parameters.Zip(nist.Parameters, Digits)];
        TestContext.Out.WriteLine($"{name}: {reached:F1} digits of the residual sum of squares, {parameters.Min():F1} of the worst parameter.");
        Assert.That(ground.Status, Is.EqualTo(Status.Defined));
        Assert.That(reached, Is.GreaterThanOrEqualTo(digits));
        Assert.That(parameters.Min(), Is.GreaterThanOrEqualTo(parameterDigits));
    }

    [Test]
    public void Ground_states_of_small_data()
    {
        GroundState d1 = LeastSquares.Solve(LinearExamples.D1), d2 = LeastSquares.Solve(LinearExamples.D2);
        Assert.That(d1.Parameters[0], Is.EqualTo(1.52).Within(1e-15));
        Assert.That(d1.Energy, Is.EqualTo(0.074).Within(1e-15));
        Assert.That(d2.Parameters, Is.EqualTo(new[] { 0.7564102564102564, 1.9487179487179487 }).Within(1e-15)); // 59/78, 76/39
        Assert.That(d2.Energy, Is.EqualTo(0.0395299145).Within(1e-10));
        GroundState biased = LeastSquares.Solve(LinearExamples.D2.WithIntercept());
        Assert.That(biased.Parameters, Is.EqualTo(new[] { 0.65566038, 1.83018868, 0.23113208 }).Within(5e-9));
        Assert.That(biased.Energy, Is.EqualTo(0.01533019).Within(5e-9));
    }

    [Test]
    public void Moments_and_rows_agree_where_both_keep_digits([Values(1, 6, 30)] int columns)
    {
        LabelledData data = SquaredExamples.Generated(2000, columns, decay: 0.95);
        GroundState rows = LeastSquares.Solve(data), moments = LeastSquares.Solve(SecondMoments.Of(data));
        Assert.That(moments.Energy, Is.EqualTo(rows.Energy).Within(1e-10 * rows.Energy)); // 1.6e-11 without AVX-512
        Assert.That(moments.Parameters, Is.EqualTo(rows.Parameters).Within(1e-9));
    }

    [Test]
    public void Large_data_are_solved_from_moments_unless_that_loses_digits()
    {
        // 56,000 × 60: just above the work for which rows are factored without a reason.
        const int Columns = 60;
        LabelledData data = SquaredExamples.Generated(56_000, Columns, decay: 0.9);
        var moments = SecondMoments.Of(data);
        Assert.That(LeastSquares.Solve(data, moments).Parameters, Is.EqualTo(LeastSquares.Solve(moments).Parameters));

        // The first column becomes the second and 10⁻⁷ of itself: κ² = 10¹⁴ is beyond moments, and w₁ is near 10⁷.
        double[] features = data.Features.ToArray();
        for (int i = 0; i < features.Length; i += Columns)
            features[i] = features[i + 1] + (1e-7 * features[i]);
        GroundState plain = LeastSquares.Solve(data), hard = LeastSquares.Solve(new LabelledData(features, data.Targets));
        Assert.That(hard.Status, Is.EqualTo(Status.Defined));
        Assert.That(hard.Parameters[0], Is.EqualTo(1e7 * plain.Parameters[0]).Within(10)); // rounding of the column: 10⁻¹⁶/10⁻⁷
        Assert.That(hard.Energy, Is.EqualTo(plain.Energy).Within(1e-9));
    }

    [Test]
    public void Dependent_columns_give_the_solution_of_least_norm()
    {
        // The second column is the first, the fourth is first + third: w = (2, 0, 1, 0) becomes its projection on the row space.
        LabelledData two = SquaredExamples.Generated(40, 2);
        double[] features = [.. Enumerable.Range(0, 40).SelectMany(i => new[] { two.Row(i)[0], two.Row(i)[0], two.Row(i)[1], two.Row(i)[0] + two.Row(i)[1] })];
        var data = new LabelledData(features, two.Targets);
        GroundState free = LeastSquares.Solve(two);
        (double a, double b) = (free.Parameters[0], free.Parameters[1]);
        // Least norm of w with w₁+w₂+w₄ = a, w₃+w₄ = b: w = Bᵀλ, BBᵀ = [[3,1],[1,2]].
        double u = ((2 * a) - b) / 5, v = ((3 * b) - a) / 5;
        foreach (GroundState ground in new[] { LeastSquares.Solve(data), LeastSquares.Solve(SecondMoments.Of(data)) })
        {
            Assert.That(ground.Status, Is.EqualTo(Status.RankDeficient));
            Assert.That(ground.Parameters, Is.EqualTo(new[] { u, u, v, u + v }).Within(1e-12));
            Assert.That(ground.Energy, Is.EqualTo(free.Energy).Within(1e-13));
        }
    }

    [Test]
    public void Columns_of_very_different_units_and_a_column_of_zeros_are_no_obstacle()
    {
        LabelledData data = SquaredExamples.Generated(100, 3);
        double[] units = [1e-9, 1, 1e8];
        double[] features = [.. Enumerable.Range(0, 100).SelectMany(i => new[] { data.Row(i)[0] * 1e-9, data.Row(i)[1], data.Row(i)[2] * 1e8, 0 })];
        GroundState plain = LeastSquares.Solve(data), scaled = LeastSquares.Solve(new LabelledData(features, data.Targets));
        Assert.That(scaled.Status, Is.EqualTo(Status.RankDeficient));
        for (int j = 0; j < 3; j++)
            Assert.That(scaled.Parameters[j] * units[j], Is.EqualTo(plain.Parameters[j]).Within(1e-11));
        Assert.That(scaled.Parameters[3], Is.Zero);
        Assert.That(scaled.Energy, Is.EqualTo(plain.Energy).Within(1e-13));
    }

    [Test]
    public void A_model_that_passes_through_every_point_interpolates_with_energy_zero()
    {
        LabelledData wide = SquaredExamples.Generated(5, 12);
        GroundState ground = LeastSquares.Solve(wide);
        Assert.That(ground.Status, Is.EqualTo(Status.Interpolation | Status.RankDeficient));
        Assert.That(ground.Energy, Is.Zero);
        for (int i = 0; i < 5; i++)
            Assert.That(wide.Row(i).ToArray().Zip(ground.Parameters, (x, w) => x * w).Sum(), Is.EqualTo(wide.Targets.Span[i]).Within(1e-12));

        double[] targets = [.. Enumerable.Range(0, 5).Select(i => (3 * LinearExamples.D1.Row(i)[0]) + 0.0)];
        var exact = new LabelledData(LinearExamples.D1.Features, targets);
        foreach (GroundState line in new[] { LeastSquares.Solve(exact), LeastSquares.Solve(SecondMoments.Of(exact)) })
            Assert.That((line.Energy, line.Status, Math.Round(line.Parameters[0], 12)), Is.EqualTo((0.0, Status.Interpolation, 3.0)));
    }

    [Test]
    public void A_tiny_residual_is_not_taken_for_interpolation()
    {
        double[] targets = [.. Enumerable.Range(0, 5).Select(i => LinearExamples.D1.Row(i)[0] + (1e-10 * (i % 2)))];
        GroundState ground = LeastSquares.Solve(new LabelledData(LinearExamples.D1.Features, targets));
        Assert.That(ground.Status, Is.EqualTo(Status.Defined));
        Assert.That(ground.Energy, Is.EqualTo(0.4e-20).Within(0.05e-20));
    }

    [Test]
    public void Drifted_data_heat_the_old_parameters_and_a_warm_refresh_releases_the_difference()
    {
        // golden: D2 with (X, y) → (1.5 X, y + 0.5), independent arithmetic
        GroundState old = LeastSquares.Solve(LinearExamples.D2);
        double[] w = [.. old.Parameters];
        var drifted = new LabelledData(
            LinearExamples.D2.Features.ToArray().Select(x => 1.5 * x).ToArray(), LinearExamples.D2.Targets.ToArray().Select(y => y + 0.5).ToArray());
        var moments = SecondMoments.Of(drifted);
        GroundState retrained = LeastSquares.Solve(drifted, moments);
        Assert.That(moments.Energy(w), Is.EqualTo(0.7596153846).Within(1e-10));
        Assert.That(moments.Energy(w) - old.Energy, Is.EqualTo(0.7200854701).Within(1e-10));
        Assert.That(retrained.Parameters, Is.EqualTo(new[] { 0.6495726496, 1.4700854701 }).Within(1e-10));
        Assert.That(retrained.Energy, Is.EqualTo(0.2574786325).Within(1e-10));
        Assert.That(moments.RefreshRelease(w, retrained), Is.EqualTo(moments.Energy(w) - retrained.Energy).Within(1e-14));

        double[] losses = [.. Enumerable.Range(0, 6).Select(i => Math.Pow(drifted.Targets.Span[i] - (drifted.Row(i)[0] * w[0]) - (drifted.Row(i)[1] * w[1]), 2))];
        double variance = losses.Sum(l => (l - losses.Average()) * (l - losses.Average())) / 5 / 6;
        Assert.That(variance, Is.EqualTo(0.0872757541).Within(1e-10));
        double deltaEntropy = 0.5 * Math.Log(variance / 2.085219053e-4);
        Assert.That(deltaEntropy, Is.EqualTo(3.0183919377).Within(1e-9));
        Assert.That((moments.Energy(w) - old.Energy) / deltaEntropy, Is.EqualTo(0.2385659268).Within(1e-9));
    }

    [Test]
    public void Moments_of_other_data_are_refused() =>
        Assert.That(() => LeastSquares.Solve(LinearExamples.D2, SecondMoments.Of(LinearExamples.D1)), Throws.ArgumentException);

    private static double Digits(double value, double certified) =>
        value == certified ? 15.7 : -Math.Log10(Math.Abs(value - certified) / Math.Abs(certified));
}
