using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Initialization;
using ML.Thermo.PhaseTransitions;

namespace ML.Thermo.Benchmarks;

/// <summary>PhaseTransition against the trainer and the model that it wraps: 200,000 rows of 50 features, in memory.</summary>
internal static class PhaseTransitionBenchmarks
{
    private const int Rows = 200_000, Width = 50;

    public static IEnumerable<Comparison> All()
    {
        var context = new MLContext(1);
        IDataView data = context.Data.Cache(context.Data.LoadFromEnumerable(Examples()));
        IEstimator<ITransformer> Trainer() => context.Regression.Trainers.Sdca();
        yield return new Comparison(
            "PhaseTransition(SDCA).Fit, 200,000 x 50", "SDCA.Fit",
            () => context.Thermo().PhaseTransition(Trainer(), initialState: InitialState.ParameterLaw("normal:0,1")).Fit(data),
            () => Trainer().Fit(data), 1.15);

        PhaseTransitionTransformer model = context.Thermo().PhaseTransition(Trainer()).Fit(data);
        string[] three = ["Energy", "Entropy", "Temperature"];
        yield return new Comparison(
            "three columns of 200,000 rows, one cursor", "Score alone, one cursor",
            () => Read(model.Transform(data), three), () => Read(model.Model.Transform(data), ["Score"]), 3.5);

        string file = Path.GetTempFileName();
        context.Model.Save(model, data.Schema, file);
        ITransformer loaded = new MLContext().Model.Load(file, out _);
        yield return new Comparison(
            "the same from a loaded model", "Score alone, one cursor",
            () => Read(loaded.Transform(data), three), () => Read(model.Model.Transform(data), ["Score"]), 3.5);

        Example one = Examples().First();
        PredictionEngine<Example, Columns> ours = context.Model.CreatePredictionEngine<Example, Columns>(model);
        PredictionEngine<Example, ScoreOnly> theirs = context.Model.CreatePredictionEngine<Example, ScoreOnly>(model.Model);
        PredictionEngine<Example, Columns> saved = context.Model.CreatePredictionEngine<Example, Columns>(context.Thermo().Restore(loaded));
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

    private static void Read(IDataView data, string[] columns)
    {
        DataViewSchema.Column[] wanted = [.. columns.Select(name => data.Schema[name])];
        using DataViewRowCursor cursor = data.GetRowCursor(wanted);
        ValueGetter<float>[] getters = [.. wanted.Select(column => cursor.GetGetter<float>(column))];
        float value = 0;
        while (cursor.MoveNext())
        {
            foreach (ValueGetter<float> getter in getters)
                getter(ref value);
        }
    }

    private static Example[] Examples()
    {
        var random = new RandomStream(1, 0);
        return [.. Enumerable.Range(0, Rows).Select(_ =>
        {
            float[] x = [.. Enumerable.Range(0, Width).Select(_ => (float)random.NextNormal())];
            return new Example { Features = x, Label = x.Take(10).Sum() + (float)random.NextNormal() };
        })];
    }

    private sealed class Example
    {
        [VectorType(Width)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
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
