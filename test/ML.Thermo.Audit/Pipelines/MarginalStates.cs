using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Initialization;
using ML.Thermo.Transitions;

namespace ML.Thermo.Audit.Pipelines;

/// <summary>
/// ΔE of an ML.NET trainer against predictions drawn from the marginal of the measured rows: its error is the spread over samples of these rows, the
/// trained model kept.
/// </summary>
internal static class MarginalStates
{
    private const int TrainingRows = 200, MeasuredRows = 150;

    public static IEnumerable<Finding> Run(bool isQuick)
    {
        int trials = isQuick ? 60 : 400;
        var context = new MLContext(1);
        (string Task, IEstimator<ITransformer> Trainer)[] tasks =
        [
            ("mse", context.Regression.Trainers.OnlineGradientDescent("Number")),
            ("ce, two classes", context.BinaryClassification.Trainers.LbfgsLogisticRegression("Flag")),
            ("ce, three classes", context.MulticlassClassification.Trainers.LbfgsMaximumEntropy("Class")),
        ];
        foreach ((string task, IEstimator<ITransformer> trainer) in tasks)
        {
            string label = task == "mse" ? "Number" : task.EndsWith("two classes", StringComparison.Ordinal) ? "Flag" : "Class";
            IDataView training = Draw(context, TrainingRows, 0);
            Transition Measure(int rows, int trial) => context.Thermo().PhaseTransition(
                trainer, label, initialState: InitialState.LabelMarginal, typeIIRows: TypeIIRows.HeldOut(Draw(context, rows, trial))).Fit(training).Transition;
            Transition[] runs = [.. Enumerable.Range(1, trials).Select(trial => Measure(MeasuredRows, trial))];
            double truth = Measure(200_000, trials + 1).DeltaEnergy.Value;
            yield return Spread.Ratio("error of ΔE, label marginal", $"{task}, {MeasuredRows} rows", [.. runs.Select(run => run.DeltaEnergy)]);
            yield return Spread.Coverage("interval of ΔE, label marginal", $"{task}, {MeasuredRows} rows", [.. runs.Select(run => run.DeltaEnergy)], truth, 0.9);
            int errors = runs.Count(run => !double.IsNaN(run.Temperature.StandardError) || !double.IsNaN(run.GaussianTemperature.StandardError));
            yield return new Finding("T, label marginal, with an error", $"{task}, {MeasuredRows} rows ({trials})", "none", errors, 0, 0, 0);
        }
    }

    /// <summary>The same against random parameters of a linear model, on held-out rows.</summary>
    public static IEnumerable<Finding> Parameters(bool isQuick)
    {
        int trials = isQuick ? 60 : 300;
        var context = new MLContext(1);
        (string Task, string Label, IEstimator<ITransformer> Trainer)[] tasks =
        [
            ("mse", "Number", context.Regression.Trainers.OnlineGradientDescent("Number")),
            ("ce, two classes", "Flag", context.BinaryClassification.Trainers.LbfgsLogisticRegression("Flag")),
            ("ce, three classes", "Class", context.MulticlassClassification.Trainers.LbfgsMaximumEntropy("Class")),
        ];
        foreach ((string task, string label, IEstimator<ITransformer> trainer) in tasks)
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

    private static IDataView Draw(MLContext context, int count, int trial)
    {
        var random = new RandomStream(43, (ulong)trial);
        return context.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(_ =>
        {
            float[] x = [.. Enumerable.Range(0, 3).Select(_ => (float)random.NextNormal())];
            double output = x[0] - (0.5 * x[1]) + random.NextNormal();
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
