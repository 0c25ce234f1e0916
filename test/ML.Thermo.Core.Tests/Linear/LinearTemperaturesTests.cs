using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear;
using ML.Thermo.Transitions;
using static ML.Thermo.Tests.Linear.LinearExamples;

namespace ML.Thermo.Tests.Linear;

public sealed class LinearTemperaturesTests
{
    // golden: quadrature and finite differences independent of this library, 1e-4 relative
    [TestCase(0.1, .050220)]
    [TestCase(0.5, 1.577054)]
    [TestCase(1, 11.847585)]
    [TestCase(3, 28.827670)]
    [TestCase(10, 255.821)]
    public void Differential_temperature_of_one_parameter(double sd, double expected) =>
        AssertExact(new LinearSystem(D1, Energy.MeanSquared, Normal(sd, 1)).DifferentialTemperature(), expected, 1e-4 * expected);

    [TestCase(0.1, .0434065)]
    [TestCase(0.5, 1.1320381)]
    [TestCase(1, 4.7988714)]
    [TestCase(3, 23.9274003)]
    public void Differential_temperature_of_two_parameters(double sd, double expected) =>
        AssertExact(new LinearSystem(D2, Energy.MeanSquared, Normal(sd)).DifferentialTemperature(), expected, 1e-4 * expected);

    [Test]
    public void Around_the_optimum_of_squared_error_it_is_the_excess_energy() // E − E₀ is 2-homogeneous: h(rU) = ln r + h(U)
    {
        LinearSystem centred = Around(D2, Energy.MeanSquared, 0.7);

        AssertExact(centred.DifferentialTemperature(), centred.Ensemble.Mean.Value - centred.GroundState.Energy, 1e-5);
    }

    [Test]
    public void Without_residuals_it_is_the_excess_energy_of_absolute_errors_too() // E is then 1-homogeneous
    {
        LinearSystem centred = Around(Exact(40, 3), Energy.MeanAbsolute, 0.7);
        double t = centred.DifferentialTemperature().Value; // on common random numbers every draw scales, and so does the estimated entropy

        Assert.That(t, Is.EqualTo(centred.Ensemble.Mean.Value).Within(1e-6));
    }

    [Test]
    public void A_narrow_initialisation_keeps_its_digits([Values(1e-4, 1e-9)] double deviation) // ⟨E⟩ grows as 2σ² tr Σ, S as ln σ
    {
        var system = new LinearSystem(LinearExamples.D2, Energy.MeanSquared, ParameterLaw.Same(InitializationLaw.Normal(0, deviation), 2));

        double expected = 2 * deviation * deviation * ((4.0 / 3) + (5.0 / 6));
        Assert.That(system.DifferentialTemperature().Value, Is.EqualTo(expected).Within(1e-4 * expected));
    }

    [Test]
    public void By_draws_it_agrees_with_the_exact_one_within_its_error()
    {
        var system = new LinearSystem(D2, Energy.MeanSquared, Normal(1));
        Estimate drawn = system.DifferentialTemperature(new TransitionOptions { Draws = 32768, Entropy = new KozachenkoLeonenko() });

        Assert.That(drawn.StandardError, Is.GreaterThan(0).And.LessThan(0.3));
        Assert.That(drawn.Value, Is.EqualTo(4.7988714).Within(4 * drawn.StandardError));
    }

    [Test]
    public void It_can_be_taken_along_a_closure()
    {
        // Gaussian: S = ½ ln V, V = 4σ²|c|² + 2σ⁴ tr Σ², ⟨E⟩ = s + σ² tr Σ at zero mean.
        double c2 = (16.0 / 9) + (1.75 * 1.75), square = (16.0 / 9) + (25.0 / 36) + (2.0 / 36), trace = 13.0 / 6;
        double energySlope = 2 * trace, entropySlope = ((8 * c2) + (8 * square)) / (2 * ((4 * c2) + (2 * square)));

        AssertExact(new LinearSystem(D2, Energy.MeanSquared, Normal(1)).DifferentialTemperature(new TransitionOptions { Entropy = new GaussianClosure() }), energySlope / entropySlope, 1e-5);
    }

    [Test]
    public void Where_the_entropy_does_not_grow_it_is_undefined()
    {
        Assert.That(new LinearSystem(D2, Energy.MeanSquared, ParameterLaw.Same(InitializationLaw.Constant(1), 2)).DifferentialTemperature(), Is.EqualTo(Estimate.Undefined));
    }

    [Test]
    public void Draws_depend_on_the_seed_alone()
    {
        var options = new TransitionOptions { Draws = 800, Entropy = new KozachenkoLeonenko() };
        var system = new LinearSystem(D2, Energy.MeanAbsolute, Uniform(1));

        Estimate first = system.DifferentialTemperature(options);
        Assert.That(new LinearSystem(D2, Energy.MeanAbsolute, Uniform(1)).DifferentialTemperature(options), Is.EqualTo(first));
        Assert.That(system.DifferentialTemperature(options with { Seed = 2 }), Is.Not.EqualTo(first));
    }

    [Test]
    public void Parameter_temperature_of_squared_error_is_the_weighted_trace_of_the_moments()
    {
        AssertExact(new LinearSystem(D2, Energy.MeanSquared, Normal(1)).ParameterTemperature(), 13.0 / 6, 1e-12); // tr 2Σ/2
        var mixed = new ParameterLaw(InitializationLaw.Normal(3, 0.5), InitializationLaw.Constant(0));
        AssertExact(new LinearSystem(D2, Energy.MeanSquared, mixed).ParameterTemperature(), 0.25 * 8 / 3, 1e-12); // of the one random parameter
    }

    [Test]
    public void Curvature_of_cross_entropy_is_taken_at_the_optimum()
    {
        // golden: Hessian [[0.2453335635, 0.0501059884], [0.0501059884, 0.1318595330]], independent of this library
        const double A = 0.2453335635, B = 0.0501059884, C = 0.1318595330;
        var system = new LinearSystem(D3, Energy.CrossEntropy, Normal(2));

        AssertExact(system.ParameterTemperature(), 4 * (A + C) / 2, 1e-8);
        AssertExact(system.EquipartitionRatio(), 2 * ((A * A) + (2 * B * B) + (C * C)) / ((A + C) * (A + C)), 1e-8);
    }

    [Test]
    public void Parameter_temperature_of_absolute_error_without_residuals_is_the_energy_per_parameter() // d⟨E⟩/d ln σ = ⟨E⟩
    {
        LinearSystem centred = Around(Exact(40, 3), Energy.MeanAbsolute, 0.7);

        AssertExact(centred.ParameterTemperature(), centred.Ensemble.Mean.Value / 3, 1e-6);
    }

    [Test]
    public void Equipartition_ratio_of_squared_error_needs_no_training() // T_fluct/T_par = 2.3333/2.1667 around the optimum
    {
        AssertExact(new LinearSystem(D2, Energy.MeanSquared, Normal(1)).EquipartitionRatio(), 2.33333333 / 2.16666667, 1e-8);
    }

    [Test]
    public void Equipartition_ratio_is_one_for_equal_curvature_and_d_for_one_steep_direction()
    {
        var equal = new LabelledData(new double[] { 1, 1, 1, -1, -1, 1, -1, -1 }, new double[] { 1, 2, 3, 5 });
        var steep = new LabelledData(new double[] { 1, 1e-9, -1, 1e-9, 2, -1e-9 }, new double[] { 1, 2, 4 });

        AssertExact(new LinearSystem(equal, Energy.MeanSquared, Normal(1)).EquipartitionRatio(), 1, 1e-14);
        AssertExact(new LinearSystem(steep, Energy.MeanSquared, Normal(1)).EquipartitionRatio(), 2, 1e-8);
    }

    [Test]
    public void Equipartition_ratio_of_absolute_error_is_that_of_its_two_temperatures()
    {
        LinearSystem centred = Around(D2, Energy.MeanAbsolute, 1);
        EnergyMoments moments = centred.Ensemble.Moments;
        double fluctuation = moments.Variance.Value / (moments.Mean.Value - centred.GroundState.Energy);

        AssertExact(new LinearSystem(D2, Energy.MeanAbsolute, Normal(1)).EquipartitionRatio(), fluctuation / centred.ParameterTemperature().Value, 1e-9);
    }

    [Test]
    public void For_many_rows_the_ratio_of_absolute_error_comes_from_draws()
    {
        // A thousand copies of D2 have the energy of D2, but too many rows for the exact variance.
        double[] features = [.. Enumerable.Repeat(D2.Features.ToArray(), 1000).SelectMany(x => x)], targets = [.. Enumerable.Repeat(D2.Targets.ToArray(), 1000).SelectMany(y => y)];
        Estimate exact = new LinearSystem(D2, Energy.MeanAbsolute, Normal(1)).EquipartitionRatio();
        Estimate drawn = new LinearSystem(new LabelledData(features, targets), Energy.MeanAbsolute, Normal(1)).EquipartitionRatio();

        Assert.That(drawn.StandardError, Is.GreaterThan(0).And.LessThan(0.1 * exact.Value));
        Assert.That(drawn.Value, Is.EqualTo(exact.Value).Within(4 * drawn.StandardError));
    }

    [Test]
    public void Separable_classes_have_no_optimum_and_no_temperature_around_it()
    {
        var system = new LinearSystem(new LabelledData(new double[] { -2, -1, 1, 2 }, new double[] { 0, 0, 1, 1 }), Energy.CrossEntropy, Normal(1, 1));

        Assert.That(system.ParameterTemperature(), Is.EqualTo(Estimate.Undefined));
        Assert.That(system.EquipartitionRatio(), Is.EqualTo(Estimate.Undefined));
    }

    private static void AssertExact(Estimate estimate, double expected, double tolerance)
    {
        Assert.That(estimate.StandardError, Is.Zero);
        Assert.That(estimate.Value, Is.EqualTo(expected).Within(tolerance));
    }

    private static LinearSystem Around(LabelledData data, Energy energy, double sd) =>
        new(data, energy, new ParameterLaw([.. new LinearSystem(data, energy, Normal(sd, data.Columns)).GroundState.Parameters.Select(mean => InitializationLaw.Normal(mean, sd))]));

    /// <summary>Targets that a linear model meets exactly.</summary>
    private static LabelledData Exact(int rows, int columns)
    {
        LabelledData data = Regression(rows, columns);
        return new LabelledData(data.Features, data.Outputs([.. Enumerable.Range(1, columns).Select(j => (double)j)]));
    }
}
