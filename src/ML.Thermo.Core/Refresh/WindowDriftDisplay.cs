using ML.Thermo.Display;

namespace ML.Thermo.Refresh;

/// <summary>A window's drift as a card: the verdict, and the inputs, the most surprising first.</summary>
internal sealed class WindowDriftDisplay : HtmlDisplay<WindowDrift>
{
    private const int MostInputs = 10;

    /// <inheritdoc/>
    public override string Html(WindowDrift value)
    {
        string verdict = value.Rule == DriftRule.None ? "Too few rows to decide"
            : value.Refresh ? "Refresh: yes"
            : value.Drift ? "Refresh: no, but the window has drifted"
            : "Refresh: no";
        string rule = value.Rule == DriftRule.Energy ? "the losses" : "inputs and predictions";
        string html = HtmlTable.Line($"{verdict} (p = {NumberText.Show(value.PValue)} at a false-alarm rate of {NumberText.Show(value.FalseAlarmRate)}, "
            + $"by {rule}; {value.Rows} rows, {value.Labelled} with a label)", isStrong: true);
        if (value.Decisive?.Transition is { } transition)
        {
            html += new HtmlTable("", "ΔE", "ΔS (nats)", "T", "status").Row(
                "against the reference", $"{transition.DeltaEnergy}", $"{transition.DeltaEntropy}", $"{transition.Temperature}",
                string.Join(", ", value.Status.Names()));
        }

        if (value.Inputs.Count == 0)
            return html;
        var inputs = new HtmlTable("input", "p of all inputs", "shift (sd)", "missing", "unseen", "fault");
        foreach (InputDrift input in value.InputsBySurprise.Take(MostInputs))
        {
            inputs.Row(
                input.Input.Name, NumberText.Show(input.AdjustedPValue), NumberText.Show(Math.Round(input.Effect, 3)), $"{input.Missing}", $"{input.Unseen}",
                input.Fault == InputFault.None ? "" : $"{input.Fault}");
        }

        return html + inputs + (value.Inputs.Count > MostInputs ? HtmlTable.Line($"{value.Inputs.Count - MostInputs} more inputs, less surprising") : "");
    }
}
