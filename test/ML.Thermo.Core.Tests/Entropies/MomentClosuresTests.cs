using ML.Thermo.Entropies;
using ML.Thermo.Initialization;

namespace ML.Thermo.Tests.Entropies;

public class Closures_on_moments
{
    private static readonly EnergyMoments FiveRows = Exact(8.35, 70.26, 991.4, 0.074);
    private static readonly EnergyMoments SixRows = Exact(6.625, 24.4166666666666667, 161.842592592592593, 0.0395299145299145);

    // golden: independent evaluation of the closures on linear models under N(0, 1), two small data sets (five rows, one feature; six rows, two)
    [Test]
    public void Give_the_reference_values_of_two_linear_models()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Value(new GaussianClosure(), FiveRows), Is.EqualTo(3.545040).Within(5e-7));
            Assert.That(Value(new GaussianClosure(), SixRows), Is.EqualTo(3.016572).Within(5e-7));
            Assert.That(Value(new GammaClosure(), FiveRows), Is.EqualTo(3.113148).Within(5e-7));
            Assert.That(Value(new GammaClosure(), SixRows), Is.EqualTo(2.801456).Within(5e-7));
            Assert.That(Value(new PearsonClosure(), FiveRows), Is.EqualTo(3.265462).Within(5e-7));
            Assert.That(Value(new PearsonClosure(), SixRows), Is.EqualTo(2.849135).Within(5e-7));
        }
    }

    [Test]
    public void Of_exact_moments_have_no_error()
    {
        foreach (IEntropyEstimator closure in new IEntropyEstimator[] { new GaussianClosure(), new GammaClosure(), new PearsonClosure() })
            Assert.That(closure.Estimate(SixRows, []).StandardError, Is.Zero);
        Assert.That(new EdgeworthClosure().Estimate(Exact(0, 1, 0.1, 0.02, fourth: 0.1), []).StandardError, Is.Zero);
    }

    [Test]
    public void Of_a_normal_law_all_agree()
    {
        EnergyMoments normal = Exact(5, 1, 0, fourth: 0);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Value(new GaussianClosure(), normal), Is.EqualTo(1.418938533204673).Within(1e-15)); // golden: ½ ln 2πe
            Assert.That(Value(new PearsonClosure(), normal), Is.EqualTo(Samples.NormalEntropy).Within(1e-15));
            Assert.That(Value(new EdgeworthClosure(), normal), Is.EqualTo(Samples.NormalEntropy).Within(1e-15));
            Assert.That(Value(new GammaClosure(), normal with { Floor = -1e6 }), Is.EqualTo(Samples.NormalEntropy).Within(1e-10));
        }
    }

    [TestCase(1, 1, 1)] // golden: H(1, 1) = 1
    [TestCase(0.5, 2, 0.783757110)]
    [TestCase(3, 2 * 0.04 / 6, -2.46990960)]
    public void Of_a_gamma_law_are_exact(double shape, double scale, double expected)
    {
        EnergyMoments gamma = Exact(shape * scale, shape * scale * scale, 2 * shape * Math.Pow(scale, 3), floor: 0, fourth: 6 * shape * Math.Pow(scale, 4));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Value(new GammaClosure(), gamma), Is.EqualTo(expected).Within(5e-9));
            Assert.That(Value(new PearsonClosure(), gamma), Is.EqualTo(expected).Within(5e-9));
        }
    }

    [Test]
    public void Do_not_mind_the_side_of_the_tail() =>
        Assert.That(Value(new PearsonClosure(), Exact(0, 2, -1.5)), Is.EqualTo(Value(new PearsonClosure(), Exact(0, 2, 1.5))));

    [TestCase(400)]
    [TestCase(4000)]
    public void By_Edgeworth_approach_the_exact_entropy_of_a_nearly_normal_gamma_law(double shape)
    {
        EnergyMoments gamma = Exact(shape, shape, 2 * shape, floor: 0, fourth: 6 * shape);
        EntropyEstimate edgeworth = new EdgeworthClosure().Estimate(gamma, []);
        Assert.That(edgeworth.Value, Is.EqualTo(Value(new GammaClosure(), gamma)).Within(5 / (shape * shape)));
    }

    [Test]
    public void By_Edgeworth_are_refused_outside_the_range_of_the_series()
    {
        EntropyEstimate skewed = new EdgeworthClosure().Estimate(Exact(0, 1, 0.5, fourth: 0), []);
        EntropyEstimate flat = new EdgeworthClosure().Estimate(Exact(0, 1, 0, fourth: -1.2), []);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(skewed.Value, Is.NaN);
            Assert.That(skewed.Status, Is.EqualTo(Status.OutOfRange));
            Assert.That(flat.Value, Is.EqualTo(Samples.NormalEntropy - (1.44 / 48)).Within(1e-15));
            Assert.That(flat.Status, Is.EqualTo(Status.OutOfRange));
        }
    }

    [Test]
    public void Say_what_they_miss()
    {
        EnergyMoments twoMoments = new(new Estimate(1, 0), new Estimate(1, 0));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(new GammaClosure().Estimate(twoMoments, []).Status, Is.EqualTo(Status.Undefined), "no floor");
            Assert.That(new GammaClosure().Estimate(twoMoments with { Floor = 1 }, []).Status, Is.EqualTo(Status.OutOfRange), "mean at the floor");
            Assert.That(new PearsonClosure().Estimate(twoMoments, []).Status, Is.EqualTo(Status.Undefined), "no skewness");
            Assert.That(new EdgeworthClosure().Estimate(twoMoments, []).Status, Is.EqualTo(Status.Undefined), "no kurtosis");
            Assert.That(new GaussianClosure().Estimate(twoMoments, []).Bias, Is.NaN, "no cumulants");
            Assert.That(Value(new GaussianClosure(), new(new Estimate(1, 0), ML.Thermo.Estimate.Undefined)), Is.NaN);
        }
    }

    [Test]
    public void Of_a_point_state_are_minus_infinity()
    {
        EnergyMoments point = EnergyMoments.FromSample([2, 2, 2, 2, 2], floor: 0);
        foreach (IEntropyEstimator closure in new IEntropyEstimator[] { new GaussianClosure(), new GammaClosure(), new PearsonClosure(), new EdgeworthClosure() })
        {
            Assert.That(closure.Estimate(point, []), Is.EqualTo(new EntropyEstimate(double.NegativeInfinity, 0, closure.Method, Status.PointState)));
        }
    }

    [TestCase("gaussian", "normal")]
    [TestCase("edgeworth", "normal")]
    [TestCase("pearson", "exponential")]
    [TestCase("gamma", "exponential")]
    [TestCase("gamma", "chi-square")]
    public void Of_a_sample_state_the_error_that_repeated_samples_show(string closure, string law)
    {
        const int repeats = 500, n = 2000;
        double[] errors = new double[repeats];
        double stated = 0;
        for (int repeat = 0; repeat < repeats; repeat++)
        {
            (double[] sample, double exact) = Samples.Of(law, (ulong)repeat, n);
            EntropyEstimate entropy = EntropyEstimators.Parse(closure).Estimate(EnergyMoments.FromSample(sample, 0), []);
            errors[repeat] = entropy.Value - exact;
            stated += entropy.StandardError / repeats;
        }

        double seen = Math.Sqrt(EnergyMoments.FromSample(errors).Variance.Value);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(errors.Average(), Is.EqualTo(0).Within((4 * seen / Math.Sqrt(repeats)) + (10.0 / n)));
            Assert.That(stated, Is.EqualTo(seen).Within(4 * 100 / Math.Sqrt(2 * repeats)).Percent);
        }
    }

    [Test]
    public void On_conditional_variances_give_the_mutual_informations_of_a_normal_law()
    {
        // golden: covariance [[4,3,1],[3,4,1],[1,1,2]] of NPEET's tests, in bits
        double Bits(double variance, double conditional) => (Value(new GaussianClosure(), Exact(0, variance, 0)) - Value(new GaussianClosure(), Exact(0, conditional, 0))) / Math.Log(2);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Bits(4, 4 - (9.0 / 4)), Is.EqualTo(0.5963225390).Within(1e-10));
            Assert.That(Bits(3.5, 3.5 - (6.25 / 3.5)), Is.EqualTo(0.5148736717).Within(1e-10));
        }
    }

    private static double Value(IEntropyEstimator closure, EnergyMoments moments) => closure.Estimate(moments, []).Value;

    private static EnergyMoments Exact(double mean, double variance, double third, double floor = double.NaN, double fourth = double.NaN) =>
        new(ML.Thermo.Estimate.Exact(mean), ML.Thermo.Estimate.Exact(variance), third, fourth, floor);
}
