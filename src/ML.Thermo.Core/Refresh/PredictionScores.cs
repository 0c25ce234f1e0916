using System.Numerics.Tensors;
using System.Text.Json.Serialization;
using ML.Thermo.Numerics;

namespace ML.Thermo.Refresh;

/// <summary>How well predictions do on labelled rows, as people ask; NaN where it does not apply or no row has a label.</summary>
/// <param name="Accuracy">Share of rows whose likeliest class (a probability of at least ½) is right.</param>
/// <param name="AreaUnderCurve">P(a positive row has the higher probability than a negative one), within 64 bins counted half; of one probability.</param>
/// <param name="F1">2·hits/(2·hits + false positives + false negatives) of the positive class; of one probability.</param>
/// <param name="CalibrationError">Mean over rows of |share right − mean confidence| by 64 bins of the confidence.</param>
/// <param name="MeanAbsoluteError">Of a value, label units.</param>
/// <param name="RootMeanSquaredError">Of a value, label units.</param>
[Maturity(Maturity.Theorem, "definitions")]
[JsonConverter(typeof(ResultJsonConverter))]
public sealed record PredictionQuality(
    double Accuracy, double AreaUnderCurve, double F1, double CalibrationError, double MeanAbsoluteError, double RootMeanSquaredError);

/// <summary>Predictions and labels of a window, as counts and sums: they merge, and take no more room the more rows there are.</summary>
[Maturity(Maturity.Estimator, "without labels a confidence is taken to be right as often as it was in the reference")]
public sealed class PredictionScores
{
    private const int Bins = 64;
    private readonly bool _isValue;
    private readonly long[] _rows = new long[Bins], _labelled = new long[Bins], _right = new long[Bins]; // by confidence in the likeliest class
    private readonly long[] _positive = new long[Bins], _negative = new long[Bins]; // by the one probability
    private readonly double[] _confidence = new double[Bins], _labelledConfidence = new double[Bins];
    private double _absolute, _squares;
    private long _errors;

    /// <summary>Starts with no row.</summary>
    /// <param name="isValue">Predictions are values, not probabilities.</param>
    public PredictionScores(bool isValue) => _isValue = isValue;

    /// <summary>Takes a row.</summary>
    /// <param name="prediction">A value, the probability of label 1, or one probability a class.</param>
    /// <param name="label">A number, 0 or 1, or the number of a class; NaN where it is not known.</param>
    public void Observe(ReadOnlySpan<double> prediction, double label)
    {
        if (_isValue)
        {
            if (double.IsNaN(label))
                return;
            double error = Math.Abs(prediction[0] - label);
            (_absolute, _squares, _errors) = (_absolute + error, _squares + (error * error), _errors + 1);
            return;
        }

        double sum = prediction.Length == 1 ? 1 : TensorPrimitives.Sum(prediction);
        int likeliest = prediction.Length == 1 ? (prediction[0] >= 0.5 ? 1 : 0) : TensorPrimitives.IndexOfMax(prediction);
        double confidence = prediction.Length == 1 ? Math.Max(prediction[0], 1 - prediction[0]) : prediction[likeliest] / sum;
        int bin = Bin(confidence);
        _rows[bin]++;
        _confidence[bin] += confidence;
        if (double.IsNaN(label))
            return;
        _labelled[bin]++;
        _labelledConfidence[bin] += confidence;
        _right[bin] += label == likeliest ? 1 : 0;
        if (prediction.Length == 1)
            (label == 1 ? _positive : _negative)[Bin(prediction[0])]++;
    }

    /// <summary>Adds the rows of another window.</summary>
    public void Merge(PredictionScores other)
    {
        ArgumentNullException.ThrowIfNull(other);
        (long[] To, long[] From)[] counts =
        [
            (_rows, other._rows), (_labelled, other._labelled), (_right, other._right), (_positive, other._positive), (_negative, other._negative),
        ];
        foreach ((long[] to, long[] from) in counts)
            TensorPrimitives.Add<long>(to, from, to);
        TensorPrimitives.Add(_confidence, other._confidence, _confidence);
        TensorPrimitives.Add(_labelledConfidence, other._labelledConfidence, _labelledConfidence);
        (_absolute, _squares, _errors) = (_absolute + other._absolute, _squares + other._squares, _errors + other._errors);
    }

    /// <summary>What labels say.</summary>
    public PredictionQuality Realised()
    {
        long labelled = _labelled.Sum(), positive = _positive.Sum(), negative = _negative.Sum(), hits = _positive[(Bins / 2)..].Sum();
        double below = 0, pairs = 0, calibration = 0;
        for (int k = 0; k < Bins; k++)
        {
            pairs += _positive[k] * (below + (0.5 * _negative[k]));
            below += _negative[k];
            calibration += Math.Abs(_right[k] - _labelledConfidence[k]);
        }

        double wrong = _negative[(Bins / 2)..].Sum() + (positive - hits);
        return new PredictionQuality(
            (double)_right.Sum() / labelled, pairs / positive / negative, 2.0 * hits / ((2 * hits) + wrong), calibration / labelled,
            _absolute / _errors, Math.Sqrt(_squares / _errors));
    }

    /// <summary>
    /// The accuracy that these predictions would have if every confidence were right as often as in a reference, and its standard error; NaN for values. It
    /// follows inputs that move; it cannot follow right answers that change.
    /// </summary>
    /// <param name="reference">Rows with labels.</param>
    public Estimate EstimatedAccuracy(PredictionScores reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        double sum = 0, variance = 0;
        long rows = _rows.Sum();
        for (int k = 0; k < Bins; k++)
        {
            if (_rows[k] == 0)
                continue;
            double share = (reference._right[k] + (_confidence[k] / _rows[k])) / (reference._labelled[k]
                + 1); // where the reference is thin, the confidence itself
            sum += _rows[k] * share;
            variance += share * (1 - share) * (_rows[k] + ((double)_rows[k] * _rows[k] / (reference._labelled[k] + 1)));
        }

        return rows == 0 ? Estimate.Undefined : new Estimate(sum / rows, Math.Sqrt(variance) / rows);
    }

    /// <summary>Rows, of classes.</summary>
    internal long Rows => _rows.Sum();

    /// <summary>Those with a label.</summary>
    internal long Labelled => _labelled.Sum();

    private static int Bin(double p) => Math.Clamp((int)(p * Bins), 0, Bins - 1);
}
