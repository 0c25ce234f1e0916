using ML.Thermo.Cli.Output;
using ML.Thermo.Cli.Tables;
using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Forecasts;
using ML.Thermo.Joules;
using ML.Thermo.Joules.Metering;
using ML.Thermo.Linear;
using ML.Thermo.Report.Transitions;
using ML.Thermo.Transitions;

namespace ML.Thermo.Cli.Transitions;

/// <summary>Carries out a request: reads, sets rows aside, trains, and measures both states.</summary>
/// <param name="request">What was asked.</param>
/// <param name="seed">Chooses held-out rows and draws.</param>
/// <param name="draws">Monte Carlo draws where no closed form is known.</param>
/// <param name="note">Hears of columns left out.</param>
internal sealed class TransitionRun(TransitionRequest request, ulong seed, int draws, Action<string> note)
{
    public TransitionResult Execute(Meter meter, CancellationToken cancellation)
    {
        (LabelledData training, LabelledData? heldOut) = Prepare(meter, cancellation);
        var system = new LinearSystem(training, request.Energy, request.Law.For(FeaturesOf(training)));
        LabelledData? fresh = request.TrainingLosses ? null : heldOut;
        meter.Begin("training");
        cancellation.ThrowIfCancellationRequested();
        using JouleMeter? energy = request.MetersTraining ? JouleMeter.Start() : null;
        _ = system.GroundState;
        ML.Thermo.Joules.Joules? joules = energy?.Stop();
        TransitionOptions options = Options();
        State after = system.TypeII(fresh, options);
        meter.Begin("drawing");
        LinearSystem faced = fresh is null ? system : system.On(fresh); // both states on the same rows
        Transition transition = faced.TrainTo(after, options, meter, cancellation);
        options = options.For(after);
        meter.Begin("differentiating");
        var findings = TransitionFindings.Of(
            $"{Path.GetFileName(request.Table.Path)}, {request.Table.Label}", system, transition, options.FreshPoints ?? training.Rows);
        return new TransitionResult(request, faced, fresh, findings with
        {
            IsStandardized = request.Standardize,
            Initialization = $"{request.Law}",
            Rows = $"{training.Rows} trained on, {(fresh is null || request.TrainingLosses ? "measured on the same" : $"{fresh.Rows} others measured on")}",
            DifferentialTemperature = faced.DifferentialTemperature(options, meter, cancellation),
            ParameterTemperature = system.ParameterTemperature(options, cancellation),
            EquipartitionRatio = system.EquipartitionRatio(options, cancellation),
            MoreData = LinearForecast.Of(system, seed, cancellation),
        })
        {
            Joules = joules,
        };
    }

    /// <summary>What a report in HTML shows beyond the numbers: drawn energies, and temperatures at other scales.</summary>
    public TransitionFindings Explore(TransitionResult report, Meter meter, CancellationToken cancellation)
    {
        meter.Begin("scaling");
        return report.Findings.Explored(report.System, Options(), meter, cancellation);
    }

    private (LabelledData Training, LabelledData? HeldOut) Prepare(Meter meter, CancellationToken cancellation)
    {
        meter.Begin("reading");
        HeldOutSelection? selection = request.HeldOut is HeldOut.Fraction(double share) ? new HeldOutSelection(share, seed) : null;
        LabelledTable table = TableReader.Read(request.Table, selection, meter, cancellation);
        if (table.LeftOut.Count > 0)
            note(LeftOut(table.LeftOut));
        (LabelledData training, LabelledData? heldOut) = (table.Data, table.HeldOut);
        if (request.HeldOut is HeldOut.File(string path))
        {
            meter.Begin("reading held-out rows");
            heldOut = TableReader.Read(request.Table with { Path = path, Features = training.FeatureNames, Without = [] }, null, meter, cancellation).Data;
        }

        DataChecks.Training(training, request.Table.Label, selection is not null);
        if (request.Standardize && !request.Law.HasIntercept && request.Energy.Name != "ce" && FarFromZero(training) is { } distance)
        {
            note($"the mean of '{request.Table.Label}' is {Numbers.Significant(distance, 2)} standard deviations from 0, which standardised "
                + "features without an intercept cannot reach: --intercept LAW adds one");
        }

        if (request.Standardize)
        {
            (double[] means, double[] deviations) = training.FeatureScales();
            training = training.Standardize(means, deviations);
            heldOut = heldOut?.Standardize(means, deviations);
        }

        return request.Law.HasIntercept ? (training.WithIntercept(), heldOut?.WithIntercept()) : (training, heldOut);
    }

    private TransitionOptions Options() => new()
    {
        Seed = seed,
        Draws = draws,
        FreshPoints = request.FreshPoints,
        TypeIIEntropy = request.TypeIIEntropy,
        Entropy = EntropyChoice.Estimator(request.Entropy),
        AtTrainedResolution = request.Entropy == EntropyChoice.Resolved,
        ExactEntropyOnly = request.Entropy == EntropyChoice.Exact,
    };

    private IReadOnlyList<string> FeaturesOf(LabelledData data) =>
        request.Law.HasIntercept ? [.. data.FeatureNames.SkipLast(1)] : data.FeatureNames;

    /// <summary>How far the labels' mean is from zero, in their standard deviations, where that is more than one.</summary>
    private static double? FarFromZero(LabelledData data)
    {
        double mean = 0, square = 0;
        for (int i = 0; i < data.Rows; i++)
            (mean, square) = (mean + (data.Targets.Span[i] / data.Rows), square + (data.Targets.Span[i] * data.Targets.Span[i] / data.Rows));
        double distance = Math.Abs(mean) / Math.Sqrt(square - (mean * mean));
        return distance is > 1 and < double.PositiveInfinity ? distance : null;
    }

    private static string LeftOut(IReadOnlyList<LeftOutColumn> columns)
    {
        const int MostNamed = 3;
        string named = string.Join("; ", columns.Take(MostNamed).Select(column => $"'{column.Name}' ({column.Reason})"));
        string rest = columns.Count > MostNamed ? $"; and {columns.Count - MostNamed} more" : "";
        return $"left out: {named}{rest}";
    }
}
