using ML.Thermo.Cli.Output;
using ML.Thermo.Data;
using ML.Thermo.Refresh;
using ML.Thermo.Report.Refresh;

namespace ML.Thermo.Cli.Refresh;

/// <summary>Carries out a request: one pass over the reference (two with a linear fit), one over the current rows, memory flat.</summary>
/// <param name="request">What was asked.</param>
/// <param name="seed">Chooses held-out rows and draws.</param>
/// <param name="note">Hears what the result does not show.</param>
internal sealed class RefreshRun(RefreshRequest request, ulong seed, Action<string> note)
{
    private readonly PredictionLoss _loss = new(request.Energy, request.Predictions);
    private readonly List<DriftPoint> _windows = [];
    private readonly WindowPerformances _performances = new(request);
    private LinearFit? _fit;

    public RefreshResult Execute(Meter meter, CancellationToken cancellation)
    {
        _fit = request.FitsLinearModel ? LinearFit.Of(request, seed, meter, cancellation) : null;
        (DriftReference reference, RefreshSchema schema) = ReadReference(meter, cancellation);
        DriftRule rule = reference.Rows.Labelled >= DriftReference.LeastReferenceRows ? DriftRule.Energy : DriftRule.LabelFree;
        if (request.Label is not null && rule != DriftRule.Energy)
            throw new UnusableDataException($"'{request.Reference}' has {reference.Rows.Labelled} rows with a label in " +
                $"'{request.Label}'{(_fit is null ? "" : " that the fit did not take")}: at least {DriftReference.LeastReferenceRows} are needed; or " +
                "decide without labels, leaving --label out.");
        var state = RefreshState.Of(request.State, reference, rule);
        long rows = ReadCurrent(reference, schema, rule, state, meter, cancellation);
        var findings = new DriftFindings
        {
            Subject = $"{Path.GetFileName(request.Current)} against {Path.GetFileName(request.Reference)}",
            Rule = rule,
            Options = request.Options,
            Model = request.Predictions.Count > 0
                ? $"predictions {string.Join(", ", request.Predictions.Take(4))}{(request.Predictions.Count > 4 ? ", …" : "")}"
                : _fit is not null ? $"linear fit of {request.Label} on seven tenths of the reference" : "",
            Windows = _windows,
            EarlierAlarm = state.FirstAlarm,
        };
        return new RefreshResult(request, reference, _fit, findings, state, rows);
    }

    private (DriftReference Reference, RefreshSchema Schema) ReadReference(Meter meter, CancellationToken cancellation)
    {
        meter.Begin("reading the reference");
        using var rows = new RefreshRows(request, request.Reference, null);
        IEnumerable<DriftInput> watched = rows.Schema.Watched.Select(column => new DriftInput(column.Name, column.Codes is not null));
        var builder = new DriftReferenceBuilder([.. request.Predictions.Select(name => new DriftInput(name, IsPrediction: true)), .. watched], request.Options);
        var suspects = new RowNames(rows.Schema.Watched);
        for (long i = 0; rows.Read(meter, cancellation); i++)
        {
            suspects.Add(rows.Inputs);
            _performances.Learn(rows);
            double energy = _fit is null ? Energy(rows) : _fit.IsHeldOut(i) ? _fit.Loss(_fit.Reference!, rows) : double.NaN;
            builder.Observe(energy, Self(rows), rows.Watched);
        }

        if (builder.Rows < DriftReference.LeastReferenceRows)
            throw new UnusableDataException($"'{request.Reference}' has {builder.Rows} rows: a reference needs at least {DriftReference.LeastReferenceRows}.");
        foreach (string warning in suspects.Warnings(request.Reference))
            note(warning);
        return (builder.Build(), rows.Schema);
    }

    private long ReadCurrent(DriftReference reference, RefreshSchema schema, DriftRule rule, RefreshState state, Meter meter, CancellationToken cancellation)
    {
        meter.Begin("reading the current rows");
        SequentialDetector detector = state.Detector;
        var late = LateLabels.Of(request);
        using var rows = new RefreshRows(request, request.Current, schema, late);
        DriftWindow window = reference.NewWindow();
        MomentAccumulator? moments = _fit?.NewMoments();
        double start = double.NaN, last = double.NegativeInfinity;
        long row = 0, first = 1;
        string? startText = null;
        while (rows.Read(meter, cancellation))
        {
            if (rows.Time < last)
                throw new UnusableDataException($"{rows.PlaceName} has a time in '{request.Clock.Column}' before that of the row above it: sort the file " +
                    "by that column.");
            last = rows.Time;
            if (double.IsNaN(start))
                start = rows.Time;
            bool full = request.Clock.Rows == window.Rows || rows.Time >= start + request.Clock.Span;
            if (full)
            {
                Close();
                start += Math.Floor((rows.Time - start) / request.Clock.Span) * request.Clock.Span;
            }

            if (window.Rows == 0)
                startText = rows.TimeText;
            window.Observe(_fit is null ? Energy(rows) : _fit.Loss(moments!, rows), Self(rows), rows.Watched);
            _performances.Observe(rows);
            row++;
        }

        if (_windows.Count == 0 && window.Rows < DriftReference.LeastWindowRows)
            throw new UnusableDataException($"'{request.Current}' has {window.Rows} rows: the test needs at least {DriftReference.LeastWindowRows}.");
        Close();
        int small = _windows.Count(closed => closed.Drift.Rule == DriftRule.None);
        if (small > 0)
            note($"{small} of {_windows.Count} windows have fewer than the {DriftReference.LeastWindowRows} rows that a test needs; they decide " +
                "nothing alone, and count in the sequential test");
        if (late is not null && late.Taken < late.Count)
            note($"{late.Count - late.Taken} of {late.Count} labels of '{request.Labels}' belong to no row that waits for one");
        return row;

        void Close()
        {
            WindowDrift drift = reference.Measure(window);
            SecondMoments? current = moments is { Count: > 0 } ? moments.ToMoments() : null;
            IReadOnlyList<Attribution> shares = current is null ? []
                : LinearDrift.Of(_fit!.Reference!.ToMoments(), current, _fit.Parameters, _fit.Names, intercept: _fit.Names.Count - 1);
            WarmRefresh? warm = current is not null && current.Count > current.Columns + 1 ? TypeIIDrift.Warm(current, _fit!.Parameters) : null;
            _windows.Add(new DriftPoint(state.Windows + _windows.Count, drift)
            {
                FirstRow = first,
                Start = startText,
                StreamRule = rule,
                Step = detector.Observe(window),
                Shares = shares,
                Performance = _performances.Close(),
                Warm = warm,
            });
            first = row + 1;
            window.Clear();
            moments = _fit?.NewMoments();
        }
    }

    private double Energy(RefreshRows rows) => request.Label is null ? double.NaN : _loss.Loss(rows);

    private double Self(RefreshRows rows) => request.Predictions.Count == 0 ? double.NaN : _loss.Self(rows);
}
