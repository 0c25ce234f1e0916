using Microsoft.ML;
using ML.Thermo.Transitions;

namespace ML.Thermo.Benchmarks;

/// <summary>PhaseTransition against the trainer and the model that it wraps: 200,000 rows of 50 features, in memory.</summary>
internal static class PhaseTransitionBenchmarks
{
    public static IEnumerable<Comparison> All()
    {
        var context = new MLContext(1);
        var rows = new GeneratedRows(width: 50);
        IDataView data = rows.Load(context);
        IEstimator<ITransformer> Trainer() => context.Regression.Trainers.Sdca();
        yield return new Comparison(
            "PhaseTransition(SDCA).Fit, 200,000 x 50", "SDCA.Fit",
            () => context.Thermo().PhaseTransition(Trainer(), initialState: InitialState.ParameterLaw("normal:0,1")).Fit(data),
            () => Trainer().Fit(data), 1.15);

        PhaseTransitionTransformer model = context.Thermo().PhaseTransition(Trainer()).Fit(data);
        string[] three = ["Energy", "Entropy", "Temperature"];
        yield return new Comparison(
            "three columns of 200,000 rows, one cursor", "Score alone, one cursor",
            () => GeneratedRows.Read(model.Transform(data), three), () => GeneratedRows.Read(model.Model.Transform(data), "Score"), 3.5);

        string file = Path.GetTempFileName();
        context.Model.Save(model, data.Schema, file);
        ITransformer loaded = new MLContext().Model.Load(file, out _);
        yield return new Comparison(
            "the same from a loaded model", "Score alone, one cursor",
            () => GeneratedRows.Read(loaded.Transform(data), three), () => GeneratedRows.Read(model.Model.Transform(data), "Score"), 3.5);

        GeneratedRows.Example one = rows.Examples[0];
        PredictionEngine<GeneratedRows.Example, Columns> ours = rows.Engine<Columns>(context, model);
        PredictionEngine<GeneratedRows.Example, ScoreOnly> theirs = rows.Engine<ScoreOnly>(context, model.Model);
        PredictionEngine<GeneratedRows.Example, Columns> saved = rows.Engine<Columns>(context, context.Thermo().Restore(loaded));
        yield return new Comparison(
            "PredictionEngine with the columns, 200,000 rows", "PredictionEngine without",
            () => Times(200_000, () => ours.Predict(one)), () => Times(200_000, () => theirs.Predict(one)), 3)
        { Rounds = 25 };
        yield return new Comparison(
            "the same from a model loaded and restored", "PredictionEngine without",
            () => Times(200_000, () => saved.Predict(one)), () => Times(200_000, () => theirs.Predict(one)), 3)
        { Rounds = 25 };
    }

    private static void Times(int count, Action work)
    {
        for (int i = 0; i < count; i++)
            work();
    }

    private sealed class Columns
    {
        public float Score { get; set; }

        public float Energy { get; set; }

        public float Entropy { get; set; }

        public float Temperature { get; set; }
    }

    private sealed class ScoreOnly
    {
        public float Score { get; set; }
    }
}
