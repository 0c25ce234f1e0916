using ML.Thermo.Curvature;
using ML.Thermo.Initialization;

namespace ML.Thermo.Tests.Curvature;

[TestFixture]
public class HessianProbeTests
{
    private static readonly double[,] Hessian = { { 4, 1, 0 }, { 1, 3, -0.5 }, { 0, -0.5, 0.25 } };
    private static readonly double[] Point = [0.4, -1, 2];

    /// <summary>E = ½ wᵀHw + b·w + 5: not at its minimum at <see cref="Point"/>, which the opposite steps must not mind.</summary>
    private static double Quadratic(ReadOnlySpan<double> w)
    {
        double sum = 5 + w[0] - (2 * w[1]) + (0.3 * w[2]);
        for (int i = 0; i < 9; i++)
            sum += 0.5 * w[i / 3] * Hessian[i / 3, i % 3] * w[i % 3];
        return sum;
    }

    private static void QuadraticGradient(ReadOnlySpan<double> w, Span<double> g)
    {
        (g[0], g[1], g[2]) = (1, -2, 0.3);
        for (int i = 0; i < 9; i++)
            g[i / 3] += Hessian[i / 3, i % 3] * w[i % 3];
    }

    [TestCase(ProbeLaw.Normal, null)]
    [TestCase(ProbeLaw.Normal, 0.5)]
    [TestCase(ProbeLaw.Rademacher, null)]
    public void Traces_from_energies_agree_with_the_matrix(ProbeLaw law, double? step)
    {
        HessianTraces exact = HessianTraces.OfMatrix(Hessian);
        HessianTraces probed = HessianProbe.ByEnergies(Quadratic, Point, new ProbeOptions { Draws = 2000, Law = law, Step = step });
        Assert.That(probed.Trace.Value, Is.EqualTo(exact.Trace.Value).Within(4 * probed.Trace.StandardError));
        Assert.That(probed.Status, Is.EqualTo(Status.Defined));
        if (law == ProbeLaw.Normal)
        {
            Assert.That(probed.TraceOfSquare.Value, Is.EqualTo(exact.TraceOfSquare.Value).Within(4 * probed.TraceOfSquare.StandardError));
            Assert.That(probed.EquipartitionRatio.Value, Is.EqualTo(exact.EquipartitionRatio.Value).Within(4 * probed.EquipartitionRatio.StandardError));
            Assert.That(probed.Trace.StandardError, Is.EqualTo(Math.Sqrt(2 * exact.TraceOfSquare.Value / 2000)).Within(0.1 * probed.Trace.StandardError));
        }
        else
        {
            Assert.That(probed.TraceOfSquare.Value, Is.NaN, "signs alone cannot tell tr H²");
            Assert.That(probed.EquipartitionRatio.Value, Is.NaN);
        }
    }

    [TestCase(ProbeLaw.Normal)]
    [TestCase(ProbeLaw.Rademacher)]
    public void Traces_from_gradients_agree_with_the_matrix(ProbeLaw law)
    {
        HessianTraces exact = HessianTraces.OfMatrix(Hessian);
        HessianTraces probed = HessianProbe.ByGradients(QuadraticGradient, Point, new ProbeOptions { Draws = 2000, Law = law });
        Assert.That(probed.Trace.Value, Is.EqualTo(exact.Trace.Value).Within(4 * probed.Trace.StandardError));
        Assert.That(probed.TraceOfSquare.Value, Is.EqualTo(exact.TraceOfSquare.Value).Within(4 * probed.TraceOfSquare.StandardError));
        Assert.That(probed.EquipartitionRatio.Value, Is.EqualTo(exact.EquipartitionRatio.Value).Within(4 * probed.EquipartitionRatio.StandardError));
    }

    /// <summary>The stated error of the ratio is its spread over seeds, within the four standard errors of a spread.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public void The_error_of_the_ratio_is_its_spread_over_seeds(bool gradients)
    {
        const int Seeds = 200;
        var ratios = new Estimate[Seeds];
        for (int seed = 0; seed < Seeds; seed++)
        {
            var options = new ProbeOptions { Draws = 400, Seed = (ulong)seed, Step = 0.1 };
            ratios[seed] = (gradients
                ? HessianProbe.ByGradients(QuadraticGradient, Point, options)
                : HessianProbe.ByEnergies(Quadratic, Point, options)).EquipartitionRatio;
        }

        double mean = ratios.Average(r => r.Value), spread = Math.Sqrt(ratios.Sum(r => Math.Pow(r.Value - mean, 2)) / (Seeds - 1));
        Assert.That(ratios.Average(r => r.StandardError), Is.EqualTo(spread).Within(4 * spread / Math.Sqrt(2 * Seeds)));
    }

    [Test]
    public void Random_signs_are_exact_for_a_diagonal_Hessian()
    {
        static double Diagonal(ReadOnlySpan<double> w) => (2 * w[0] * w[0]) + (0.5 * w[1] * w[1]) + (8 * w[2] * w[2]);
        HessianTraces probed = HessianProbe.ByEnergies(Diagonal, [0, 0, 0], new ProbeOptions { Draws = 2, Law = ProbeLaw.Rademacher });
        Assert.That(probed.Trace.Value, Is.EqualTo(21).Within(1e-12));
        Assert.That(probed.Trace.StandardError, Is.LessThan(1e-12));
        Assert.That(probed.Status, Is.EqualTo(Status.SmallSample));
    }

    /// <summary>E = Σ cosh wⱼ: every truncation term is positive, and the default step must keep it below the digits that count.</summary>
    [Test]
    public void The_default_step_balances_truncation_and_rounding()
    {
        static double Cosh(ReadOnlySpan<double> w) => Math.Cosh(w[0]) + Math.Cosh(w[1]);
        static void Sinh(ReadOnlySpan<double> w, Span<double> g) => (g[0], g[1]) = (Math.Sinh(w[0]), Math.Sinh(w[1]));
        var signs = new ProbeOptions { Draws = 40, Law = ProbeLaw.Rademacher };
        double exact = Math.Cosh(0.5) + Math.Cosh(-1), square = Math.Pow(Math.Cosh(0.5), 2) + Math.Pow(Math.Cosh(-1), 2);
        Assert.That(HessianProbe.ByEnergies(Cosh, [0.5, -1], signs).Trace.Value, Is.EqualTo(exact).Within(1e-7));
        HessianTraces gradients = HessianProbe.ByGradients(Sinh, [0.5, -1], signs);
        Assert.That(gradients.Trace.Value, Is.EqualTo(exact).Within(1e-9));
        Assert.That(gradients.TraceOfSquare.Value, Is.EqualTo(square).Within(1e-8));
    }

    /// <summary>E = |w₁| + … has no second derivative at its kink; smoothed over σ it has √(2/π)·2/σ per entry, as E|σz| = σ√(2/π).</summary>
    [Test]
    public void A_kink_is_seen_smoothed_over_the_step()
    {
        static double Absolute(ReadOnlySpan<double> w) => Math.Abs(w[0]) + Math.Abs(w[1]);
        const double Sigma = 0.3;
        HessianTraces probed = HessianProbe.ByEnergies(Absolute, [0, 0], new ProbeOptions { Draws = 4000, Step = Sigma });
        double expected = 2 * 2 * Math.Sqrt(2 / Math.PI) / Sigma;
        Assert.That(probed.Trace.Value, Is.EqualTo(expected).Within(4 * probed.Trace.StandardError));
    }

    [Test]
    public void A_maximum_is_reported_as_undefined()
    {
        HessianTraces probed = HessianProbe.ByEnergies(w => -w[0] * w[0], [0], new ProbeOptions { Draws = 50 });
        Assert.That(probed.Trace.Value, Is.Negative);
        Assert.That(probed.Status, Is.EqualTo(Status.Undefined));
        Assert.That(probed.EquipartitionRatio.Value, Is.NaN);
    }

    [Test]
    public void Equal_seeds_give_equal_traces_and_other_seeds_others()
    {
        HessianTraces Probe(ulong seed) => HessianProbe.ByEnergies(Quadratic, Point, new ProbeOptions { Seed = seed });
        HessianTraces first = Probe(4), again = Probe(4), other = Probe(5);
        Assert.That(again, Is.EqualTo(first));
        Assert.That(other, Is.Not.EqualTo(first));
    }

    [Test]
    public void A_cancelled_probe_stops()
    {
        using var cancel = new CancellationTokenSource();
        int calls = 0;
        double Energy(ReadOnlySpan<double> w)
        {
            if (++calls == 5)
                cancel.Cancel();
            return w[0] * w[0];
        }

        Assert.That(() => HessianProbe.ByEnergies(Energy, [1.0], null, cancel.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(calls, Is.EqualTo(5));
    }

    [Test]
    public void Bad_input_is_named()
    {
        Assert.That(() => HessianProbe.ByEnergies(Quadratic, []), Throws.ArgumentException);
        Assert.That(() => HessianProbe.ByEnergies(Quadratic, Point, new ProbeOptions { Draws = 1 }), Throws.ArgumentException.With.Message.Contains("at least 2"));
        Assert.That(() => HessianProbe.ByEnergies(Quadratic, Point, new ProbeOptions { Step = -1 }), Throws.ArgumentException.With.Message.Contains("-1"));
        Assert.That(() => HessianProbe.ByEnergies(w => Math.Log(w[0]), [0]), Throws.TypeOf<UnusableDataException>().With.Message.Contains("the point itself"));
        Assert.That(
            () => HessianProbe.ByGradients((w, g) => g[0] = double.NaN, [1]),
            Throws.TypeOf<UnusableDataException>().With.Message.Contains("draw 0"));
    }
}
