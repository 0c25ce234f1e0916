using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Thermo.Layers;

/// <summary>Reads the network's inputs from the columns of a row.</summary>
internal sealed class InputReader
{
    private readonly ValueGetter<VBuffer<float>>[] _inputs;
    private VBuffer<float> _buffer;

    public InputReader(NetworkRecord record, DataViewRow row) => _inputs = [.. record.Inputs.Select(input => Getter(row, row.Schema[input.Column]))];

    /// <summary>Puts the current row in its place in a batch.</summary>
    public void Read(RowBatch batch, int place)
    {
        for (int input = 0; input < _inputs.Length; input++)
        {
            _inputs[input](ref _buffer);
            batch.Set(place, input, _buffer);
        }
    }

    /// <summary>Reads a column of numbers as a vector.</summary>
    public static ValueGetter<VBuffer<float>> Getter(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType)
            return row.GetGetter<VBuffer<float>>(column);
        ValueGetter<float> number = row.GetGetter<float>(column);
        float[] only = new float[1];
        return (ref VBuffer<float> value) =>
        {
            number(ref only[0]);
            value = new VBuffer<float>(1, only);
        };
    }
}
