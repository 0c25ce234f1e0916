using System.Numerics.Tensors;
using Microsoft.ML.Data;

namespace ML.Thermo.Refresh;

/// <summary>One row in the numbers that windows observe; the same for the reference and for what comes after it.</summary>
/// <param name="predictions">How predictions are read.</param>
/// <param name="inputs">How many numbers are watched besides the prediction.</param>
/// <param name="texts">Those that come from texts: missing stands for a text that the reference did not have.</param>
internal sealed class WatchedRow(PredictionEnergy predictions, int inputs, IReadOnlyList<int> texts)
{
    private readonly double[] _inputs = new double[inputs + 1];
    private double[] _scores = [];

    /// <summary>Loss against the label; NaN without one.</summary>
    public double Energy { get; private set; }

    /// <summary>Loss that the prediction expects of itself; NaN for a regression.</summary>
    public double SelfEnergy { get; private set; }

    /// <summary>The prediction's numbers.</summary>
    public ReadOnlySpan<double> Scores => _scores;

    /// <summary>What is watched, the prediction last.</summary>
    public ReadOnlySpan<double> Inputs => _inputs;

    public void Read(in VBuffer<float> scores, in VBuffer<float> values, float label)
    {
        if (_scores.Length != scores.Length)
            _scores = new double[scores.Length];
        Dense(scores, _scores);
        Dense(values, _inputs.AsSpan(0, _inputs.Length - 1));
        foreach (int text in texts)
            _inputs[text] = double.IsNaN(_inputs[text]) ? -1 : _inputs[text];
        _inputs[^1] = predictions.Channel(_scores);
        Energy = predictions.Loss(_scores, label);
        SelfEnergy = predictions.SelfEnergy(_scores);
    }

    private static void Dense(in VBuffer<float> values, Span<double> numbers)
    {
        if (values.Length != numbers.Length)
            throw new InvalidOperationException($"A row has {values.Length} numbers to watch: expected {numbers.Length}, as the reference has.");
        if (values.IsDense)
        {
            TensorPrimitives.ConvertChecked(values.GetValues(), numbers);
            return;
        }

        numbers.Clear();
        foreach ((int index, float value) in values.Items())
            numbers[index] = value;
    }
}
