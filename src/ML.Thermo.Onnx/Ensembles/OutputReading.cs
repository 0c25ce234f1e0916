using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Ensembles;

/// <summary>Which tensor the energy is taken from and what its numbers mean, by the operations that make the output.</summary>
internal sealed record OutputReading(string Tensor, OutputMeaning Meaning, int? ClassAxis, bool HasLabels)
{
    /// <summary>The model's output that is read.</summary>
    public string Output { get; private init; } = "";

    /// <summary>
    /// Reads the output asked for; else the first whose structure says that it is a distribution; else the first of real numbers; else the first.
    /// </summary>
    public static OutputReading Of(Subgraph graph, LayerGraph network, EnergyOptions options)
    {
        IReadOnlyList<OnnxValue> outputs = network.Model.Graph.Outputs;
        if (options.Output is not null)
            return Of(graph, network, options, outputs.FirstOrDefault(o => o.Name == options.Output)
                ?? throw new ThermoException($"'{network.Model.Name}' has no output '{options.Output}': expected "
                    + $"{string.Join(", ", outputs.Select(o => $"'{o.Name}'"))}."));
        if (outputs.Count == 0)
            throw new ThermoException($"'{network.Model.Name}' has no output: there is nothing to take an energy from.");
        OnnxValue[] tensors = [.. outputs.Where(output => output.Kind is ValueKind.Tensor or ValueKind.Unknown && output.ElementType != ElementType.Text)];
        OutputReading[] readings = [.. tensors.Select(output => Of(graph, network, options, output))];
        bool isAsked = options.Meaning != OutputMeaning.Auto || options.Targets is not null;
        return (isAsked ? null : readings.FirstOrDefault(reading => reading.Meaning != OutputMeaning.Auto))
            ?? tensors.Zip(readings).FirstOrDefault(pair => pair.First.ElementType.IsFloating()).Second
            ?? readings.FirstOrDefault()
            ?? Of(graph, network, options, outputs[0]);
    }

    private static OutputReading Of(Subgraph graph, LayerGraph network, EnergyOptions options, OnnxValue output) =>
        Read(graph, network, options, output) with { Output = output.Name };

    private static OutputReading Read(Subgraph graph, LayerGraph network, EnergyOptions options, OnnxValue output)
    {
        OnnxModel model = network.Model;
        if (output.Kind is not (ValueKind.Tensor or ValueKind.Unknown))
            throw new ThermoException($"Output {output} of '{model.Name}' is no tensor: choose another output.");
        bool labels = options.Labels is not null;
        if (options.Meaning is OutputMeaning.Values or OutputMeaning.Probabilities)
            return new(output.Name, options.Meaning, null, labels);

        (string tensor, OnnxNode? last, int? chosenAlong) = Behind(graph, output.Name, options);
        if (Written(network, tensor, options, labels) is { } written)
            return written;
        return last switch
        {
            { OpType: "Softmax" or "LogSoftmax", Domain: "" } when options.Meaning != OutputMeaning.BinaryLogits && options.Targets is null =>
                new(last.Input(0), OutputMeaning.Logits, (int)last.Integer("axis", model.OperatorSet < 13 ? 1 : -1), labels),
            { OpType: "Sigmoid", Domain: "" } when options.Meaning != OutputMeaning.Logits && options.Targets is null =>
                new(last.Input(0), OutputMeaning.BinaryLogits, null, labels),
            _ when chosenAlong is { } axis => new(tensor, OutputMeaning.Logits, axis, labels),
            _ when options.Meaning == OutputMeaning.Auto && options.Targets is null && IsDistribution(network, tensor, output.Name) =>
                new(output.Name, OutputMeaning.AnyLogits, null, labels),
            _ => new(output.Name, options.Meaning, null, labels),
        };
    }

    /// <summary>
    /// What an output is made of: behind copies and reshapes, behind the choice of the largest class (ArgMax, Hardmax: a one-hot output says less than
    /// the scores it is chosen from), and behind a mean over places of probabilities, each of which is an event of its own.
    /// </summary>
    private static (string Tensor, OnnxNode? Last, int? ChosenAlong) Behind(Subgraph graph, string output, EnergyOptions options)
    {
        (string tensor, OnnxNode? last, int? chosenAlong) = (output, graph.ProducerOf(output), null);
        while (last is { Domain: "" } && graph.ProducerOf(last.Input(0)) is { } before)
        {
            int axis = (int)last.Integer("axis", last.OpType == "ArgMax" ? 0 : -1);
            bool chooses = last.OpType is "ArgMax" or "Hardmax" && axis != 0 && options.Targets is null && options.Meaning != OutputMeaning.BinaryLogits;
            bool averages = last.OpType == "ReduceMean" && before is { OpType: "Sigmoid", Domain: "" } && options.Targets is null;
            if (!(chooses || averages || Operators.IsCopy(last.OpType) || Operators.IsReshape(last.OpType)))
                break;
            if (chooses)
                chosenAlong = axis;
            (tensor, last) = (last.Input(0), before);
        }

        return (tensor, last, chosenAlong);
    }

    /// <summary>A softmax that is written out in several nodes, as its layer's activation.</summary>
    private static OutputReading? Written(LayerGraph network, string tensor, EnergyOptions options, bool labels)
    {
        Layer? layer = network.Layers.LastOrDefault(layer => layer.Post == tensor && layer.Path.Length == 0);
        bool isSoftmax = layer?.Activation is { Function: null } activation && Operators.IsSoftmax(activation.Operator)
            && !Operators.IsSoftmax(layer.Nodes[^1].OpType);
        return isSoftmax && options.Meaning != OutputMeaning.BinaryLogits && options.Targets is null ? new(layer!.Pre, OutputMeaning.Logits, -1, labels) : null;
    }

    /// <summary>
    /// Whether the outputs are scores of classes though no softmax follows: those of a vocabulary, where the head has a row for each entry of the
    /// table that ids pick from, and those that the exporter calls logits.
    /// </summary>
    private static bool IsDistribution(LayerGraph network, string tensor, string output)
    {
        if (output.Contains("logit", StringComparison.OrdinalIgnoreCase))
            return true;
        int classes = network.Layers.LastOrDefault(layer => layer.Post == tensor && layer.Path.Length == 0)?.Weight?.Layout?.Rows ?? 0;
        return classes > 1 && network.Layers.Any(layer => layer.Kind == LayerKind.Embedding && layer.Weight?.Shape is [var entries, _] && entries == classes);
    }

    /// <summary>The meaning, once the output's shape is known.</summary>
    public OutputMeaning MeaningFor(long[] shape) => Meaning switch
    {
        OutputMeaning.Auto when !HasLabels => OutputMeaning.Values,
        OutputMeaning.Auto or OutputMeaning.AnyLogits => shape.Skip(1).Aggregate(1L, (a, b) => a * b) > 1 ? OutputMeaning.Logits : OutputMeaning.BinaryLogits,
        var known => known,
    };
}

/// <summary>Makes the losses of every batch from labels, from targets or from the trained outputs.</summary>
internal sealed class OutputTargets(OutputMeaning meaning, int? classAxis, EnergyOptions options)
{
    public OutputLosses[] For(IReadOnlyList<(long[] Shape, float[] Values)> outputs)
    {
        if (options.Labels is not null && options.Targets is not null)
            throw new ThermoException("Both labels and targets are given: expected one of them.");
        if (options.Targets is not null && meaning is OutputMeaning.Logits or OutputMeaning.Probabilities)
            throw new ThermoException("Real targets are given for a distribution over classes: expected labels, or the meaning Values.");
        int given = options.Labels?.Count ?? options.Targets?.Count ?? 0, used = 0;
        long expected = outputs.Sum(
            o => meaning is OutputMeaning.Logits or OutputMeaning.Probabilities ? (long)Layout(o.Shape).Rows * Layout(o.Shape).Positions : o.Values.Length);
        if (given > 0 || options.Labels is not null || options.Targets is not null)
        {
            if (given != expected)
                throw new UnusableDataException($"There are {given} {(options.Labels is null ? "targets" : "labels")} for an output of shape "
                    + $"[{string.Join(',', outputs[0].Shape)}] in {outputs.Count} batch(es): expected {expected}.");
        }

        return [.. outputs.Select(o => One(o.Shape, o.Values, ref used))];
    }

    private OutputLosses One(long[] shape, float[] trained, ref int used)
    {
        int first = used;
        if (meaning is OutputMeaning.Logits or OutputMeaning.Probabilities)
        {
            ClassLayout layout = Layout(shape);
            used += layout.Rows * layout.Positions;
            return options.Labels is null
                ? new CategoricalLosses(layout, meaning == OutputMeaning.Logits, trained)
                : new CategoricalLosses(
                    layout, meaning == OutputMeaning.Logits, [.. Enumerable.Range(first, used - first).Select(i => Class(i, layout.Classes))]);
        }

        used += trained.Length;
        double[]? targets = options.Targets is { } real ? [.. Enumerable.Range(first, trained.Length).Select(i => real[i])]
            : options.Labels is not null
                ? [.. Enumerable.Range(first, trained.Length).Select(i => (double)(meaning == OutputMeaning.BinaryLogits ? Class(i, 2) : options.Labels[i]))]
            : null;
        return meaning == OutputMeaning.Values
            ? new SquaredLosses(targets ?? [.. trained.Select(x => (double)x)])
            : new BinaryLosses(targets ?? [.. trained.Select(z => BinaryLosses.Sigmoid(z))]);
    }

    private int Class(int index, int classes) => options.Labels![index] is var label && label >= 0 && label < classes
        ? (int)label
        : throw new UnusableDataException($"Label {index} is {label}: expected a class from 0 to {classes - 1}.");

    /// <summary>Classes lie along the closing softmax's axis; without one along the last, or for images the second.</summary>
    private ClassLayout Layout(long[] shape)
    {
        if (shape.Length < 2)
            throw new UnusableDataException($"The network's output has the shape [{string.Join(',', shape)}]: expected an axis of rows and one of classes.");
        int axis = classAxis ?? (shape.Length >= 4 ? 1 : -1);
        axis = Math.Clamp(axis < 0 ? axis + shape.Length : axis, 1, shape.Length - 1);
        if (shape[axis] == 1)
            throw new UnusableDataException($"The network's output has the shape [{string.Join(',', shape)}] with one class, whose cross-entropy is "
                + "always zero: expected several classes, squared error, or an output of log-odds.");
        return new((int)shape[0], Product(shape[1..axis]), (int)shape[axis], Product(shape[(axis + 1)..]));

        static int Product(long[] extents) => (int)extents.Aggregate(1L, (a, b) => a * b);
    }
}
