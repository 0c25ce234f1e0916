using ML.Thermo.Cli.Layers;
using ML.Thermo.Cli.Output;
using ML.Thermo.Cli.Transitions;
using ML.Thermo.Report.Layers;
using ML.Thermo.Transitions;

namespace ML.Thermo.Cli.Demo;

/// <summary>The demonstration's tables in words, from their numbers.</summary>
internal static class DemoSummary
{
    private const string Suggested = "demo";

    /// <param name="rows">The lines of the tables.</param>
    /// <param name="network">The network.</param>
    /// <param name="folder">Where the data lie; null where they go with the program.</param>
    public static IEnumerable<string> Of(IReadOnlyList<DemoRow> rows, LayersResult network, string? folder)
    {
        string place = folder ?? Suggested;
        IEnumerable<string> sentences = Of(rows, place).Concat(Of(network, place));
        return folder is not null ? sentences
            : sentences.Append($"Both commands read files that 'thermo demo --keep {Suggested}' writes: the data come with the program.");
    }

    private static IEnumerable<string> Of(IReadOnlyList<DemoRow> rows, string folder)
    {
        yield return "Each line trains one linear model on standardised features. Its mean loss E is uncertain twice over: before training because the "
            + "parameters are random, after training because fresh data are. T = ΔE/ΔS is the loss that training removes for each nat of "
            + "certainty that it adds.";
        DemoRow first = rows[0];
        yield return $"In words, the first line: {first.Report.Findings.Summary[0]} Divided, that is T = {Numbers.Show(first.Transition.Temperature)}: high "
            + "where data or initialisation make training remove much loss for little certainty, low where the start was nearly as good, or nearly as "
            + "uncertain, as the end.";
        foreach (DemoRow row in rows.Where(row => row.Transition.Status != Status.Defined).Take(1))
            yield return $"The line {row.Data.File}, {row.Report.Request.Energy}, {row.Law}: {row.Report.Findings.Summary[0]}";
        yield return "A temperature has the unit of its loss, so compare it along the lines of one loss and one data set. T_res, entropy at the resolution "
            + "of the trained loss, is the sturdier number where ΔS is near zero.";
        yield return $"All numbers of the first line: {first.Data.Options(folder, first.Report.Request.Energy.Name, first.Report.Request.Law)}";
    }

    /// <summary>The trained network's table in words.</summary>
    private static IEnumerable<string> Of(LayersResult report, string folder)
    {
        yield return "The network is taken apart: a layer's weights are replaced by random ones, as before training, while the others stay trained (then "
            + "all layers at once). The loss rises by ΔE and its uncertainty by ΔS, so T says what a nat of certainty was worth in that layer. A layer "
            + "hotter than the whole network gives work to it (engine), a colder one takes work (pump), and one that cannot be told from it is idle.";
        yield return string.Join(' ', TemperatureSummary.Of(report.Findings).Concat(RunSummary.Signals(report.Findings)));
        yield return $"Everything about its layers: thermo layers {File(DemoCommand.Network)} --data {File(DemoCommand.Inputs)} --labels "
            + File(DemoCommand.Labels);

        string File(string name) => ShellWord.Of(Path.Combine(folder, name));
    }
}
