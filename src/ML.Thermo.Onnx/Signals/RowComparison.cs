using Microsoft.ML.OnnxRuntime;

namespace ML.Thermo.Onnx.Signals;

/// <summary>Notices where all rows of all batches are the same. The first row that differs ends the looking.</summary>
internal sealed class RowComparison
{
    private readonly Dictionary<string, byte[]> _first = new(StringComparer.Ordinal);
    private long _rows;
    private bool _differ;

    /// <summary>Whether there were several rows and none differed from the first.</summary>
    public bool AreEqual => !_differ && _rows > 1;

    public void Add(NetworkBatch batch)
    {
        _rows += batch.Rows;
        foreach ((string name, OrtValue value) in batch.Inputs)
        {
            if (_differ)
                return;
            _differ = !IsSame(name, value, batch.Rows);
        }
    }

    private bool IsSame(string name, OrtValue value, int rows)
    {
        if (!value.IsTensor || value.GetTensorTypeAndShape() is not { ElementDataType: not Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.String } info)
            return false;
        ReadOnlySpan<byte> bytes = value.GetTensorMutableRawData();
        if (info.Shape is not [var extent, ..] || extent != rows || bytes.Length == 0)
            return true; // the same for all rows of the batch
        int length = bytes.Length / rows;
        if (!_first.TryGetValue(name, out byte[]? first))
            _first[name] = first = bytes[..length].ToArray();
        for (int row = 0; row < rows; row++)
            if (!bytes.Slice(row * length, length).SequenceEqual(first))
                return false;
        return true;
    }
}
