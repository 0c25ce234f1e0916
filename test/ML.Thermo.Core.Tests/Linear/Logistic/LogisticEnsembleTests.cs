using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear.Logistic;
using ML.Thermo.Linear.Outputs;
using ML.Thermo.Numerics;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Linear.Logistic;

public sealed class LogisticEnsembleTests
{
    // Golden: means exact to 1e-7; variances of D3 by Gauss–Hermite to five digits, of D4 by quadrature.
    [TestCase(3, 0.1, 0.69584549, 0.00063278, 5e-9)]
    [TestCase(3, 1, 0.91014896, 0.0986138, 5e-7)]
    [TestCase(3, 3, 1.84599309, 1.22821, 1e-5)]
    [TestCase(4, 0.5, 0.75200077, 0.03663427, 1e-8)]
    [TestCase(4, 3, 1.74255965, 2.17930433, 1e-8)]
    public void Normal_initialisation_has_exact_moments(int example, double deviation, double mean, double variance, double tolerance)
    {
        LabelledData data = example == 3 ? LinearExamples.D3 : LinearExamples.D4;
        EnergyMoments moments = new LogisticEnsemble(data, LinearExamples.Normal(deviation, data.Columns)).Moments;
        Assert.That(moments.Mean.Value, Is.EqualTo(mean).Within(1e-8));
        Assert.That(moments.Mean.StandardError, Is.Zero);
        Assert.That(moments.Variance.Value, Is.EqualTo(variance).Within(tolerance));
        Assert.That(moments.Variance.StandardError, Is.Zero);
    }

    // Golden: mean exact; variance by an independent Monte Carlo, four digits.
    [Test]
    public void Uniform_initialisation_has_exact_moments()
    {
        EnergyMoments moments = new LogisticEnsemble(LinearExamples.D3, LinearExamples.Uniform(1)).Moments;
        Assert.That(moments.Mean.Value, Is.EqualTo(0.77659227).Within(1e-8));
        Assert.That(moments.Variance.Value, Is.EqualTo(0.02359).Within(2e-5));
        Assert.That(moments.Variance.StandardError, Is.Zero);
    }

    // Golden: Kozachenko–Leonenko on a million draws, ± 0.0015.
    [TestCase(0.1, false, -2.2695)]
    [TestCase(1, false, 0.0178)]
    [TestCase(3, false, 1.2574)]
    [TestCase(1, true, -0.5960)]
    public void Draws_have_the_known_entropy(double spread, bool uniform, double entropy)
    {
        Estimate estimate = LinearExamples.SampleEntropy(
            new LogisticEnsemble(LinearExamples.D3, uniform ? LinearExamples.Uniform(spread) : LinearExamples.Normal(spread)));
        Assert.That(estimate.Value, Is.EqualTo(entropy).Within(4 * Math.Sqrt((estimate.StandardError * estimate.StandardError) + (0.0015 * 0.0015))));
    }

    // Golden: quadrature, to 2e-5.
    [TestCase(0.5, -0.744589)]
    [TestCase(3, 0.996043)]
    public void One_parameter_has_an_exact_entropy(double deviation, double entropy)
    {
        EntropyEstimate exact = new LogisticEnsemble(LinearExamples.D4, LinearExamples.Normal(deviation, 1)).ExactEntropy()!.Value;
        Assert.That(exact.Value, Is.EqualTo(entropy).Within(2e-5));
        Assert.That(exact.StandardError, Is.Zero);
    }

    [Test]
    public void One_parameter_entropy_agrees_with_draws([Values(1, 2, 200)] int rows, [Values(true, false)] bool uniform)
    {
        InitializationLaw law = uniform ? InitializationLaw.Uniform(-2, 3) : InitializationLaw.Normal(-0.5, 2);
        var ensemble = new LogisticEnsemble(LinearExamples.Classification(rows, 1), new ParameterLaw(law));
        Estimate drawn = LinearExamples.SampleEntropy(ensemble);
        Assert.That(drawn.Value, Is.EqualTo(ensemble.ExactEntropy()!.Value.Value).Within(4 * drawn.StandardError));
    }

    [Test]
    public void A_single_row_is_a_change_of_variables()
    {
        // E = softplus(w), p(E) = f(w)/σ(w): S = ½ ln 2πe + E ln σ(w) = ½ ln 2πe − E softplus(−w).
        var data = new LabelledData(new[] { 1.0 }, new[] { 0.0 });
        EntropyEstimate entropy = new LogisticEnsemble(data, LinearExamples.Normal(1, 1)).ExactEntropy()!.Value;
        Assert.That(entropy.Value, Is.EqualTo((0.5 * Math.Log(2 * Math.PI * Math.E)) - 0.806059183347).Within(1e-9));
    }

    [Test]
    public void The_double_sum_over_rows_agrees_with_the_grid_over_parameters([Values(0.3, 1.5)] double deviation)
    {
        // Three random parameters use the grid; a fourth that barely moves anything turns to the double sum.
        LabelledData data = LinearExamples.Classification(40, 3);
        double[] wider = [.. Enumerable.Range(0, 40).SelectMany(i => data.Row(i).ToArray().Append(1e-9))];
        double grid = new LogisticEnsemble(data, LinearExamples.Normal(deviation, 3)).Moments.Variance.Value;
        Estimate sum = new LogisticEnsemble(new LabelledData(wider, data.Targets), LinearExamples.Normal(deviation, 4)).Moments.Variance;
        Assert.That(sum.StandardError, Is.LessThan(1e-6 * grid));
        Assert.That(sum.Value, Is.EqualTo(grid).Within(1e-9 + sum.StandardError));
    }

    [Test]
    public void A_series_that_does_not_converge_turns_to_draws_and_says_so()
    {
        // Four nearly parallel columns of wide parameters: correlations near one and outputs far from smooth.
        LabelledData data = LinearExamples.Classification(30, 4);
        double[] features = [.. data.Features.ToArray().Select(x => 40 + x)];
        var ensemble = new LogisticEnsemble(new LabelledData(features, data.Targets), LinearExamples.Normal(3, 4));
        double[] energies = new double[40_000];
        ensemble.Draw(5, 0, energies);
        double exact = ensemble.Moments.Mean.Value;
        Estimate variance = SampleMean.Of([.. energies.Select(energy => (energy - exact) * (energy - exact))]);
        Assert.That(ensemble.Moments.Variance.StandardError, Is.GreaterThan(0));
        Assert.That(ensemble.Moments.Variance.Value, Is.EqualTo(variance.Value).Within(4.5 * variance.StandardError));
    }

    [Test]
    public void The_mean_of_a_centred_law_does_not_depend_on_the_labels()
    {
        var flipped = new LabelledData(LinearExamples.D3.Features, LinearExamples.D3.Targets.ToArray().Select((t, i) => i == 2 ? 1 - t : t).ToArray());
        EnergyMoments one = new LogisticEnsemble(LinearExamples.D3, LinearExamples.Normal(1)).Moments, other = new LogisticEnsemble(flipped, LinearExamples.Normal(1)).Moments;
        Assert.That(other.Mean.Value, Is.EqualTo(one.Mean.Value).Within(1e-15));
        Assert.That(other.Variance.Value, Is.Not.EqualTo(one.Variance.Value).Within(0.01));
    }

    [Test]
    public void Constant_parameters_are_kept()
    {
        var law = new ParameterLaw(InitializationLaw.Constant(-0.22142303), InitializationLaw.Normal(0, 1));
        var ensemble = new LogisticEnsemble(LinearExamples.D3, law);
        Assert.That(ensemble.GroundState.Parameters[1], Is.EqualTo(1.45055409).Within(1e-7));
        Assert.That(ensemble.Moments.Floor, Is.EqualTo(0.52697748).Within(1e-8));
        Assert.That(ensemble.ExactEntropy()!.Value.Value, Is.EqualTo(LinearExamples.SampleEntropy(ensemble).Value).Within(4 * LinearExamples.SampleEntropy(ensemble).StandardError));
        var still = new LogisticEnsemble(LinearExamples.D3, ParameterLaw.Same(InitializationLaw.Constant(0), 2));
        Assert.That(still.Moments.Floor, Is.EqualTo(Math.Log(2)).Within(1e-15));
        Assert.That(still.ExactEntropy()!.Value.Status, Is.EqualTo(Status.PointState));
    }

    [Test]
    public void Narrow_laws_reach_their_limit()
    {
        var narrow = new LogisticEnsemble(LinearExamples.D3, LinearExamples.Normal(0.02));
        (double mean, double variance) = narrow.NarrowLimit();
        Assert.That(mean, Is.EqualTo(narrow.Moments.Mean.Value).Within(1e-11));
        Assert.That(variance, Is.EqualTo(narrow.Moments.Variance.Value).Within(2e-3 * variance));
    }

    // Golden: derived by hand from the arc-cosine kernel and checked by an independent simulation.
    [Test]
    public void Wide_laws_reach_their_limit()
    {
        (double mean, double variance) = new LogisticEnsemble(LinearExamples.D3, LinearExamples.Normal(1e6)).WideLimit();
        Assert.That(mean / 1e6, Is.EqualTo(0.5637525616).Within(1e-10));
        Assert.That(variance / 1e12, Is.EqualTo(0.1525860385).Within(1e-10));

        var wide = new LogisticEnsemble(LinearExamples.D3, LinearExamples.Normal(100));
        Assert.That(wide.Moments.Mean.Value, Is.EqualTo(wide.WideLimit().Mean).Within(1e-8));
        var uniform = new LogisticEnsemble(LinearExamples.D3, LinearExamples.Uniform(1000));
        Assert.That(uniform.Moments.Mean.Value, Is.EqualTo(uniform.WideLimit().Mean).Within(1e-2));
        Assert.That(uniform.WideLimit().Variance, Is.NaN);
    }

    [Test]
    public void The_wide_variance_agrees_with_draws()
    {
        var ensemble = new LogisticEnsemble(LinearExamples.Classification(50, 6), LinearExamples.Normal(300, 6));
        double[] energies = new double[40_000];
        ensemble.Draw(1, 0, energies);
        Estimate mean = SampleMean.Of(energies);
        Estimate variance = SampleMean.Of([.. energies.Select(energy => (energy - mean.Value) * (energy - mean.Value))]);
        Assert.That(ensemble.WideLimit().Variance, Is.EqualTo(variance.Value).Within(4 * variance.StandardError));
    }

    // Golden: D3 with the training losses' V_II = 0.046591714, S_II = −0.11422775.
    [TestCase(0.1, -0.078561, 25.036)]
    [TestCase(1, 1.022079, 0.674166)]
    [TestCase(3, 0.806270, 0.797199)]
    public void Training_has_the_known_temperatures(double deviation, double gaussian, double resolved)
    {
        EnergyMoments moments = new LogisticEnsemble(LinearExamples.D3, LinearExamples.Normal(deviation)).Moments;
        Transition training = LinearExamples.Training(moments, double.NaN, 0.046591714);
        Assert.That(training.GaussianTemperature.Value, Is.EqualTo(gaussian).Within(2e-5 * Math.Abs(gaussian)));
        Assert.That(training.ResolvedTemperature.Value, Is.EqualTo(resolved).Within(2e-5 * resolved));
    }

    [Test]
    public void Near_its_pole_the_temperature_of_closures_is_far_off_and_beta_is_not()
    {
        // D3, σ = 1: ΔS ≈ 0.13 and T ≈ 2.9, while Gaussian entropies give 1.02.
        var ensemble = new LogisticEnsemble(LinearExamples.D3, LinearExamples.Normal(1));
        Estimate entropy = LinearExamples.SampleEntropy(ensemble);
        Transition training = LinearExamples.Training(ensemble.Moments, entropy.Value, 0.046591714);
        Assert.That(training.Beta.Value, Is.EqualTo(1 / 2.90).Within(4 * entropy.StandardError / training.DeltaEnergy.Value));
    }
}
