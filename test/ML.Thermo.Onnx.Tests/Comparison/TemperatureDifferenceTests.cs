using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Comparison;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Comparison;

public sealed class TemperatureDifferenceTests
{
    private const int Inputs = 6, Width = 12, Outputs = 3, Rows = 48;

    [Test]
    public void A_network_beside_itself_has_no_change_of_temperature_and_knows_it_exactly()
    {
        Estimate[] changes = Changes(moved: 0, seed: 5, out _);
        Assert.That(changes.Select(change => (change.Value, change.StandardError)), Is.All.EqualTo((0.0, 0.0)));
    }

    /// <summary>Energies of twins go together draw by draw and row by row: added as if independent, the errors would be three times too large.</summary>
    [TestCase(0.02, TestName = "The_error_of_a_change_is_its_spread_for_twins")]
    [TestCase(2, TestName = "The_error_of_a_change_is_its_spread_for_strangers")]
    public void The_error_of_a_change_is_its_spread(double moved)
    {
        double[] independent = [0, 0];
        Estimate[][] runs = [.. Enumerable.Range(1, 60).Select(seed =>
        {
            Estimate[] changes = Changes(moved, (ulong)seed, out double[] apart);
            independent = [.. independent.Zip(apart, (sum, error) => sum + (error / 60))];
            return changes;
        })];
        for (int layer = 0; layer < 2; layer++)
        {
            Estimate[] known = [.. runs.Select(run => run[layer]).Where(change => !double.IsNaN(change.StandardError))];
            double mean = known.Average(change => change.Value);
            Assert.That(known, Has.Length.GreaterThan(50));
            Assert.That(Math.Sqrt(known.Average(change => Math.Pow((change.Value - mean) / change.StandardError, 2))), Is.InRange(0.75, 1.3), $"layer {layer}");
            double share = known.Average(change => change.StandardError) / independent[layer];
            Assert.That(share, moved < 1 ? Is.LessThan(0.4) : Is.InRange(0.6, 1.1), $"layer {layer}");
        }
    }

    private static Estimate[] Changes(double moved, ulong seed, out double[] independent)
    {
        using OnnxModel before = Model(0), after = Model(moved);
        var random = new RandomStream(29, seed);
        float[] rows = [.. Enumerable.Range(0, Rows * Inputs).Select(_ => (float)random.NextNormal())];
        using var value = OrtValue.CreateTensorValueFromMemory(rows, [Rows, Inputs]);
        NetworkThermodynamics first = Run(before), second = Run(after);
        NetworkComparison found = NetworkComparison.Of(first.Energy.Network, second.Energy.Network, spectra: false).WithTemperatures(first, second);
        independent = [.. first.Layers.Zip(second.Layers, (a, b) => double.Hypot(a.Transition.Temperature.StandardError, b.Transition.Temperature.StandardError))];
        return [.. found.Layers.OrderBy(layer => layer.Pair.First.Index).Select(layer => layer.DeltaTemperature)];

        NetworkThermodynamics Run(OnnxModel model) => NetworkAnalysis.Run(
            NetworkEnergy.Of(LayerGraph.Of(model), [new Dictionary<string, OrtValue> { ["x"] = value }], new() { Meaning = OutputMeaning.Logits }),
            new() { Draws = 256, Seed = seed });
    }

    private static OnnxModel Model(double moved)
    {
        RandomStream weights = new(3, 1), moves = new(3, 2);
        float[] Weights(int fan, int units) => [.. Enumerable.Range(0, fan * units)
            .Select(_ => (float)(Math.Sqrt(2.0 / fan) * (weights.NextNormal() + (moved * moves.NextNormal()))))];
        return OnnxModel.Read(new OnnxBuilder().Input("x", "N", Inputs)
            .Weights("one", [Inputs, Width], Weights(Inputs, Width)).Weights("two", [Width, Outputs], Weights(Width, Outputs))
            .Node("MatMul", "x one", "h").Node("Relu", "h", "r").Node("MatMul", "r two", "y").Output("y", "N", Outputs).ToModel());
    }
}
