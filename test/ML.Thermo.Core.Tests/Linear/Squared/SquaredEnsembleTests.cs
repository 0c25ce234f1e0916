using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear;
using ML.Thermo.Linear.Squared;

namespace ML.Thermo.Tests.Linear.Squared;

public sealed class SquaredEnsembleTests
{
    // golden: moments by exact arithmetic, entropies by independent quadrature
    [TestCase(1, "normal", 0.1, 5.875, 0.57885, 0.0867650, 1.14232330)]
    [TestCase(1, "normal", 1, 8.35, 70.26, 991.4, 3.05206198)]
    [TestCase(1, "normal", 3, 28.35, 1532.34, 161303.4, 4.13440390)]
    [TestCase(1, "uniform", 1, 6.68333333333, 19.80888888889, 38.7712169, 2.63717219)]
    [TestCase(2, "normal", 0.5, 5, 5.15625, 8.94155093, 2.18624378)]
    [TestCase(2, "normal", 1, 6.625, 24.41666666667, 161.842593, 2.82225133)]
    [TestCase(2, "uniform", 3, 10.95833333333, 76.88333333333, 645.3, 3.34907722)]
    public void Golden_moments_and_entropies(int data, string law, double width, double mean, double variance, double third, double entropy)
    {
        SquaredEnsemble ensemble = Ensemble(data, law == "normal" ? InitializationLaw.Normal(0, width) : InitializationLaw.Uniform(-width, width));
        EnergyMoments moments = ensemble.Moments;
        Assert.That(moments.Mean.Value, Is.EqualTo(mean).Within(1e-8));
        Assert.That(moments.Variance.Value, Is.EqualTo(variance).Within(1e-8));
        Assert.That(moments.ThirdCumulant, Is.EqualTo(third).Within(6e-9 * Math.Max(1, third)));
        Assert.That((moments.Mean.StandardError, moments.Variance.StandardError), Is.EqualTo((0.0, 0.0)));
        Assert.That(ensemble.ExactEntropy()!.Value.Value, Is.EqualTo(entropy).Within(1e-8));
        Assert.That(ensemble.ExactEntropy()!.Value.Method, Is.EqualTo(EntropyMethod.Exact));
    }

    // golden: T (1), T_G and T_res of training to the ground state, S_II of the training losses
    [TestCase(1, 0.1, 2.138544)]
    [TestCase(1, 1, 1.790438)]
    [TestCase(1, 3, 4.956637)]
    [TestCase(2, 0.5, 0.991095)]
    [TestCase(2, 1, 1.167420)]
    public void Golden_temperatures_of_normal_initialisation(int data, double deviation, double temperature)
    {
        SquaredEnsemble ensemble = Ensemble(data, InitializationLaw.Normal(0, deviation));
        double trained = data == 1 ? SquaredExamples.TrainedEntropyOfD1 : SquaredExamples.TrainedEntropyOfD2;
        double released = ensemble.Moments.Mean.Value - ensemble.Floor;
        Assert.That(released / (ensemble.ExactEntropy()!.Value.Value - trained), Is.EqualTo(temperature).Within(1e-6));
    }

    [Test]
    public void Ensembles_centred_at_the_ground_state_differ_in_entropy_by_the_logarithm_of_their_scale()
    {
        var moments = SecondMoments.Of(LinearExamples.D2);
        GroundState ground = LeastSquares.Solve(moments);
        SquaredEnsemble wide = Centred(1), narrow = Centred(0.5);
        Assert.That(wide.Moments.Mean.Value, Is.EqualTo(2.20619658).Within(1e-8));
        Assert.That(wide.Moments.Variance.Value, Is.EqualTo(5.05555556).Within(1e-8));
        Assert.That(wide.Moments.ThirdCumulant, Is.EqualTo(25.0370370).Within(1e-7));
        Assert.That(wide.ExactEntropy()!.Value.Value, Is.EqualTo(1.77251638).Within(1e-8));
        double deltaEntropy = wide.ExactEntropy()!.Value.Value - narrow.ExactEntropy()!.Value.Value;
        Assert.That(deltaEntropy, Is.EqualTo(Math.Log(4)).Within(1e-10));
        Assert.That((wide.Moments.Mean.Value - narrow.Moments.Mean.Value) / deltaEntropy, Is.EqualTo(1.17218972).Within(1e-8)); // logarithmic mean
        Assert.That(wide.DifferentialTemperature(), Is.EqualTo(wide.Moments.Mean.Value - wide.Floor).Within(1e-9));

        double traceH = moments.TraceOfHessian, traceH2 = moments.TraceOfSquaredHessian;
        Assert.That(traceH / 2, Is.EqualTo(2.16666667).Within(1e-8)); // T_par at σ = 1
        Assert.That(traceH2 / traceH, Is.EqualTo(2.33333333).Within(1e-8)); // T_conf = T_fluct
        Assert.That(wide.Moments.Variance.Value / (wide.Moments.Mean.Value - wide.Floor), Is.EqualTo(traceH2 / traceH).Within(1e-12));
        Assert.That(traceH * traceH / traceH2, Is.EqualTo(1.85714286).Within(1e-8)); // d_eff

        SquaredEnsemble Centred(double sd) => new(moments, new ParameterLaw([.. ground.Parameters.Select(w => InitializationLaw.Normal(w, sd))]));
    }

    // golden: finite differences of independent quadratures, 1e-4 relative
    [TestCase(1, 0.1, 0.050220)]
    [TestCase(1, 0.5, 1.577054)]
    [TestCase(1, 1, 11.847585)]
    [TestCase(1, 3, 28.827670)]
    [TestCase(1, 10, 255.821)]
    [TestCase(2, 0.1, 0.0434065)]
    [TestCase(2, 0.5, 1.1320381)]
    [TestCase(2, 1, 4.7988714)]
    [TestCase(2, 3, 23.9274003)]
    public void Golden_differential_temperatures(int data, double deviation, double temperature) =>
        Assert.That(Ensemble(data, InitializationLaw.Normal(0, deviation)).DifferentialTemperature(), Is.EqualTo(temperature).Within(1e-4 * temperature));

    [Test]
    public void Fluctuation_temperature_and_degrees_of_freedom_follow_from_the_floor()
    {
        EnergyMoments moments = Ensemble(2, InitializationLaw.Normal(0, 1)).Moments;
        double excess = moments.Mean.Value - moments.Floor;
        Assert.That(moments.Variance.Value / excess, Is.EqualTo(3.70765737).Within(1e-8));
        Assert.That(2 * excess * excess / moments.Variance.Value, Is.EqualTo(3.55236174).Within(1e-8));
    }

    [Test]
    public void A_constant_entry_raises_the_floor_to_the_constrained_minimum()
    {
        // D2 with w₂ held at 1: E(w₁) = s − 2c₁w₁ − 2c₂ + Σ₁₁w₁² + 2Σ₁₂w₁ + Σ₂₂
        var ensemble = new SquaredEnsemble(SecondMoments.Of(LinearExamples.D2), new ParameterLaw(InitializationLaw.Normal(0.5, 2), InitializationLaw.Constant(1)));
        double best = ((4 / 3.0) - (1 / 6.0)) / (4 / 3.0);
        double floor = (26.75 / 6) - 3.5 + (5 / 6.0) - (4 / 3.0 * best * best);
        Assert.That(ensemble.Floor, Is.EqualTo(floor).Within(1e-14));
        Assert.That(ensemble.Form!.Floor, Is.EqualTo(floor).Within(1e-14));
        double[] draws = new double[1000];
        ensemble.Draw(1, 0, draws);
        Assert.That(draws.Min(), Is.GreaterThanOrEqualTo(floor));
        Assert.That(draws.Min(), Is.EqualTo(floor).Within(1e-3));
    }

    [Test]
    public void An_initialisation_that_does_not_move_the_energy_is_a_point_state()
    {
        var held = new SquaredEnsemble(SecondMoments.Of(LinearExamples.D2), ParameterLaw.Same(InitializationLaw.Constant(1), 2));
        var idle = new SquaredEnsemble(new SecondMoments(10, [0, 0, 0, 2], [0, 1], 3), new ParameterLaw(InitializationLaw.Normal(0, 1), InitializationLaw.Constant(1)));
        foreach (SquaredEnsemble ensemble in new[] { held, idle })
        {
            EntropyEstimate entropy = ensemble.ExactEntropy()!.Value;
            Assert.That((entropy.Value, entropy.Status), Is.EqualTo((double.NegativeInfinity, Status.PointState)));
            Assert.That((ensemble.Moments.Variance.Value, ensemble.Cumulant(5), ensemble.Form), Is.EqualTo((0.0, 0.0, (QuadraticForm?)null)));
            Assert.That(ensemble.DifferentialTemperature(), Is.NaN);
            double[] draws = new double[3];
            ensemble.Draw(1, 0, draws);
            Assert.That(draws, Is.All.EqualTo(ensemble.Floor));
        }

        Assert.That(idle.Floor, Is.EqualTo(3.0)); // s − 2c₂ + Σ₂₂
    }

    [TestCase("normal")]
    [TestCase("uniform")]
    [TestCase("mixed")]
    [TestCase("offset")]
    public void Draws_have_the_moments_of_the_closed_form(string kind)
    {
        const int Draws = 100_000;
        InitializationLaw[] laws = kind switch
        {
            "normal" => [InitializationLaw.Normal(0, 1), InitializationLaw.Normal(0, 1)],
            "uniform" => [InitializationLaw.Uniform(-3, 3), InitializationLaw.Uniform(-3, 3)],
            "mixed" => [InitializationLaw.Normal(0, 0.7), InitializationLaw.Uniform(-1, 1)],
            _ => [InitializationLaw.Uniform(0, 3), InitializationLaw.Normal(-1, 2)],
        };
        var ensemble = new SquaredEnsemble(SecondMoments.Of(LinearExamples.D2), new ParameterLaw(laws));
        double[] energies = new double[Draws];
        ensemble.Draw(20240404, 0, energies);
        double mean = energies.Average();
        double Central(int power) => energies.Average(e => Math.Pow(e - mean, power));
        (double v, double third, double fourth, double sixth) = (Central(2), Central(3), Central(4), Central(6));
        Assert.That(mean, Is.EqualTo(ensemble.Moments.Mean.Value).Within(4 * Math.Sqrt(v / Draws)));
        Assert.That(v, Is.EqualTo(ensemble.Moments.Variance.Value).Within(4 * Math.Sqrt((fourth - (v * v)) / Draws)));
        double thirdError = Math.Sqrt((sixth - (third * third) - (6 * fourth * v) + (9 * v * v * v)) / Draws);
        Assert.That(third, Is.EqualTo(ensemble.Moments.ThirdCumulant).Within(4 * thirdError));
    }

    [Test]
    public void A_draw_is_the_energy_of_the_parameters_that_the_law_draws_from_the_same_stream()
    {
        LabelledData data = SquaredExamples.Generated(300, 7);
        var law = new ParameterLaw([.. Enumerable.Range(0, 7).Select(j => j % 3 == 0 ? InitializationLaw.Uniform(-1, 2) : j == 4 ? InitializationLaw.Constant(0.5) : InitializationLaw.Normal(0, 2))]);
        var moments = SecondMoments.Of(data);
        double[] energies = new double[20], parameters = new double[7];
        new SquaredEnsemble(moments, law).Draw(5, 1000, energies);
        for (int i = 0; i < 20; i++)
        {
            law.Draw(new RandomStream(5, (ulong)(1000 + i)), parameters);
            Assert.That(energies[i], Is.EqualTo(moments.Energy(parameters)).Within(1e-11 * energies[i]));
        }
    }

    [Test]
    public void No_draw_depends_on_the_number_of_threads_or_on_the_blocks_asked_for()
    {
        var moments = SecondMoments.Of(SquaredExamples.Generated(300, 7));
        ParameterLaw law = ParameterLaw.Same(InitializationLaw.Normal(0, 1), 7);
        double[] one = new double[3000], four = new double[3000], late = new double[1000];
        new SquaredEnsemble(moments, law) { MaxDegreeOfParallelism = 1 }.Draw(9, 0, one);
        new SquaredEnsemble(moments, law) { MaxDegreeOfParallelism = 4 }.Draw(9, 0, four);
        new SquaredEnsemble(moments, law).Draw(9, 2000, late);
        Assert.That(four, Is.EqualTo(one));
        Assert.That(late, Is.EqualTo(one[2000..]));
    }

    [TestCase("nist-longley", 1)]
    [TestCase("nist-longley", 1e-6)]
    [TestCase("diabetes", 1)]
    [TestCase("diabetes", 1e-3)]
    [TestCase("breast-cancer", 1)]
    [TestCase("breast-cancer", 1e-5)]
    [TestCase("digits", 0.3)]
    [TestCase("iris", 1)]
    [TestCase("wine", 0.01)]
    public void Real_data_of_any_condition_number_have_an_exact_entropy(string name, double deviation)
    {
        LabelledData data = NistRegression.Table(name).WithIntercept();
        var ensemble = new SquaredEnsemble(SecondMoments.Of(data), ParameterLaw.Same(InitializationLaw.Normal(0, deviation), data.Columns));
        EntropyEstimate exact = ensemble.ExactEntropy()!.Value;
        Estimate sampled = LinearExamples.SampleEntropy(ensemble, 20_000);
        Assert.That((exact.Method, exact.Status), Is.EqualTo((EntropyMethod.Exact, Status.Defined)));
        Assert.That(exact.Value, Is.EqualTo(sampled.Value).Within(4 * sampled.StandardError));
    }

    [Test]
    public void Laws_without_an_exact_entropy_say_so()
    {
        var moments = SecondMoments.Of(SquaredExamples.Generated(50, 3));
        foreach (InitializationLaw[] laws in new InitializationLaw[][]
        {
            [InitializationLaw.Normal(0, 1), InitializationLaw.Uniform(-1, 1), InitializationLaw.Constant(0)],
            [InitializationLaw.Uniform(-1, 1), InitializationLaw.Uniform(-1, 1), InitializationLaw.Uniform(-1, 1)],
        })
        {
            var ensemble = new SquaredEnsemble(moments, new ParameterLaw(laws));
            Assert.That(ensemble.ExactEntropy(), Is.Null);
            Assert.That((ensemble.Cumulant(4), ensemble.DifferentialTemperature()), Is.EqualTo((double.NaN, double.NaN)));
        }

        Assert.That(() => new SquaredEnsemble(moments, ParameterLaw.Same(InitializationLaw.Normal(0, 1), 2)),
            Throws.InstanceOf<InvalidLawException>().With.Message.Contains("2 parameters"));
    }

    [Test]
    public void Cumulants_of_normal_laws_agree_between_traces_and_the_quadratic_form()
    {
        var ensemble = new SquaredEnsemble(SecondMoments.Of(SquaredExamples.Generated(100, 6)), ParameterLaw.Same(InitializationLaw.Normal(0.3, 2), 6));
        Assert.That(ensemble.Form!.Mean, Is.EqualTo(ensemble.Cumulant(1)).Within(1e-11 * ensemble.Cumulant(1)));
        for (int order = 2; order <= 3; order++)
            Assert.That(ensemble.Form.Cumulant(order), Is.EqualTo(ensemble.Cumulant(order)).Within(1e-11 * ensemble.Cumulant(order)));
        Assert.That(ensemble.Cumulant(4), Is.EqualTo(ensemble.Moments.FourthCumulant).Within(1e-11 * ensemble.Cumulant(4)));
    }

    private static SquaredEnsemble Ensemble(int data, InitializationLaw law)
    {
        LabelledData chosen = data == 1 ? LinearExamples.D1 : LinearExamples.D2;
        return new SquaredEnsemble(SecondMoments.Of(chosen), ParameterLaw.Same(law, chosen.Columns));
    }
}
