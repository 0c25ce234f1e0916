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

    /// <summary>The features, dense, and a one.</summary>
    public static void Write(in VBuffer<float> features, Span<double> row)
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

/// <summary>Sums second moments: the rows themselves are not kept.</summary>
internal sealed class MomentSums(int dimension) : IFeatureSink
{
    private readonly MomentAccumulator _sums = new(dimension + 1);
    private const long MostCells = 1 << 23;
    private readonly double[] _row = new double[dimension + 1];
    private RowKeeper? _rows = new(dimension);

    /// <summary>The rows too, as long as they take no more than 64 MB: errors of differences are those of rows. Null beyond.</summary>
    public LabelledData? Rows => _rows?.ToData();

    public void Add(in VBuffer<float> features, double target)
    {
        RowKeeper.Write(features, _row);
        _sums.Add(_row, new ReadOnlySpan<double>(in target));
        if ((_rows?.Rows + 1) * (dimension + 1) > MostCells)
            _rows = null;
        _rows?.Add(features, target);
    }

    public SecondMoments ToMoments() => _sums.ToMoments();
}
