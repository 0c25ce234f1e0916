using FsCheck;
using FsCheck.Fluent;
using ML.Thermo.Curvature;
using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear;
using ML.Thermo.Numerics;

namespace ML.Thermo.Tests.Curvature;

[TestFixture]
public class HessianTracesTests
{
    private static readonly double[] D2Features = [1, 0, 0, 1, 1, 1, -1, 1, 2, 1, 1, -1];
    private static readonly LabelledData D2 = new(D2Features, new double[] { 1, 2, 2.5, 1.5, 3.5, -1 });
    private static readonly LabelledData D3 = new(D2Features, new double[] { 1, 1, 0, 1, 1, 0 });
    private static readonly LabelledData D4 = new(new double[] { -2, -1, 0.5, 1, 2 }, new double[] { 0, 1, 0, 1, 1 });

    /// <summary>Golden: D2 by hand from Σ = [[4/3, 1/6], [1/6, 5/6]], H = 2Σ; T_par, T_fluct, d_eff confirmed by an independent Monte Carlo.</summary>
    [Test]
    public void Temperatures_of_a_centred_ensemble_match_the_golden_numbers()
    {
        HessianTraces traces = HessianTraces.OfLinearModel(D2, Energy.MeanSquared, [0, 0]);
        CurvatureTemperatures at = traces.At(1);
        Assert.That(at.ParameterTemperature.Value, Is.EqualTo(2.16666667).Within(5e-9));
        Assert.That(at.FluctuationTemperature.Value, Is.EqualTo(2.33333333).Within(5e-9));
        Assert.That(traces.EffectiveDegreesOfFreedom.Value, Is.EqualTo(1.85714286).Within(5e-9));
        Assert.That(traces.EquipartitionRatio.Value, Is.EqualTo(2.33333333 / 2.16666667).Within(1e-8));
        Assert.That(at.MeanExcessEnergy.Value, Is.EqualTo(2.20619658 - 0.0395299145).Within(1e-8));
        Assert.That(at.EnergyVariance.Value, Is.EqualTo(5.05555556).Within(1e-8));
        Assert.That(at.FluctuationTemperature.StandardError, Is.Zero, "exact");
        Assert.That(at.ParameterEntropy, Is.EqualTo(2 * 1.418938533).Within(1e-8), "two standard normal parameters");
        Assert.That(traces.Status, Is.EqualTo(Status.Defined));
    }

    /// <summary>Golden: Hessian of the logistic energy at its optimum, Newton's method in 30 digits.</summary>
    [Test]
    public void Cross_entropy_uses_the_Hessian_at_the_optimum()
    {
        HessianTraces traces = HessianTraces.OfLinearModel(D3, Energy.CrossEntropy, [-0.22142303, 1.45055409]);
        double[,] golden = { { 0.2453335635, 0.0501059884 }, { 0.0501059884, 0.1318595330 } };
        HessianTraces matrix = HessianTraces.OfMatrix(golden);
        Assert.That(traces.Trace.Value, Is.EqualTo(matrix.Trace.Value).Within(1e-8));
        Assert.That(traces.TraceOfSquare.Value, Is.EqualTo(matrix.TraceOfSquare.Value).Within(1e-8));
        Assert.That(HessianTraces.OfLinearModel(D4, Energy.CrossEntropy, [0.7954240126]).Trace.Value, Is.EqualTo(0.3227134098).Within(1e-9));
    }

    /// <summary>Golden: ratio of the exact mean excess energy of D4 to σ²H/2, by independent quadrature.</summary>
    [TestCase(0.01, 1.0000089, 1e-7)]
    [TestCase(0.1, 1.00085, 5e-5)]
    [TestCase(0.3, 1.0052, 5e-5)]
    [TestCase(1, 0.9604, 5e-5)]
    public void The_quadratic_form_of_the_excess_energy_holds_at_small_spread(double sigma, double ratio, double tolerance)
    {
        const double Optimum = 0.79542401260;
        double Excess(double w) => Mean(D4, Energy.CrossEntropy, [w]) - Mean(D4, Energy.CrossEntropy, [Optimum]);
        double exact = NormalExpectation.Of(Excess, Optimum, sigma * sigma).Value;
        CurvatureTemperatures at = HessianTraces.OfLinearModel(D4, Energy.CrossEntropy, [Optimum]).At(sigma);
        Assert.That(exact / at.MeanExcessEnergy.Value, Is.EqualTo(ratio).Within(tolerance));
    }

    [Test]
    public void More_columns_than_rows_give_the_same_traces_as_the_matrix()
    {
        var random = new RandomStream(2, 0);
        double[] features = [.. Enumerable.Range(0, 5 * 12).Select(_ => random.NextNormal())];
        var wide = new LabelledData(features, new double[5]);
        double[,] hessian = new double[12, 12];
        for (int i = 0; i < 5; i++)
        {
            for (int j = 0; j < 144; j++)
                hessian[j / 12, j % 12] += 2 * wide.Row(i)[j / 12] * wide.Row(i)[j % 12] / 5;
        }

        HessianTraces traces = HessianTraces.OfLinearModel(wide, Energy.MeanSquared, new double[12]), matrix = HessianTraces.OfMatrix(hessian);
        Assert.That(traces.Trace.Value, Is.EqualTo(matrix.Trace.Value).Within(1e-12));
        Assert.That(traces.TraceOfSquare.Value, Is.EqualTo(matrix.TraceOfSquare.Value).Within(1e-12));
    }

    /// <summary>1 ≤ d_eff ≤ d for every positive semidefinite Hessian, so the equipartition ratio lies in [1, d].</summary>
    [Test]
    public void The_equipartition_ratio_lies_between_one_and_the_dimension()
    {
        Gen<double[]> spectra =
            from d in Gen.Choose(1, 8)
            from logs in Gen.ArrayOf(Gen.Choose(-40, 40), d)
            select logs.Select(x => Math.Pow(10, x / 10.0)).ToArray();
        Prop.ForAll(spectra.ToArbitrary(), spectrum =>
        {
            double[,] hessian = new double[spectrum.Length, spectrum.Length];
            for (int i = 0; i < spectrum.Length; i++)
                hessian[i, i] = spectrum[i];
            double ratio = HessianTraces.OfMatrix(hessian).EquipartitionRatio.Value;
            return ratio >= 1 - 1e-12 && ratio <= spectrum.Length * (1 + 1e-12);
        }).Check(Config.QuickThrowOnFailure.WithReplay(20240404, 1));
    }

    [Test]
    public void Isotropic_curvature_has_one_temperature()
    {
        double[,] hessian = { { 3, 0 }, { 0, 3 } };
        CurvatureTemperatures at = HessianTraces.OfMatrix(hessian).At(0.5);
        Assert.That(at.FluctuationTemperature.Value, Is.EqualTo(at.ParameterTemperature.Value).Within(1e-15));
        Assert.That(at.Traces.EquipartitionRatio.Value, Is.EqualTo(1).Within(1e-15));
    }

    [Test]
    public void Scaling_the_energy_scales_temperatures_and_leaves_the_ratio_alone()
    {
        double[,] hessian = { { 3, 1 }, { 1, 7 } }, scaled = { { 30, 10 }, { 10, 70 } };
        HessianTraces once = HessianTraces.OfMatrix(hessian), tenfold = HessianTraces.OfMatrix(scaled);
        Assert.That(tenfold.At(0.2).FluctuationTemperature.Value, Is.EqualTo(10 * once.At(0.2).FluctuationTemperature.Value).Within(1e-13));
        Assert.That(tenfold.EquipartitionRatio.Value, Is.EqualTo(once.EquipartitionRatio.Value).Within(1e-14));
    }

    [Test]
    public void The_absolute_loss_has_no_curvature_to_speak_of()
    {
        HessianTraces traces = HessianTraces.OfLinearModel(D2, Energy.MeanAbsolute, [0.75, 2]);
        Assert.That(traces.Status, Is.EqualTo(Status.Undefined));
        Assert.That(traces.EquipartitionRatio.Value, Is.NaN);
        Assert.That(traces.At(1).FluctuationTemperature.Value, Is.NaN);
    }

    [Test]
    public void Errors_of_estimated_traces_are_carried_to_the_ratios()
    {
        var traces = new HessianTraces
        {
            Dimension = 10,
            Trace = new Estimate(20, 0.2),
            TraceOfSquare = new Estimate(80, 2.4),
            Covariance = 0.3,
        };
        // relative: tr 1 %, tr² 3 %, correlation term 0.3/1600
        double fluctuation = Math.Sqrt(1e-4 + 9e-4 - (2 * 0.3 / 1600)), ratio = Math.Sqrt(4e-4 + 9e-4 - (4 * 0.3 / 1600));
        Assert.That(traces.At(1).FluctuationTemperature.StandardError, Is.EqualTo(4 * fluctuation).Within(1e-12));
        Assert.That(traces.EquipartitionRatio.StandardError, Is.EqualTo(2 * ratio).Within(1e-12));
        Assert.That(traces.At(2).ParameterTemperature.Value, Is.EqualTo(8).Within(1e-14));
        Assert.That(traces.At(2).ParameterTemperature.StandardError, Is.EqualTo(0.08).Within(1e-14));
    }

    [Test]
    public void Bad_input_is_named()
    {
        Assert.That(() => HessianTraces.OfMatrix(new double[0, 0]), Throws.ArgumentException);
        Assert.That(() => HessianTraces.OfMatrix(new double[2, 3]), Throws.ArgumentException.With.Message.Contains("2 × 3"));
        Assert.That(() => HessianTraces.OfMatrix(new double[,] { { 1, 2 }, { 3, 1 } }), Throws.ArgumentException.With.Message.Contains("(0, 1)"));
        Assert.That(() => HessianTraces.OfMatrix(new double[,] { { double.NaN } }), Throws.ArgumentException);
        Assert.That(() => HessianTraces.OfLinearModel(D2, Energy.MeanSquared, [1]), Throws.ArgumentException.With.Message.Contains("2 parameters"));
        Assert.That(() => HessianTraces.OfMatrix(new double[,] { { 1 } }).At(0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private static double Mean(LabelledData data, Energy energy, ReadOnlySpan<double> w)
    {
        double sum = 0;
        for (int i = 0; i < data.Rows; i++)
            sum += energy.Loss(System.Numerics.Tensors.TensorPrimitives.Dot(data.Row(i), w), data.Targets.Span[i]);
        return sum / data.Rows;
    }
}
