using ML.Thermo.Cli.Output;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Transitions;
using Spectre.Console;

namespace ML.Thermo.Cli.Layers;

/// <summary>What running a network shows, layer by layer: temperatures and signals.</summary>
internal static class TemperatureTables
{
    /// <summary>The network's own temperature, then its layers'; hot ones red, cold ones blue. Without fluctuations of the trained state, what can be said
    /// without its entropy.</summary>
    public static Table Temperatures(LayersResult report, NetworkThermodynamics found, int room)
    {
        if (found.Trained.Status.HasFlag(Status.PointState))
            return WithoutEntropy(report, found, room);
        Table table = Sheet.Create("#", "redrawn", "#ΔE", "#ΔS", "#T", "#η", "mode");
        table.Columns[0].RightAligned();
        Transition whole = found.Network.Transition;
        table.AddRow("", "[bold]network[/]", LayersTables.Digits(whole.DeltaEnergy.Value), LayersTables.Digits(whole.DeltaEntropy.Value), $"[bold]{Numbers.Show(whole.Temperature)}[/]", "", Remark(whole));
        foreach (LayerRow row in report.Rows)
        {
            if (row.Result is not { Transition: var own, Engine: var engine })
                continue;
            string colour = engine.Mode switch { EngineMode.Engine => "red", EngineMode.Pump => "blue", _ => "default" };
            table.AddRow(
                LayersTables.Index(row.Layer),
                LayersTables.Name(row.Layer, room),
                LayersTables.Digits(own.DeltaEnergy.Value),
                LayersTables.Digits(own.DeltaEntropy.Value),
                $"[{colour}]{Numbers.Show(own.Temperature)}[/]",
                Numbers.Show(engine.Efficiency),
                engine.Mode == EngineMode.Undefined ? Remark(own) : $"[{colour}]{engine.Mode.ToString().ToLowerInvariant()}[/]");
        }

        return table;
    }

    private static Table WithoutEntropy(LayersResult report, NetworkThermodynamics found, int room)
    {
        Table table = Sheet.Create("#", "redrawn", "#ΔE", "#T_fluct", "#d_eff", "T");
        table.Columns[0].RightAligned();
        Add("", "[bold]network[/]", found.Network.Transition);
        foreach (LayerRow row in report.Rows)
        {
            if (row.Result is { } own)
                Add(LayersTables.Index(row.Layer), LayersTables.Name(row.Layer, room), own.Transition);
        }

        return table;

        void Add(string index, string name, Transition transition) => table.AddRow(
            index,
            name,
            Numbers.Show(transition.DeltaEnergy),
            LayersTables.Digits(transition.FluctuationTemperature),
            LayersTables.Digits(transition.EffectiveDegreesOfFreedom),
            Remark(transition));
    }

    /// <summary>Curvature of the loss at the trained weights, of the network and of its layers.</summary>
    public static Table Curvature(LayersResult report, NetworkSharpness found, int room)
    {
        Table table = Sheet.Create("#", "curvature of", "#d", "#tr H", "#tr H/d", "#d_eff = 2λ");
        table.Columns[0].RightAligned();
        Add("", "[bold]network[/]", found.Network);
        foreach (LayerRow row in report.Rows)
        {
            if (row.Sharpness is { } own)
                Add(LayersTables.Index(row.Layer), LayersTables.Name(row.Layer, room), own);
        }

        return table;

        void Add(string index, string name, Sharpness sharpness) => table.AddRow(
            index,
            name,
            LayersTables.Count(sharpness.Traces.Dimension),
            Numbers.Show(sharpness.Traces.Trace),
            LayersTables.Digits(sharpness.Traces.Trace.Value / sharpness.Traces.Dimension),
            Numbers.Show(sharpness.Traces.EffectiveDegreesOfFreedom));
    }

    /// <summary>Variances before the activation, what it takes of them, and how many units do nothing.</summary>
    public static Table Signals(LayersResult report, int room)
    {
        Table table = Sheet.Create("#", "signal of", "#Var z", "#η_φ", "#normal", "#S", "#dead", "#full");
        table.Columns[0].RightAligned();
        foreach (LayerRow row in report.Rows)
        {
            if (row.Signal is not { } signal)
                continue;
            bool bends = row.Layer.Activation is not null;
            table.AddRow(
                LayersTables.Index(row.Layer),
                LayersTables.Name(row.Layer, room),
                LayersTables.Digits(signal.InputVariance),
                bends ? Efficiency(signal.ActivationEfficiency) : "",
                bends && double.IsFinite(signal.GaussianPrediction) ? $"{signal.GaussianPrediction:F3}" : "",
                double.IsFinite(signal.Entropy.Value) ? Numbers.Significant(signal.Entropy.Value, 3) : "—",
                Share(signal.DeadFraction),
                Share(signal.SaturatedFraction));
        }

        return table;
    }

    /// <summary>To three decimals, or to the second digit of a larger error.</summary>
    private static string Efficiency(Estimate efficiency) =>
        efficiency.StandardError > 0.001 ? Numbers.Show(efficiency) : double.IsFinite(efficiency.Value) ? $"{efficiency.Value:F3}".Replace('-', '−') : "—";

    private static string Share(double fraction) => double.IsNaN(fraction) ? "" : fraction == 0 ? "0" : fraction.ToString("P1", System.Globalization.CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal);

    /// <summary>What stands against a temperature; nothing where it is defined.</summary>
    private static string Remark(Transition transition) => transition.Status == Status.Defined ? "" : Plain.Cell(transition.Status.Names().FirstOrDefault(name => name != nameof(Status.Undefined)) ?? nameof(Status.Undefined));
}
