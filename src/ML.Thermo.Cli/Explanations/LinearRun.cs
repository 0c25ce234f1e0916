using ML.Thermo.Cli.Output;
using ML.Thermo.Cli.Tables;
using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Explanations;
using ML.Thermo.Initialization;
using ML.Thermo.Linear;

namespace ML.Thermo.Cli.Explanations;

/// <summary>Explains the linear model, with intercept, that <c>thermo transition</c> fits to all rows of a table.</summary>
internal static class LinearRun
{
    public static IReadOnlyList<Explanation> Explain(ExplainRequest request, Meter meter, Action<string> note, CancellationToken cancellation)
    {
        meter.Begin("reading the data");
        var energy = Energy.Parse(request.Energy);
        LabelledTable table = TableReader.Read(
            new(request.Model, request.Label!, null, request.Without) { RejectLabel = energy.Reject }, progress: meter, cancellation: cancellation);
        if (table.LeftOut.Count > 0)
            note($"left out: {string.Join("; ", table.LeftOut.Select(column => $"'{column.Name}' ({column.Reason})"))}");
        LabelledData data = table.Data;
        IReadOnlyList<long> rows = request.RowsOf(data.Rows);
        meter.Begin("fitting");
        var law = ParameterLaw.Same(InitializationScheme.Parse("normal:0,1").For(data.Columns + 1), data.Columns + 1);
        double[] weights = [.. new LinearSystem(data.WithIntercept(), energy, law).GroundState.Parameters];
        if (weights.Any(weight => !double.IsFinite(weight)))
            throw new UnusableDataException($"'{request.Model}' has no linear model of finite weights with {energy.Name}: the classes can be separated.");
        bool isClass = energy.Name == "ce";
        OutputScale scale = !isClass ? OutputScale.Score : request.Output.LogOdds ? OutputScale.LogOdds : OutputScale.Probability;
        var background = new Background(data.Features.Span, data.FeatureNames);
        meter.Begin("explaining");
        List<Explanation> found = [];
        foreach (long row in rows)
        {
            cancellation.ThrowIfCancellationRequested();
            found.Add(Row(request, background, data, weights, scale, (int)row));
            meter.Report(found.Count / (double)rows.Count);
        }

        return found;
    }

    private static Explanation Row(ExplainRequest request, Background background, LabelledData data, double[] weights, OutputScale scale, int row)
    {
        NumberRow explained = background.Row(data.Row(row));
        Neighbourhood neighbourhood = request.Layout(explained.Features);
        double atRow = Score(weights, data.Row(row));
        int sign = scale != OutputScale.Score && (request.Output.Class ?? (atRow >= 0 ? 1 : 0)) == 0 ? -1 : 1; // of the predicted class
        double[] rows = new double[neighbourhood.Rows * explained.Width], outputs = new double[neighbourhood.Rows];
        explained.Fill(neighbourhood, 0, rows);
        for (int i = 0; i < outputs.Length; i++)
        {
            double score = sign * Score(weights, rows.AsSpan(i * explained.Width, explained.Width));
            outputs[i] = scale == OutputScale.Probability ? 1 / (1 + Math.Exp(-score)) : score;
        }

        Explanation why = neighbourhood.Explain(outputs);
        return why with
        {
            Row = row,
            Output = request.Label!,
            Class = scale == OutputScale.Score ? null : sign > 0 ? "1" : "0",
            Scale = scale,
            NotVaried = explained.NotVaried,
        };
    }

    private static double Score(ReadOnlySpan<double> weights, ReadOnlySpan<double> row)
    {
        double sum = weights[^1];
        for (int j = 0; j < row.Length; j++)
            sum += weights[j] * row[j];
        return sum;
    }
}
