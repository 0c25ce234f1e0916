using ML.Thermo.Cli.Output;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Report.Layers;
using Spectre.Console;

namespace ML.Thermo.Cli.Layers;

/// <summary>A network as tables that fit a window: its layers, their weights one by one, their spectra, and what belongs to no layer.</summary>
internal static class LayersTables
{
    private const int IndexWidth = 8, ShortestName = 10, LongestName = 60, MostLayers = 10;

    /// <summary>Writes them.</summary>
    /// <param name="console">Where.</param>
    /// <param name="whole">What was found.</param>
    /// <param name="all">All layers, not only those that most is to be said of.</param>
    public static void Write(IAnsiConsole console, LayersResult whole, bool all)
    {
        int width = console.Profile.Width, text = Math.Min(width, Terminal.ReadableWidth);
        console.WriteLine(Heading(whole, text), new Style(decoration: Decoration.Bold));
        LayersResult report = whole;
        if (!all && whole.Rows.Count > MostLayers)
        {
            (IReadOnlyList<LayerFindings> few, string which) = Foremost(whole);
            report = whole with { Findings = whole.Findings with { Layers = few } };
            console.WriteLine(Prose.Wrap($"{MostLayers} of {whole.Rows.Count} layers, {which}; --all shows all of them", text));
        }

        if (report.Rows.Count > 0)
            console.Write(Of("layer", width, LayerFields.Identity, report.Rows));
        if (report.Findings.Thermodynamics is { } found)
            console.Write(TemperatureTables.Temperatures(report, found, width));
        if (report.Findings.Sharpness is { } sharpness)
            console.Write(TemperatureTables.Curvature(report, sharpness, width));
        if (report.Rows.Any(row => row.Signal is not null))
        {
            console.Write(TemperatureTables.Signals(report, width));
            console.Write(Of("values of", width, [.. SignalFields.TailsOf(report.Findings)], [.. report.Rows.Where(row => row.Signal is not null)]));
        }

        LayerFindings[] weighted = [.. report.Rows.Where(row => row.Weights is not null)];
        if (weighted.Length > 0)
        {
            console.Write(Of("weights of", width, [.. WeightFields.Entries, .. WeightFields.Law], weighted));
            if (!report.Request.Quick)
                console.Write(Of("spectrum of", width, WeightFields.Spectrum, weighted));
        }

        if (report.Graph.Skipped.Count > 0)
            console.Write(Skipped(report.Graph.Skipped));
    }

    /// <summary>A table of layers, which begins with their numbers and names. A name has the room that the numbers leave, which are never broken.</summary>
    /// <param name="heading">Of the names.</param>
    /// <param name="width">Characters of a line.</param>
    /// <param name="fields">The other columns.</param>
    /// <param name="rows">The layers.</param>
    /// <param name="others">What a further row takes in each column; null for none.</param>
    public static Table Of(
        string heading, int width, IReadOnlyList<Field<LayerFindings>> fields, IReadOnlyList<LayerFindings> rows, int[]? others = null)
    {
        int[] widths = Sheet.Widths(fields, rows);
        int room = Math.Clamp(width - IndexWidth - widths.Zip(others ?? widths, Math.Max).Sum(), ShortestName, LongestName);
        Field<LayerFindings> index = new("index", "", "", row => Cell.Of(row.Layer.Index) with { Short = $"{row.Layer.Index}" }, Shown.Console);
        Field<LayerFindings> name = new("name", heading, "", row => Cell.Of(Shorten(row.Layer.Name, room)), Shown.Console);
        Table table = Sheet.Of([index, name, .. fields], rows);
        table.Columns[0].RightAligned();
        return table;
    }

    /// <summary>
    /// The words of a path by their first letters, from the left, as many as it takes; numbers stay. What is still too long loses its middle:
    /// <c>encoder.layer.0.attention.self.query</c> in 20 characters is <c>e.l.0.a.self.query</c>.
    /// </summary>
    internal static string Shorten(string name, int longest)
    {
        char separator = name.Contains('/', StringComparison.Ordinal) ? '/' : '.';
        string[] words = name.Split(separator);
        for (int i = 0; i < words.Length - 1 && name.Length > longest; i++)
        {
            string word = words[i];
            int digits = word.Length - word.AsSpan().TrimEnd("0123456789").Length;
            bool isApart = digits > 0 && digits < word.Length && word[^(digits + 1)] is '.' or '_';
            int kept = digits + (isApart ? 1 : 0);
            if (word.Length > kept + 1)
                words[i] = word[..1] + word[^kept..];
            name = string.Join(separator, words);
        }

        int start = (longest - 1) / 3;
        return name.Length <= longest ? name : $"{name[..start]}…{name[^(longest - 1 - start)..]}";
    }

    /// <summary>The layers farthest from the network's temperature, or where there is none the largest, in the graph's order.</summary>
    private static (IReadOnlyList<LayerFindings> Layers, string Which) Foremost(LayersResult report)
    {
        double network = report.Findings.Thermodynamics?.Network.Transition.Temperature.Value ?? double.NaN;
        double Distance(LayerFindings row) => row.Result is { } result ? Math.Abs(Math.Log(result.Transition.Temperature.Value / network)) : double.NaN;
        bool areMeasured = report.Rows.Count(row => double.IsFinite(Distance(row))) >= MostLayers;
        IEnumerable<LayerFindings> foremost = areMeasured
            ? report.Rows.Where(row => double.IsFinite(Distance(row))).OrderByDescending(Distance)
            : report.Rows.OrderByDescending(row => row.Layer.ParameterCount);
        return ([.. foremost.Take(MostLayers).OrderBy(row => row.Layer.Index)],
            areMeasured ? "those farthest from the network's temperature" : "those with the most parameters");
    }

    private static string Heading(LayersResult report, int width)
    {
        string producer = report.Producer.Length == 0 ? "" : $", by {report.Producer}";
        string inputs = string.Join(", ", report.Inputs), outputs = string.Join(", ", report.Model.Graph.Outputs);
        string shown = report.Rows.Count == report.Graph.Layers.Count ? "" : $", {report.Rows.Count} of them shown";
        return string.Join('\n', new[]
        {
            $"{report.Model.Name}: {Numbers.Count(report.Graph.ParameterCount)} parameters in {Plural(report.Graph.Layers.Count, "layer")}{shown}; "
                + $"opset {report.Model.OperatorSet}, IR {report.Model.IrVersion}{producer}; {report.Elapsed.TotalSeconds:0.00} s",
            $"inputs {inputs}",
            $"outputs {outputs}",
            Ran(report),
        }.Where(line => line.Length > 0).Select(line => Prose.Wrap(line, width)));
    }

    /// <summary>What the network ran on, in the words of the options.</summary>
    private static string Ran(LayersResult report)
    {
        if (report is not { Findings.Signals: { } signals, Request.Data: { } data })
            return "";
        bool allReal = report.Inputs.All(input =>
            input.ElementType is ElementType.Float or ElementType.Double or ElementType.Float16 or ElementType.BFloat16);
        string on = data.IsSynthetic ? (allReal ? "standard normal noise" : "noise and drawn ids") : Path.GetFileName(data.File)!;
        string energy = report.Findings.Thermodynamics is { } found ? $", energy {found.Energy.Name}, {found.Network.Energies.Length} draws" : "";
        return $"run on {signals.Device}: {Plural((int)signals.Rows, "row")} of {on}{energy}";
    }

    private static Table Skipped(IReadOnlyList<SkippedNode> skipped)
    {
        Table table = Sheet.Create("#", "in no layer", "because");
        table.Columns[0].RightAligned();
        table.Columns[1].NoWrap = table.Columns[2].NoWrap = false;
        foreach (IGrouping<string, SkippedNode> alike in skipped.GroupBy(node => node.Reason, StringComparer.Ordinal).OrderByDescending(group => group.Count()))
            table.AddRow(Numbers.Count(alike.Count()), Plain.Cell(string.Join(", ", alike.Select(node => node.OpType).Distinct())),
                Plain.Cell(alike.Key));
        return table;
    }

    private static string Plural(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
