using System.Globalization;
using ML.Thermo.Onnx.Guards;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Guards;

/// <summary>A guard and its verdicts in plain sentences.</summary>
internal static class GuardSummary
{
    /// <summary>Damage is seen where this share of it is.</summary>
    public const double Seen = 0.5;

    private const double Worth = 0.02, MuchMore = 0.2;

    /// <summary>What a new guard looks at, and where it is blind.</summary>
    /// <param name="guard">The guard.</param>
    /// <param name="cost">Time with its layers read over time without; null where it was not measured.</param>
    public static IEnumerable<string> Of(NetworkGuard guard, double? cost)
    {
        GuardRows rows = guard.Rows;
        GuardPower[] middle = [.. Middle(guard)];
        GuardPower[] blind = [.. middle.Where(power => power.Rows == 1 && power.Power < Seen)];
        GuardPower[] unseen = [.. middle.Where(power => power.Rows > 1 && power.Power < Seen)];
        int kinds = middle.Length / 2;
        yield return $"This guard sees {kinds - blind.Length} of {kinds} kinds of damage row by row, and {kinds - unseen.Length} in windows of "
            + $"{NetworkGuard.UsualWindow} rows: half or more of what was damaged at the middle strength, at {Rate(guard.FalseAlarms)} false alarms.";
        yield return $"Of the reference {rows.Fit} rows gave the law, {rows.Choose} chose the score and {rows.Calibrate} calibrate it. "
            + $"It looks at {Looks(guard)}: {(guard.Score == GuardScore.Input ? "no other score saw more" : "that score saw most")} of the damage.";
        if (Rival(guard) is { } rival)
            yield return rival;
        if (blind.Length > 0)
            yield return $"Where it is blind row by row: {string.Join("; ", blind.Select(power => Count(guard, power)))}.";
        if (unseen.Length > 0)
            yield return $"Blind with windows of {NetworkGuard.UsualWindow} rows too: {string.Join("; ", unseen.Select(power => Count(guard, power)))}.";
        if (guard.Layers.Count == 0)
            yield return "No layer is read: judging rows does not run the network.";
        else if (cost is { } ratio)
        {
            string layers = guard.Layers.Count == 1 ? "the layer" : "the layers";
            yield return $"Reading {layers} takes the network {Numbers.Significant(ratio, 3)} times as long as a plain run on this machine.";
        }

        yield return "It tells rows unlike the reference, not wrong answers and not new classes.";
    }

    /// <summary>What was found in data.</summary>
    public static IEnumerable<string> Of(NetworkGuard guard, GuardVerdict verdict, double falseAlarms)
    {
        int strange = StrangeRows(verdict, falseAlarms), alarms = StrangeWindows(verdict, falseAlarms);
        yield return $"{strange} of {Counted(verdict.Rows.Count, "row")} {(strange == 1 ? "is" : "are")} strange at {Rate(falseAlarms)} false alarms; about "
            + $"{Expected(falseAlarms, verdict.Rows.Count)} would be, were all like the reference.";
        if (verdict.Windows.Count > 0)
        {
            yield return $"{alarms} of {Counted(verdict.Windows.Count, "window")} of {verdict.Windows[0].Rows} rows {(alarms == 1 ? "is" : "are")} strange at "
                + $"that rate, where about {Expected(falseAlarms, verdict.Windows.Count)} would be. Rows that resemble those before "
                + "them, as in a film, make windows alarm too often.";
        }

        IGrouping<string?, GuardedRow>[] hottest =
            [.. verdict.Rows.Where(row => row.PValue <= falseAlarms && double.IsFinite(row.Strangeness)).GroupBy(row => row.HottestLayer)
                .OrderByDescending(group => group.Count())];
        if (hottest.Length > 0)
        {
            string place = hottest[0].Key is { } layer ? $"in the layer '{layer}'" : "in the statistics of the input itself";
            yield return $"Most of the strange rows are so {place} ({hottest[0].Count()} of {hottest.Sum(group => group.Count())}).";
        }

        if (guard.Rows.Calibrate < Novelty.ConformalCalibration.RowsNeeded(falseAlarms))
            yield return $"With {guard.Rows.Calibrate} calibration rows no row can be strange at a rate of {Rate(falseAlarms)}.";
    }

    private static string Looks(NetworkGuard guard) => guard.Score switch
    {
        GuardScore.Input => "plain statistics of the input, and no layer",
        GuardScore.Layers => Layers(guard),
        _ => $"plain statistics of the input joined with {Layers(guard)}",
    };

    private static string Layers(NetworkGuard guard) => $"{guard.Layers.Count} of {Counted(guard.AllLayers, "layer")} ("
        + $"{string.Join(", ", guard.Layers.Take(6))}{(guard.Layers.Count > 6 ? ", …" : "")})";

    /// <summary>Where plain statistics of the input do as well as what was chosen, or better, it is said.</summary>
    private static string? Rival(NetworkGuard guard)
    {
        double[] mean = [.. Enum.GetValues<GuardScore>().Select(score =>
            guard.Power.Where(power => power.Rows == 1 && power.Score == score).Select(power => power.Power).DefaultIfEmpty(double.NaN).Average())];
        double input = mean[(int)GuardScore.Input], own = mean[(int)guard.Score];
        string shares = $"single rows, all damage: layers {Share(mean[0])}, input {Share(mean[1])}, joined {Share(mean[2])}";
        return guard.Score != GuardScore.Input && input > own - Worth ? $"Plain statistics of the input alone do as well here ({shares})."
            : $"Mean share seen, {shares}.";
    }

    public static int StrangeRows(GuardVerdict verdict, double falseAlarms) => verdict.Rows.Count(row => row.PValue <= falseAlarms);

    public static int StrangeWindows(GuardVerdict verdict, double falseAlarms) => verdict.Windows.Count(window => window.PValue <= falseAlarms);

    /// <summary>How many of the reference's kind would be strange, as people read it.</summary>
    public static string Expected(double falseAlarms, int tried) => Numbers.Significant(falseAlarms * tried, 2);

    /// <summary>A share in whole percent.</summary>
    public static string Share(double value) => double.IsNaN(value) ? "—" : string.Create(CultureInfo.InvariantCulture, $"{100 * value:0} %");

    /// <summary>A rate in percent.</summary>
    public static string Rate(double value) => string.Create(CultureInfo.InvariantCulture, $"{100 * value:0.###} %");

    /// <summary>So many of something, with its plural.</summary>
    public static string Counted(int count, string what) => $"{Numbers.Count(count)} {what}{(count == 1 ? "" : "s")}";

    /// <summary>What the guard's own score saw of every damage at its middle strength, of rows and of windows.</summary>
    public static IEnumerable<GuardPower> Middle(NetworkGuard guard) => guard.Power.Where(power => power.Score == guard.Score)
        .GroupBy(power => (power.Corruption, power.Rows)).Select(group => group.ElementAt(group.Count() / 2));

    /// <summary>What was seen, and the score that saw much more, where one did.</summary>
    private static string Count(NetworkGuard guard, GuardPower power)
    {
        GuardPower best = guard.Power.Where(other => other.Corruption == power.Corruption && other.Strength == power.Strength && other.Rows == power.Rows)
            .MaxBy(other => other.Power)!;
        string rival = best.Power > power.Power + MuchMore ? $", {best.Seen} by --score {best.Score.ToString().ToLowerInvariant()}" : "";
        return $"{power.Corruption} ({power.Seen} of {power.Tried} seen{rival})";
    }
}
