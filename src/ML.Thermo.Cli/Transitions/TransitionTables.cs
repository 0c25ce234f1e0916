using ML.Thermo.Cli.Output;
using ML.Thermo.Data;
using ML.Thermo.Report.Transitions;
using ML.Thermo.Transitions;
using Spectre.Console;

namespace ML.Thermo.Cli.Transitions;

/// <summary>A transition as two small tables: the states, and the temperatures between them.</summary>
internal static class TransitionTables
{
    public static void Write(IAnsiConsole console, TransitionResult report)
    {
        console.WriteProse(Heading(report), new Style(decoration: Decoration.Bold));
        console.Write(States(report));
        console.Write(Temperatures(report));
        console.WriteLine($" status: {string.Join(", ", report.Transition.Status.Names())}");
    }

    private static string Heading(TransitionResult report)
    {
        string held = report.Fresh is null ? "training losses" : $"{report.Fresh.Rows} rows held out";
        (TransitionRequest request, LabelledData training) = (report.Request, report.System.Training);
        return $"{Path.GetFileName(request.Table.Path)}: {request.Energy} of '{request.Table.Label}' on {Count(training.Columns, "parameter")}, "
            + $"init {request.Law}; {training.Rows} rows trained, {held}, m = {report.Findings.FreshPoints}";
    }

    /// <summary>A row a number of a state, and what lies between the states.</summary>
    private static Table States(TransitionResult report)
    {
        Table table = Sheet.Create("state", "#untrained (I)", "#trained (II)", "#difference Δ");
        foreach (Field<State> field in TransitionFields.State.Where(field => field.In.HasFlag(Shown.Console)))
        {
            Field<TransitionFindings>? difference = TrainingFields.Main.FirstOrDefault(
                main => string.Equals(main.Name, $"delta{field.Name}", StringComparison.OrdinalIgnoreCase));
            table.AddRow(
                field.Heading, Sheet.Drawn(field.Of(report.Before)), Sheet.Drawn(field.Of(report.After)),
                difference is null ? "" : Sheet.Drawn(difference.Of(report.Findings)));
        }

        return table;
    }

    private static Table Temperatures(TransitionResult report)
    {
        Table table = Sheet.Create("", "", "#");
        foreach (Field<TransitionFindings> field in TrainingFields.Main.Concat(TrainingFields.Others(report.Findings)).Where(field => field.Symbol.Length > 0))
        {
            string number = Sheet.Drawn(field.Of(report.Findings));
            bool isMain = field.Name == "temperature";
            table.AddRow(isMain ? $"[bold]{field.Heading}[/]" : field.Heading, field.Symbol, isMain ? $"[bold]{number}[/]" : number);
        }

        return table;
    }

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
