using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Layers;

/// <summary>The columns of single rows, for prediction engines: one run of the network a row.</summary>
/// <param name="network">The network.</param>
/// <param name="input">The input's columns.</param>
/// <param name="output">The same and those of the layers.</param>
internal sealed class LayerRowMapper(RunningNetwork network, DataViewSchema input, DataViewSchema output) : IRowToRowMapper
{
    public DataViewSchema InputSchema => input;

    public DataViewSchema OutputSchema => output;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        LayerSchema.Needed(network.Record, input, LayerSchema.Active(output, dependingColumns));

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Schema == InputSchema
            ? new Row(network, output, input, LayerSchema.Active(output, activeColumns))
            : throw new ArgumentException("The row has another schema than the mapper: expected the very same object.", nameof(input));
    }

    private sealed class Row : DataViewRow
    {
        private readonly DataViewRow _row;
        private readonly RowBatch _batch;
        private readonly bool[] _active;
        private readonly int _inputs;
        private readonly InputReader? _reader;
        private LayerReadings? _readings;
        private long _position = -1;

        public Row(RunningNetwork network, DataViewSchema schema, DataViewRow row, bool[] active)
        {
            (Schema, _row, _active, _inputs, _batch) = (schema, row, active, row.Schema.Count, new RowBatch(network, rows: 1));
            _reader = LayerSchema.IsAsked(active) ? new InputReader(network.Record, row) : null;
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
                _reader!.Read(_batch, 0);
                _readings = _batch.Read(1, _active[_inputs + LayerSchema.Entropy]);
                _position = _row.Position;
            }

            return (_readings, 0);
        }
    }
}
