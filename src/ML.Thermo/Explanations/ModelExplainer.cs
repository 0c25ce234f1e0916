using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Thermo.Explanations;

/// <summary>Explains predictions of any ML.NET model, a whole chain included, in its own raw columns and names.</summary>
/// <remarks>
/// <para>To create one, use <see cref="ThermoCatalog.Explain(ITransformer, IDataView, ModelExplainOptions?)"/>. The neighbourhoods of a batch of rows are one
/// data view that the model transforms; no prediction engine is made. A loaded model explains as the fitted one does, bit for bit.</para></remarks>
[Maturity(Maturity.Estimator)]
public sealed class ModelExplainer
{
    private readonly ITransformer _model;
    private readonly ModelExplainOptions _options;
    private readonly ScoredNumber _output;
    private readonly RawColumns _columns;

    internal ModelExplainer(ITransformer model, IDataView background, ModelExplainOptions options)
    {
        if (options.BatchRows < 1)
            throw new ArgumentException($"{options.BatchRows} rows a batch are asked for: expected at least 1.", nameof(options));
        options.Explain.Check();
        (_model, _options) = (model, options);
        IDataView scored = model.Transform(background);
        _output = ScoredNumber.Of(scored, options);
        _columns = new(background, FeatureColumns(background.Schema), options.WordColumnNames, options.Cancellation);
    }

    /// <summary>The raw columns that are features.</summary>
    public IReadOnlyList<string> FeatureColumnNames => _columns.Features;

    /// <summary>Explains one row.</summary>
    /// <param name="rows">Rows as the model takes them.</param>
    /// <param name="index">Which, from 0.</param>
    /// <exception cref="UnusableDataException">There is no such row, a feature of it is missing, or the model gives no finite number.</exception>
    public Explanation Explain(IDataView rows, long index)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        long count = 0;
        foreach ((long at, RawRow row) in Read(rows, index))
        {
            count = at + 1;
            if (at == index)
                return Batch(rows.Schema, [(at, row)])[0];
        }

        throw new UnusableDataException($"Row {index} is not among the {count} rows: expected 0 to {count - 1}.");
    }

    /// <summary>Explains all rows, batch by batch while they are taken.</summary>
    /// <param name="rows">Rows as the model takes them.</param>
    /// <exception cref="UnusableDataException">A feature of a row is missing, or the model gives no finite number.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IEnumerable<Explanation> Explain(IDataView rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return All(rows);
    }

    /// <summary>What has one place a row in a column: names of features that are the same in all rows.</summary>
    /// <exception cref="ArgumentException">Some features are words, which differ from row to row.</exception>
    internal IReadOnlyList<string> Slots(IDataView background)
    {
        foreach ((long _, RawRow row) in Read(background, 0))
        {
            return !row.Features.Any(feature => feature.Kind == FeatureKind.Mask) ? [.. row.Features.Select(feature => feature.Name)]
                : throw new ArgumentException("Words differ from row to row and make no column: name other columns in FeatureColumnNames, or explain with "
                    + "Thermo().Explain.", nameof(background));
        }

        throw new UnusableDataException("The background has no row.");
    }

    private IEnumerable<Explanation> All(IDataView rows)
    {
        long done = 0;
        foreach ((long, RawRow)[] batch in Read(rows, null).Chunk(_options.BatchRows))
        {
            _options.Cancellation.ThrowIfCancellationRequested();
            foreach (Explanation why in Batch(rows.Schema, batch))
                yield return why;
            _options.Progress?.Report(done += batch.Length);
        }
    }

    /// <summary>The raw rows in order; of those before the wanted one only the number.</summary>
    private IEnumerable<(long At, RawRow Row)> Read(IDataView rows, long? wanted)
    {
        RawColumn[] columns = [.. rows.Schema.Select(_columns.Of)];
        foreach (string missing in _columns.Features.Where(name => rows.Schema.GetColumnOrNull(name) is null))
            throw new ArgumentException($"The rows have no column '{missing}', which the model uses.", nameof(rows));
        using DataViewRowCursor cursor = rows.GetRowCursor(rows.Schema);
        Func<RawValue>[] readers = [.. columns.Zip(rows.Schema, (raw, column) => raw.Reader(cursor, column))];
        RawRow nothing = new([]);
        for (long at = 0; cursor.MoveNext(); at++)
        {
            if ((at & 0xFFF) == 0)
                _options.Cancellation.ThrowIfCancellationRequested();
            yield return (at, wanted is { } only && at != only ? nothing : new RawRow([.. readers.Select(read => read())]));
        }
    }

    private Explanation[] Batch(DataViewSchema schema, (long At, RawRow Row)[] batch)
    {
        OrthogonalNeighbourhood[] neighbourhoods = [.. batch.Select(row => new OrthogonalNeighbourhood(row.Row.Features, _options.Explain))];
        Scores scores = Score(schema, [.. neighbourhoods.Zip(batch, (n, row) => new MovedRows(row.Row, n.Rows, n.MostMoves, n.Moves))]);
        var found = new Explanation[batch.Length];
        int first = 0;
        for (int i = 0; i < found.Length; i++)
        {
            int rows = neighbourhoods[i].Rows;
            (int index, string? name) = _output.Choose(scores.Row(first));
            double[] outputs = scores.Of(_output, first, rows, index);
            first += rows;
            Explanation why = neighbourhoods[i].Explain(outputs);
            found[i] = why with
            {
                Row = batch[i].At,
                Output = _output.Column.Name,
                Class = name,
                Scale = _output.Scale,
                NotVaried = batch[i].Row.NotVaried,
                Pairs = _options.Pairs && why.MostEvenBlock.Count > 1 ? Pairs(schema, neighbourhoods[i], why, batch[i].Row, index) : [],
            };
        }

        return found;
    }

    private IReadOnlyList<PairInteraction> Pairs(DataViewSchema schema, Neighbourhood neighbourhood, Explanation why, RawRow row, int index)
    {
        var pairs = new PairDesign(neighbourhood, why.MostEvenBlock);
        return pairs.Of(Score(schema, [new MovedRows(row, pairs.Rows, 2, pairs.Moves)]).Of(_output, 0, pairs.Rows, index));
    }

    private Scores Score(DataViewSchema schema, IReadOnlyList<MovedRows> parts)
    {
        IDataView scored = _model.Transform(new NeighbourView(schema, parts));
        DataViewSchema.Column column = scored.Schema[_output.Column.Index];
        DataViewSchema.Column? logit = _output is { Logit: { } behind, Scale: OutputScale.LogOdds } ? scored.Schema[behind.Index] : null;
        if (column.Name != _output.Column.Name) // other raw columns than the background's: by name
            column = scored.Schema[_output.Column.Name];
        int width = (column.Type as VectorDataViewType)?.Size ?? 1;
        int rows = parts.Sum(part => part.Rows), at = 0;
        double[] numbers = new double[rows * width], logits = new double[logit is null ? 0 : rows];
        using DataViewRowCursor cursor = scored.GetRowCursor(new[] { column, logit }.OfType<DataViewSchema.Column>());
        Action<Memory<double>> read = Reader(cursor, column);
        Action<Memory<double>>? readLogit = logit is { } second ? Reader(cursor, second) : null;
        for (; cursor.MoveNext(); at++)
        {
            if ((at & 0xFFF) == 0)
                _options.Cancellation.ThrowIfCancellationRequested();
            if (at == rows)
                throw new UnusableDataException("The model makes more rows than it gets, and cannot be explained row by row.");
            read(numbers.AsMemory(at * width, width));
            readLogit?.Invoke(logits.AsMemory(at, 1));
        }

        return at == rows ? new(numbers, width, logits) : throw new UnusableDataException(
            $"The model drops rows ({at} of {rows} came out), and cannot be explained row by row: leave filters out of its chain.");
    }

    private static Action<Memory<double>> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType)
        {
            ValueGetter<VBuffer<float>> vector = row.GetGetter<VBuffer<float>>(column);
            VBuffer<float> buffer = default;
            return into =>
            {
                vector(ref buffer);
                foreach ((int slot, float value) in buffer.Items(all: true))
                    into.Span[slot] = value;
            };
        }

        ValueGetter<float> number = row.GetGetter<float>(column);
        return into =>
        {
            float value = 0;
            number(ref value);
            into.Span[0] = value;
        };
    }

    /// <summary>The raw columns that the output is made of.</summary>
    private IReadOnlyList<string> FeatureColumns(DataViewSchema schema)
    {
        if (_options.FeatureColumnNames is { } named)
        {
            foreach (string name in named.Where(name => schema.GetColumnOrNull(name) is null))
                throw new ArgumentException($"The background has no column '{name}'. Its columns, nearest first: "
                    + $"{string.Join(", ", NearestNames.Order(name, schema.Where(c => !c.IsHidden).Select(c => c.Name)).Take(12))}.");
            return named;
        }

        if (!_model.IsRowToRowMapper)
            throw new ArgumentException("The model does not say which columns its output is made of, for it is no mapper of rows: name them in "
                + "FeatureColumnNames.");
        IRowToRowMapper mapper = _model.GetRowToRowMapper(schema);
        IEnumerable<DataViewSchema.Column> needed = mapper.GetDependencies([mapper.OutputSchema[_output.Column.Index]]);
        string[] used = [.. needed.Where(column => !column.IsHidden).Select(column => column.Name).Distinct()];
        return used.Length > 0 ? used : throw new ArgumentException($"The output '{_output.Column.Name}' depends on no column of the background.");
    }

    /// <summary>What the model made of the rows of a view.</summary>
    private sealed class Scores(double[] numbers, int width, double[] logits)
    {
        public ReadOnlySpan<double> Row(int row) => numbers.AsSpan(row * width, width);

        public double[] Of(ScoredNumber output, int first, int rows, int index) => output.Of(
            numbers.AsSpan(first * width, rows * width), width, logits.Length == 0 ? [] : logits.AsSpan(first, rows), index);
    }
}
