using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Initialization;
using ML.Thermo.Transitions;

namespace ML.Thermo.Audit.Pipelines;

/// <summary>
/// ΔE of an ML.NET trainer against predictions drawn from the marginal of the measured rows, refits on permuted labels or random parameters: its error is
/// the spread over samples of these rows, the trained model kept.
/// </summary>
internal static class MarginalStates
{
    private const int TrainingRows = 200, MeasuredRows = 150;

    public static IEnumerable<Finding> Run(bool isQuick)
    {
        int trials = isQuick ? 60 : 400;
        var context = new MLContext(1);
        foreach ((string task, string label, IEstimator<ITransformer> trainer) in Tasks(context))
        {
            IDataView training = Draw(context, TrainingRows, 0);
            Transition Measure(int rows, int trial, bool isLearnable = true) => context.Thermo().PhaseTransition(
                trainer, label, initialState: InitialState.LabelMarginal, typeIIRows: TypeIIRows.HeldOut(Draw(context, rows, trial, isLearnable)))
                .Fit(isLearnable ? training : Draw(context, TrainingRows, 0, false)).Transition;
            Transition[] runs = [.. Enumerable.Range(1, trials).Select(trial => Measure(MeasuredRows, trial))];
            double truth = Measure(200_000, trials + 1).DeltaEnergy.Value;
            yield return Spread.Ratio("error of ΔE, label marginal", $"{task}, {MeasuredRows} rows", [.. runs.Select(run => run.DeltaEnergy)]);
            yield return Spread.Coverage("interval of ΔE, label marginal", $"{task}, {MeasuredRows} rows", [.. runs.Select(run => run.DeltaEnergy)], truth, 0.9);
            yield return Spread.Ratio("error of ΔE, label marginal", $"{task}, nothing to learn, {MeasuredRows} rows",
                [.. Enumerable.Range(1, trials).Select(trial => Measure(MeasuredRows, trial, false).DeltaEnergy)]);
            int errors = runs.Count(run => !double.IsNaN(run.Temperature.StandardError) || !double.IsNaN(run.GaussianTemperature.StandardError));
            yield return new Finding("T, label marginal, with an error", $"{task}, {MeasuredRows} rows ({trials})", "none", errors, 0, 0, 0);
        }
    }

    /// <summary>The same against random parameters of a linear model, on held-out rows.</summary>
    public static IEnumerable<Finding> Parameters(bool isQuick)
    {
        int trials = isQuick ? 60 : 300;
        var context = new MLContext(1);
        foreach ((string task, string label, IEstimator<ITransformer> trainer) in Tasks(context))
        {
            IDataView training = Draw(context, TrainingRows, 0);
            Transition[] runs = [.. Enumerable.Range(1, trials).Select(trial => context.Thermo().PhaseTransition(trainer, new()
            {
                LabelColumnName = label,
                InitialState = InitialState.ParameterLaw("normal:0,1"),
                TypeIIRows = TypeIIRows.HeldOut(Draw(context, MeasuredRows, trial)),
                Transition = new() { Seed = (ulong)trial, Draws = 1024 },
            }).Fit(training).Transition)];
            Transition[] far = [.. runs.Where(run => (run.Status & (Status.Undefined | Status.NearPole)) == Status.Defined)];
            string at = $"{task}, {MeasuredRows} rows";
            yield return Spread.Ratio("error of ΔE, random parameters", at, [.. runs.Select(run => run.DeltaEnergy)]);
            if (far.Length > trials / 2)
                yield return Spread.Ratio("error of T, random parameters", at, [.. far.Select(run => run.Temperature)]);
        }
    }

    /// <summary>The same against refits on permuted labels, which are drawn anew with the rows.</summary>
    public static IEnumerable<Finding> Permuted(bool isQuick)
    {
        int trials = isQuick ? 20 : 150;
        var context = new MLContext(1);
        foreach (bool isLearnable in new[] { true, false })
        {
            foreach ((string task, string label, IEstimator<ITransformer> trainer) in Tasks(context))
            {
                IDataView training = Draw(context, TrainingRows, 0, isLearnable);
                Transition Measure(int rows, int trial, int refits) => context.Thermo().PhaseTransition(trainer, new()
                {
                    LabelColumnName = label,
                    InitialState = InitialState.PermutedLabels(refits),
                    TypeIIRows = TypeIIRows.HeldOut(Draw(context, rows, trial, isLearnable)),
                    Transition = new() { Seed = (ulong)trial },
                }).Fit(training).Transition;
                Estimate[] runs = [.. Enumerable.Range(1, trials).Select(trial => Measure(MeasuredRows, trial, 20).DeltaEnergy)];
                string at = $"{task}{(isLearnable ? "" : ", nothing to learn")}, {MeasuredRows} rows, 20 refits";
                yield return Spread.Ratio("error of ΔE, permuted labels", at, runs);
                if (!isQuick)
                    yield return Spread.Coverage("interval of ΔE, permuted labels", at, runs, Measure(20_000, trials + 1, 200).DeltaEnergy.Value, 0.9);
            }
        }
    }

    /// <summary>Labels that have nothing to do with the features, another training set each time: how often ΔE is zero to two of its errors.</summary>
    public static IEnumerable<Finding> NothingToLearn(bool isQuick)
    {
        const double least = 17 / 20.0;
        int trials = isQuick ? 20 : 200;
        var context = new MLContext(1);
        foreach ((string task, string label, IEstimator<ITransformer> trainer) in Tasks(context))
        {
            InitialState[] states = [InitialState.PermutedLabels(8), InitialState.LabelMarginal]; // drawn labels lose 2 Var y by definition
            foreach (InitialState state in states.Take(label == "Number" ? 1 : 2))
            {
                Transition[] runs = [.. Enumerable.Range(1, trials).Select(trial => context.Thermo().PhaseTransition(trainer, new()
                {
                    LabelColumnName = label,
                    InitialState = state,
                    Transition = new() { Seed = (ulong)trial },
                }).Fit(Draw(context, 2 * TrainingRows, trial, isLearnable: false)).Transition)];
                int inside = runs.Count(run => Math.Abs(run.DeltaEnergy.Value) <= 2 * run.DeltaEnergy.StandardError);
                double chance = Math.Sqrt(least * (1 - least) / trials);
                string against = state == InitialState.LabelMarginal ? "label marginal" : "permuted labels";
                yield return new("nothing to learn: ΔE within 2 errors of zero", $"{task}, {against} ({trials})",
                    $"≥ {least}", (double)inside / trials, chance, least - (3 * chance), 1);
            }
        }
    }

    private static (string Task, string Label, IEstimator<ITransformer> Trainer)[] Tasks(MLContext context) =>
    [
        ("mse", "Number", context.Regression.Trainers.OnlineGradientDescent("Number")),
        ("ce, two classes", "Flag", context.BinaryClassification.Trainers.LbfgsLogisticRegression("Flag")),
        ("ce, three classes", "Class", context.MulticlassClassification.Trainers.LbfgsMaximumEntropy("Class")),
    ];

    private static IDataView Draw(MLContext context, int count, int trial, bool isLearnable = true)
    {
        var random = new RandomStream(43, (ulong)trial);
        return context.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(_ =>
        {
            float[] x = [.. Enumerable.Range(0, 3).Select(_ => (float)random.NextNormal())];
            double output = (isLearnable ? x[0] - (0.5 * x[1]) : 0) + random.NextNormal();
            return new Example { Features = x, Number = (float)output, Flag = output > 0, Class = output < -0.5 ? 1u : output < 0.5 ? 2u : 3u };
        }).ToArray());
    }

    private sealed class Example
    {
        [VectorType(3)]
        public float[] Features { get; set; } = [];

        public float Number { get; set; }

        public bool Flag { get; set; }

        [KeyType(3)]
        public uint Class { get; set; }
    }
}
