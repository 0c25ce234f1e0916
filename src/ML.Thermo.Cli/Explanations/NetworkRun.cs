using System.Globalization;
using ML.Thermo.Cli.Output;
using ML.Thermo.Explanations;
using ML.Thermo.Onnx.Execution;
using ML.Thermo.Onnx.Explanations;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Cli.Explanations;

/// <summary>Explains a network.</summary>
internal static class NetworkRun
{
    private static readonly char[] s_separators = [',', ';', '\t'];

    public static IReadOnlyList<Explanation> Explain(ExplainRequest request, Meter meter, CancellationToken cancellation)
    {
        meter.Begin("reading the data");
        using var model = OnnxModel.Open(request.Model);
        NetworkInputs data = NetworkInputs.Read(request.Data!, model);
        IReadOnlyList<long> rows = request.RowsOf(data.Rows);
        using var explainer = new NetworkExplainer(model, data, new()
        {
            Output = request.Output,
            Input = request.Input,
            ColumnNames = Heading(request.Data!),
            Superpixels = request.Superpixels,
            Fill = request.Fill,
            MaskToken = request.MaskToken,
            Vocabulary = request.Vocabulary is { } file ? File.ReadAllLines(file) : null,
            Layout = request.Layout,
            Explain = request.Explain,
            Pairs = request.Pairs,
            Device = ExecutionDevice.Choose(request.Device),
            Batch = request.Batch,
        });
        meter.Begin("explaining");
        List<Explanation> found = [];
        foreach (long row in rows)
        {
            double before = found.Count;
            found.Add(explainer.Explain(row, new Part(share => meter.Report((before + share) / rows.Count)), cancellation));
        }

        return found;
    }

    /// <summary>The names in the first line of a table, where it has some.</summary>
    private static string[]? Heading(string path)
    {
        if (!Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase) || File.ReadLines(path).FirstOrDefault() is not { } line)
            return null;
        string[] cells = [.. line.Split(s_separators.MaxBy(c => line.Count(x => x == c))).Select(cell => cell.Trim().Trim('"'))];
        return cells.Any(cell => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _)) ? null : cells;
    }

    /// <summary>Progress of one row of several, reported at once.</summary>
    private sealed class Part(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }
}
