using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear.Absolute;
using ML.Thermo.Linear.Outputs;
using ML.Thermo.Numerics;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Linear.Absolute;

public sealed class AbsoluteEnsembleTests
{
    // Golden: means exact, variances by exact one-dimensional quadrature.
    [TestCase(1, 1, 2.19343445, 1.56557052)]
    [TestCase(2, 0.5, 1.92799699, 0.19472144)]
    [TestCase(2, 1, 2.07484899, 0.66092689)]
    public void Normal_initialisation_has_exact_moments(int example, double deviation, double mean, double variance)
    {
        LabelledData data = example == 1 ? LinearExamples.D1 : LinearExamples.D2;
        EnergyMoments moments = new AbsoluteEnsemble(data, LinearExamples.Normal(deviation, data.Columns)).Moments;
        Assert.That(moments.Mean, Is.EqualTo(Estimate.Exact(moments.Mean.Value)));
        Assert.That(moments.Mean.Value, Is.EqualTo(mean).Within(1e-8));
        Assert.That(moments.Variance.Value, Is.EqualTo(variance).Within(1e-8));
        Assert.That(moments.Variance.StandardError, Is.Zero);
    }

    // Golden: means exact; variances by an independent Monte Carlo, four digits.
    [TestCase(1, 1.93229167, 0.2595)]
    [TestCase(3, 2.58362269, 1.3417)]
    public void Uniform_initialisation_has_an_exact_mean(double halfWidth, double mean, double variance)
    {
        EnergyMoments moments = new AbsoluteEnsemble(LinearExamples.D2, LinearExamples.Uniform(halfWidth)).Moments;
        Assert.That(moments.Mean.Value, Is.EqualTo(mean).Within(1e-8));
        Assert.That(moments.Variance.Value, Is.EqualTo(variance).Within(6 * moments.Variance.StandardError));
        Assert.That(moments.Variance.StandardError, Is.GreaterThan(0).And.LessThan(0.01 * variance));
    }

    // Golden: mean exact, variance by an independent Monte Carlo.
    [Test]
    public void Mixed_initialisation_has_an_exact_mean()
    {
        var law = new ParameterLaw(InitializationLaw.Normal(0, 0.7), InitializationLaw.Uniform(-1, 1));
        EnergyMoments moments = new AbsoluteEnsemble(LinearExamples.D2, law).Moments;
        Assert.That(moments.Mean.Value, Is.EqualTo(1.95260984).Within(1e-8));
        Assert.That(moments.Variance.Value, Is.EqualTo(0.2785).Within(6 * moments.Variance.StandardError));
    }

    // Golden: Kozachenko–Leonenko on a million draws, ± 0.0015.
    [TestCase(0.25, false, 0.6009)]
    [TestCase(1, false, 1.1998)]
    [TestCase(1, true, 0.7029)]
    [TestCase(3, true, 1.5124)]
    public void Draws_have_the_known_entropy(double spread, bool uniform, double entropy)
    {
        ParameterLaw law = uniform ? LinearExamples.Uniform(spread) : LinearExamples.Normal(Math.Sqrt(spread));
        Estimate estimate = LinearExamples.SampleEntropy(new AbsoluteEnsemble(LinearExamples.D2, law));
        Assert.That(estimate.Value, Is.EqualTo(entropy).Within(4 * Math.Sqrt((estimate.StandardError * estimate.StandardError) + (0.0015 * 0.0015))));
    }

    [Test]
    public void One_parameter_has_an_exact_entropy()
    {
        // Golden: independent quadrature.
        EntropyEstimate entropy = new AbsoluteEnsemble(LinearExamples.D1, LinearExamples.Normal(1, 1)).ExactEntropy()!.Value;
        Assert.That(entropy.Value, Is.EqualTo(1.53748468).Within(1e-7));
        Assert.That(entropy.Method, Is.EqualTo(EntropyMethod.Exact));
        Assert.That(entropy.StandardError, Is.Zero);
    }

    [Test]
    public void One_row_gives_folded_laws()
    {
        // |w| for w ~ N(0, 1) is half-normal, S = ½ ln(πe/2); |w| for w ~ U(-1, 3) has density ½ on (0, 1) and ¼ on (1, 3).
        var data = new LabelledData(new[] { 1.0 }, new[] { 0.0 });
        Assert.That(Entropy(data, InitializationLaw.Normal(0, 1)), Is.EqualTo(0.5 * Math.Log(Math.PI * Math.E / 2)).Within(1e-10));
        Assert.That(Entropy(data, InitializationLaw.Uniform(-1, 3)), Is.EqualTo((0.5 * Math.Log(2)) + (0.5 * Math.Log(4))).Within(1e-10));
    }

    [Test]
    public void One_parameter_entropy_agrees_with_draws([Values(1, 7, 300)] int rows, [Values(true, false)] bool uniform)
    {
        InitializationLaw law = uniform ? InitializationLaw.Uniform(-2, 3) : InitializationLaw.Normal(-0.5, 2);
        var ensemble = new AbsoluteEnsemble(LinearExamples.Regression(rows, 1), new ParameterLaw(law));
        Estimate drawn = LinearExamples.SampleEntropy(ensemble);
        Assert.That(drawn.Value, Is.EqualTo(ensemble.ExactEntropy()!.Value.Value).Within(4 * drawn.StandardError));
    }

    [Test]
    public void Constant_parameters_reduce_the_problem()
    {
        var law = new ParameterLaw(InitializationLaw.Constant(0.75), InitializationLaw.Normal(0, 1));
        var ensemble = new AbsoluteEnsemble(LinearExamples.D2, law);
        double[] column = [0, 1, 1, 1, 1, -1], targets = [0.25, 2, 1.75, 2.25, 2, -1.75];
        var reduced = new AbsoluteEnsemble(new LabelledData(column, targets), LinearExamples.Normal(1, 1));
        Assert.That(ensemble.Moments.Mean.Value, Is.EqualTo(reduced.Moments.Mean.Value).Within(1e-14));
        Assert.That(ensemble.Moments.Variance.Value, Is.EqualTo(reduced.Moments.Variance.Value).Within(1e-12));
        Assert.That(ensemble.Moments.Floor, Is.EqualTo(reduced.Moments.Floor).Within(1e-14));
        Assert.That(ensemble.GroundState.Parameters, Is.EqualTo(new[] { 0.75, 2 }).Within(1e-12));
        Assert.That(ensemble.ExactEntropy()!.Value.Value, Is.EqualTo(reduced.ExactEntropy()!.Value.Value).Within(1e-9));
    }

    [Test]
    public void A_flat_bottom_is_an_atom()
    {
        // |w + 1| + |w − 1| is flat between its knots.
        var data = new LabelledData(new[] { 1.0, 1 }, new[] { -1.0, 1 });
        EntropyEstimate entropy = new AbsoluteEnsemble(data, LinearExamples.Normal(1, 1)).ExactEntropy()!.Value;
        Assert.That(entropy.Value, Is.EqualTo(double.NegativeInfinity));
        Assert.That(entropy.Status, Is.EqualTo(Status.Atoms));
        var beside = new AbsoluteEnsemble(data, new ParameterLaw(InitializationLaw.Uniform(2, 3)));
        Assert.That(beside.ExactEntropy()!.Value.Value, Is.EqualTo(0).Within(1e-12)); // never on the flat piece: E = w, uniform on (2, 3)
    }

    [Test]
    public void Nothing_random_is_a_point_state()
    {
        var law = new ParameterLaw(InitializationLaw.Constant(0.5), InitializationLaw.Constant(1));
        var ensemble = new AbsoluteEnsemble(LinearExamples.D2, law);
        double energy = (0.5 + 1 + 1 + 1 + 1.5 + 0.5) / 6;
        Assert.That(ensemble.Moments.Mean.Value, Is.EqualTo(energy).Within(1e-15));
        Assert.That(ensemble.Moments.Variance, Is.EqualTo(Estimate.Exact(0)));
        Assert.That(ensemble.Moments.Floor, Is.EqualTo(energy).Within(1e-15));
        Assert.That(ensemble.ExactEntropy()!.Value.Status, Is.EqualTo(Status.PointState));

        var dead = new LabelledData(new double[6], new[] { 1.0, -2, 3 });
        Assert.That(new AbsoluteEnsemble(dead, LinearExamples.Normal(1)).ExactEntropy()!.Value.Status, Is.EqualTo(Status.PointState));
    }

    [Test]
    public void The_floor_is_the_least_absolute_deviation()
    {
        Assert.That(new AbsoluteEnsemble(LinearExamples.D1, LinearExamples.Normal(1, 1)).Moments.Floor, Is.EqualTo(0.2).Within(1e-14));
        Assert.That(new AbsoluteEnsemble(LinearExamples.D2, LinearExamples.Normal(1)).Moments.Floor, Is.EqualTo(1.0 / 6).Within(1e-14));
    }

    [Test]
    public void Strongly_correlated_rows_keep_the_variance_exact()
    {
        // Ones in a column and a large mean: the outputs are nearly one variable.
        LabelledData data = LinearExamples.Regression(80, 3);
        double[] features = [.. data.Features.ToArray().Select((x, cell) => cell % 3 == 0 ? 1 : 50 + (x * 0.01))];
        var ensemble = new AbsoluteEnsemble(new LabelledData(features, data.Targets), LinearExamples.Normal(1, 3));
        double[] energies = new double[40_000];
        ensemble.Draw(3, 0, energies);
        double exact = ensemble.Moments.Mean.Value;
        Estimate variance = SampleMean.Of([.. energies.Select(energy => (energy - exact) * (energy - exact))]);
        Assert.That(variance.Value, Is.EqualTo(ensemble.Moments.Variance.Value).Within(4 * variance.StandardError));
    }

    [Test]
    public void Many_rows_turn_to_draws_and_say_so()
    {
        var ensemble = new AbsoluteEnsemble(LinearExamples.Regression(5000, 2), LinearExamples.Normal(1));
        Assert.That(ensemble.Moments.Mean.StandardError, Is.Zero);
        Assert.That(ensemble.Moments.Variance.StandardError, Is.GreaterThan(0).And.LessThan(0.03 * ensemble.Moments.Variance.Value));
    }

    [Test]
    public void Narrow_laws_reach_their_limit()
    {
        var narrow = new AbsoluteEnsemble(LinearExamples.D2, LinearExamples.Normal(0.01));
        (double mean, double variance) = narrow.NarrowLimit();
        Assert.That(mean, Is.EqualTo(narrow.Moments.Mean.Value).Within(1e-13));
        Assert.That(variance, Is.EqualTo(narrow.Moments.Variance.Value).Within(1e-13));
        Assert.That(mean, Is.EqualTo((1 + 2 + 2.5 + 1.5 + 3.5 + 1) / 6).Within(1e-15));
    }

    [Test]
    public void The_narrow_variance_is_undefined_on_a_kink()
    {
        var law = new ParameterLaw(InitializationLaw.Normal(1, 0.01), InitializationLaw.Normal(0, 0.01)); // meets the first target
        Assert.That(new AbsoluteEnsemble(LinearExamples.D2, law).NarrowLimit().Variance, Is.NaN);
    }

    [Test]
    public void Wide_laws_reach_their_limit()
    {
        var wide = new AbsoluteEnsemble(LinearExamples.D2, LinearExamples.Normal(1e4));
        double rows = (1 + 1 + Math.Sqrt(2) + Math.Sqrt(2) + Math.Sqrt(5) + Math.Sqrt(2)) / 6;
        Assert.That(wide.WideLimit(), Is.EqualTo(1e4 * Math.Sqrt(2 / Math.PI) * rows).Within(1e-8));
        Assert.That(wide.Moments.Mean.Value, Is.EqualTo(wide.WideLimit()).Within(1e-6 * wide.WideLimit()));
        var uniform = new AbsoluteEnsemble(LinearExamples.D2, LinearExamples.Uniform(1e4));
        Assert.That(uniform.Moments.Mean.Value, Is.EqualTo(uniform.WideLimit()).Within(1e-6 * uniform.WideLimit()));
    }

    [Test]
    public void Wide_entropy_grows_like_the_logarithm_of_the_scale()
    {
        double one = Entropy(LinearExamples.D1, InitializationLaw.Normal(0, 1e4)), ten = Entropy(LinearExamples.D1, InitializationLaw.Normal(0, 1e5));
        Assert.That(ten - one, Is.EqualTo(Math.Log(10)).Within(1e-3));
    }

    [Test]
    public void A_law_of_another_length_is_refused() =>
        Assert.That(() => new AbsoluteEnsemble(LinearExamples.D2, LinearExamples.Normal(1, 3)), Throws.TypeOf<InvalidLawException>().With.Message.Contains("3 parameters, the data 2 columns"));

    private static double Entropy(LabelledData data, InitializationLaw law) => new AbsoluteEnsemble(data, new ParameterLaw(law)).ExactEntropy()!.Value.Value;

    // Golden: training losses of D1 with V_II = 0.00875, of D2 with V_II = 0.00277777778.
    [TestCase(1, 1, 0.00875, 0.76863426, 0.76780923)]
    [TestCase(2, 0.5, 0.00277777778, 0.82887717, 0.82612378)]
    [TestCase(2, 1, 0.00277777778, 0.69743608, 0.69690194)]
    public void Training_has_the_known_temperatures(int example, double deviation, double trainedVariance, double gaussian, double resolved)
    {
        LabelledData data = example == 1 ? LinearExamples.D1 : LinearExamples.D2;
        var ensemble = new AbsoluteEnsemble(data, LinearExamples.Normal(deviation, data.Columns));
        Transition training = LinearExamples.Training(ensemble.Moments, ensemble.ExactEntropy()?.Value ?? double.NaN, trainedVariance);
        Assert.That(training.GaussianTemperature.Value, Is.EqualTo(gaussian).Within(1e-7));
        Assert.That(training.ResolvedTemperature.Value, Is.EqualTo(resolved).Within(1e-7));
        if (example == 1)
            Assert.That(training.Temperature.Value, Is.EqualTo(0.801253).Within(1e-6));
    }
}
