using Microsoft.ML.Trainers;

namespace ML.Thermo.Langevin;

/// <summary>A loss that passes on what a trainer sees of it, epoch by epoch, and changes nothing.</summary>
/// <remarks>
/// It fits wherever ML.NET takes a loss: online gradient descent, averaged perceptron, SDCA and SGD. Rows are counted by the kind of call that
/// the trainer makes first, which it makes once a row: the loss, its derivative, or a dual update.</remarks>
public sealed class ObservedLoss : ISupportSdcaRegressionLoss, ISupportSdcaClassificationLoss
{
    private readonly IScalarLoss _loss;
    private readonly Action<TrainingEpoch> _observer;
    private readonly CancellationToken _cancellation;
    private readonly Lock _lock = new();
    private Call _counted;
    private long _rows, _seen;
    private double _sum, _squares, _pivot;
    private int _epoch;
    private TrainingEpoch? _first;

    internal ObservedLoss(IScalarLoss loss, Action<TrainingEpoch> observer, CancellationToken cancellation) =>
        (_loss, _observer, _cancellation) = (loss, observer, cancellation);

    private enum Call
    {
        None,
        Loss,
        Derivative,
        DualUpdate,
    }

    /// <inheritdoc/>
    public double Loss(float output, float label)
    {
        double loss = _loss.Loss(output, label);
        See(Call.Loss, loss);
        return loss;
    }

    /// <inheritdoc/>
    public float Derivative(float output, float label)
    {
        See(Call.Derivative, _counted == Call.Loss ? 0 : _loss.Loss(output, label));
        return _loss.Derivative(output, label);
    }

    /// <inheritdoc/>
    public float ComputeDualUpdateInvariant(float scaledFeaturesNormSquared) => Sdca.ComputeDualUpdateInvariant(scaledFeaturesNormSquared);

    /// <inheritdoc/>
    public float DualUpdate(float output, float label, float dual, float invariant, int maxNumThreads)
    {
        See(Call.DualUpdate, _loss.Loss(output, label));
        return Sdca.DualUpdate(output, label, dual, invariant, maxNumThreads);
    }

    /// <inheritdoc/>
    public double DualLoss(float label, float dual) => Sdca.DualLoss(label, dual);

    /// <summary>Begins a training of so many rows an epoch.</summary>
    internal void Begin(long rows) => (_rows, _counted, _epoch, _first, _seen, _sum, _squares) = (rows, Call.None, 0, null, 0, 0, 0);

    private ISupportSdcaLoss Sdca => _loss as ISupportSdcaLoss
        ?? throw new InvalidOperationException(
            $"SDCA needs a loss with a dual, as SquaredLoss, LogLoss, HingeLoss or SmoothedHingeLoss; {_loss.GetType().Name} has none.");

    private void See(Call call, double loss)
    {
        _cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_counted == Call.None)
                _counted = call;
            if (_counted != call)
                return;
            _pivot = _seen == 0 ? loss : _pivot;
            _sum += loss - _pivot;
            _squares += (loss - _pivot) * (loss - _pivot);
            if (++_seen == _rows)
                EndEpoch();
        }
    }

    private void EndEpoch()
    {
        double mean = _sum / _rows, variance = Math.Max((_squares / _rows) - (mean * mean), 0) / (_rows - 1);
        var epoch = TrainingEpoch.Of(_first, ++_epoch, _pivot + mean, variance, bathTemperature: 0, gradientNorm: double.NaN);
        _first ??= epoch;
        (_seen, _sum, _squares) = (0, 0, 0);
        _observer(epoch);
    }
}
