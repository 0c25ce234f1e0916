using ML.Thermo.Cli.Output;
using ML.Thermo.Energies;
using ML.Thermo.Refresh;
using ML.Thermo.Transitions;
using Spectre.Console;

namespace ML.Thermo.Cli.Refresh;

/// <summary>Drift as two tables: the windows, and what carries the drift of the farthest of them.</summary>
internal static class RefreshTables
{
    private const int MostWindows = 40, MostInputs = 8;

    public static void Write(IAnsiConsole console, RefreshResult report)
    {
        console.WriteLine(Heading(report), new Style(decoration: Decoration.Bold));
        console.Write(Windows(report));
        if (report.Windows.Count > MostWindows)
            console.WriteLine($" … and {report.Windows.Count - MostWindows} more windows: --csv or --json has them all.");
        RefreshWindow farthest = Farthest(report);
        if (farthest.Drift.Inputs.Count > 0)
            console.Write(Inputs(farthest));
    }

    /// <summary>The window that has drifted farthest; the last of equals.</summary>
    public static RefreshWindow Farthest(RefreshResult report) =>
        report.Windows.MaxBy(window => (double.IsNaN(window.Drift.Effect) ? -1 : window.Drift.Effect, window.Index))!;

    private static string Heading(RefreshResult report)
    {
        RefreshRequest request = report.Request;
        string model = request.Predictions.Count > 0 ? $"predictions '{string.Join("', '", request.Predictions.Take(4))}{(request.Predictions.Count > 4 ? "', …" : "'")}"
            : report.Fit is null ? "no model" : $"a linear fit of {report.Fit.Names.Count} parameters on seven tenths of the reference";
        string energy = request.Label is null ? "no label" : $"{request.Energy} of '{request.Label}'";
        return Prose.Wrap($"{Path.GetFileName(request.Current)} against {Path.GetFileName(request.Reference)}: {energy}, {model}; {report.Reference.Rows.Rows} reference rows{(request.Label is null ? "" : $", {report.Reference.Rows.Labelled} with a loss")}");
    }

    private static Table Windows(RefreshResult report)
    {
        bool timed = report.Request.Clock.Column is not null, labelled = report.Rule == DriftRule.Energy;
        bool states = labelled || report.Windows.Any(window => window.Drift.SelfEnergy is not null);
        string[] stateColumns = states ? ["#ΔE", "#ΔS", "#T"] : [];
        Table table = Sheet.Create(["#", timed ? "#start" : "#from row", "#rows", .. stateColumns, "#p", "refresh", "alarm"]);
        foreach (RefreshWindow window in report.Windows.Take(MostWindows))
        {
            Transition? transition = (labelled ? window.Drift.Energy : window.Drift.SelfEnergy)?.Transition;
            string[] state =
            [
                Numbers.Show(transition?.DeltaEnergy ?? Estimate.Undefined),
                Numbers.Significant(transition?.DeltaEntropy.Value ?? double.NaN, 2),
                Numbers.Significant(transition?.Temperature.Value ?? double.NaN, 3),
            ];
            table.AddRow(
            [
                $"{window.Index}", timed ? Markup.Escape(window.Start!) : $"{window.FirstRow}", $"{window.Drift.Rows}", .. states ? state : [],
                Numbers.Significant(window.Drift.PValue, window.Drift.PValue < 0.001 ? 1 : 2), window.Drift.Refresh ? "[bold]yes[/]" : "no", window.Step.Alarm ? "[bold]yes[/]" : "no",
            ]);
        }

        return table;
    }

    private static Table Inputs(RefreshWindow window)
    {
        Table table = Sheet.Create($"input, window {window.Index}", "#effect", "#PSI", "#JS", "#KS", "#unseen", "#empty", "#of ΔE");
        foreach (InputDrift input in window.Drift.Inputs.OrderByDescending(input => input.Significance).Take(MostInputs))
        {
            int share = window.Shares.ToList().FindIndex(share => share.Name == input.Input.Name);
            table.AddRow(
                Markup.Escape(input.Input.Name),
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
