using Microsoft.ML.Data;
using ML.Thermo.Data;

namespace ML.Thermo.Measurement;

/// <summary>Takes the features of the training rows.</summary>
internal interface IFeatureSink
{
    void Add(in VBuffer<float> features, double target);
}

/// <summary>Keeps the rows, each with a one for the bias at its end.</summary>
internal sealed class RowKeeper(int dimension) : IFeatureSink
{
    private double[] _features = new double[1024 * (dimension + 1)];
    private double[] _targets = new double[1024];

    public int Rows { get; private set; }

    public void Add(in VBuffer<float> features, double target)
    {
        if (Rows == _targets.Length)
        {
            Array.Resize(ref _targets, 2 * Rows);
            Array.Resize(ref _features, checked(2 * _features.Length));
        }

        Span<double> row = _features.AsSpan(Rows * (dimension + 1), dimension + 1);
        Write(features, row);
        _targets[Rows++] = target;
    }

    public LabelledData ToData() => new(_features.AsMemory(0, Rows * (dimension + 1)), _targets.AsMemory(0, Rows));

    public void Clear() => Rows = 0;

    private static void Write(in VBuffer<float> features, Span<double> row)
    {
        ReadOnlySpan<float> values = features.GetValues();
        if (features.IsDense)
        {
            System.Numerics.Tensors.TensorPrimitives.ConvertChecked(values, row);
        }
        else
        {
            row.Clear();
            ReadOnlySpan<int> indices = features.GetIndices();
            for (int i = 0; i < values.Length; i++)
                row[indices[i]] = values[i];
        }

        row[^1] = 1;
    }
}

/// <summary>Sums second moments block by block: the rows themselves are not kept.</summary>
internal sealed class MomentKeeper(int dimension) : IFeatureSink
{
    private const int Block = 16_384;

    private readonly RowKeeper _rows = new(dimension);
    private readonly double[] _features = new double[(dimension + 1) * (dimension + 1)];
    private readonly double[] _cross = new double[dimension + 1];
    private double _target;
    private long _count;

    public void Add(in VBuffer<float> features, double target)
    {
        _rows.Add(features, target);
        if (_rows.Rows == Block)
            Merge();
    }

    public SecondMoments ToMoments()
    {
        if (_rows.Rows > 0)
            Merge();
        double weight = 1.0 / _count;
        return new SecondMoments(_count, Scaled(_features, weight), Scaled(_cross, weight), _target * weight);
    }

    private void Merge()
    {
        SecondMoments block = SecondMoments.Of(_rows.ToData());
        double n = block.Count;
        System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(block.FeatureMoments, n, _features, _features);
        System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(block.CrossMoments, n, _cross, _cross);
        _target += n * block.TargetMoment;
        _count += block.Count;
        _rows.Clear();
    }

    private static double[] Scaled(double[] sums, double weight) => [.. sums.Select(sum => sum * weight)];
}
