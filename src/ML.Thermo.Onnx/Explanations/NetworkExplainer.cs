using System.Globalization;
using ML.Thermo.Explanations;
using ML.Thermo.Onnx.Execution;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Sharing;

namespace ML.Thermo.Onnx.Explanations;

/// <summary>Explains rows of a network's data: tables, pictures by their parts, ids by their places. Numbers do not depend on the number of threads.</summary>
/// <remarks>Dispose it after the last row, and before the model.</remarks>
[Maturity(Maturity.Estimator)]
public sealed class NetworkExplainer : IDisposable
{
    private readonly NetworkExplainOptions _options;
    private readonly NetworkInputs _data;
    private readonly VariedInputs _inputs;
    private readonly ExplainedOutput _output;
    private readonly NetworkScorer _scorer;
    private readonly RowSource _rows;

    /// <summary>Opens a network on its data.</summary>
    /// <param name="model">The network.</param>
    /// <param name="data">The rows; all of them say how far numbers vary.</param>
    /// <param name="options">Features and output; null for the usual ones.</param>
    /// <exception cref="ThermoException">Input or output cannot be explained, or ONNX Runtime cannot load the network: the message says
    /// which and why.</exception>
    /// <exception cref="UnusableDataException">There are too few rows, or parts do not divide the picture.</exception>
    public NetworkExplainer(OnnxModel model, NetworkInputs data, NetworkExplainOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        (_data, _options) = (data, options ?? new());
        _output = ExplainedOutput.Of(model, _options.Output);
        _inputs = VariedInputs.Of(model, data, _options.Input);
        _rows = RowSource.Of(model, data, _inputs, _options);
        _scorer = new(model, _output, _options.Device ?? ExecutionDevice.Cpu);
    }

    /// <summary>Number of rows of the data.</summary>
    public long Rows => _data.Rows;

    /// <summary>Explains a row.</summary>
    /// <param name="row">From 0.</param>
    /// <param name="progress">Receives the share of the neighbourhood that is scored.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <exception cref="UnusableDataException">There is no such row, or an output is not finite.</exception>
    public Explanation Explain(long row, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        if (row < 0 || row >= Rows)
            throw new UnusableDataException($"Row {row} is not among the {Rows} rows of the data: expected 0 to {Rows - 1}.");
        (ExplainedRow explained, ExplainedPicture? picture) = _rows.Row(row);
        Neighbourhood neighbourhood = _options.Layout?.Invoke(explained.Features) ?? new OrthogonalNeighbourhood(explained.Features, _options.Explain);
        double[] first = Run(_inputs.Row(row), row)[0];
        int index = _output.Choose(first);
        Explanation why = neighbourhood.Explain(
            Score(neighbourhood.Rows, neighbourhood.MostMoves, neighbourhood.Moves, explained, row, index, progress, cancellation));
        return why with
        {
            Row = row,
            Output = _output.Output.Name,
            Class = first.Length == 1 ? null : index.ToString(CultureInfo.InvariantCulture),
            Scale = _output.Scale,
            NotVaried = explained.NotVaried,
            Pairs = _options.Pairs && why.MostEvenBlock.Count > 1 ? Pairs(neighbourhood, why, explained, row, index, cancellation) : [],
            Picture = picture,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _scorer.Dispose();

    private delegate int RowMoves(int row, Span<Move> moves);

    private IReadOnlyList<PairInteraction> Pairs(
        Neighbourhood neighbourhood, Explanation why, ExplainedRow explained, long row, int index, CancellationToken cancellation)
    {
        var pairs = new PairDesign(neighbourhood, why.MostEvenBlock);
        return pairs.Of(Score(pairs.Rows, 2, pairs.Moves, explained, row, index, null, cancellation));
    }

    /// <summary>Scores rows in batches, several at once: each batch is one thread's, and the same whatever their number.</summary>
    private double[] Score(
        int rows, int mostMoves, RowMoves movesOf, ExplainedRow explained, long row, int index, IProgress<double>? progress, CancellationToken cancellation)
    {
        double[] outputs = new double[rows];
        int batch = _data.FixedBatch ?? _options.Batch, done = 0;
        Workers.Run((rows + batch - 1) / batch, Environment.ProcessorCount, part =>
        {
            int first = part * batch, count = Math.Min(batch, rows - first), scored = _data.FixedBatch ?? count;
            double[] numbers = new double[scored * explained.Width];
            var moves = new Move[mostMoves];
            for (int i = 0; i < scored; i++)
                explained.Fill(moves.AsSpan(0, i < count ? movesOf(first + i, moves) : 0), numbers.AsSpan(i * explained.Width, explained.Width));
            double[][] made = Run(numbers, row);
            for (int i = 0; i < count; i++)
                outputs[first + i] = _output.Of(made[i], index);
            progress?.Report((double)Interlocked.Add(ref done, count) / rows);
        }, cancellation);
        return outputs;
    }

    private double[][] Run(double[] numbers, long row)
    {
        int count = numbers.Length / _inputs.Width;
        if (_data.FixedBatch is not { } size || size == count)
            return _scorer.Score(_inputs.Batch(numbers, row), count);
        double[] filled = new double[size * _inputs.Width]; // a network of one fixed batch: the row, repeated
        for (int i = 0; i < size; i++)
            numbers.AsSpan(0, _inputs.Width).CopyTo(filled.AsSpan(i * _inputs.Width));
        return _scorer.Score(_inputs.Batch(filled, row), size);
    }
}
