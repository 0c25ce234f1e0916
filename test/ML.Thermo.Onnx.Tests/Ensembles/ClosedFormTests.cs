using ML.Thermo.Data;
using ML.Thermo.Initialization;
using ML.Thermo.Linear.Squared;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Ensembles;

/// <summary>Ensembles of redrawn networks against closed forms, within four standard errors.</summary>
[TestFixture]
internal sealed class ClosedFormTests
{
    private const int Draws = 20_000;
    private static readonly NetworkInitialization Normal = NetworkInitialization.Auto.With("*", InitializationScheme.Fixed(InitializationLaw.Normal(0, 1)));

    // golden: independent Monte Carlo and quadrature (linear net W₂W₁, W₁ = I, W₂ = ŵ, all laws N(0,1)).
    [Test]
    public void A_deep_linear_network_has_the_temperatures_of_its_quadratic_forms()
    {
        using Networks net = Networks.DeepLinear();
        NetworkThermodynamics found = NetworkAnalysis.Run(net.Regression(), new() { Draws = Draws, Initialization = Normal });

        Assert.Multiple(() =>
        {
            Assert.That(found.Trained.Energy.Value, Is.EqualTo(0.0395299145).Within(1e-7));
            Assert.That(found.Trained.Entropy.Value, Is.EqualTo(-2.81879470).Within(1e-5));
            Matches(found.Layers[0], 13.92592593, 181.1317698, 3.63014725, 2.153283);
            Matches(found.Layers[1], 6.625, 24.41666667, 2.82225133, 1.167420);
            Matches(found.Network, 8.79166667, 97.94444444, 3.10850, 1.476582);
            Assert.That(found.Layers[0].Engine.Efficiency.Value, Is.EqualTo(0.314265).Within(0.02));
            Assert.That(found.Layers[1].Engine.Efficiency.Value, Is.EqualTo(-0.264825).Within(0.03));
            Assert.That(found.Layers[1].Engine.BoundedEfficiency, Is.EqualTo((1.167420 - 1.476582) / 1.476582).Within(0.02));
            Assert.That(found.Layers[1].Transition.FluctuationTemperature.Value, Is.EqualTo(3.70765737).Within(0.15));
            Assert.That(found.Layers[1].Transition.EffectiveDegreesOfFreedom.Value, Is.EqualTo(3.55236174).Within(0.15));
            double interaction = 8.79166667 - 13.92592593 - 6.625 + 0.0395299145;
            Assert.That(found.InteractionEnergy.Value, Is.EqualTo(interaction).Within(4 * found.InteractionEnergy.StandardError));
        });
    }

    // golden: independent Monte Carlo and quadrature (ReLU net 2-3-1 without biases, head redrawn from N(0,1)).
    [Test]
    public void The_head_of_a_rectified_network_is_a_linear_model_of_its_hidden_units()
    {
        using Networks net = Networks.Rectified();
        NetworkThermodynamics found = NetworkAnalysis.Run(net.Regression(), new() { Draws = Draws, Initialization = Normal });

        Assert.Multiple(() =>
        {
            Assert.That(found.Trained.Energy.Value, Is.EqualTo(0.64).Within(1e-6));
            Assert.That(found.Trained.Entropy.Value, Is.EqualTo(0.89886117).Within(1e-6));
            Matches(found.Layers[1], 7.125, 29.83333333, 2.84983332, 3.323984);
        });
    }

    [Test]
    public void Redrawn_hidden_units_and_a_fully_redrawn_rectified_network_have_the_exact_mean_energy()
    {
        using Networks net = Networks.Rectified();
        NetworkThermodynamics found = NetworkAnalysis.Run(net.Regression(), new() { Draws = Draws, Initialization = Normal });

        // s_i = |x_i|, a the head: ⟨E⟩ = mean(y² − 2y Σa s/√2π + |a|² s²/2 + ((Σa)² − |a|²) s²/2π); all redrawn: ⟨y²⟩ + 3/2 ⟨|x|²⟩.
        double sum = 0.9 + 1.8 - 0.2, square = (0.9 * 0.9) + (1.8 * 1.8) + (0.2 * 0.2), hidden = 0, all = 0;
        for (int i = 0; i < 6; i++)
        {
            double y = Networks.Targets[i], s2 = Math.Pow(Networks.Features[2 * i], 2) + Math.Pow(Networks.Features[(2 * i) + 1], 2);
            hidden += ((y * y) - (2 * y * sum * Math.Sqrt(s2 / (2 * Math.PI))) + (square * s2 / 2) + (((sum * sum) - square) * s2 / (2 * Math.PI))) / 6;
            all += ((y * y) + (1.5 * s2)) / 6;
        }

        Assert.Multiple(() =>
        {
            Within(found.Layers[0].Transition.From.Energy, hidden, "hidden");
            Within(found.Network.Transition.From.Energy, all, "all");
        });
    }

    // ⟨E⟩ = s + h σ₁²σ₂² tr Σ, Var = 4|c|² h + 2 tr Σ² h(h+2) + 2h (tr Σ)² at unit variances.
    [Test]
    public void A_fully_redrawn_two_layer_linear_network_has_the_exact_mean_and_variance()
    {
        const int hidden = 5;
        using Networks net = new(
            new OnnxBuilder().Input("x", "N", 2).Weights("first.weight", 2, hidden).Weights("second.weight", hidden, 1)
                .Node("MatMul", "x first.weight", "h").Node("MatMul", "h second.weight", "y").Output("y", "N", 1).ToModel(),
            Networks.Features, 6, 2);
        using NetworkEnsemble ensemble = new(net.Regression(), net.Layers.Layers, Normal);
        double[] energies = ensemble.Draw(3, 0, 100_000);
        Entropies.EnergyMoments moments = Entropies.EnergyMoments.FromSample(energies);

        // D2: Σ = ((4/3, 1/6), (1/6, 5/6)), c = (4/3, 7/4), s = 4.4583333.
        double trace = 13 / 6.0, square = (16 / 9.0) + (2 / 36.0) + (25 / 36.0), c2 = (16 / 9.0) + (49 / 16.0);
        Assert.Multiple(() =>
        {
            Within(moments.Mean, 4.4583333333 + (hidden * trace), "mean");
            Within(moments.Variance, (4 * c2 * hidden) + (2 * square * hidden * (hidden + 2)) + (2 * hidden * trace * trace), "variance");
        });
    }

    [Test]
    public void The_linear_head_of_any_network_is_the_squared_ensemble_of_its_hidden_features()
    {
        using Networks net = new(
            new OnnxBuilder().Input("x", "N", 2).Weights("body.weight", 2, 4).Weights("body.bias", 4).Weights("head.weight", 4, 1).Weights("head.bias", 1)
                .Node("Gemm", "x body.weight body.bias", "h").Node("Tanh", "h", "t").Node("Gemm", "t head.weight head.bias", "y").Output("y", "N", 1).ToModel(),
            Networks.Features, 6, 2);
        NetworkInitialization laws = NetworkInitialization.Auto
            .With("head", InitializationScheme.Fixed(InitializationLaw.Uniform(-1, 1)))
            .With("head", InitializationScheme.Fixed(InitializationLaw.Normal(0.5, 0.3)), Onnx.Layers.ParameterRole.Bias);
        using NetworkEnsemble ensemble = new(net.Regression(), [net.Layer("head")], laws);
        Entropies.EnergyMoments sampled = Entropies.EnergyMoments.FromSample(ensemble.Draw(1, 0, Draws));

        double[] body = net.Layer("body").Weight!.ToDoubles(), bias = net.Layer("body").Parameters[1].ToDoubles(), features = new double[6 * 5];
        for (int i = 0; i < 6; i++)
        {
            for (int j = 0; j < 4; j++)
                features[(i * 5) + j] = Math.Tanh((Networks.Features[2 * i] * body[j]) + (Networks.Features[(2 * i) + 1] * body[4 + j]) + bias[j]);
            features[(i * 5) + 4] = 1;
        }

        InitializationLaw uniform = InitializationLaw.Uniform(-1, 1);
        SquaredEnsemble exact = new(
            SecondMoments.Of(new LabelledData(features, Networks.Targets)),
            new ParameterLaw(uniform, uniform, uniform, uniform, InitializationLaw.Normal(0.5, 0.3)));
        Assert.Multiple(() =>
        {
            Within(sampled.Mean, exact.Moments.Mean.Value, "mean");
            Within(sampled.Variance, exact.Moments.Variance.Value, "variance");
        });
    }

    [Test]
    public void The_curvature_of_a_linear_layer_is_twice_the_second_moments()
    {
        using Networks net = Networks.DeepLinear();
        Sharpness sharpness = Sharpness.Of(net.Regression(), [net.Layer("second")], new() { Draws = 400, Step = 0.1 });

        // H = 2Σ: tr H = 13/3, tr H² = 4 tr Σ².
        Assert.Multiple(() =>
        {
            Within(sharpness.Traces.Trace, 13 / 3.0, "tr H");
            Within(sharpness.Traces.TraceOfSquare, 4 * ((16 / 9.0) + (2 / 36.0) + (25 / 36.0)), "tr H²");
            Within(sharpness.LearningCoefficient.Value, Math.Pow(13 / 6.0, 2) / (2 * ((16 / 9.0) + (2 / 36.0) + (25 / 36.0))), "λ");
        });
    }

    [Test]
    public void The_curvature_of_a_network_is_that_of_its_layers_together()
    {
        using Networks net = Networks.DeepLinear();
        NetworkSharpness sharpness = NetworkSharpness.Of(net.Regression(), new() { Draws = 400, Step = 0.02 });

        // f = w·(W₁x): moving w gives 2 tr Σ with W₁ = I, moving W₁ gives 2 |w|² tr Σ; tr Σ = 13/6. The trace is a sum over parameters.
        double head = 13 / 3.0, first = head * ((0.7564102564 * 0.7564102564) + (1.9487179487 * 1.9487179487));
        Assert.Multiple(() =>
        {
            Assert.That(sharpness.Layers.Select(layer => layer.Layers.Single().Name), Is.EqualTo(new[] { "first", "second" }));
            Within(sharpness.Layers[0].Traces.Trace, first, "first");
            Within(sharpness.Layers[1].Traces.Trace, head, "second");
            Within(sharpness.Network.Traces.Trace, first + head, "network");
        });
    }

    private static void Matches(EnsembleResult found, double energy, double variance, double entropy, double temperature)
    {
        State redrawn = found.Transition.From;
        Within(redrawn.Energy, energy, "⟨E⟩");
        Within(redrawn.Variance, variance, "Var E");
        Within(new Estimate(redrawn.Entropy.Value, redrawn.Entropy.StandardError), entropy, "S");
        double error = (redrawn.Energy.StandardError / found.Transition.DeltaEntropy.Value) + (
            temperature * redrawn.Entropy.StandardError / found.Transition.DeltaEntropy.Value);
        double ratio = found.Transition.DeltaEnergy.Value / found.Transition.DeltaEntropy.Value; // of six rows ΔS may have too large an error for a T
        Assert.That(ratio, Is.EqualTo(temperature).Within(4 * error));
    }

    private static void Within(Estimate estimate, double expected, string what) =>
        Assert.That(estimate.Value, Is.EqualTo(expected).Within(4 * estimate.StandardError), what);
}
