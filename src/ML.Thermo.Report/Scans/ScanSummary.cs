using System.Globalization;
using ML.Thermo.Report.Wording;
using ML.Thermo.Scans;

namespace ML.Thermo.Report.Scans;

/// <summary>A scan in plain sentences.</summary>
internal static class ScanSummary
{
    private const int MostDrivers = 3;

    /// <summary>First what changes where, then how sure that is.</summary>
    /// <param name="report">The scan.</param>
    /// <param name="outcomes">Names of the outcomes; null where they have none.</param>
    public static IEnumerable<string> Of(ScanReport report, IReadOnlyList<string>? outcomes)
    {
        for (int i = 0; i < report.Transitions.Count; i++)
            yield return Peak(report, report.Transitions[i], i == 0, outcomes);
        if (report.Transitions.Count == 0)
            yield return report.CriticalValue == 0
                ? "No transition: the curve has no prominent maximum inside the grid."
                : "No transition: nowhere does the curve stand out of its band.";
        if (report.Status.HasFlag(Status.AtEdge))
            yield return Edge(report);
        if (double.IsFinite(report.ChangePValue))
            yield return Change(report);
        if (report.Length.IsDefined)
            yield return $"From {Name(report)} = {Text(report.Grid.Values[0])} to {Text(report.Grid.Values[^1])} the system passes Λ = "
                + $"{Numbers.Brief(report.Length)} standard deviations: about so many states that can be told apart.";
        if (report.Observer == ScanObserver.Classifier)
            yield return "All distances are lower bounds, by a classifier on rows that it has not seen; below zero it found nothing.";
        yield return report.Grid.Scale == GridScale.Geometric
            ? $"Places and F̂ are in ln {Name(report)}. On an even grid of {Name(report)} itself the peak would lie elsewhere."
            : $"Places and F̂ are in {Name(report)} itself.";
    }

    private static string Peak(ScanReport report, ScanTransition peak, bool isFirst, IReadOnlyList<string>? outcomes)
    {
        ScanSplit split = report.Splits[peak.Split];
        string where = $"between {Name(report)} = {Text(report.Grid.Values[split.Left])} and {Text(report.Grid.Values[split.Right])}";
        string p = peak.PValue > 0 ? $", p = {Numbers.Significant(peak.PValue, 1)}" : "", how = peak.Kind switch
        {
            ChangeKind.Smooth => "; the change is smooth",
            ChangeKind.Jump => "; it is a jump between two values of the grid",
            _ => "; refine the grid there to tell a jump from a smooth change",
        };
        double guess = (1 + split.TotalVariation.Value) / 2;
        string guessed = double.IsFinite(guess) && guess is >= 0.5 and <= 1
            ? $" The best guess of the side from one output is right in {Numbers.Significant(100 * guess, 2)} %."
            : "";
        return $"{(isFirst ? $"B{where[1..]} the outputs change fastest" : $"They also change {where}")} (D = {Numbers.Brief(split.Linear)}{p}){how}.{guessed}"
            + Drivers(split, outcomes);
    }

    private static string Drivers(ScanSplit split, IReadOnlyList<string>? outcomes)
    {
        if (outcomes is null || split.Drivers.Count == 0)
            return "";
        string[] listed = [.. split.Drivers.Take(MostDrivers).Select(driver =>
            $"{outcomes[driver.Outcome]} ({Numbers.Significant(100 * driver.Left, 2)} % to {Numbers.Significant(100 * driver.Right, 2)} %)")];
        return $" Most of it: {string.Join(", ", listed)}.";
    }

    private static string Edge(ScanReport report)
    {
        bool isLeft = Largest(report) == 0;
        double end = isLeft ? report.Grid.Values[0] : report.Grid.Values[^1];
        return $"The change is largest at an end of the grid, {Name(report)} = {Text(end)}: extend the grid to {(isLeft ? "lower" : "higher")} "
            + "values before speaking of a transition.";
    }

    private static int Largest(ScanReport report)
    {
        int best = 0;
        for (int s = 1; s < report.Splits.Count; s++)
            best = report.Splits[s].Fisher.Value > report.Splits[best].Fisher.Value ? s : best;
        return best;
    }

    private static string Change(ScanReport report) => report.ChangePValue < 0.05
        ? $"That something changes at all is beyond chance (p = {Numbers.Significant(report.ChangePValue, 2)}, by permutation)."
        : $"Chance alone would explain that anything changes at all (p = {Numbers.Significant(report.ChangePValue, 2)}, by permutation).";

    private static string Name(ScanReport report) => report.Grid.Name;

    private static string Text(double value) => value.ToString("G5", CultureInfo.InvariantCulture);
}
