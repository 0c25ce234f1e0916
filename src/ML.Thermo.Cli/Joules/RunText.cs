using System.Globalization;
using System.Text;
using ML.Thermo.Cli.Commands;
using ML.Thermo.Cli.Output;
using ML.Thermo.Joules;

namespace ML.Thermo.Cli.Joules;

/// <summary>The bill of a run as lines of text: what stands on stderr when the command has ended, made without loading a library of tables.</summary>
internal static class RunText
{
    public static string Of(RunResult result, int width)
    {
        var text = new StringBuilder();
        ML.Thermo.Joules.Joules total = result.Total;
        JouleQuantity basis = total.Basis;
        string runs = result.Runs.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" in {result.Runs.Count} runs");
        string head = basis.Value is null ? "no joules"
            : $"{Number(basis)} J ({Round(basis.Value.Value / total.Seconds)} W), {Word(basis.Status)}{(total.TotalIsLowerBound ? ", a lower bound" : "")}";
        text.Append(CultureInfo.InvariantCulture, $"joules: {head}, {Round(total.Seconds)} s{runs}\n");
        foreach (JouleComponent component in total.Components)
        {
            string value = component.Joules is { } joules ? $"{Number(new(joules, component.StandardError, component.Status))} J" : "—";
            text.Append(CultureInfo.InvariantCulture, $"  {component.Name,-16} {value,20}  {Word(component.Status)}\n");
        }

        if (total.Process is { Value: not null } share)
            text.Append(CultureInfo.InvariantCulture, $"  {"this command",-16} {Number(share) + " J",20}  {Word(share.Status)}\n");
        if (result.PerPrediction is { Value: not null } each)
            text.Append(CultureInfo.InvariantCulture, $"  {"per prediction",-16} {Number(each) + " J",20}  {Word(each.Status)}\n");
        if (result.Mean is var (mean, half))
            text.Append(CultureInfo.InvariantCulture, $"  {"per run",-16} {$"{Round(mean.Value)} ± {half:G2} J",20}  95 % interval\n");
        if (total.OverheadJoules is { } overhead)
            text.Append(CultureInfo.InvariantCulture, $"  {"metering itself",-16} {$"{overhead:G2} J",20}  at most\n");
        foreach (JouleComponent component in total.Components.Where(component => component.Reason is not null))
        {
            text.Append('\n').Append(Prose.Wrap($"{component.Name}: {component.Reason}", width)).Append('\n');
            if (component.Fix is not null)
                text.Append(Prose.Wrap($"Fix: {component.Fix}", width)).Append('\n');
        }

        return text.ToString().TrimEnd('\n');
    }

    /// <summary>A status as a text before it is formatted: formatting an enumeration is generic code that has to be compiled first.</summary>
    private static string Word(JouleStatus status) => status.ToString();

    private static string Number(JouleQuantity quantity) =>
        quantity.StandardError is { } error and > 0 ? $"{Round(quantity.Value!.Value)} ± {error.ToString("G2", CultureInfo.InvariantCulture)}"
            : Round(quantity.Value!.Value);

    private static string Round(double value) => value.ToString("G5", CultureInfo.InvariantCulture);
}
