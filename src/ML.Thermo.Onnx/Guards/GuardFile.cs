using System.Text.Json.Nodes;
using ML.Thermo.Files;
using ML.Thermo.Novelty;

namespace ML.Thermo.Onnx.Guards;

/// <summary>A guard as a text: JSON whose last member is a checksum of the others.</summary>
internal static class GuardFile
{
    private const string Format = "ml.thermo.guard";
    private const int Version = 1;

    public static string Write(NetworkGuard guard)
    {
        JsonObject root = new()
        {
            ["format"] = Format,
            ["version"] = Version,
            ["network"] = guard.Network,
            ["sha256"] = guard.Fingerprint,
            ["extents"] = new JsonArray([.. guard.Extents.Select(extent => (JsonNode)extent)]),
            ["unit"] = guard.Unit,
            ["falseAlarms"] = guard.FalseAlarms,
            ["score"] = Name(guard.Score),
            ["rows"] = new JsonObject { ["fit"] = guard.Rows.Fit, ["choose"] = guard.Rows.Choose, ["calibrate"] = guard.Rows.Calibrate },
            ["allLayers"] = guard.AllLayers,
            ["columns"] = new JsonArray([.. guard.Columns.Select(column =>
                (JsonNode)new JsonObject { ["layer"] = column.Layer, ["reading"] = column.Reading })]),
            ["mean"] = Numbers(guard.Law.Mean),
            ["scale"] = Numbers(guard.Law.Scale),
            ["factor"] = Table(guard.Law.Factor),
            ["radius"] = guard.Radius,
            ["calibration"] = Table(guard.Calibration),
            ["power"] = new JsonArray([.. guard.Power.Select(power => (JsonNode)Node(power))]),
        };
        return CheckedJson.Write(root) + "\n";
    }

    /// <exception cref="UnusableDataException">The text is no guard, or is damaged.</exception>
    public static NetworkGuard Read(string text, string name) => CheckedJson.Read(text, $"'{name}' is no guard of thermo guard fit", Format, Version, Guard);

    /// <summary>A score in lower case, as files and options name it.</summary>
    public static string Name(GuardScore score) => score.ToString().ToLowerInvariant();

    private static NetworkGuard Guard(JsonObject root)
    {
        JsonNode rows = root["rows"]!;
        GuardColumn[] columns = [.. root["columns"]!.AsArray().Select(column => new GuardColumn((string?)column!["layer"], (string)column["reading"]!))];
        FluctuationLaw law = FluctuationLaw.Of(Doubles(root["mean"]), Doubles(root["scale"]), Table(root["factor"]));
        double[][] calibration = Table(root["calibration"]);
        double radius = (double)root["radius"]!, alarms = (double)root["falseAlarms"]!;
        if (law.Columns != columns.Length || calibration.Length == 0 || calibration.Any(row => row.Length != columns.Length) || !(radius > 0))
            throw new FormatException("its columns, its law and its calibration rows do not fit one another.");
        if (!(alarms > 0 && alarms < 1))
            throw new FormatException($"its rate of false alarms is {alarms}.");
        return new NetworkGuard((double)root["unit"]!, columns, law, calibration, radius)
        {
            Network = (string)root["network"]!,
            Fingerprint = (string)root["sha256"]!,
            Extents = [.. root["extents"]!.AsArray().Select(extent => (long)extent!)],
            FalseAlarms = alarms,
            Score = Score(root["score"]),
            Rows = new((int)rows["fit"]!, (int)rows["choose"]!, (int)rows["calibrate"]!),
            AllLayers = (int)root["allLayers"]!,
            Power = [.. root["power"]!.AsArray().Select(power => new GuardPower(
                (string)power!["corruption"]!, (double)power["strength"]!, Score(power["score"]),
                (int)power["rows"]!, (int)power["tried"]!, (int)power["seen"]!))],
        };
    }

    private static GuardScore Score(JsonNode? node) => Enum.Parse<GuardScore>((string)node!, ignoreCase: true);

    private static JsonObject Node(GuardPower power) => new()
    {
        ["corruption"] = power.Corruption,
        ["strength"] = power.Strength,
        ["score"] = Name(power.Score),
        ["rows"] = power.Rows,
        ["tried"] = power.Tried,
        ["seen"] = power.Seen,
    };

    private static JsonArray Numbers(IReadOnlyList<double> values) => new([.. values.Select(value => double.IsFinite(value) ? (JsonNode?)value : null)]);

    private static JsonArray Table(IEnumerable<IReadOnlyList<double>> rows) => new([.. rows.Select(row => (JsonNode)Numbers(row))]);

    private static double[] Doubles(JsonNode? node) => [.. node!.AsArray().Select(value => value is null ? double.NaN : (double)value)];

    private static double[][] Table(JsonNode? node) => [.. node!.AsArray().Select(Doubles)];
}
