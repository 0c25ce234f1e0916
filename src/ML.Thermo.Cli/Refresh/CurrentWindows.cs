using ML.Thermo.Data;
using ML.Thermo.Refresh;
using ML.Thermo.Report.Refresh;

namespace ML.Thermo.Cli.Refresh;

/// <summary>Cuts the current rows into windows, and judges each as it closes.</summary>
/// <param name="request">Where windows end.</param>
/// <param name="reference">What they are compared with.</param>
/// <param name="rule">What decides.</param>
/// <param name="state">The sequential test, which may go on from an earlier run.</param>
/// <param name="fit">The linear model that was fitted to the reference, if one was.</param>
/// <param name="performances">What the predictions were worth.</param>
/// <param name="policies">What other policies would have lost; null where nothing is compared.</param>
internal sealed class CurrentWindows(
    RefreshRequest request, DriftReference reference, DriftRule rule, RefreshState state, LinearFit? fit, WindowPerformances performances, PolicyRun? policies)
{
    private readonly List<DriftPoint> _closed = [];
    private readonly DriftWindow _window = reference.NewWindow();
    private MomentAccumulator? _moments = fit?.NewMoments();
    private double _start = double.NaN, _last = double.NegativeInfinity;
    private long _first = 1;
    private string? _startText;

    /// <summary>The windows that are judged.</summary>
    public IReadOnlyList<DriftPoint> Closed => _closed;

    /// <summary>Rows so far.</summary>
    public long Rows { get; private set; }

    /// <summary>A row; it closes the window before it where that is full.</summary>
    /// <param name="rows">Stands at the row.</param>
    /// <param name="loss">Its loss, which a linear fit also adds to the window's moments.</param>
    /// <param name="self">Its loss by the prediction alone.</param>
    /// <exception cref="UnusableDataException">Its time is before that of the row above it.</exception>
    public void Observe(RefreshRows rows, Func<MomentAccumulator?, double> loss, double self)
    {
        if (rows.Time < _last)
            throw new UnusableDataException($"{rows.PlaceName} has a time in '{request.Clock.Column}' before that of the row above it: sort the file " +
                "by that column.");
        _last = rows.Time;
        if (double.IsNaN(_start))
            _start = rows.Time;
        if (request.Clock.Rows == _window.Rows || rows.Time >= _start + request.Clock.Span)
        {
            Close();
            _start += Math.Floor((rows.Time - _start) / request.Clock.Span) * request.Clock.Span;
        }

        if (_window.Rows == 0)
            _startText = rows.TimeText;
        double lost = loss(_moments);
        _window.Observe(lost, self, rows.Watched);
        performances.Observe(rows);
        policies?.Observe(rows, lost);
        Rows++;
    }

    /// <summary>There are no more rows.</summary>
    /// <exception cref="UnusableDataException">There were too few for one test.</exception>
    public void End()
    {
        if (_closed.Count == 0 && _window.Rows < DriftReference.LeastWindowRows)
            throw new UnusableDataException($"'{request.Current}' has {_window.Rows} rows: the test needs at least {DriftReference.LeastWindowRows}.");
        Close();
    }

    private void Close()
    {
        WindowDrift drift = reference.Measure(_window);
        SecondMoments? current = _moments is { Count: > 0 } ? _moments.ToMoments() : null;
        IReadOnlyList<Attribution> shares = current is null ? []
            : LinearDrift.Of(fit!.Reference!.ToMoments(), current, fit.Parameters, fit.Names, intercept: fit.Names.Count - 1);
        WarmRefresh? warm = current is not null && current.Count > current.Columns + 1 ? TypeIIDrift.Warm(current, fit!.Parameters) : null;
        _closed.Add(new DriftPoint(state.Windows + _closed.Count, drift)
        {
            FirstRow = _first,
            Start = _startText,
            StreamRule = rule,
            Step = state.Detector.Observe(_window),
            Shares = shares,
            Performance = performances.Close(),
            Warm = warm,
        });
        policies?.Close(drift.Refresh);
        _first = Rows + 1;
        _window.Clear();
        _moments = fit?.NewMoments();
    }
}
