using FsCheck;
using ML.Thermo.Entropies;

namespace ML.Thermo.Tests.Entropies;

public class Every_entropy_estimator
{
    [Test]
    public void Is_found_by_its_name_in_any_case([ValueSource(typeof(EntropyEstimators), nameof(EntropyEstimators.Names))] string name) =>
        Assert.That(EntropyEstimators.Parse(name.ToUpperInvariant()), Is.InstanceOf(EntropyEstimators.Parse(name).GetType()));

    [TestCase("kl", "KozachenkoLeonenko")]
    [TestCase("gaussian", "Gaussian")]
    [TestCase("gamma", "Gamma")]
    [TestCase("pearson", "PearsonIII")]
    [TestCase("resolved", "FiniteResolution")]
    [TestCase("edgeworth", "Edgeworth")]
    [TestCase("histogram", "Histogram")]
    [TestCase("vasicek", "Vasicek")]
    public void Has_the_method_of_its_name(string name, string method)
    {
        var of = new EntropyMethod(method);
        Assert.That(EntropyEstimators.Parse(name).Method, Is.EqualTo(of));
        Assert.That(EntropyEstimators.NameOf(of), Is.EqualTo(name));
    }

    [Test]
    public void That_is_not_ours_brings_its_own_method()
    {
        Assert.That(EntropyEstimators.NameOf(new EntropyMethod("Renyi")), Is.EqualTo("Renyi"));
        Assert.That(new EntropyMethod("Exact"), Is.EqualTo(default(EntropyMethod)));
        Assert.That(() => new EntropyMethod(" "), Throws.ArgumentException);
    }

    [TestCase("kullback")]
    [TestCase("")]
    public void Has_a_name_from_the_list(string name) =>
        Assert.That(() => EntropyEstimators.Parse(name), Throws.ArgumentException.With.Message.Contains($"'{name}'").And.Message.Contains("kl, gaussian"));

    [FsCheck.NUnit.Property(MaxTest = 30)]
    public void Shifts_by_the_logarithm_of_the_scale_and_ignores_the_origin(NormalFloat logScale, NormalFloat offset, PositiveInt seed)
    {
        // h(rU + c) = ln r + h(U)
        double r = Math.Exp(4 * Math.Tanh(logScale.Get / 4)), c = 10 * r * Math.Tanh(offset.Get / 4);
        double[] sample = Samples.Exponential((ulong)seed.Get, 300);
        for (int i = 0; i < sample.Length; i++)
            sample[i] = 3 + (0.2 * Math.Sqrt(sample[i])); // skewness 0.6, kurtosis 0.2: inside no closure's special case
        double[] moved = [.. sample.Select(u => (r * u) + c)];
        foreach (string name in EntropyEstimators.Names.Where(name => name != "edgeworth"))
            AssertShift(EntropyEstimators.Parse(name), sample, moved, r, c);

        double[] symmetric = [.. Samples.Normal((ulong)seed.Get, 3000)];
        AssertShift(new EdgeworthClosure(), symmetric, [.. symmetric.Select(u => (r * u) + c)], r, c);
    }

    [Test]
    public void Gives_the_logarithm_of_the_mean_ratio_between_states_of_one_shape()
    {
        // E = E₀ + rU with the same U: ΔS = ln(r₁/r₂) whatever the estimator, so T is the logarithmic mean of the excess energies
        double[] u = Samples.ChiSquare(17, 5000);
        double[] hot = [.. u.Select(x => 1 + (4 * x))], cold = [.. u.Select(x => 1 + x)];
        foreach (string name in EntropyEstimators.Names.Where(name => name != "edgeworth"))
        {
            IEntropyEstimator estimator = EntropyEstimators.Parse(name);
            double released = Of(estimator, hot, 1).Differential - Of(estimator, cold, 1).Differential;
            Assert.That(released, Is.EqualTo(Math.Log(4)).Within(1e-9), name);
        }
    }

    [Test]
    public void That_needs_no_sample_ignores_it()
    {
        EnergyMoments moments = EnergyMoments.FromSample(Samples.Normal(1, 200), -10);
        foreach (IEntropyEstimator estimator in EntropyEstimators.Names.Select(EntropyEstimators.Parse).Where(estimator => !estimator.NeedsSample))
            Assert.That(estimator.Estimate(moments, [1, 2, 3]), Is.EqualTo(estimator.Estimate(moments, [])));
    }

    [Test]
    public void That_needs_a_sample_says_so()
    {
        foreach (IEntropyEstimator estimator in EntropyEstimators.Names.Select(EntropyEstimators.Parse).Where(estimator => estimator.NeedsSample))
            Assert.That(() => estimator.Estimate(EnergyMoments.FromSample([1, 2]), []), Throws.ArgumentException.With.Message.Contains("got 0"));
    }

    private static void AssertShift(IEntropyEstimator estimator, double[] sample, double[] moved, double scale, double offset)
    {
        EntropyEstimate before = Of(estimator, sample, 2.9), after = Of(estimator, moved, (scale * 2.9) + offset);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(after.Differential - before.Differential, Is.EqualTo(Math.Log(scale)).Within(1e-9), estimator.Method.ToString());
            Assert.That(after.StandardError, Is.EqualTo(before.StandardError).Within(1e-8), estimator.Method.ToString());
            Assert.That(after.Status, Is.EqualTo(before.Status), estimator.Method.ToString());
        }
    }

    private static EntropyEstimate Of(IEntropyEstimator estimator, double[] sample, double floor) =>
        estimator.Estimate(EnergyMoments.FromSample(sample, floor), sample);
}
