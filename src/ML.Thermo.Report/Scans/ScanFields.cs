using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Wording;
using ML.Thermo.Scans;

namespace ML.Thermo.Report.Scans;

/// <summary>The numbers of a scan's splits and points: a new one is a line here.</summary>
internal static class ScanFields
{
    private const Shown All = Shown.Json | Shown.CsvWithError | Shown.Page;
    private const string NoDouble = "there are no windows twice as wide on both sides", NoEstimate = "this observer gives none";
    private const string NotKnown = "the observer does not know it";

    /// <summary>Every number of a split.</summary>
    public static IReadOnlyList<Field<ScanSplit>> Splits(ControlGrid grid) =>
    [
        new("at", "place", "between both neighbours, in the grid's variable", split => Cell.Of(split.At, ""), Shown.Data | Shown.Page),
        new("left", "left", "the last value on the left", split => X(grid, split.Left), Shown.Data | Shown.Console) { Heading = "from" },
        new("right", "right", "the first value on the right", split => X(grid, split.Right), Shown.Data | Shown.Console) { Heading = "to" },
        new("linear", "D", "share of the variance of left or right that one output explains", split => Cell.Of(split.Linear, NoEstimate), All | Shown.Console),
        new("totalVariation", "total variation", "twice the best accuracy, less one", split => Cell.Of(split.TotalVariation, NoEstimate), All),
        new("jensenShannon", "Jensen–Shannon", "information of side and output, nats", split => Cell.Of(split.JensenShannon, NoEstimate), All),
        new("hellinger", "Hellinger²", "one less the overlap", split => Cell.Of(split.Hellinger, NoEstimate), All),
        new("fisher", "F̂", "4D/Δ², in the grid's variable", split => Cell.Of(split.Fisher, NoEstimate), All | Shown.Console),
        new("abruptness", "abruptness", "2 smooth, 0 a jump", Abruptness, Shown.Data | Shown.Page | Shown.Console),
        new("unseenShare", "unseen", "share of samples whose outcome was seen once", Unseen, Shown.Data | Shown.Page),
    ];

    /// <summary>Every number of a value of the grid.</summary>
    public static IReadOnlyList<Field<ScanPoint>> Points { get; } =
    [
        new("x", "x", "the value", point => Cell.Of(point.X, ""), Shown.Data | Shown.Page),
        new("samples", "samples", "taken there; 0 where the law is known", point => Cell.Of(point.Samples), Shown.Data | Shown.Page),
        new("energy", "energy", "mean energy", point => Cell.Of(point.Energy, NotKnown), All),
        new("entropy", "entropy", "of the law, nats", point => Cell.Of(point.Entropy, NotKnown), All),
        new("heatCapacity", "heat capacity", "C = T²F", point => Cell.Of(point.HeatCapacity, NotKnown), All),
        new("fisher", "Fisher information", "in the grid's variable, without differences", point => Cell.Of(point.Fisher, NotKnown), All),
        new("energyFluctuation", "Var E/T²", "equals C for a Boltzmann law of E only", point => Cell.Of(point.EnergyFluctuation, NotKnown), All),
    ];

    private static Cell X(ControlGrid grid, int k) => Cell.Of(grid.Values[k], "") with { Short = Numbers.Show(grid.Values[k]) };

    private static Cell Abruptness(ScanSplit split) =>
        Cell.Of(split.Abruptness, NoDouble) with { Short = double.IsNaN(split.Abruptness) ? "" : Numbers.Significant(split.Abruptness, 3) };

    private static Cell Unseen(ScanSplit split) => Cell.Of(split.UnseenShare, "no outcomes are counted");
}
