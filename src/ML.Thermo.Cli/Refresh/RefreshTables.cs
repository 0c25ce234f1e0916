using ML.Thermo.Cli.Output;
using ML.Thermo.Energies;
using ML.Thermo.Refresh;
using ML.Thermo.Report.Refresh;
using ML.Thermo.Transitions;
using Spectre.Console;

namespace ML.Thermo.Cli.Refresh;

/// <summary>Drift as two tables: the windows, and what carries the drift of the farthest of them.</summary>
internal static class RefreshTables
{
    private const int MostWindows = 10, MostInputs = 8;

    public static void Write(IAnsiConsole console, RefreshResult report, bool all)
    {
        console.WriteLine(Heading(report, Math.Min(console.Profile.Width, Terminal.ReadableWidth)), new Style(decoration: Decoration.Bold));
        console.Write(Windows(report, all ? report.Windows.Count : MostWindows));
        if (!all && report.Windows.Count > MostWindows)
            console.WriteLine($"  … and {report.Windows.Count - MostWindows} earlier windows: --all shows them, --csv or --json writes them.");
        DriftPoint farthest = report.Findings.Farthest!;
        if (farthest.Drift.Inputs.Count > 0)
            console.Write(Inputs(farthest));
    }

    private static string Heading(RefreshResult report, int width)
    {
        RefreshRequest request = report.Request;
        string model = request.Predictions.Count > 0
            ? $"predictions '{string.Join("', '", request.Predictions.Take(4))}{(request.Predictions.Count > 4 ? "', …" : "'")}"
            : report.Fit is null ? "no model" : $"a linear fit of {report.Fit.Names.Count} parameters on seven tenths of the reference";
        string energy = request.Label is null ? "no label" : $"{request.Energy} of '{request.Label}'";
        return Prose.Wrap($"{Path.GetFileName(request.Current)} against {Path.GetFileName(request.Reference)}: {energy}, {model}; " +
            $"{report.Reference.Rows.Rows} reference rows{(request.Label is null ? "" : $", {report.Reference.Rows.Labelled} with a loss")}", width);
    }

    private static Table Windows(RefreshResult report, int most)
    {
        bool isTimed = report.Request.Clock.Column is not null;
        bool hasStates = report.Rule == DriftRule.Energy || report.Windows.Any(window => window.Drift.SelfEnergy is not null);
        IEnumerable<Field<DriftPoint>> shown = WindowFields.All.Where(field => field.Name switch
        {
            "start" => isTimed,
            "firstRow" => !isTimed,
            "deltaEnergy" or "deltaEntropy" or "temperature" => hasStates,
            _ => true,
        });
        return Sheet.Of(shown, [.. report.Windows.TakeLast(most).Reverse()]);
    }

    private static Table Inputs(DriftPoint window)
    {
        Table table = Sheet.Create($"input, window {window.Index}", "#effect", "#PSI", "#JS", "#KS", "#unseen", "#empty", "#of ΔE");
        foreach (InputDrift input in window.Drift.InputsBySurprise.Take(MostInputs))
        {
            int share = window.Shares.ToList().FindIndex(share => share.Name == input.Input.Name);
            table.AddRow(
                Plain.Cell(input.Input.Name),
                Numbers.Significant(input.Effect, 2),
                Numbers.Significant(input.Distances.PopulationStability, 2),
                Numbers.Significant(input.Distances.JensenShannon, 2),
                input.Input.IsCategory ? "" : Numbers.Significant(input.Distances.KolmogorovSmirnov, 2),
                input.Unseen > 0 ? $"{input.Unseen}" : "",
                input.Missing > 0 ? $"{input.Missing}" : "",
                share < 0 ? "" : Numbers.Significant(window.Shares[share].DeltaEnergy.Value, 3));
        }

        return table;
    }
}
