using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Explanations;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Explanations;

/// <summary>One number a row from an output: which tensor is read, and what becomes of its numbers.</summary>
internal sealed class ExplainedOutput
{
    private readonly OutputRequest _request;
    private readonly bool _isLogits, _endsInProbability;

    private ExplainedOutput(OutputRequest request, OnnxValue output, string tensor, bool isLogits, bool endsInProbability)
    {
        (_request, Output, Tensor, _isLogits, _endsInProbability) = (request, output, tensor, isLogits, endsInProbability);
        Scale = request.LogOdds ? OutputScale.LogOdds : endsInProbability ? OutputScale.Probability : OutputScale.Score;
    }

    /// <summary>The output as the network declares it.</summary>
    public OnnxValue Output { get; }

    /// <summary>The tensor that is read: the output, or for log-odds what its closing softmax or sigmoid took.</summary>
    public string Tensor { get; }

    public OutputScale Scale { get; }

    /// <summary>Chooses the output.</summary>
    /// <exception cref="ThermoException">There is no such output, or it holds no real numbers; the outputs are listed.</exception>
    public static ExplainedOutput Of(OnnxModel model, OutputRequest request)
    {
        string all = string.Join(", ", model.Graph.Outputs);
        OnnxValue output = request.Output is { } name
            ? model.Graph.Outputs.FirstOrDefault(o => o.Name == name)
                ?? throw new ThermoException($"'{model.Name}' has no output '{name}'. Its outputs: {all}.")
            : model.Graph.Outputs.FirstOrDefault(o => o.Kind == ValueKind.Tensor && o.ElementType.IsFloating())
                ?? throw new ThermoException($"'{model.Name}' gives labels and no real number, which cannot be explained: export it with its scores or "
                    + $"probabilities as a tensor. Its outputs: {all}.");
        if (output.Kind != ValueKind.Tensor || !output.ElementType.IsFloating())
            throw new ThermoException($"Output {output} of '{model.Name}' is no tensor of real numbers: labels cannot be explained. Its outputs: {all}.");
        OnnxNode? last = model.Graph.Nodes.LastOrDefault(node => node.Outputs.Contains(output.Name));
        bool closes = last is { Domain: "", OpType: "Softmax" or "Sigmoid" };
        bool isLogits = !closes && output.Name.Contains("logit", StringComparison.OrdinalIgnoreCase);
        bool isProbability = closes || output.Name.Contains("prob", StringComparison.OrdinalIgnoreCase);
        return closes && request.LogOdds ? new(request, output, last!.Input(0), true, true) : new(request, output, output.Name, isLogits, isProbability);
    }

    /// <summary>The numbers of each row.</summary>
    /// <exception cref="ThermoException">The output has no axis of rows.</exception>
    public double[][] Read(OrtValue value, int rows, string network)
    {
        OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();
        double[] numbers = TensorNumbers.Of(value);
        if (info.Shape is not [var first, ..] || first != rows)
            throw new ThermoException($"'{Tensor}' of '{network}' has the shape [{string.Join(',', info.Shape)}] for {rows} rows: expected a first axis "
                + "of rows.");
        return [.. numbers.Chunk(Math.Max(numbers.Length / rows, 1))];
    }

    /// <summary>Which of a row's numbers is explained, by the explained row's own.</summary>
    /// <exception cref="ThermoException">There is no such class, or several numbers that are no classes.</exception>
    public int Choose(double[] row)
    {
        if (_request.Class is { } wanted)
        {
            return wanted >= 0 && wanted < row.Length ? wanted
                : throw new ThermoException($"--class {wanted} is not among the {row.Length} numbers of output {Output}: expected 0 to {row.Length - 1}.");
        }

        if (row.Length == 1)
            return 0;
        bool isDistribution = row.All(p => p is >= 0 and <= 1) && Math.Abs(row.Sum() - 1) < 1e-3;
        if (!_isLogits && !_endsInProbability && !isDistribution)
            throw new ThermoException($"Output {Output} has {row.Length} numbers a row, and nothing says that they are classes: choose one with --class.");
        return Array.IndexOf(row, row.Max());
    }

    /// <summary>The explained number of a row; infinite where a probability is rounded to 0 or 1 and log-odds are asked for.</summary>
    public double Of(double[] row, int index)
    {
        if (Scale != OutputScale.LogOdds)
            return row[index];
        if (!_isLogits)
        {
            double rest = row.Length == 1 ? 1 - row[0] : row.Sum() - row[index];
            return Math.Log(row[index] / rest);
        }

        if (row.Length == 1)
            return row[0];
        double most = row.Where((_, i) => i != index).Max();
        return row[index] - most - Math.Log(row.Where((_, i) => i != index).Sum(z => Math.Exp(z - most)));
    }
}
