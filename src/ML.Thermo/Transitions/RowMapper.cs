using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Thermo.Transitions;

/// <summary>
/// A model's mapping of one row, and the row columns after it: the short way for prediction engines, past the steps that a saved
/// pipeline needs. The numbers are the same.
/// </summary>
/// <remarks>The target is the prediction.</remarks>
internal sealed class RowMapper : IRowToRowMapper
{
    private readonly IRowToRowMapper _model;
    private readonly RowTransition _rows;
    private readonly string _scoreColumn, _featureColumn;

    /// <param name="model">The model's own mapping.</param>
    /// <param name="rows">Computes the columns.</param>
    /// <param name="scoreColumn">What is read as the score, among the model's columns.</param>
    /// <param name="featureColumn">What is read as the features.</param>
    /// <param name="columns">Transition, energy, entropy and temperature, as the pipeline delivers them.</param>
    public RowMapper(
        IRowToRowMapper model, RowTransition rows, string scoreColumn, string featureColumn, IEnumerable<DataViewSchema.Column> columns)
    {
        (_model, _rows, _scoreColumn, _featureColumn) = (model, rows, scoreColumn, featureColumn);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(model.OutputSchema);
        foreach (DataViewSchema.Column column in columns)
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema => _model.InputSchema;

    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        _model.GetDependencies(Needed(dependingColumns));

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Schema != InputSchema)
            throw new ArgumentException("The row has another schema than the mapper: expected the very same object.", nameof(input));
        DataViewSchema.Column[] active = [.. activeColumns];
        return new Row(this, input, _model.GetRow(input, Needed(active)), active);
    }

    /// <summary>The model's columns behind some of ours.</summary>
    private IEnumerable<DataViewSchema.Column> Needed(IEnumerable<DataViewSchema.Column> columns)
    {
        DataViewSchema delivered = _model.OutputSchema;
        var needed = new HashSet<int>();
        foreach (DataViewSchema.Column column in columns)
        {
            if (column.Index < delivered.Count)
            {
                needed.Add(column.Index);
            }
            else if (column.Index > delivered.Count)
            {
                needed.Add(delivered[_scoreColumn].Index);
                if (_rows.ReadsFeatures)
                    needed.Add(delivered[_featureColumn].Index);
            }
        }

        return needed.Select(index => delivered[index]);
    }

    private sealed class Row : DataViewRow
    {
        private readonly DataViewRow _input, _row;
        private readonly RowTransition _rows;
        private readonly bool[] _active;
        private readonly ValueGetter<float>? _score;
        private readonly ValueGetter<VBuffer<float>>? _scores, _features;
        private readonly int _delivered, _scoreIndex;
        private long _position = -1, _scorePosition = -1;
        private float[] _dense = new float[1];
        private VBuffer<float> _scoreBuffer, _featureBuffer;
        private (float Energy, float Entropy, float Temperature) _columns;

        public Row(RowMapper mapper, DataViewRow input, DataViewRow row, DataViewSchema.Column[] active)
        {
            (_input, _row, _rows, Schema, _delivered) = (input, row, mapper._rows, mapper.OutputSchema, row.Schema.Count);
            _active = new bool[Schema.Count];
            foreach (DataViewSchema.Column column in active)
                _active[column.Index] = true;
            if (!_active.AsSpan(_delivered + 1).Contains(true))
                return;
            DataViewSchema.Column score = row.Schema[mapper._scoreColumn];
            _scoreIndex = score.Index;
            if (score.Type is VectorDataViewType)
                _scores = row.GetGetter<VBuffer<float>>(score);
            else
                _score = row.GetGetter<float>(score);
            if (_rows.ReadsFeatures)
                _features = row.GetGetter<VBuffer<float>>(row.Schema[mapper._featureColumn]);
        }

        public override DataViewSchema Schema { get; }

        public override long Position => _input.Position; // the model's, without asking all its rows down to this one

        public override long Batch => _row.Batch;

        public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

        public override ValueGetter<DataViewRowId> GetIdGetter() => _row.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!_active[column.Index])
                throw new InvalidOperationException($"The column '{column.Name}' was not asked for when the row was made.");
            if (column.Index < _delivered && !(_score is not null && column.Index == _scoreIndex))
                return _row.GetGetter<TValue>(_row.Schema[column.Index]);
            Delegate getter = column.Index < _delivered ? (ValueGetter<float>)Score : (column.Index - _delivered) switch
            {
                0 => (ValueGetter<uint>)((ref uint key) => key = 1),
                1 => (ValueGetter<float>)((ref float value) => value = Read().Energy),
                2 => (ValueGetter<float>)((ref float value) => value = Read().Entropy),
                _ => (ValueGetter<float>)((ref float value) => value = Read().Temperature),
            };
            return getter as ValueGetter<TValue>
                ?? throw new InvalidOperationException($"The column '{column.Name}' is {column.Type}, not {typeof(TValue).Name}.");
        }

        /// <summary>The score, which is computed once for itself and for our columns.</summary>
        private void Score(ref float score)
        {
            ReadScores();
            score = _dense[0];
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _row.Dispose();
            base.Dispose(disposing);
        }

        private ref readonly (float Energy, float Entropy, float Temperature) Read()
        {
            long position = _input.Position;
            if (_position != position)
            {
                ReadScores();
                _features?.Invoke(ref _featureBuffer);
                (double energy, double entropy, double temperature) = _rows.Read(_dense, _featureBuffer, float.NaN);
                _columns = ((float)energy, (float)entropy, (float)temperature);
                _position = position;
            }

            return ref _columns;
        }

        private void ReadScores()
        {
            long position = _input.Position;
            if (_scorePosition == position)
                return;
            _scorePosition = position;
            if (_score is not null)
            {
                _score(ref _dense[0]);
                return;
            }

            _scores!(ref _scoreBuffer);
            if (_dense.Length != _scoreBuffer.Length)
                _dense = new float[_scoreBuffer.Length];
            _scoreBuffer.CopyTo(_dense);
        }
    }
}
