using ML.Thermo.Cli.Output;
using ML.Thermo.Transitions;
using Spectre.Console;

namespace ML.Thermo.Cli.Transitions;

/// <summary>A transition as two small tables: the states, and the temperatures between them.</summary>
internal static class TransitionTables
{
    public static void Write(IAnsiConsole console, TransitionResult report)
    {
        console.WriteLine(Heading(report), new Style(decoration: Decoration.Bold));
        console.Write(States(report));
        console.Write(Temperatures(report));
        console.WriteLine($" status: {string.Join(", ", report.Transition.Status.Names())}");
    }

    private static string Heading(TransitionResult report)
    {
        string held = report.Fresh is null ? "training losses" : $"{report.Fresh.Rows} rows held out";
        return Prose.Wrap($"{Path.GetFileName(report.Request.Table.Path)}: {report.Request.Energy} of '{report.Request.Table.Label}' on {Count(report.System.Training.Columns, "parameter")}, init {report.Request.Law}; {report.System.Training.Rows} rows trained, {held}, m = {report.FreshPoints}");
    }

    private static Table States(TransitionResult report)
    {
        Transition transition = report.Transition;
        State before = report.Before, after = report.After;
        Table table = Sheet.Create("state", "#untrained (I)", "#trained (II)", "#difference Δ");
        table.AddRow("energy ⟨E⟩", Numbers.Show(before.Energy), Numbers.Show(after.Energy), Numbers.Show(transition.DeltaEnergy));
        table.AddRow("variance", Numbers.Show(before.Variance), Numbers.Show(after.Variance), "");
        table.AddRow("entropy S, nats", Entropy(before), Entropy(after), Numbers.Show(transition.DeltaEntropy));
        table.AddRow("entropy from", EntropyChoice.Name(before.Entropy.Method), EntropyChoice.Name(after.Entropy.Method), "");
        return table;
    }

    private static Table Temperatures(TransitionResult report)
    {
        Transition transition = report.Transition;
        Table table = Sheet.Create("", "", "#");
        table.AddRow("[bold]temperature[/]", "T = ΔE/ΔS", $"[bold]{Numbers.Show(transition.Temperature)}[/]");
        if (transition.TemperatureConfidence is { } interval)
            table.AddRow("95 % interval", "bootstrap-t", $"{Numbers.Brief(interval.Lower)} to {Numbers.Brief(interval.Upper)}");
        table.AddRow("inverse temperature", "β = ΔS/ΔE", Numbers.Show(transition.Beta));
        table.AddRow("with Gaussian entropies", "T_G", Numbers.Show(transition.GaussianTemperature));
        table.AddRow("most entropy, trained resolution", "T_res", Numbers.Show(transition.ResolvedTemperature));
        table.AddRow("fluctuation, Var E/(⟨E⟩ − E₀)", "T_fluct", Numbers.Show(transition.FluctuationTemperature));
        table.AddRow("effective degrees of freedom", "d_eff", Numbers.Show(transition.EffectiveDegreesOfFreedom));
        table.AddRow("differential, along the init scale", "T_diff", Numbers.Show(report.DifferentialTemperature));
        table.AddRow("parameter, around the optimum", "T_par", Numbers.Show(report.ParameterTemperature));
        table.AddRow("equipartition ratio", report.HasCurvature ? "d·tr H²/(tr H)²" : "T_fluct/T_par", Numbers.Show(report.EquipartitionRatio));
        return table;
    }

    private static string Entropy(State state) => Numbers.Show(new Estimate(state.Entropy.Differential, state.Entropy.StandardError));

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
