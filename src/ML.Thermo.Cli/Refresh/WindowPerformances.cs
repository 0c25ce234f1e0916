using ML.Thermo.Refresh;
using ML.Thermo.Report.Refresh;

namespace ML.Thermo.Cli.Refresh;

/// <summary>How well the predictions of reference and windows do, and whether the estimate without labels has been belied.</summary>
/// <param name="request">What was asked.</param>
internal sealed class WindowPerformances(RefreshRequest request)
{
    private const double TellingErrors = 3;
    private readonly bool _isValue = request.Energy != "ce";
    private readonly PredictionScores _reference = new(request.Energy != "ce");
    private PredictionScores _window = new(request.Energy != "ce");
    private bool _isWithdrawn;

    /// <summary>Takes a row of the reference.</summary>
    public void Learn(RefreshRows rows) => Add(_reference, rows);

    /// <summary>Takes a row of the window.</summary>
    public void Observe(RefreshRows rows) => Add(_window, rows);

    /// <summary>What the window comes to; the next begins.</summary>
    /// <returns>Null without predictions.</returns>
    public WindowPerformance? Close()
    {
        if (request.Predictions.Count == 0)
            return null;
        PredictionQuality realised = _window.Realised();
        Estimate estimated = request.Label is null ? Estimate.Undefined : _window.EstimatedAccuracy(_reference);
        double few = Math.Sqrt((double)_window.Rows / Math.Max(_window.Labelled, 1)); // of rows without a label nothing was realised
        _isWithdrawn |= !_isValue && Math.Abs(realised.Accuracy - estimated.Value) > TellingErrors * few * estimated.StandardError;
        _window = new(_isValue);
        return new WindowPerformance(realised, estimated, _isWithdrawn);
    }

    private void Add(PredictionScores scores, RefreshRows rows)
    {
        if (request.Predictions.Count > 0)
            scores.Observe(rows.Predictions, rows.Label);
    }
}
