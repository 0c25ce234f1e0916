using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Ensembles;

namespace ML.Thermo.Tests.Ensembles;

[TestFixture]
internal sealed class NetworkEnergyTests
{
    private static readonly float[] Logits = [1, 2, 0.5f, -1, 0, 3, 200, 0, -200, 0, 0, 0];

    [Test]
    public void Cross_entropy_with_labels_is_minus_the_logarithm_of_the_class(
        [Values("Softmax", "LogSoftmax", "Identity")] string last)
    {
        using Networks net = Head(last);
        NetworkEnergy energy = net.Energy(new() { Labels = [1, 2, 1, 0] });
        Assert.Multiple(() =>
        {
            Assert.That(energy.Name, Is.EqualTo("ce"));
            Assert.That(energy.Meaning, Is.EqualTo(OutputMeaning.Logits));
            Assert.That(energy.TrainedLosses, Is.EqualTo(Enumerable.Range(0, 4).Select(i => -LogSoftmax(i)[new[] { 1, 2, 1, 0 }[i]])).Within(1e-6));
            Assert.That(energy.TrainedEnergy, Is.EqualTo(energy.TrainedLosses.Average()));
        });
    }

    [Test]
    public void Probabilities_as_they_are_give_the_same_where_none_is_rounded_to_zero()
    {
        using Networks net = Head("Softmax");
        NetworkEnergy before = net.Energy(new() { Labels = [1, 2, 0, 0] }),
            as_is = net.Energy(new() { Labels = [1, 2, 0, 0], Meaning = OutputMeaning.Probabilities });
        Assert.That(as_is.TrainedLosses, Is.EqualTo(before.TrainedLosses).Within(1e-6));
        Assert.That(() => net.Energy(new() { Labels = [1, 2, 2, 0], Meaning = OutputMeaning.Probabilities }),
            Throws.TypeOf<UnusableDataException>().With.Message.Contains("row 2"));
    }

    [Test]
    public void The_floor_of_the_self_energy_of_a_distribution_is_its_entropy()
    {
        using Networks net = Head("Softmax");
        NetworkEnergy energy = net.Energy();
        Assert.Multiple(() =>
        {
            Assert.That(energy.Name, Is.EqualTo("self-ce"));
            Assert.That(energy.TrainedLosses, Is.EqualTo(Enumerable.Range(0, 4).Select(i => -LogSoftmax(i).Sum(l => Math.Exp(l) * l))).Within(1e-6));
        });
    }

    [Test]
    public void No_redraw_of_a_self_energy_is_below_its_floor()
    {
        using Networks net = Networks.Convolutional();
        NetworkEnergy energy = net.Energy();
        using NetworkEnsemble ensemble = new(energy, net.Layers.Layers);
        Assert.That(ensemble.Draw(1, 0, 500).Min(), Is.GreaterThanOrEqualTo(energy.TrainedEnergy - 1e-6));
    }

    [Test]
    public void A_sigmoid_is_read_as_independent_events_before_it()
    {
        using Networks net = new(
            new OnnxBuilder().Input("x", "N", 1).Weights("fc.weight", [1, 1], [1]).Node("MatMul", "x fc.weight", "z").Node("Sigmoid", "z", "y")
            .Output("y", "N", 1).ToModel(), [0.5f, -2, 300], 3, 1);
        NetworkEnergy labelled = net.Energy(new() { Labels = [1, 0, 1] }), self = net.Energy();
        double p = 1 / (1 + Math.Exp(-0.5));
        Assert.Multiple(() =>
        {
            Assert.That(labelled.Tensor, Is.EqualTo("z"));
            Assert.That(labelled.TrainedLosses, Is.EqualTo(new[] { -Math.Log(p), Math.Log(1 + Math.Exp(-2)), 0 }).Within(1e-7));
            Assert.That(self.TrainedLosses[0], Is.EqualTo((-p * Math.Log(p)) - ((1 - p) * Math.Log(1 - p))).Within(1e-7));
        });
    }

    [TestCase("ArgMax")]
    [TestCase("Hardmax")]
    public void A_one_hot_output_is_read_as_the_scores_that_it_is_chosen_from(string choice)
    {
        using Networks net = new(
            new OnnxBuilder().Input("x", "N", 3).Weights("w", [3, 3], [1, 0, 0, 0, 1, 0, 0, 0, 1]).Node("MatMul", "x w", "z").Node("Softmax", "z", "p", ("axis", 1))
                .Node(choice, "p", "k", ("axis", 1)).Node("Cast", "k", "y", ("to", 1)).Output("y").ToModel(), Logits, 4, 3);
        NetworkEnergy energy = net.Energy();
        Assert.That((energy.Name, energy.Tensor, energy.Output), Is.EqualTo(("self-ce", "z", "y")));
        Assert.That(energy.TrainedLosses, Is.EqualTo(Enumerable.Range(0, 4).Select(i => -LogSoftmax(i).Sum(l => Math.Exp(l) * l))).Within(1e-6));
        Assert.That(net.Energy(new() { Labels = [1, 2, 1, 0] }).Name, Is.EqualTo("ce"));
    }

    [Test]
    public void Of_several_outputs_the_first_that_is_a_distribution_is_taken_unless_one_is_asked_for()
    {
        using Networks net = new(
            new OnnxBuilder().Input("x", "N", 3).Weights("w", [3, 3], [1, 0, 0, 0, 1, 0, 0, 0, 1]).Node("MatMul", "x w", "z").Node("Softmax", "z", "p", ("axis", 1))
                .Node("ArgMax", "x", "n", ("axis", 0)).Node("Identity", "z", "boxes").Output("n", Onnx.Reading.ElementType.Int64, 1, 3).Output("boxes", "N", 3).Output("p", "N", 3).ToModel(),
            Logits, 4, 3);
        Assert.Multiple(() =>
        {
            Assert.That((net.Energy().Name, net.Energy().Output), Is.EqualTo(("self-ce", "p")));
            Assert.That((net.Energy(new() { Output = "boxes" }).Name, net.Energy(new() { Meaning = OutputMeaning.Values }).Output), Is.EqualTo(("self-mse", "boxes")));
            Assert.That(net.Energy(new() { Targets = [.. Logits.Select(z => z + 1.0)] }).Output, Is.EqualTo("boxes"));
        });
    }

    [Test]
    public void A_mean_of_probabilities_is_read_place_by_place_before_it()
    {
        using Networks net = new(
            new OnnxBuilder().Input("x", "N", 3).Weights("w", [3, 3], [1, 0, 0, 0, 1, 0, 0, 0, 1]).Node("MatMul", "x w", "z").Node("Sigmoid", "z", "p")
                .Node("ReduceMean", "p", "y", ("axes", new[] { 1 })).Output("y", "N", 1).ToModel(13), Logits, 4, 3);
        NetworkEnergy energy = net.Energy();
        Assert.That((energy.Name, energy.Meaning, energy.Tensor), Is.EqualTo(("self-ce", OutputMeaning.BinaryLogits, "z")));
        double[] p = [.. Logits.Take(3).Select(z => 1 / (1 + Math.Exp(-z)))];
        Assert.That(energy.TrainedLosses[0], Is.EqualTo(p.Average(q => -(q * Math.Log(q)) - ((1 - q) * Math.Log(1 - q)))).Within(1e-6));
    }

    [Test]
    public void Squared_errors_are_averaged_over_the_outputs_of_a_row()
    {
        using Networks net = Head("Identity");
        NetworkEnergy energy = net.Energy(new() { Targets = [.. Logits.Select(z => z + 2.0)] });
        Assert.That(energy.TrainedLosses, Is.All.EqualTo(4).Within(1e-6));
        Assert.That(net.Energy().Name, Is.EqualTo("self-mse"));
        Assert.That(net.Energy(new() { Meaning = OutputMeaning.Logits }).Name, Is.EqualTo("self-ce"));
    }

    [Test]
    public void Classes_of_a_picture_lie_along_its_second_axis()
    {
        // Two positions, three classes: the classes of position 0 are 1, 3, 5, those of position 1 are 2, 4, 6.
        using Networks net = new(
            new OnnxBuilder().Input("x", "N", 3, 1, 2).Weights("w", [1], [1]).Node("Mul", "x w", "y").Output("y", "N", 3, 1, 2).ToModel(),
            [1, 2, 3, 4, 5, 6], 1, 3, 1, 2);
        NetworkEnergy energy = net.Energy(new() { Labels = [2, 0] });
        double sum = Math.Log(Math.Exp(-4) + Math.Exp(-2) + 1);
        Assert.That(energy.TrainedLosses, Is.EqualTo(new[] { ((sum + 0) + (sum + 4)) / 2 }).Within(1e-7));
    }

    [Test]
    public void What_does_not_fit_is_refused_with_what_was_expected()
    {
        using Networks net = Head("Softmax");
        Assert.Multiple(() =>
        {
            Assert.That(() => net.Energy(new() { Labels = [1, 2] }),
                Throws.TypeOf<UnusableDataException>().With.Message.Contains("2 labels").And.Message.Contains("expected 4"));
            Assert.That(() => net.Energy(new() { Labels = [1, 2, 3, 0] }), Throws.TypeOf<UnusableDataException>().With.Message.Contains("Label 2 is 3"));
            Assert.That(() => net.Energy(new() { Labels = [1, 2, 0, 0], Targets = [1] }),
                Throws.TypeOf<ThermoException>().With.Message.Contains("one of them"));
            Assert.That(() => net.Energy(new() { Output = "nowhere" }), Throws.TypeOf<ThermoException>().With.Message.Contains("'y'"));
            Assert.That(() => NetworkEnergy.Of(net.Layers, []), Throws.TypeOf<UnusableDataException>());
            Assert.That(() => NetworkEnergy.Of(net.Layers, [new Dictionary<string, OrtValue> { ["z"] = net.Input }]),
                Throws.TypeOf<ThermoException>().With.Message.Contains("no input 'x'"));
        });
    }

    [Test]
    public void An_input_of_the_wrong_shape_is_refused_in_the_words_of_the_runtime()
    {
        using Networks net = new(
            new OnnxBuilder().Input("x", "N", 2).Weights("w", 2, 3).Node("MatMul", "x w", "y").Output("y", "N", 3).ToModel(), [1, 2, 3], 1, 3);
        Assert.That(() => net.Energy(), Throws.TypeOf<ThermoException>());
    }

    private static Networks Head(string last) => new(
        new OnnxBuilder().Input("x", "N", 3).Weights("fc.weight", [3, 3], [1, 0, 0, 0, 1, 0, 0, 0, 1]).Node("MatMul", "x fc.weight", "z").Node(last, "z", "y")
            .Output("y", "N", 3).ToModel(), Logits, 4, 3);

    private static double[] LogSoftmax(int row)
    {
        double[] z = [.. Logits.Skip(3 * row).Take(3).Select(v => (double)v)];
        double most = z.Max(), sum = Math.Log(z.Sum(v => Math.Exp(v - most)));
        return [.. z.Select(v => v - most - sum)];
    }
}
