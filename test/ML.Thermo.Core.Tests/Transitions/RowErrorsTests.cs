using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Transitions;

public class Rows_that_two_states_share
{
    private static readonly ParameterLaw s_law = ParameterLaw.Same(InitializationLaw.Normal(0, 1), 2);

    [Test]
    public void Have_parts_in_the_variance_of_the_untrained_energy_that_add_up_to_it()
    {
        // One parameter, ℓ = (x w − y)²: Cov(ℓᵢ, E) = 2 xᵢ² ⟨x²⟩ + 4 xᵢyᵢ ⟨xy⟩ for w ~ N(0, 1), by Isserlis.
        double[] x = [1, -2, 0.5, 3], y = [0.5, 1, -1, 2];
        var system = new LinearSystem(new LabelledData(x, y), Energy.MeanSquared, ParameterLaw.Same(InitializationLaw.Normal(0, 1), 1));
        State state = system.On(new LabelledData(x, y)).TypeI();
        double xx = x.Average(value => value * value), xy = x.Zip(y, (a, b) => a * b).Average();
        double[] exact = [.. x.Zip(y, (a, b) => (2 * a * a * xx) + (4 * a * b * xy))];
        Assert.That(exact.Average(), Is.EqualTo(state.Variance.Value).Within(1e-9));
        Assert.That(state.RowVariances!.Average(), Is.EqualTo(state.Variance.Value).Within(0.2 * state.Variance.Value), "from a thousand draws");
        for (int i = 0; i < x.Length; i++)
            Assert.That(state.RowVariances![i], Is.EqualTo(exact[i]).Within(0.2 * exact.Max()), $"row {i}");
    }

    [Test]
    public void Give_the_error_of_the_gaussian_temperature_that_leaving_rows_out_gives()
    {
        LabelledData rows = Rows(400);
        var system = new LinearSystem(Rows(300, 1), Energy.MeanSquared, s_law);
        Transition training = system.Train(rows);
        // Independent: a jackknife over 20 groups of rows, each state made anew from closed forms.
        double[] without = [.. Enumerable.Range(0, 20).Select(group => system.Train(Without(rows, group)).GaussianTemperature.Value)];
        double mean = without.Average(), error = Math.Sqrt(without.Sum(t => (t - mean) * (t - mean)) * 19 / 20);
        Assert.That(training.GaussianTemperature.StandardError, Is.EqualTo(error).Within(0.35 * error));
        Assert.That(training.Temperature.StandardError, Is.EqualTo(error).Within(0.45 * error), "the exact entropy moves much as the Gaussian one");
    }

    [Test]
    public void Need_not_be_kept_for_their_errors()
    {
        Transition training = new LinearSystem(Rows(300, 1), Energy.MeanSquared, s_law).Train(Rows(100));
        State from = training.From with { RowEnergies = null, RowVariances = null }, to = training.To with { RowEnergies = null };
        Transition loaded = new(from, to, RowErrors.Of(training.RowErrors!.Value.ToArray())), unpaired = new(from, to);
        Assert.That(loaded.Temperature, Is.EqualTo(training.Temperature));
        Assert.That(loaded.ResolvedTemperature, Is.EqualTo(training.ResolvedTemperature));
        Assert.That(loaded.DeltaEnergy, Is.EqualTo(training.DeltaEnergy));
        Assert.That(unpaired.DeltaEnergy.StandardError, Is.Not.EqualTo(training.DeltaEnergy.StandardError).Within(1e-3));
    }

    private static LabelledData Without(LabelledData rows, int group)
    {
        int[] kept = [.. Enumerable.Range(0, rows.Rows).Where(row => row % 20 != group)];
        double[] features = [.. kept.SelectMany(row => rows.Row(row).ToArray())], targets = [.. kept.Select(row => rows.Targets.Span[row])];
        return new(features, targets);
    }

    private static LabelledData Rows(int count, ulong seed = 0)
    {
        var random = new RandomStream(137, seed);
        double[] features = [.. Enumerable.Range(0, 2 * count).Select(_ => random.NextNormal())];
        double[] targets = [.. Enumerable.Range(0, count).Select(row => features[2 * row] + random.NextNormal())];
        return new(features, targets);
    }
}
