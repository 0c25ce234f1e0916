using FsCheck;
using FsCheck.Fluent;
using ML.Thermo.Data;
using ML.Thermo.Linear;
using ML.Thermo.Linear.Squared;
using ML.Thermo.Refresh;
using ML.Thermo.Tests.Linear;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Refresh;

internal sealed class TypeIIDriftTests
{
    private static readonly LabelledData s_moved = Moved(LinearExamples.D2);

    // golden: D2 with its trained parameters, data moved by (x, y) → (1.5x, y + 0.5); independent computation of losses and moments
    [Test]
    public void Moved_data_heat_a_trained_linear_system()
    {
        double[] w = [.. LeastSquares.Solve(LinearExamples.D2).Parameters];
        Transition drift = TypeIIDrift.Between(TypeIIState.FromLosses(Losses(LinearExamples.D2, w), 6), TypeIIState.FromLosses(Losses(s_moved, w), 6));
        Assert.Multiple(() =>
        {
            Assert.That(drift.From.Energy.Value, Is.EqualTo(0.7596153846).Within(1e-10));
            Assert.That(drift.From.Variance.Value, Is.EqualTo(0.0872757541).Within(1e-10));
            Assert.That(drift.DeltaEnergy.Value, Is.EqualTo(0.7200854701).Within(1e-10));
            Assert.That(drift.DeltaEntropy.Value, Is.EqualTo(3.0183919377).Within(1e-10));
            Assert.That(drift.DeltaEnergy.Value / drift.DeltaEntropy.Value, Is.EqualTo(0.2385659268).Within(1e-10));
            Assert.That(LinearDrift.DeltaEnergy(SecondMoments.Of(LinearExamples.D2), SecondMoments.Of(s_moved), w), Is.EqualTo(0.7200854701).Within(1e-10));
        });
    }

    // golden: the same data; retrained parameters (0.6495726496, 1.4700854701), least energy 0.2574786325
    [Test]
    public void A_warm_refresh_releases_what_the_moments_say()
    {
        double[] w = [.. LeastSquares.Solve(LinearExamples.D2).Parameters], refreshed = [.. LeastSquares.Solve(s_moved).Parameters];
        WarmRefresh refresh = TypeIIDrift.Warm(SecondMoments.Of(s_moved), w);
        Transition warm = TypeIIDrift.Warm(TypeIIState.FromLosses(Losses(s_moved, w), 6), TypeIIState.FromLosses(Losses(s_moved, refreshed), 6));
        Assert.Multiple(() =>
        {
            Assert.That(refresh.StaleEnergy, Is.EqualTo(0.7596153846).Within(1e-10));
            Assert.That(refresh.LeastEnergy, Is.EqualTo(0.2574786325).Within(1e-10));
            Assert.That(warm.DeltaEnergy.Value, Is.EqualTo(refresh.StaleEnergy - refresh.LeastEnergy).Within(1e-12));
            Assert.That(refresh.FreshEnergy, Is.EqualTo(refresh.LeastEnergy * 6 / 4 * (1 + (2 / 3.0))).Within(1e-12));
            Assert.That(refresh.Temperature, Is.EqualTo(refresh.Release / Math.Log(refresh.StaleEnergy / refresh.FreshEnergy)).Within(1e-12));
        });
    }

    [Test]
    public void The_loss_on_rows_to_come_is_what_retrained_models_have_on_them()
    {
        const int Rows = 40, Columns = 8, Repeats = 300;
        double expected = 0, seen = 0, squares = 0;
        for (int r = 0; r < Repeats; r++)
        {
            LabelledData trained = Noise(Rows, r), fresh = Noise(Rows, r + Repeats);
            var moments = SecondMoments.Of(trained);
            double difference = SecondMoments.Of(fresh).Energy([.. LeastSquares.Solve(moments).Parameters]) - TypeIIDrift.Warm(moments, new double[Columns]).FreshEnergy;
            expected += difference / Repeats;
            squares += difference * difference / Repeats;
            seen += 1;
        }

        Assert.That(expected, Is.Zero.Within(4 * Math.Sqrt(squares / seen)));

        static LabelledData Noise(int rows, int index)
        {
            double[] numbers = DriftData.Rows(rows, Columns + 1, 0, 41, (ulong)index).SelectMany(row => row).ToArray();
            return new LabelledData(numbers.AsMemory(0, rows * Columns), numbers.AsMemory(rows * Columns, rows));
        }
    }

    [Test]
    public void The_legs_of_a_cold_refresh_add_up_to_the_warm_one()
    {
        State stale = TypeIIState.GaussianResiduals(0.76, 6), refreshed = TypeIIState.GaussianResiduals(0.26, 6);
        State initial = new LinearSystem(s_moved, ML.Thermo.Energies.Energy.MeanSquared, LinearExamples.Normal(1)).TypeI();
        (Transition heating, Transition training) = TypeIIDrift.Cold(stale, initial, refreshed);
        Transition warm = TypeIIDrift.Warm(stale, refreshed);
        Assert.Multiple(() =>
        {
            Assert.That(heating.DeltaEnergy.Value + training.DeltaEnergy.Value, Is.EqualTo(warm.DeltaEnergy.Value).Within(1e-12));
            Assert.That(heating.DeltaEntropy.Value + training.DeltaEntropy.Value, Is.EqualTo(warm.DeltaEntropy.Value).Within(1e-9));
            Assert.That(heating.DeltaEnergy.Value, Is.Negative);
            Assert.That(() => TypeIIDrift.Cold(stale, refreshed, refreshed), Throws.ArgumentException);
            Assert.That(() => TypeIIDrift.Between(initial, stale), Throws.ArgumentException);
        });
    }

    [TestCase(1)]
    [TestCase(6)]
    [TestCase(50)]
    public void Gaussian_residuals_drift_at_the_logarithmic_mean_for_every_m(long m) =>
        // golden: independent Monte Carlo of the drift 0.04 → 0.16
        Assert.That(TypeIIDrift.GaussianResiduals(0.04, 0.16, m).Temperature.Value, Is.EqualTo(0.0865617025).Within(1e-10));

    [Test]
    public void The_small_form_is_the_limit_of_the_finite_one()
    {
        State before = TypeIIState.GaussianResiduals(2, 10), after = TypeIIState.GaussianResiduals(2.00002, 10);
        Assert.That(TypeIIDrift.SmallShiftTemperature(before, after), Is.EqualTo(TypeIIDrift.Between(before, after).Temperature.Value).Within(1e-4));
        Assert.That(TypeIIDrift.SmallShiftTemperature(before, before), Is.NaN);
    }

    [Test]
    public void Drift_is_antisymmetric_its_temperature_symmetric_and_scales_with_the_loss()
    {
        Gen<(int Seed, double Factor)> cases = from seed in Gen.Choose(0, 100_000) from factor in Gen.Choose(1, 50) select (seed, 1 + (factor / 10.0));
        Prop.ForAll(cases.ToArbitrary(), draw =>
        {
            double[] a = DriftData.Squares(50, 1, (ulong)draw.Seed, 0), b = DriftData.Squares(50, 4, (ulong)draw.Seed, 1);
            State before = TypeIIState.FromLosses(a, 20), after = TypeIIState.FromLosses(b, 20);
            Transition there = TypeIIDrift.Between(before, after), back = TypeIIDrift.Between(after, before);
            Transition scaled = TypeIIDrift.Between(TypeIIState.FromLosses(Times(a, draw.Factor), 20), TypeIIState.FromLosses(Times(b, draw.Factor), 20));
            bool Near(double x, double y) => (double.IsNaN(x) && double.IsNaN(y)) || Math.Abs(x - y) <= 1e-9 * Math.Abs(x);
            return there.DeltaEnergy.Value == -back.DeltaEnergy.Value
                && there.DeltaEntropy.Value == -back.DeltaEntropy.Value
                && Near(there.Temperature.Value, back.Temperature.Value)
                && Near(there.Temperature.StandardError, back.Temperature.StandardError)
                && Near(scaled.DeltaEnergy.Value, draw.Factor * there.DeltaEnergy.Value)
                && Math.Abs(scaled.DeltaEntropy.Value - there.DeltaEntropy.Value) < 1e-9
                && Near(scaled.Temperature.Value, draw.Factor * there.Temperature.Value);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(5, 1));
    }

    [Test]
    public void Errors_of_drift_cover_its_spread_over_repeated_samples()
    {
        const int Repeats = 400, Rows = 300;
        double[] energies = new double[Repeats], temperatures = new double[Repeats];
        double error = 0, covered = 0, exact = LogarithmicMean.Of(4, 1);
        for (int r = 0; r < Repeats; r++)
        {
            DriftReference reference = DriftData.OfLosses(DriftData.Squares(Rows, 1, 21, (ulong)r), new DriftOptions { Draws = 99 });
            Transition drift = reference.Measure(DriftData.Window(reference, DriftData.Squares(Rows, 4, 22, (ulong)r))).Energy!.Transition!;
            energies[r] = drift.DeltaEnergy.Value;
            temperatures[r] = drift.Temperature.Value;
            error += drift.DeltaEnergy.StandardError / Repeats;
            covered += Math.Abs(drift.Temperature.Value - exact) < 2 * drift.Temperature.StandardError ? 1.0 / Repeats : 0;
        }

        double mean = energies.Average(), deviation = Math.Sqrt(energies.Sum(x => (x - mean) * (x - mean)) / (Repeats - 1));
        Assert.That(mean, Is.EqualTo(3).Within(4 * deviation / Math.Sqrt(Repeats)));
        Assert.That(error, Is.EqualTo(deviation).Within(15).Percent);
        Assert.That(covered, Is.InRange(0.85, 1), "two standard errors of T; χ² losses have heavy fourth moments");
    }

    private static LabelledData Moved(LabelledData data) =>
        new(data.Features.ToArray().Select(x => 1.5 * x).ToArray(), data.Targets.ToArray().Select(y => y + 0.5).ToArray());

    private static double[] Losses(LabelledData data, double[] w) =>
        [.. data.Outputs(w).Zip(data.Targets.ToArray(), (z, y) => (z - y) * (z - y))];

    private static double[] Times(double[] values, double factor) => [.. values.Select(value => factor * value)];
}
