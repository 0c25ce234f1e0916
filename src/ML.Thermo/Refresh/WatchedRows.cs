using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Steps;

namespace ML.Thermo.Refresh;

/// <summary>
/// What a monitor watches of a pair of objects, the row that a model was given and what it said. Inputs come through the model's own steps, so they may be
/// columns that only the pipeline has; the trainer is not run again where the prediction holds its score.
/// </summary>
/// <typeparam name="TInput">The rows' class, as for a prediction engine.</typeparam>
/// <typeparam name="TOutput">What the service answers: any type that has the score in a member, or has not.</typeparam>
/// <remarks>Engines serve one thread at a time, so there is a pool of them.</remarks>
internal sealed class WatchedRows<TInput, TOutput>
    where TInput : class
{
    private readonly WatchedModel _model;
    private readonly ITransformer _chain;
    private readonly ConcurrentBag<Reader> _pool = [];
    private readonly Lock _choice = new();
    private volatile Tuple<ScoreMember<TOutput>?>? _member; // null until the first row has shown it

    /// <exception cref="ArgumentOutOfRangeException">A column that the model needs is no member of the rows' class, or has the wrong type.</exception>
    public WatchedRows(WatchedModel model)
    {
        _model = model;
        var context = new MLContext(0);
        _chain = model.Watching(context.Data.LoadFromEnumerable(Array.Empty<TInput>()).Schema);
        _pool.Add(new Reader(this));
    }

    /// <summary>The model that the rows belong to.</summary>
    public WatchedModel Model => _model;

    /// <summary>A reader for one row; give it back.</summary>
    public Reader Rent() => _pool.TryTake(out Reader? reader) ? reader : new Reader(this);

    /// <summary>Takes a reader back.</summary>
    public void Return(Reader reader) => _pool.Add(reader);

    /// <summary>Reads rows, one at a time.</summary>
    internal sealed class Reader
    {
        private readonly WatchedRows<TInput, TOutput> _rows;
        private readonly PredictionEngine<TInput, Inputs> _inputs;
        private readonly WatchedRow _row;
        private PredictionEngine<TInput, InputsAndScores>? _scores;
        private Inputs _numbers = new();
        private InputsAndScores _all = new();

        public Reader(WatchedRows<TInput, TOutput> rows)
        {
            _rows = rows;
            _inputs = new MLContext(0).Model.CreatePredictionEngine<TInput, Inputs>(rows._chain);
            SavedMonitor saved = rows._model.Saved;
            _row = new WatchedRow(saved.Predictions, saved.Reference.Inputs.Count - 1, saved.Texts);
        }

        /// <summary>The numbers of a row, until the next is read.</summary>
        /// <param name="input">What the model was given.</param>
        /// <param name="output">What the service answered.</param>
        /// <param name="label">The right answer; NaN where it is not known.</param>
        public WatchedRow Read(TInput input, TOutput output, float label)
        {
            if ((_rows._member ?? Choose(input, output))?.Item1?.Read(output) is { } scores)
            {
                _inputs.Predict(input, ref _numbers);
                _row.Read(new VBuffer<float>(scores.Length, scores), _numbers.Values, label);
            }
            else
            {
                Scored(input);
                _row.Read(_all.Scores, _all.Values, label);
            }

            return _row;
        }

        /// <summary>
        /// The member that holds what the model says of the first row; none where the service answers something else. Null while all that it says is NaN.
        /// </summary>
        private Tuple<ScoreMember<TOutput>?>? Choose(TInput input, TOutput output)
        {
            Scored(input);
            float[] scores = [.. _all.Scores.DenseValues()];
            if (!scores.All(float.IsFinite))
                return null;
            lock (_rows._choice)
            {
                return _rows._member ??= new(ScoreMember<TOutput>.All.FirstOrDefault(
                    member => member.Read(output) is { } numbers && numbers.AsSpan().SequenceEqual(scores)));
            }
        }

        private void Scored(TInput input)
        {
            _scores ??= new MLContext(0).Model.CreatePredictionEngine<TInput, InputsAndScores>(_rows._chain);
            _scores.Predict(input, ref _all);
        }
    }

    private class Inputs
    {
        [ColumnName(HiddenColumns.Inputs)]
        public VBuffer<float> Values { get; set; }
    }

    private sealed class InputsAndScores : Inputs
    {
        [ColumnName(HiddenColumns.Scores)]
        public VBuffer<float> Scores { get; set; }
    }
}
