using ML.Thermo.Activations;
using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Ensembles;

[TestFixture]
internal sealed class NetworkAnalysisTests
{
    [Test]
    public void A_classifier_without_labels_has_temperatures_engines_and_a_type()
    {
        using Networks net = Networks.Convolutional(rows: 64);
        NetworkThermodynamics found = NetworkAnalysis.Run(net.Energy(), new() { Draws = 1000 });

        Assert.Multiple(() =>
        {
            Assert.That(found.Layers.Select(l => l.Layer.Name), Is.EqualTo(new[] { "one", "two", "head" }));
            Assert.That(found.EngineType, Is.EqualTo(EngineType.Homogeneous));
            foreach (LayerResult layer in found.Layers.Where(l => l.Engine.Mode != EngineMode.Undefined))
            {
                double bath = found.Network.Transition.Temperature.Value, own = layer.Transition.Temperature.Value;
                Assert.That(layer.Engine.Efficiency.Value, Is.EqualTo(1 - (bath / own)));
                Assert.That(layer.Engine.BoundedEfficiency, Is.InRange(-1, 1));
                Assert.That(layer.Engine.Work, Is.EqualTo(layer.Engine.Efficiency.Value * layer.Transition.DeltaEnergy.Value).Within(1e-9));
            }

            Assert.That(found.Skipped.Select(s => s.Reason), Is.All.EqualTo("no parameters"));
            Assert.That(found.Layers[1].Assumed.Single(a => a.Role == ParameterRole.RunningMean).Law, Is.Null);
        });
    }

    [Test]
    public void A_network_of_one_layer_does_no_work()
    {
        using Networks net = new(
            new OnnxBuilder().Input("x", "N", 2).Weights("fc.weight", [2, 1], [0.7564102564f, 1.9487179487f]).Node("MatMul", "x fc.weight", "y")
            .Output("y", "N", 1).ToModel(), Networks.Features, 6, 2);
        NetworkThermodynamics found = NetworkAnalysis.Run(net.Regression(), new() { Draws = 4000 });
        Assert.Multiple(() =>
        {
            Assert.That(found.Layers.Single().Engine.Mode, Is.EqualTo(EngineMode.Idle));
            Assert.That(found.Layers.Single().Engine.Efficiency.Value, Is.Zero);
            Assert.That(found.InteractionEnergy, Is.EqualTo(Estimate.Exact(0)));
        });
    }

    [Test]
    public void Errors_of_temperature_and_efficiency_are_those_of_repeated_draws()
    {
        using Networks net = Networks.DeepLinear();
        NetworkEnergy energy = net.Energy();
        LayerResult[] runs = [.. Enumerable.Range(1, 60).Select(seed =>
            NetworkAnalysis.Run(energy, new() { Draws = 500, Seed = (ulong)seed, ResidualVariance = 0.04, FreshPoints = 50 }).Layers[1])];
        foreach (Func<LayerResult, Estimate> number in new Func<LayerResult, Estimate>[] { r => r.Transition.Temperature, r => r.Engine.Efficiency })
        {
            double[] values = [.. runs.Select(r => number(r).Value)];
            double spread = Math.Sqrt(values.Sum(v => Math.Pow(v - values.Average(), 2)) / (values.Length - 1));
            double[] stated = [.. runs.Select(r => number(r).StandardError).Where(double.IsFinite)]; // under HeavyTail none is
            Assert.That(stated, Has.Length.GreaterThan(10));
            Assert.That(stated.Average() / spread, Is.InRange(0.75, 1.33)); // 60 runs know their spread to 9 %
        }
    }

    [Test]
    public void The_self_energy_of_a_regression_is_a_point_state_without_temperature()
    {
        using Networks net = Networks.DeepLinear();
        NetworkThermodynamics found = NetworkAnalysis.Run(net.Energy(), new() { Draws = 1000 });
        Transition transition = found.Network.Transition;
        Assert.Multiple(() =>
        {
            Assert.That(transition.Status.HasFlag(Status.PointState | Status.Undefined));
            Assert.That(transition.Temperature.Value, Is.NaN);
            Assert.That(transition.DeltaEnergy.Value, Is.GreaterThan(0));
            Assert.That(transition.FluctuationTemperature.Value, Is.GreaterThan(0));
            Assert.That(transition.EffectiveDegreesOfFreedom.Value, Is.GreaterThan(0));
            Assert.That(found.Layers.Select(l => l.Engine.Mode), Is.All.EqualTo(EngineMode.Undefined));
        });
    }

    [Test]
    public void A_residual_variance_gives_a_regression_its_temperature_and_no_other_energy_released()
    {
        using Networks net = Networks.DeepLinear();
        NetworkAnalysisOptions options = new() { Draws = 1000, FreshPoints = 50 };
        NetworkThermodynamics point = NetworkAnalysis.Run(net.Energy(), options),
            noisy = NetworkAnalysis.Run(net.Energy(), options with { ResidualVariance = 0.04 });
        Assert.Multiple(() =>
        {
            Assert.That(noisy.Trained.Entropy.Value, Is.EqualTo(-3.42284256).Within(1e-7)); // golden: entropy of (v/m)χ²_m, v = 0.04, m = 50
            Assert.That(noisy.Network.Transition.DeltaEnergy.Value, Is.EqualTo(point.Network.Transition.DeltaEnergy.Value).Within(1e-9));
            Assert.That(noisy.Network.Transition.FluctuationTemperature.Value, Is.EqualTo(point.Network.Transition.FluctuationTemperature.Value).Within(1e-9));
            Assert.That(noisy.Network.Transition.Temperature.IsDefined);
            Assert.That(noisy.InteractionEnergy.Value, Is.EqualTo(point.InteractionEnergy.Value).Within(1e-9));
        });
    }

    [Test]
    public void An_ensemble_stops_when_the_temperature_is_precise_enough()
    {
        using Networks net = Networks.Convolutional(rows: 64);
        NetworkEnergy energy = net.Energy(new() { Labels = [.. Enumerable.Range(0, 64).Select(i => i % 3L)] });
        NetworkThermodynamics all = NetworkAnalysis.Run(energy, new() { Draws = 2048 }),
            some = NetworkAnalysis.Run(energy, new() { Draws = 2048, Precision = 0.5 });
        Assert.Multiple(() =>
        {
            Assert.That(all.Network.Energies, Has.Length.EqualTo(2048));
            Assert.That(some.Network.Energies, Is.EqualTo(all.Network.Energies[..some.Network.Energies.Length]));
            Assert.That(some.Network.Energies.Length,
                Is.EqualTo(2048).Or.LessThan(2048).And.Matches<int>(
                _ => some.Network.Transition.Temperature.StandardError <= 0.5 * Math.Abs(some.Network.Transition.Temperature.Value)));
            Assert.That(some.Layers.Min(l => l.Energies.Length), Is.LessThan(2048));
        });
    }

    [Test]
    public void Redraws_that_kill_every_unit_make_atoms_and_leave_the_entropy_finite()
    {
        // All features are positive, so a rectified unit is dead on every row with probability near 1/4.
        using Networks net = new(
            new OnnxBuilder().Input("x", "N", 2).Weights("hidden.weight", 2, 2).Weights("head.weight", 2, 1)
                .Node("MatMul", "x hidden.weight", "h").Node("Relu", "h", "r").Node("MatMul", "r head.weight", "y").Output("y", "N", 1).ToModel(),
            [1, 2, 2, 1, 1, 1, 3, 2], 4, 2);
        NetworkThermodynamics found = NetworkAnalysis.Run(net.Energy(new() { Targets = [1, 2, 0.5, 1] }), new() { Draws = 2000 });
        double[] energies = found.Layers[0].Energies;
        Assert.Multiple(() =>
        {
            Assert.That(energies.Count(e => e == (1 + 4 + 0.25 + 1) / 4), Is.InRange(20, 500));
            Assert.That(found.Layers[0].Transition.From.Entropy.Status.HasFlag(Status.Atoms));
            Assert.That(found.Layers[0].Transition.From.Entropy.Resolution, Is.EqualTo(Math.Sqrt(found.Trained.Variance.Value)));
            Assert.That(double.IsFinite(found.Layers[0].Transition.DeltaEntropy.Value));
        });
    }

    [Test]
    public void A_layer_whose_laws_are_all_constant_is_a_point_state()
    {
        using Networks net = new(
            new OnnxBuilder().Input("x", "N", 2).Weights("fc.weight", 2, 2).Weights("norm.weight", [2], [2, 3]).Weights("norm.bias", 2)
                .Node("MatMul", "x fc.weight", "h").Node("LayerNormalization", "h norm.weight norm.bias", "n").Node("Tanh", "n", "y")
                    .Output("y", "N", 2).ToModel(),
            Networks.Features, 6, 2);
        NetworkThermodynamics found = NetworkAnalysis.Run(net.Energy(), new() { Draws = 100, ResidualVariance = 1 });
        LayerResult norm = found.Layers.Single(l => l.Layer.Kind == LayerKind.Normalization);
        Assert.Multiple(() =>
        {
            Assert.That(norm.Energies, Has.Length.EqualTo(1));
            Assert.That(norm.Transition.Status.HasFlag(Status.PointState | Status.Undefined));
            Assert.That(found.EngineType, Is.EqualTo(EngineType.Saturating));
        });
    }

    [Test]
    public void Layers_left_out_are_listed_and_leave_the_interaction_unknown()
    {
        using Networks net = Networks.DeepLinear();
        NetworkThermodynamics found = NetworkAnalysis.Run(net.Regression(), new() { Draws = 64, Layers = layer => layer.Name == "first" });
        Assert.Multiple(() =>
        {
            Assert.That(found.Layers.Single().Layer.Name, Is.EqualTo("first"));
            Assert.That(found.Skipped.Single().Layer.Name, Is.EqualTo("second"));
            Assert.That(found.InteractionEnergy.IsDefined, Is.False);
        });
    }

    [Test]
    public void A_layer_that_only_another_output_follows_from_is_left_out_with_the_reason()
    {
        using Networks net = new(
            new OnnxBuilder().Input("x", "N", 2).Weights("body.weight", 2, 2).Weights("left.weight", 2, 1).Weights("right.weight", 2, 1)
                .Node("MatMul", "x body.weight", "h").Node("MatMul", "h left.weight", "l").Node("MatMul", "h right.weight", "r").Output("l", "N", 1)
                    .Output("r", "N", 1).ToModel(),
            Networks.Features, 6, 2);
        NetworkEnergy energy = net.Energy(new() { Targets = Networks.Targets, Output = "l" });
        NetworkThermodynamics found = NetworkAnalysis.Run(energy, new() { Draws = 64 });
        using NetworkEnsemble other = new(energy, [net.Layer("right")]);
        Assert.Multiple(() =>
        {
            Assert.That(found.Layers.Select(l => l.Layer.Name), Is.EqualTo(new[] { "body", "left" }));
            Assert.That(found.Skipped.Single().Reason, Does.Contain("does not follow"));
            Assert.That(other.Draw(1, 0, 3), Is.All.EqualTo(energy.TrainedEnergy).Within(1e-6));
        });
    }

    [Test]
    public void A_network_of_half_precision_has_the_temperatures_of_its_twin_of_single_precision()
    {
        double[] hidden = [0.5, -0.25, 0.75, 1, -1, 0.5, 0.25, 2], head = [1, -0.5, 0.25, 0.5]; // exact in both
        NetworkThermodynamics[] twins = [.. new[] { ElementType.Float, ElementType.Float16 }.Select(type =>
        {
            using Networks net = new(
                new OnnxBuilder().Input("x", "N", 2).Initializer("hidden.weight", Stored([2, 4], hidden)).Initializer("head.weight", Stored([4, 1], head))
                    .Node("Cast", "x", "t", ("to", type)).Node("MatMul", "t hidden.weight", "h").Node("Tanh", "h", "r").Node("MatMul", "r head.weight", "y")
                        .Output("y", type, "N", 1).ToModel(),
                Networks.Features, 6, 2);
            return NetworkAnalysis.Run(net.Regression(), new() { Draws = 500 });

            TensorData Stored(long[] shape, double[] values) => type == ElementType.Float16
                ? TensorData.Of<Half>(shape, [.. values.Select(v => (Half)v)])
                : TensorData.Of<float>(shape, [.. values.Select(v => (float)v)]);
        })];

        // Equal seeds draw equal weights, rounded to 11 bits.
        foreach ((LayerResult single, LayerResult half) in twins[0].Layers.Zip(twins[1].Layers))
            Assert.That(half.Transition.Temperature.Value, Is.EqualTo(single.Transition.Temperature.Value).Within(1).Percent, single.Layer.Name);
        Assert.That(twins[1].Network.Transition.Temperature.Value, Is.EqualTo(twins[0].Network.Transition.Temperature.Value).Within(1).Percent);
    }

    [Test]
    public void Progress_is_told_after_each_draw_and_a_cancelled_analysis_stops()
    {
        using Networks net = Networks.DeepLinear();
        using CancellationTokenSource source = new();
        Collector seen = new(progress =>
        {
            if (progress.Done == 100)
                source.Cancel();
        });
        Assert.That(() => NetworkAnalysis.Run(net.Regression(), new() { Draws = 64, Progress = seen, Streams = 1 }, source.Token),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(seen.Seen.Select(p => p.Done), Is.EqualTo(Enumerable.Range(1, 100).Select(i => (long)i)));
        Assert.That(seen.Seen.Select(p => p.Ensemble).Distinct(), Is.EqualTo(new[] { null, "first" }));
        Assert.That(seen.Seen[0].Total, Is.EqualTo(3 * 64));
    }

    private sealed class Collector(Action<NetworkProgress> then) : IProgress<NetworkProgress>
    {
        public List<NetworkProgress> Seen { get; } = [];

        public void Report(NetworkProgress value)
        {
            Seen.Add(value);
            then(value);
        }
    }
}
