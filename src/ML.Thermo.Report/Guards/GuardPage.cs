using System.Globalization;
using ML.Thermo.Onnx.Guards;
using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Guards;

/// <summary>The page of a new guard.</summary>
internal static class GuardPage
{
    private static readonly bool[] s_sizes = [false, true]; // single rows, and windows of them

    public static PageContent Of(GuardFindings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        NetworkGuard guard = findings.Guard;
        IReadOnlyList<DamageRow> damage = DamageRow.Of(guard.Power);
        GuardScore[] scores = [.. Enum.GetValues<GuardScore>().Where(score => guard.Power.Any(power => power.Score == score))];
        GuardPower[] unseen = [.. GuardSummary.Middle(guard).Where(power => power.Rows > 1 && power.Power < GuardSummary.Seen)];
        return new PageContent
        {
            Title = $"{guard.Network}: what its input guard can see",
            Subtitle = $"{damage.Count} kinds and strengths of damage, done to rows of the reference on purpose; single rows, and windows of "
                + $"{NetworkGuard.UsualWindow}",
            Tone = unseen.Length == 0 ? VerdictTone.Good : VerdictTone.Open,
            Settings = Settings(guard, guard.FalseAlarms),
            Summary = findings.Summary,
            Scripts = ["guard.js"],
            Data = new
            {
                Score = Name(guard.Score),
                Scores = scores.Select(Name),
                Window = NetworkGuard.UsualWindow,
                FalseAlarms = GuardSummary.Rate(guard.FalseAlarms),
                Facts = Facts(findings),
                Columns = FieldWriters.PageColumns(DamageFields.All),
                Damage = damage.Select(row => new
                {
                    Values = FieldWriters.PageValues(DamageFields.All, row),
                    Seen = scores.SelectMany(score => s_sizes.Select(windows => Cell(row, score, windows))),
                }),
            },
        };
    }

    /// <summary>What stands below the title of both pages.</summary>
    public static (string Name, string Value)[] Settings(NetworkGuard guard, double falseAlarms) =>
    [
        ("false alarms", GuardSummary.Rate(falseAlarms)),
        ("looks at", Name(guard.Score)),
        ("layers read", guard.Layers.Count == 0 ? $"none of {guard.AllLayers}" : $"{guard.Layers.Count} of {guard.AllLayers}"),
        ("reference", $"{Numbers.Count(guard.Rows.Fit)} rows fit, {Numbers.Count(guard.Rows.Choose)} choose, {Numbers.Count(guard.Rows.Calibrate)} calibrate"),
        ("network", $"sha256 {guard.Fingerprint[..12].ToLowerInvariant()}…"),
    ];

    private static object Cell(DamageRow row, GuardScore score, bool windows)
    {
        GuardPower? found = row.Of(score, windows);
        return new { Score = Name(score), IsWindow = windows, Share = found?.Power, found?.Seen, found?.Tried };
    }

    private static object[] Facts(GuardFindings findings)
    {
        NetworkGuard guard = findings.Guard;
        GuardPower[] own = [.. guard.Power.Where(power => power.Score == guard.Score)];
        string time = guard.Layers.Count == 0 ? "judging does not run the network"
            : findings.Cost is { } cost ? $"{Numbers.Significant(cost, 3)} times a plain run" : "undefined: it was not measured";
        return
        [
            new { Label = "looks at", Text = Name(guard.Score), Meaning = "the score that was chosen" },
            new { Label = "single rows", Text = Mean(own, windows: false), Meaning = "of the damaged ones were seen, all damage together" },
            new { Label = $"windows of {NetworkGuard.UsualWindow}", Text = Mean(own, windows: true), Meaning = "of the damaged ones were seen" },
            new { Label = "time", Text = time, Meaning = "on the machine that fitted it" },
        ];
    }

    private static string Mean(GuardPower[] own, bool windows) =>
        GuardSummary.Share(own.Where(power => (power.Rows > 1) == windows).Select(power => power.Power).DefaultIfEmpty(double.NaN).Average());

    private static string Name(GuardScore score) => score.ToString().ToLower(CultureInfo.InvariantCulture);
}
