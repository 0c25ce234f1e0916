using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Forecasts;
using ML.Thermo.Initialization;
using ML.Thermo.Linear;
using ML.Thermo.Linear.Squared;

namespace ML.Thermo.Tests.Forecasts;

[TestFixture]
internal sealed class MoreDataForecastTests
{
    [Test]
    public void Rows_left_out_in_closed_form_are_those_of_refits()
    {
        LabelledData data = Rows(1, 25, 3, Energy.MeanSquared);
        double refitted = Enumerable.Range(0, data.Rows).Average(row =>
        {
            int[] kept = [.. Enumerable.Range(0, data.Rows).Where(other => other != row)];
            GroundState ground = LeastSquares.Solve(new LabelledData(
                kept.SelectMany(i => data.Row(i).ToArray()).ToArray(), kept.Select(i => data.Targets.Span[i]).ToArray()));
            return Energy.MeanSquared.Loss(data.Outputs(ground.Parameters)[row], data.Targets.Span[row]);
        });
        MoreDataForecast found = LinearForecast.Of(System(data, Energy.MeanSquared))!;
        Assert.That(found.Method, Is.EqualTo(MoreDataMethod.LeaveOneOut));
        Assert.That(found.HeldOutLoss, Is.EqualTo(refitted).Within(1e-12 * refitted));
    }

    // y = x·w + noise of variance σ²: E_∞ = σ², λ = σ² d, twice as many rows bring σ² d/2n (to first order).
    [Test]
    public void Least_squares_has_the_floor_and_the_coefficient_of_its_noise()
    {
        const int n = 200, d = 8, draws = 200;
        MoreDataForecast[] found = [.. Enumerable.Range(0, draws).Select(seed => LinearForecast.Of(System(Rows((ulong)seed, n, d, Energy.MeanSquared), Energy.MeanSquared))!)];
        Assert.Multiple(() =>
        {
            Mean(found.Select(f => f.Floor.Value), 1, "floor");
            Mean(found.Select(f => f.LearningCoefficient.Value), d, "λ", slack: 0.02 * d); // second order in d/n
            Mean(found.Select(f => f.GainOfDoubling.Value), d / (2.0 * n), "gain", slack: 0.02 * d / (2 * n));
        });
    }

    // A true logistic model: λ = d/2 nats (Watanabe), so twice as many rows bring d/4n.
    [Test]
    public void A_true_logistic_model_has_half_a_nat_a_parameter()
    {
        const int n = 400, d = 4, draws = 60;
        MoreDataForecast[] found = [.. Enumerable.Range(0, draws).Select(seed => LinearForecast.Of(System(Rows((ulong)seed, n, d, Energy.CrossEntropy), Energy.CrossEntropy), 1)).OfType<MoreDataForecast>()];
        Assert.That(found, Has.Length.GreaterThan(0.9 * draws));
        Assert.That(found.All(f => f.Method == MoreDataMethod.CrossValidationAndCurvature));
        Mean(found.Select(f => f.LearningCoefficient.Value), d / 2.0, "λ", slack: 0.1 * d / 2);
    }

    [Test]
    public void What_follows_from_two_losses_is_arithmetic()
    {
        MoreDataForecast found = MoreDataForecast.FromLosses([1.2, 1.0, 1.4], [0.8, 0.6, 1.0], 100, 100, MoreDataMethod.LeaveOneOut);
        Assert.Multiple(() =>
        {
            Assert.That(found.Floor.Value, Is.EqualTo(1).Within(1e-12));
            Assert.That(found.LearningCoefficient.Value, Is.EqualTo(20).Within(1e-12));
            Assert.That(found.GainOfDoubling.Value, Is.EqualTo(0.1).Within(1e-12));
            Assert.That(found.GainOf(200).Value, Is.EqualTo(0.1).Within(1e-12));
            Assert.That(found.GainOf(100).Value, Is.Zero.Within(1e-12));
            Assert.That(found.RowsFor(1.1), Is.EqualTo(200).Within(1e-9));
            Assert.That(found.RowsFor(1), Is.EqualTo(double.PositiveInfinity));
            Assert.That(() => MoreDataForecast.FromLosses([1], [1], 1, 1, MoreDataMethod.LeaveOneOut), Throws.ArgumentException);
            Assert.That(() => MoreDataForecast.FromLosses([1, double.NaN], [1, 1], 2, 2, MoreDataMethod.LeaveOneOut), Throws.ArgumentException);
            Assert.That(() => found.GainOf(0), Throws.TypeOf<ArgumentOutOfRangeException>());
        });
    }

    [Test]
    public void There_is_no_forecast_where_the_law_does_not_hold()
    {
        Assert.Multiple(() =>
        {
            Assert.That(LinearForecast.Of(System(Rows(1, 14, 11, Energy.MeanSquared), Energy.MeanSquared)), Is.Null, "the training loss is far below");
            Assert.That(LinearForecast.Of(System(Rows(1, 9, 2, Energy.MeanSquared), Energy.MeanSquared)), Is.Null, "nine rows");
            Assert.That(LinearForecast.Of(System(Rows(3, 12, 8, Energy.CrossEntropy), Energy.CrossEntropy)), Is.Null, "separable");
        });
    }

    private static LinearSystem System(LabelledData data, Energy energy) =>
        new(data, energy, new ParameterLaw([.. Enumerable.Range(0, data.Columns).Select(_ => InitializationLaw.Normal(0, 1))]));

    private static LabelledData Rows(ulong seed, int rows, int columns, Energy energy)
    {
        RandomStream random = new(17, seed);
        double[] features = [.. Enumerable.Range(0, rows * columns).Select(_ => random.NextNormal())];
        double[] targets = [.. Enumerable.Range(0, rows).Select(row =>
        {
            double output = features[row * columns] - (0.5 * features[(row * columns) + 1]);
            return !energy.IsOfLabels ? output + random.NextNormal() : random.NextDouble() < 1 / (1 + Math.Exp(-output)) ? 1 : 0;
        })];
        return new LabelledData(features, targets);
    }

    private static void Mean(IEnumerable<double> values, double expected, string what, double slack = 0)
    {
        double[] all = [.. values];
        double mean = all.Average(), error = Math.Sqrt(all.Sum(v => (v - mean) * (v - mean)) / (all.Length - 1) / all.Length);
        Assert.That(mean, Is.EqualTo(expected).Within((4 * error) + slack), what);
    }
}
