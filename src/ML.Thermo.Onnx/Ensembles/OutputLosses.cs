using System.Numerics.Tensors;

namespace ML.Thermo.Onnx.Ensembles;

/// <summary>The losses of the rows of one batch, from the network's output. Stateless, so shared between streams.</summary>
internal abstract class OutputLosses
{
    /// <summary>Writes one loss a row.</summary>
    public abstract void Compute(ReadOnlySpan<float> outputs, Span<double> losses);
}

/// <summary>Mean over a row's outputs of (f − t)².</summary>
internal sealed class SquaredLosses(double[] targets) : OutputLosses
{
    public override void Compute(ReadOnlySpan<float> outputs, Span<double> losses)
    {
        int units = outputs.Length / losses.Length;
        for (int row = 0; row < losses.Length; row++)
        {
            double sum = 0;
            for (int i = row * units; i < (row + 1) * units; i++)
                sum += (outputs[i] - targets[i]) * (outputs[i] - targets[i]);
            losses[row] = sum / units;
        }
    }
}

/// <summary>Mean over a row's outputs of ln(1 + eᶻ) − q z.</summary>
internal sealed class BinaryLosses(double[] probabilities) : OutputLosses
{
    public static double Sigmoid(double z) => 1 / (1 + Math.Exp(-z));

    public override void Compute(ReadOnlySpan<float> outputs, Span<double> losses)
    {
        int units = outputs.Length / losses.Length;
        for (int row = 0; row < losses.Length; row++)
        {
            double sum = 0;
            for (int i = row * units; i < (row + 1) * units; i++)
            {
                double z = outputs[i], e = Math.Exp(-Math.Abs(z));
                sum += Math.Max(z, 0) + (e < 1e-5 ? e - (e * e / 2) : Math.Log(1 + e)) - (probabilities[i] * z);
            }

            losses[row] = sum / units;
        }
    }
}

/// <summary>Where the classes of one position lie in an output: row, then class, then position inside the class.</summary>
/// <param name="Rows">Samples.</param>
/// <param name="Outer">Positions of a row before the class axis.</param>
/// <param name="Classes">Length of the class axis.</param>
/// <param name="Inner">Positions behind the class axis.</param>
internal readonly record struct ClassLayout(int Rows, int Outer, int Classes, int Inner)
{
    /// <summary>Positions of a row, each with a distribution of its own.</summary>
    public int Positions => Outer * Inner;

    /// <summary>Copies the classes of one position (counted over all rows).</summary>
    public void Gather<T>(ReadOnlySpan<T> outputs, int position, Span<double> classes)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        int start = (position / Inner * Classes * Inner) + (position % Inner);
        if (Inner == 1)
            TensorPrimitives.ConvertTruncating<T, double>(outputs.Slice(start, Classes), classes);
        else
            for (int c = 0; c < Classes; c++)
                classes[c] = double.CreateTruncating(outputs[start + (c * Inner)]);
    }
}

/// <summary>Mean over a row's positions of ln Σ eᶻ − Σ q z for logits, −Σ q ln p for probabilities.</summary>
internal sealed class CategoricalLosses : OutputLosses
{
    private readonly ClassLayout _layout;
    private readonly bool _logits;
    private readonly int[]? _labels;
    private readonly double[]? _targets;

    /// <summary>One class a position.</summary>
    public CategoricalLosses(ClassLayout layout, bool logits, int[] labels) => (_layout, _logits, _labels) = (layout, logits, labels);

    /// <summary>The distributions that the trained network itself gives.</summary>
    public CategoricalLosses(ClassLayout layout, bool logits, ReadOnlySpan<float> trained)
    {
        (_layout, _logits) = (layout, logits);
        _targets = new double[trained.Length];
        for (int position = 0; position < layout.Rows * layout.Positions; position++)
        {
            Span<double> q = _targets.AsSpan(position * layout.Classes, layout.Classes);
            layout.Gather(trained, position, q);
            if (logits)
                TensorPrimitives.SoftMax<double>(q, q);
        }
    }

    public override void Compute(ReadOnlySpan<float> outputs, Span<double> losses)
    {
        double[] room = new double[2 * _layout.Classes];
        Span<double> z = room.AsSpan(0, _layout.Classes), work = room.AsSpan(_layout.Classes);
        for (int row = 0; row < losses.Length; row++)
        {
            double sum = 0;
            for (int i = 0; i < _layout.Positions; i++)
            {
                int position = (row * _layout.Positions) + i;
                _layout.Gather(outputs, position, z);
                sum += _logits ? FromLogits(z, work, position) : FromProbabilities(z, position);
            }

            losses[row] = sum / _layout.Positions;
        }
    }

    private double FromLogits(Span<double> z, Span<double> work, int position)
    {
        TensorPrimitives.Subtract(z, TensorPrimitives.Max<double>(z), z);
        TensorPrimitives.Exp<double>(z, work);
        double target = _labels is null ? TensorPrimitives.Dot<double>(Target(position), z) : z[_labels[position]];
        return Math.Log(TensorPrimitives.Sum<double>(work)) - target;
    }

    private double FromProbabilities(Span<double> p, int position)
    {
        if (_labels is not null)
            return -Math.Log(p[_labels[position]]);
        double sum = 0;
        ReadOnlySpan<double> q = Target(position);
        for (int c = 0; c < p.Length; c++)
            sum -= q[c] == 0 ? 0 : q[c] * Math.Log(p[c]);
        return sum;
    }

    private ReadOnlySpan<double> Target(int position) => _targets.AsSpan(position * _layout.Classes, _layout.Classes);
}
