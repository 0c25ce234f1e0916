using ML.Thermo.Curvature;
using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Numerics;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Curvature;

/// <summary>Ensembles whose temperature is known from outside: the estimators must read it back.</summary>
[TestFixture]
public class BoltzmannEnsembleTests
{
    /// <summary>
    /// E = |w|ᵖ in a bath at θ: E is Gamma(1/p, θ), so T_fluct = θ (intensive), 2⟨E⟩²/Var = 2/p and S = H(1/p, θ) — all computed here
    /// by quadrature over w, without the gamma law.
    /// </summary>
    [TestCase(1, 0.7)]
    [TestCase(2, 0.05)]
    [TestCase(3, 4)]
    [TestCase(4, 1)]
    public void A_power_law_well_has_the_temperature_of_its_bath(double p, double theta)
    {
        double scale = Math.Pow(theta, 1 / p), reach = scale * Math.Pow(750, 1 / p);
        double Integrate(Func<double, double> f) =>
            Quadrature.Integrate(w => f(Math.Pow(w, p)) * Math.Exp(-Math.Pow(w, p) / theta), 0, reach, [scale / 8, scale, 3 * scale], 1e-13).Value;
        double z = Integrate(_ => 1), mean = Integrate(e => e) / z, variance = (Integrate(e => e * e) / z) - (mean * mean);

        // p(E) = 2 p(w) dw/dE, so −ln p(E) is known point by point
        double LogDensity(double e) => -(e / theta) - Math.Log(z) + ((1 / p - 1) * Math.Log(e)) - Math.Log(p);
        double entropy = -Integrate(e => e == 0 ? 0 : LogDensity(e)) / z;

        var state = new State
        {
            Kind = StateKind.TypeI,
            Energy = Estimate.Exact(mean),
            Variance = Estimate.Exact(variance),
            Entropy = new EntropyEstimate(entropy, 0, EntropyMethod.Exact),
            GroundEnergy = 0,
        };
        var transition = new Transition(state, state);
        Assert.That(transition.FluctuationTemperature.Value, Is.EqualTo(theta).Within(1e-12 * theta));
        Assert.That(transition.EffectiveDegreesOfFreedom.Value, Is.EqualTo(2 / p).Within(1e-12));
        Assert.That(entropy, Is.EqualTo(SpecialFunctions.GammaEntropy(1 / p, theta)).Within(1e-9));
    }

    /// <summary>
    /// Generalised equipartition: for E = ½Σ|wᵢ|^pᵢ in a bath at θ each term holds ⟨Eᵢ⟩ = θ/pᵢ, so λ = Σ1/pᵢ. Sampled by rejection from
    /// uniform proposals, which knows nothing of gamma laws.
    /// </summary>
    [Test]
    public void Every_coordinate_of_a_mixed_well_holds_its_share_of_energy()
    {
        const double Theta = 0.02;
        const int N = 4000;
        double[] powers = [1, 2, 4];
        double[] energies = new double[N], parts = new double[powers.Length];
        var random = new RandomStream(17, 0);
        for (int i = 0; i < N; i++)
        {
            for (int j = 0; j < powers.Length; j++)
            {
                double e = Reject(random, () => 0.5 * Math.Pow(Math.Abs((2 * random.NextDouble()) - 1), powers[j]), Theta);
                parts[j] += e / N;
                energies[i] += e;
            }
        }

        for (int j = 0; j < powers.Length; j++)
            Assert.That(parts[j], Is.EqualTo(Theta / powers[j]).Within(4 * Theta / Math.Sqrt(powers[j] * N)), $"p = {powers[j]}");
        LearningCoefficient blind = LearningCoefficient.FromFluctuations(energies, 0), bath = LearningCoefficient.FromBath(energies, 0, Theta);
        Assert.That(blind.Value.Value, Is.EqualTo(1.75).Within(4 * blind.Value.StandardError));
        Assert.That(bath.Value.Value, Is.EqualTo(1.75).Within(4 * bath.Value.StandardError));
        Assert.That(blind.Status, Is.EqualTo(Status.Defined));
    }

    /// <summary>
    /// Normal crossings E = a^2 b^6 on the unit square: λ = 1/(2 max(1, 3)) = 1/6, less than the d/2 = 1 of a regular minimum. The next
    /// exponent is 1/2, so at θ the estimate is off by about θ^(1/3).
    /// </summary>
    [Test]
    public void A_singular_minimum_has_a_smaller_learning_coefficient()
    {
        const double Theta = 1e-7;
        const int N = 20_000;
        double[] energies = new double[N];
        var random = new RandomStream(18, 0);
        for (int i = 0; i < N; i++)
            energies[i] = Reject(random, () => Math.Pow(random.NextDouble(), 2) * Math.Pow(random.NextDouble(), 6), Theta);
        LearningCoefficient blind = LearningCoefficient.FromFluctuations(energies, 0), bath = LearningCoefficient.FromBath(energies, 0, Theta);
        double bias = Math.Cbrt(Theta);
        Assert.That(blind.Value.Value, Is.EqualTo(1 / 6.0).Within((4 * blind.Value.StandardError) + bias));
        Assert.That(bath.Value.Value, Is.EqualTo(1 / 6.0).Within((4 * bath.Value.StandardError) + bias));
        Assert.That(bath.Value.StandardError, Is.LessThan(0.004), "the test can tell 1/6 from 1/2");
    }

    /// <summary>
    /// Langevin steps in E = a x²/2 overheat: stationary variance T/(a(1 − ηa/2)), so at a = 2, η = 0.1, T = 0.5 it is 0.2777… instead of
    /// 0.25, and the configurational temperature reads the effective 0.5555…
    /// </summary>
    [Test]
    public void The_configurational_temperature_reads_the_overheating_of_Langevin_steps()
    {
        const double A = 2, Step = 0.1, Bath = 0.5, Expected = 0.5 / (1 - (Step * A / 2));
        const int Chains = 20_000, Steps = 60; // memory (1 − ηa)²⁶⁰ < 10⁻¹¹
        double[] squaredGradients = new double[Chains], laplacians = new double[Chains], energies = new double[Chains];
        for (int chain = 0; chain < Chains; chain++)
        {
            var random = new RandomStream(19, (ulong)chain);
            double x = 0;
            for (int t = 0; t < Steps; t++)
                x += (-Step * A * x) + (Math.Sqrt(2 * Step * Bath) * random.NextNormal());
            (squaredGradients[chain], laplacians[chain], energies[chain]) = (A * A * x * x, A, A * x * x / 2);
        }

        Estimate temperature = ConfigurationalTemperature.FromDraws(squaredGradients, laplacians);
        Assert.That(temperature.Value, Is.EqualTo(Expected).Within(4 * temperature.StandardError));
        Assert.That(temperature.StandardError, Is.LessThan((Expected - Bath) / 8), "the test can tell the overheated bath from the true one");
        LearningCoefficient lambda = LearningCoefficient.FromFluctuations(energies, 0);
        Assert.That(lambda.Value.Value, Is.EqualTo(0.5).Within(4 * lambda.Value.StandardError), "one regular parameter");
    }

    /// <summary>⟨|∇E|²⟩/⟨∇²E⟩ = σ² tr H²/tr H in a normal ensemble about a quadratic minimum.</summary>
    [Test]
    public void The_configurational_temperature_of_a_normal_ensemble_is_its_fluctuation_temperature()
    {
        double[] curvatures = [4, 1, 0.25];
        const double Sigma = 0.7;
        const int N = 20_000;
        double[] squaredGradients = new double[N], laplacians = new double[N], energies = new double[N];
        for (int i = 0; i < N; i++)
        {
            var random = new RandomStream(20, (ulong)i);
            foreach (double h in curvatures)
            {
                double w = Sigma * random.NextNormal();
                squaredGradients[i] += h * h * w * w;
                energies[i] += 0.5 * h * w * w;
            }

            laplacians[i] = curvatures.Sum();
        }

        HessianTraces traces = HessianTraces.OfMatrix(new double[,] { { 4, 0, 0 }, { 0, 1, 0 }, { 0, 0, 0.25 } });
        Estimate measured = ConfigurationalTemperature.FromDraws(squaredGradients, laplacians);
        Assert.That(measured.Value, Is.EqualTo(traces.At(Sigma).FluctuationTemperature.Value).Within(4 * measured.StandardError));
        LearningCoefficient lambda = LearningCoefficient.FromFluctuations(energies, 0);
        Assert.That(lambda.Value.Value, Is.EqualTo(traces.EffectiveDegreesOfFreedom.Value / 2).Within(4 * lambda.Value.StandardError));
    }

    /// <summary>Accepts an energy with probability e^(−E/θ): exact Boltzmann draws from any prior.</summary>
    private static double Reject(RandomStream random, Func<double> propose, double theta)
    {
        while (true)
        {
            double energy = propose();
            if (random.NextDouble() < Math.Exp(-energy / theta))
                return energy;
        }
    }
}
