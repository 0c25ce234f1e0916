using ML.Thermo.Display;

namespace ML.Thermo.Transitions;

/// <summary>A transition as a card: its temperature, both states in a table, and both on one axis.</summary>
internal sealed class TransitionDisplay : HtmlDisplay<Transition>
{
    private const string Hot = "#d55e00", Cold = "#0072b2";

    /// <inheritdoc/>
    public override string Html(Transition value)
    {
        (string from, string to) = value.From.Kind == value.To.Kind ? ("before", "after") : (StateDisplay.Name(value.From), StateDisplay.Name(value.To));
        string status = string.Join(", ", value.Status.Names());
        string verdict = value.Temperature.IsDefined ? $"T = {value.Temperature} per nat" : "T is undefined";
        var table = new HtmlTable("", "energy E", "entropy S (nats)", "spread of E")
            .Row([from, .. StateDisplay.Cells(value.From)])
            .Row([to, .. StateDisplay.Cells(value.To)])
            .Row("difference", $"{value.DeltaEnergy}", $"{value.DeltaEntropy}", "");
        string picture = Spans.Svg("energy E: mean and one standard deviation of each state", Span(from, value.From, Hot), Span(to, value.To, Cold));
        return HtmlTable.Line($"{verdict} ({status})", isStrong: true) + table + picture;
    }

    private static (string Name, double Middle, double Half, string Colour) Span(string name, State state, string colour) =>
        (name, state.Energy.Value, Math.Sqrt(state.Variance.Value), colour);
}

/// <summary>A state as a row of numbers.</summary>
internal sealed class StateDisplay : HtmlDisplay<State>
{
    /// <inheritdoc/>
    public override string Html(State value) =>
        new HtmlTable("state", "energy E", "entropy S (nats)", "spread of E", "status")
            .Row([Name(value), .. Cells(value), string.Join(", ", value.Status.Names())]).ToString();

    internal static string Name(State state) => state.Kind == StateKind.TypeI ? "random parameters" : "fixed parameters";

    /// <summary>Energy, entropy and standard deviation.</summary>
    internal static string[] Cells(State state)
    {
        double spread = Math.Sqrt(state.Variance.Value);
        return
        [
            $"{state.Energy}", $"{new Estimate(state.Entropy.Differential, state.Entropy.StandardError)}",
            double.IsFinite(spread) ? NumberText.Written(spread, spread, 3) : NumberText.Show(spread),
        ];
    }
}
