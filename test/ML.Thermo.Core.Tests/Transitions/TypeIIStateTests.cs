using ML.Thermo.Initialization;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Transitions;

public sealed class TypeIIStateTests
{
    [TestCase(1, -2.43511871)]
    [TestCase(6, -2.46990960)]
    [TestCase(50, -3.42284256)]
    public void Gaussian_residuals_have_the_gamma_entropy(int m, double expected)
    {
        // golden: entropy of (v/m)·χ²_m at v = 0.04, by quadrature
        Assert.That(TypeIIState.GaussianResiduals(0.04, m).Entropy.Value, Is.EqualTo(expected).Within(1e-8));
    }

    [Test]
    public void Drift_of_gaussian_residuals_has_the_logarithmic_mean_as_temperature_for_every_m([Values(1, 6, 50, 10_000)] int m)
    {
        // golden: v from 0.04 to 0.16 gives T = 0.12/ln 4
        Transition drift = new(TypeIIState.GaussianResiduals(0.16, m), TypeIIState.GaussianResiduals(0.04, m));
        Assert.That(drift.Temperature.Value, Is.EqualTo(0.0865617025).Within(1e-9));
    }

    [Test]
    public void Central_limit_entropy_is_that_of_a_gaussian_with_the_variance_of_the_mean()
    {
        // golden: per-point squared losses of the least-squares line through D1, V/n = 0.002532832
        double[] x = [-2, -1, 0.5, 1, 2.5], y = [-3, -1, 1, 1.5, 4];
        double[] losses = [.. x.Zip(y, (a, b) => Math.Pow(b - (1.52 * a), 2))];

        State state = TypeIIState.FromLosses(losses, 5);

        Assert.Multiple(() =>
        {
            Assert.That(state.Energy.Value, Is.EqualTo(0.074).Within(1e-12));
            Assert.That(state.Variance.Value, Is.EqualTo(0.002532832).Within(1e-9));
            Assert.That(state.Entropy.Value, Is.EqualTo(-1.57027008).Within(1e-8));
            Assert.That(state.Status, Is.EqualTo(Status.SmallSample));
        });
    }

    [TestCase(TypeIIEntropy.CentralLimit)]
    [TestCase(TypeIIEntropy.Edgeworth)]
    [TestCase(TypeIIEntropy.Gamma)]
    public void Entropy_of_squared_gaussian_residuals_is_found_within_its_bias_and_four_errors(TypeIIEntropy entropy)
    {
        const int M = 40;
        double[] losses = Squares(50_000, seed: 5);
        State state = TypeIIState.FromLosses(losses, M, entropy);
        double exact = TypeIIState.GaussianResiduals(1, M).Entropy.Value;
        double slack = entropy == TypeIIEntropy.CentralLimit ? state.Entropy.Bias : 1e-3; // what the expansion leaves out at m = 40
        Assert.That(Math.Abs(state.Entropy.Value - exact), Is.LessThan(slack + (4 * state.Entropy.StandardError)));
    }

    [Test]
    public void Block_means_give_the_entropy_without_any_closure()
    {
        State state = TypeIIState.FromLosses(Squares(60_000, seed: 6), 6, TypeIIEntropy.KozachenkoLeonenko);
        double exact = TypeIIState.GaussianResiduals(1, 6).Entropy.Value;
        Assert.That(state.Entropy.Value, Is.EqualTo(exact).Within(4 * state.Entropy.StandardError));
    }

    [Test]
    public void Standard_errors_cover_the_spread_over_repeated_samples()
    {
        const int N = 400, Repeats = 400;
        double[] energies = new double[Repeats], entropies = new double[Repeats];
        double energyError = 0, entropyError = 0;
        for (int r = 0; r < Repeats; r++)
        {
            State state = TypeIIState.FromLosses(Squares(N, seed: 100 + r), N);
            energies[r] = state.Energy.Value;
            entropies[r] = state.Entropy.Value;
            energyError += state.Energy.StandardError / Repeats;
            entropyError += state.Entropy.StandardError / Repeats;
        }

        // The spread of 400 repeats is itself known to 1/√800 = 3.5 %; the entropy's error rests on fourth moments of χ², hence the wider bound.
        Assert.Multiple(() =>
        {
            Assert.That(energyError, Is.EqualTo(Deviation(energies)).Within(15).Percent);
            Assert.That(entropyError, Is.EqualTo(Deviation(entropies)).Within(25).Percent);
        });
    }

    [Test]
    public void One_loss_is_not_a_state() =>
        Assert.That(() => TypeIIState.FromLosses([1.0], 1), Throws.TypeOf<UnusableDataException>().With.Message.Contains("at least 2"));

    [Test]
    public void A_loss_that_is_not_finite_is_named() =>
        Assert.That(() => TypeIIState.FromLosses([1, double.NaN, 3], 3), Throws.TypeOf<UnusableDataException>().With.Message.Contains("number 2"));

    [Test]
    public void Block_means_need_enough_blocks() =>
        Assert.That(
            () => TypeIIState.FromLosses(Squares(500, seed: 1), 5, TypeIIEntropy.KozachenkoLeonenko),
            Throws.TypeOf<UnusableDataException>().With.Message.Contains("1000 losses, got 500"));

    private static double[] Squares(int count, int seed)
    {
        var random = new RandomStream((ulong)seed, 0);
        return [.. Enumerable.Range(0, count).Select(_ => Math.Pow(random.NextNormal(), 2))];
    }

    private static double Deviation(double[] values) =>
        Math.Sqrt(values.Select(v => Math.Pow(v - values.Average(), 2)).Sum() / (values.Length - 1));
}
