using ML.Thermo.Data;

namespace ML.Thermo.Cli.Tables;

/// <summary>Rows of features, each with its label.</summary>
internal sealed class RowBuffer(int width)
{
    private readonly NumberBuffer _features = new(width), _labels = new(1);

    public int Rows => _labels.Rows;

    /// <summary>Opens the next row.</summary>
    /// <param name="shareRead">Share of the input that earlier rows took up.</param>
    /// <param name="label">Takes the label.</param>
    /// <returns>Takes the features.</returns>
    public Span<double> NextRow(double shareRead, out Span<double> label)
    {
        label = _labels.NextRow(shareRead);
        return _features.NextRow(shareRead);
    }

    /// <summary>Adds a row of another buffer.</summary>
    public void Append(RowBuffer from, int row, double shareRead)
    {
        from._features.Row(row).CopyTo(NextRow(shareRead, out Span<double> label));
        from._labels.Row(row).CopyTo(label);
    }

    public void Clear()
    {
        _features.Clear();
        _labels.Clear();
    }

    /// <summary>The rows as data, with only some columns kept.</summary>
    public LabelledData ToData(IReadOnlyList<int> columns, IReadOnlyList<string> names) => new(_features.Keep(columns), _labels.Keep([0]), names);
}
