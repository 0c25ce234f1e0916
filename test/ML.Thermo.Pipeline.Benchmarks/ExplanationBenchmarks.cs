using Microsoft.ML;
using ML.Thermo.Explanations;

namespace ML.Thermo.Benchmarks;

/// <summary>Explanations of a forest against its scoring of as many rows.</summary>
internal static class ExplanationBenchmarks
{
    private const int Rows = 40, Width = 30;

    public static IEnumerable<Comparison> All()
    {
        var context = new MLContext(1);
        var rows = new GeneratedRows(Width);
        IDataView data = context.Data.Cache(context.Data.TakeRows(rows.Load(context), 5000)), explained = context.Data.TakeRows(data, Rows);
        ITransformer model = context.Regression.Trainers.FastTree().Fit(data);
        ModelExplainer explainer = context.Thermo().Explain(model, data, new() { BatchRows = Rows });
        int scored = explainer.Explain(explained).Sum(why => why.Rows);
        IDataView asMany = context.Data.TakeRows(rows.Load(context), scored);
        GeneratedRows.Read(asMany, "Label");
        yield return new Comparison(
            $"explaining {Rows} rows of a forest, d = {Width}",
            $"the forest on as many rows ({scored:N0})",
            () => explainer.Explain(explained).Count(),
            () => GeneratedRows.Read(model.Transform(asMany), "Score"),
            1.05)
        { Rounds = 9 };
    }
}
