using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Transitions;

/// <summary>How a Type I state is made of closed forms where an ensemble has them, and of its draws for the rest.</summary>
public sealed class EnergyEnsembleTests
{
    private static readonly EnergyMoments s_unknown = new(Estimate.Undefined, Estimate.Undefined, Floor: 1);
    private static readonly EntropyEstimate s_exact = new(1.25, 0, EntropyMethod.Exact);

    [Test]
    public void The_exact_entropy_and_the_closed_moments_are_taken_without_a_draw()
    {
        var ensemble = new Bent(new(Estimate.Exact(3), Estimate.Exact(2), 0.7, 0.3, 1), s_exact);
        State state = ensemble.ToState();
        Assert.That(state.Entropy, Is.EqualTo(s_exact));
        Assert.That((state.Kind, state.Energy, state.Variance), Is.EqualTo((StateKind.TypeI, Estimate.Exact(3), Estimate.Exact(2))));
        Assert.That((state.ThirdCumulant, state.GroundEnergy, state.EnergyEntropyCovariance, state.SampleSize), Is.EqualTo((0.7, 1.0, 0.0, 0L)));
        Assert.That(ensemble.Drawn, Is.Zero);
        Assert.That(ensemble.Mean, Is.EqualTo(Estimate.Exact(3)));
    }

    [Test]
    public void A_wanted_estimator_stands_before_the_exact_entropy_unless_only_that_will_do()
    {
        var ensemble = new Bent(new(Estimate.Exact(3), Estimate.Exact(2), Floor: 1), s_exact);
        Assert.That(ensemble.ToState(new() { Entropy = new GammaClosure() }).Entropy.Method, Is.EqualTo(EntropyMethod.Gamma));
        Assert.That(ensemble.ToState(new() { Entropy = new GammaClosure(), ExactEntropyOnly = true }).Entropy, Is.EqualTo(s_exact));
        var without = new Bent(s_unknown, null);
        Assert.That(() => without.ToState(new() { ExactEntropyOnly = true }), Throws.TypeOf<ThermoException>().With.Message.Contains("no exact entropy"));
    }

    [Test]
    public void A_closure_of_exact_moments_has_an_error_that_nobody_knows()
    {
        State state = new Bent(new(Estimate.Exact(3), Estimate.Exact(2), Floor: 1), s_exact).ToState(new() { Entropy = new GaussianClosure() });
        Assert.That(state.Entropy.Value, Is.EqualTo(0.5 * Math.Log(2 * Math.PI * Math.E * 2)).Within(1e-14));
        Assert.That(state.Entropy.StandardError, Is.NaN);
    }

    [Test]
    public void Moments_that_have_no_closed_form_are_those_of_all_draws()
    {
        var ensemble = new Bent(s_unknown, null);
        var reported = new List<double>();
        State state = ensemble.ToState(new() { Draws = 600, Seed = 5 }, new Listener(reported));
        double[] draws = Bent.Energies(5, 600);
        EnergyMoments drawn = EnergyMoments.FromSample(draws, 1);
        Assert.That((state.Energy, state.Variance, state.ThirdCumulant), Is.EqualTo((drawn.Mean, drawn.Variance, drawn.ThirdCumulant)));
        EntropyEstimate entropy = new KozachenkoLeonenko().Estimate(default, draws);
        Assert.That(state.Entropy, Is.EqualTo(entropy));
        Assert.That(state.EnergyEntropyCovariance, Is.EqualTo(entropy.EnergyCovariance));
        Assert.That((state.SampleSize, state.GroundEnergy), Is.EqualTo((600L, 1.0)));
        Assert.That(reported, Is.EqualTo(new[] { 256 / 600.0, 512 / 600.0, 1 }));
    }

    [Test]
    public void A_moment_that_is_known_stays_and_the_draws_give_the_others()
    {
        double[] draws = Bent.Energies(1, 4096);
        EnergyMoments drawn = EnergyMoments.FromSample(draws, 1), known = s_unknown with { Mean = Estimate.Exact(3.1), ThirdCumulant = 0.4 };
        State state = new Bent(known, null).ToState();
        Assert.That((state.Energy, state.Variance, state.ThirdCumulant), Is.EqualTo((Estimate.Exact(3.1), drawn.Variance, 0.4)));
        Assert.That(state.EnergyEntropyCovariance, Is.Zero, "an exact mean varies with nothing");
        State other = new Bent(s_unknown with { Variance = Estimate.Exact(0.3) }, null).ToState();
        Assert.That((other.Energy, other.Variance, other.ThirdCumulant), Is.EqualTo((drawn.Mean, Estimate.Exact(0.3), drawn.ThirdCumulant)));
    }

    [Test]
    public void A_closure_on_exact_and_drawn_moments_has_the_error_of_a_jackknife_over_blocks()
    {
        const int Draws = 3200;
        double[] draws = Bent.Energies(1, Draws);
        EnergyMoments known = new(Estimate.Exact(3.1), new(0.33, 0.01), Floor: 1);
        EntropyEstimate entropy = new Bent(known, null).ToState(new() { Draws = Draws, Entropy = new PearsonClosure() }).Entropy;
        double Of(double variance, double third) => new PearsonClosure().Estimate(
            known with { Variance = Estimate.Exact(variance), ThirdCumulant = third }, []).Value;
        double Third(double[] left) => Of(0.33, EnergyMoments.FromSample(left).ThirdCumulant);
        double third = EnergyMoments.FromSample(draws).ThirdCumulant;
        double[] without = [.. Enumerable.Range(0, 32).Select(block => Third([.. draws[..(100 * block)], .. draws[(100 * (block + 1))..]]))];
        double centre = without.Average(), bySkewness = without.Sum(value => (value - centre) * (value - centre)) * 31 / 32;
        double byVariance = 0.01 * (Of(0.3301, third) - Of(0.3299, third)) / 2e-4;
        Assert.That(entropy.Value, Is.EqualTo(Of(0.33, third)).Within(1e-12));
        Assert.That(entropy.StandardError, Is.EqualTo(Math.Sqrt(bySkewness + (byVariance * byVariance))).Within(0.2).Percent); // the slope by the variance is one-sided there
        Assert.That(entropy.EnergyCovariance, Is.Zero);
    }

    [Test]
    public void What_double_precision_does_not_hold_is_refused_before_and_after_the_draws()
    {
        Estimate infinite = Estimate.Exact(double.PositiveInfinity);
        foreach (EnergyMoments moments in new[] { s_unknown with { Mean = infinite }, s_unknown with { Variance = infinite } })
            Assert.That(() => new Bent(moments, null).ToState(), Throws.TypeOf<UnusableDataException>().With.Message.Contains("beyond double precision"));
        Assert.That(() => new Bent(s_unknown, null, scale: 1e200).ToState(), Throws.TypeOf<UnusableDataException>());
        Assert.That(() => new Bent(s_unknown, null).ToState(new() { Draws = 99 }), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(new Bent(s_unknown, null).ToState(new() { Draws = 100 }).SampleSize, Is.EqualTo(100));
        Assert.That(
            () => new Bent(s_unknown, null).ToState(null, null, new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
    }

    private sealed class Listener(List<double> heard) : IProgress<double>
    {
        public void Report(double value) => heard.Add(value);
    }

    /// <summary>E = 3 + ½z + z²/10, z normal: of draw number i by the seed and i alone.</summary>
    private sealed class Bent(EnergyMoments moments, EntropyEstimate? exact, double scale = 1) : EnergyEnsemble
    {
        public long Drawn { get; private set; }

        public override EnergyMoments Moments => moments;

        public override EntropyEstimate? ExactEntropy(CancellationToken cancellation = default) => exact;

        public static double[] Energies(ulong seed, int count) => [.. Enumerable.Range(0, count).Select(i => Energy(seed, i))];

        public override void Draw(ulong seed, long first, Span<double> energies, CancellationToken cancellation = default)
        {
            Drawn += energies.Length;
            for (int i = 0; i < energies.Length; i++)
                energies[i] = scale * Energy(seed, first + i);
        }

        private static double Energy(ulong seed, long number)
        {
            double z = new RandomStream(seed, (ulong)number).NextNormal();
            return 3 + (0.5 * z) + (0.1 * z * z);
        }
    }
}
