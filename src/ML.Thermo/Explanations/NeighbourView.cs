using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Thermo.Explanations;

/// <summary>An explained row in the user's own columns: their values, and which of its features is of which column.</summary>
internal sealed class RawRow
{
    /// <param name="values">One a column of the schema; null for a column that nobody needs.</param>
    public RawRow(RawValue?[] values)
    {
        Values = values;
        First = new int[values.Length + 1];
        for (int i = 0; i < values.Length; i++)
            First[i + 1] = First[i] + (values[i]?.Features.Count ?? 0);
        Features = [.. values.SelectMany(value => value?.Features ?? [])];
    }

    public RawValue?[] Values { get; }

    /// <summary>The first feature of each column.</summary>
    public int[] First { get; }

    public IReadOnlyList<ExplainedFeature> Features { get; }

    public IReadOnlyList<string> NotVaried => [.. Values.SelectMany(value => value?.NotVaried ?? [])];
}

/// <summary>Rows that are an explained row with some moves.</summary>
/// <param name="row">The explained row.</param>
/// <param name="rows">Their number.</param>
/// <param name="mostMoves">Most moves of one.</param>
/// <param name="moves">What each changes.</param>
internal sealed class MovedRows(RawRow row, int rows, int mostMoves, MovedRows.RowMoves moves)
{
    public delegate int RowMoves(int row, Span<Move> moves);

    public RawRow Row => row;

    public int Rows => rows;

    public int MostMoves => mostMoves;

    public int Moves(int at, Span<Move> into) => moves(at, into);
}

/// <summary>The neighbourhoods of several rows, one after the other, in columns of the user's schema.</summary>
internal sealed class NeighbourView(DataViewSchema schema, IReadOnlyList<MovedRows> parts) : IDataView
{
    public bool CanShuffle => false;

    public DataViewSchema Schema { get; } = schema;

    public long? GetRowCount() => parts.Sum(part => (long)part.Rows);

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new Cursor(Schema, parts);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [new Cursor(Schema, parts)];

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly IReadOnlyList<MovedRows> _parts;
        private readonly Move[] _moves;
        private int _part, _row = -1, _count;
        private long _position = -1;

        public Cursor(DataViewSchema schema, IReadOnlyList<MovedRows> parts)
        {
            (Schema, _parts) = (schema, parts);
            _moves = new Move[parts.Max(part => part.MostMoves)];
        }

        public override DataViewSchema Schema { get; }

        public override long Position => _position;

        public override long Batch => 0;

        public override bool MoveNext()
        {
            _row++;
            while (_part < _parts.Count && _row >= _parts[_part].Rows)
                (_part, _row) = (_part + 1, 0);
            _position = _part < _parts.Count ? _position + 1 : -1;
            if (_part >= _parts.Count)
                return false;
            _count = _parts[_part].Moves(_row, _moves);
            return true;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            int index = column.Index;
            var own = new Move[_moves.Length];
            return (ref TValue value) =>
            {
                RawRow row = _parts[_part].Row;
                if (row.Values[index] is not RawValue<TValue> raw)
                    throw new InvalidOperationException($"The column '{column.Name}' is not read as {typeof(TValue).Name} by the explained rows.");
                int count = 0, first = row.First[index], end = row.First[index + 1];
                for (int i = 0; i < _count && first < end; i++)
                {
                    if (_moves[i].Feature >= first && _moves[i].Feature < end)
                        own[count++] = _moves[i] with { Feature = _moves[i].Feature - first };
                }

                raw.Get(own.AsSpan(0, count), ref value);
            };
        }
    }
}
