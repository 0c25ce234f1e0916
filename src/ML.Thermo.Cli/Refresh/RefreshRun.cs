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
    private readonly WindowPerformances _performances = new(request);
    private LinearFit? _fit;
    private PolicyRun? _policies;

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
        CurrentWindows windows = ReadCurrent(reference, schema, rule, state, meter, cancellation);
        var findings = new DriftFindings
        {
            Subject = $"{Path.GetFileName(request.Current)} against {Path.GetFileName(request.Reference)}",
            Rule = rule,
            Options = request.Options,
            Model = request.Predictions.Count > 0
                ? $"predictions {string.Join(", ", request.Predictions.Take(4))}{(request.Predictions.Count > 4 ? ", …" : "")}"
                : _fit is not null ? $"linear fit of {request.Label} on seven tenths of the reference" : "",
            Windows = windows.Closed,
            EarlierAlarm = state.FirstAlarm,
            Policies = _policies?.Found(),
        };
        return new RefreshResult(request, reference, _fit, findings, state, windows.Rows);
    }

    private (DriftReference Reference, RefreshSchema Schema) ReadReference(Meter meter, CancellationToken cancellation)
    {
        meter.Begin("reading the reference");
        using var rows = new RefreshRows(request, request.Reference, null);
        IEnumerable<DriftInput> watched = rows.Schema.Watched.Select(column => new DriftInput(column.Name, column.Codes is not null));
        var builder = new DriftReferenceBuilder([.. request.Predictions.Select(name => new DriftInput(name, IsPrediction: true)), .. watched], request.Options);
        var suspects = new RowNames(rows.Schema.Watched);
        _policies = PolicyRun.Of(request, rows.Schema);
        for (long i = 0; rows.Read(meter, cancellation); i++)
        {
            suspects.Add(rows.Inputs);
            _performances.Learn(rows);
            if (_fit?.IsHeldOut(i) != true)
                _policies?.Learn(rows);
            double energy = _fit is null ? Energy(rows) : _fit.IsHeldOut(i) ? _fit.Loss(_fit.Reference!, rows) : double.NaN;
            builder.Observe(energy, Self(rows), rows.Watched);
        }

        if (builder.Rows < DriftReference.LeastReferenceRows)
            throw new UnusableDataException($"'{request.Reference}' has {builder.Rows} rows: a reference needs at least {DriftReference.LeastReferenceRows}.");
        foreach (string warning in suspects.Warnings(request.Reference))
            note(warning);
        return (builder.Build(), rows.Schema);
    }

    private CurrentWindows ReadCurrent(
        DriftReference reference, RefreshSchema schema, DriftRule rule, RefreshState state, Meter meter, CancellationToken cancellation)
    {
        meter.Begin("reading the current rows");
        var late = LateLabels.Of(request);
        using var rows = new RefreshRows(request, request.Current, schema, late);
        var windows = new CurrentWindows(request, reference, rule, state, _fit, _performances, _policies);
        Func<MomentAccumulator?, double> loss = moments => _fit is null ? Energy(rows) : _fit.Loss(moments!, rows);
        while (rows.Read(meter, cancellation))
            windows.Observe(rows, loss, Self(rows));
        windows.End();
        int small = windows.Closed.Count(closed => closed.Drift.Rule == DriftRule.None);
        if (small > 0)
            note($"{small} of {windows.Closed.Count} windows have fewer than the {DriftReference.LeastWindowRows} rows that a test needs; they decide " +
                "nothing alone, and count in the sequential test");
        if (late is not null && late.Taken < late.Count)
            note($"{late.Count - late.Taken} of {late.Count} labels of '{request.Labels}' belong to no row that waits for one");
        return windows;
    }

    private double Energy(RefreshRows rows) => request.Label is null ? double.NaN : _loss.Loss(rows);

    private double Self(RefreshRows rows) => request.Predictions.Count == 0 ? double.NaN : _loss.Self(rows);
}
