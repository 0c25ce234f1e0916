using ML.Thermo.Cli.Output;

namespace ML.Thermo.Cli.Demonstration;

/// <summary>The demonstration's tables in words, from their numbers.</summary>
internal static class DemoExplanation
{
    public static IEnumerable<string> Of(IReadOnlyList<DemoRow> rows)
    {
        yield return "Each line trains one linear model (features standardised, an intercept with the same law). Its loss is a random number twice over: before training because the parameters are random, after training because new data are. T = ΔE/ΔS is the loss that training removes per nat of certainty it adds; its unit is that of the loss, so compare temperatures within one loss and one data set.";
        if (rows.FirstOrDefault(row => row.Report.Transition.Temperature.Value > 0) is { } example)
        {
            Transition transition = example.Report.Transition;
            yield return $"The first line with T > 0 in words: {example.Report.Request.Energy} on {example.Data.File} under a {example.Law} initialisation falls by {Numbers.Show(transition.DeltaEnergy)} while S falls by {Numbers.Show(transition.DeltaEntropy)} nats, so T = {Numbers.Show(transition.Temperature)}. At that temperature trained and untrained parameters would be equally stable.";
        }

        foreach (DemoRow row in rows.Where(row => row.Report.Transition.Temperature.Value < 0 || row.Report.Transition.Status.HasFlag(Status.Undefined)).Take(1))
            yield return $"{row.Report.Request.Energy} on {row.Data.File} under a {row.Law} initialisation: {Transitions.Explanation.Sentences(row.Report).First()}";
        yield return "T_res counts entropy at the resolution of the trained loss and is never negative for a falling loss; T_diff is how energy and entropy grow together when the initialisation is widened. The equipartition ratio and the other numbers of a line: thermo transition FILE --label target --standardize --intercept normal:0,1 and the line's --energy and --init.";
    }
}
