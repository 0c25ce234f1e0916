using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.OnnxLayers;

/// <summary>The columns of single rows, for prediction engines: one run of the network a row.</summary>
/// <param name="network">The network.</param>
/// <param name="schema">The input's columns and the three of the layers.</param>
/// <param name="inputs">Puts the network's inputs into one column.</param>
internal sealed class LayerRowMapper(RunningNetwork network, DataViewSchema schema, IRowToRowMapper inputs) : IRowToRowMapper
{
    public DataViewSchema InputSchema => inputs.InputSchema;

    public DataViewSchema OutputSchema => schema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        inputs.GetDependencies(Needed(dependingColumns));

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Schema != InputSchema)
            throw new ArgumentException("The row has another schema than the mapper: expected the very same object.", nameof(input));
        DataViewSchema.Column[] active = [.. activeColumns];
        return new Row(network, schema, inputs.GetRow(input, Needed(active)), active);
    }

    /// <summary>The columns behind some of ours.</summary>
    private IEnumerable<DataViewSchema.Column> Needed(IEnumerable<DataViewSchema.Column> columns) => columns
        .Select(column => column.Index < InputSchema.Count ? inputs.OutputSchema[column.Index] : inputs.OutputSchema[LayerMapping.Numbers])
        .DistinctBy(column => column.Index);

    private sealed class Row : DataViewRow
    {
        private readonly DataViewRow _row;
        private readonly RowBatch _batch;
        private readonly bool[] _active;
        private readonly int _inputs;
        private readonly bool _entropies;
        private readonly ValueGetter<VBuffer<float>>? _numbers;
        private VBuffer<float> _buffer;
        private LayerReadings? _readings;
        private long _position = -1;

        public Row(RunningNetwork network, DataViewSchema schema, DataViewRow row, DataViewSchema.Column[] active)
        {
            (Schema, _row, _inputs, _batch) = (schema, row, schema.Count - LayerSchema.Added, new RowBatch(network, rows: 1));
            _active = new bool[schema.Count];
            foreach (DataViewSchema.Column column in active)
                _active[column.Index] = true;
            _entropies = _active[_inputs + LayerSchema.Entropy];
            if (_active.AsSpan(_inputs).Contains(true))
                _numbers = row.GetGetter<VBuffer<float>>(row.Schema[LayerMapping.Numbers]);
        }

        public override DataViewSchema Schema { get; }

        public override long Position => _row.Position;

        public override long Batch => _row.Batch;

        public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

        public override ValueGetter<DataViewRowId> GetIdGetter() => _row.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            !_active[column.Index] ? throw new InvalidOperationException($"The column '{column.Name}' was not asked for when the row was made.")
            : column.Index < _inputs ? _row.GetGetter<TValue>(_row.Schema[column.Index])
            : LayerSchema.As<TValue>(LayerSchema.Getter(column.Index - _inputs, Current), column);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _row.Dispose();
            base.Dispose(disposing);
        }

        private (LayerReadings Readings, int Row) Current()
        {
            if (_readings is null || _position != _row.Position)
            {
                _numbers!(ref _buffer);
                _batch.Set(0, _buffer);
                _readings = _batch.Read(1, _entropies);
                _position = _row.Position;
            }

            return (_readings, 0);
        }
    }
}
