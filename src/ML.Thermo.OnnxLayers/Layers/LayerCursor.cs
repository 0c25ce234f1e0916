using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Layers;

/// <summary>
/// Reads as many rows ahead as one run of the network takes, and hands them out one by one. The network runs when the first layer column of
/// the batch is read.
/// </summary>
internal sealed class LayerCursor : DataViewRowCursor
{
    private readonly DataViewRowCursor _source;
    private readonly bool[] _active;
    private readonly bool _entropies;
    private readonly int _inputs;
    private readonly RowBatch _batch;
    private readonly KeptColumn?[] _kept;
    private readonly InputReader _reader;
    private readonly ValueGetter<DataViewRowId> _id;
    private readonly (DataViewRowId Id, long Batch)[] _rows;
    private LayerReadings? _readings;
    private int _at = -1, _count;
    private long _position = -1;
    private bool _isOver;

    public LayerCursor(RunningNetwork network, DataViewSchema schema, DataViewRowCursor source, bool[] active)
    {
        (Schema, _source, _active, _inputs, _batch) = (schema, source, active, schema.Count - LayerSchema.Added, new RowBatch(network, network.MostRows));
        _entropies = active[_inputs + LayerSchema.Entropy];
        _rows = new (DataViewRowId, long)[_batch.Capacity];
        _kept = [.. Enumerable.Range(0, _inputs).Select(i => active[i] ? KeptColumn.Of(source, source.Schema[i], _batch.Capacity) : null)];
        _reader = new InputReader(network.Record, source);
        _id = source.GetIdGetter();
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _position;

    public override long Batch => _at < 0 ? 0 : _rows[_at].Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override bool MoveNext()
    {
        if (!_isOver && (++_at < _count || ReadAhead()))
        {
            _position++;
            return true;
        }

        (_isOver, _at, _position) = (true, -1, -1);
        return false;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = _rows[At()].Id;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!_active[column.Index])
            throw new InvalidOperationException($"The column '{column.Name}' was not asked for when the cursor was made.");
        return LayerSchema.As<TValue>(
            column.Index < _inputs ? _kept[column.Index]!.Getter(At) : LayerSchema.Getter(column.Index - _inputs, Current), column);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _source.Dispose();
        base.Dispose(disposing);
    }

    private bool ReadAhead()
    {
        (_at, _count, _readings) = (0, 0, null);
        while (_count < _batch.Capacity && _source.MoveNext())
        {
            _reader.Read(_batch, _count);
            foreach (KeptColumn? column in _kept)
                column?.Keep(_count);
            _id(ref _rows[_count].Id);
            _rows[_count++].Batch = _source.Batch;
        }

        return _count > 0;
    }

    private (LayerReadings Readings, int Row) Current()
    {
        int row = At();
        return (_readings ??= _batch.Read(_count, _entropies), row);
    }

    private int At() => _at >= 0 ? _at : throw new InvalidOperationException("The cursor stands on no row.");
}
