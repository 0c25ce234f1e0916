using System.Globalization;
using System.Text.RegularExpressions;

namespace ML.Thermo.Joules.Sources.Powercap;

/// <summary>One folder of <c>class/powercap</c>.</summary>
/// <param name="Type">The control type, such as <c>intel-rapl</c>.</param>
/// <param name="Place">Its numbers: one for a top zone, two for a child.</param>
/// <param name="Folder">Where it is.</param>
/// <param name="Name">What its <c>name</c> file says; empty where that is unreadable.</param>
internal sealed partial record PowercapZone(string Type, IReadOnlyList<int> Place, string Folder, string Name)
{
    /// <summary>P_max of a zone that does not limit itself, W.</summary>
    public const double UnstatedWatts = 1000;

    /// <summary>The folder's own name, <c>intel-rapl:0:1</c>.</summary>
    public string Id => $"{Type}:{string.Join(':', Place)}";

    public bool IsTop => Place.Count == 1;

    /// <summary>The counter, µJ.</summary>
    public string CounterFile => Path.Combine(Folder, "energy_uj");

    /// <summary>Largest value of the counter, µJ; null where the file is missing or holds no positive number.</summary>
    public ulong? Range => Number("max_energy_range_uj") is > 0 and var range ? range : null;

    /// <summary>P_max, W: the largest of its constraints. One that states none (0, as the short-term limit of desktop parts) leaves it open.</summary>
    public double MaximumWatts
    {
        get
        {
            double[] stated = [.. Enumerable.Range(0, 8).TakeWhile(i => File.Exists(Path.Combine(Folder, $"constraint_{i}_max_power_uw")))
                .Select(i => (Number($"constraint_{i}_max_power_uw") ?? 0) / 1e6)];
            return stated.Length > 0 && stated.All(watts => watts > 0) ? stated.Max() : UnstatedWatts;
        }
    }

    /// <summary>The zones under a root: those of the class folder and, where it does not list children, those inside the top zones.</summary>
    public static IReadOnlyList<PowercapZone> Under(string sysfs)
    {
        string root = Path.Combine(sysfs, "class", "powercap");
        string[] top = Folders(root);
        return [.. top.Concat(top.SelectMany(Folders))
            .Select(Parse).OfType<PowercapZone>()
            .DistinctBy(zone => zone.Id)
            .OrderBy(zone => zone.Type, StringComparer.Ordinal).ThenBy(zone => zone.Place[0]).ThenBy(zone => zone.Place.Count).ThenBy(zone => zone.Place[^1])];
    }

    private static PowercapZone? Parse(string folder)
    {
        Match match = ZoneName().Match(Path.GetFileName(folder));
        if (!match.Success)
            return null;
        int[] place = [.. match.Groups["number"].Captures.Select(number => int.Parse(number.Value, CultureInfo.InvariantCulture))];
        return new(match.Groups["type"].Value, place, folder, Text(Path.Combine(folder, "name")) ?? "");
    }

    /// <summary>Folders, also through one symbolic link each; a link to a link is not followed, so that no loop is.</summary>
    private static string[] Folders(string root)
    {
        try
        {
            return Directory.Exists(root)
                ? [.. Directory.EnumerateFileSystemEntries(root).Where(path =>
                    ZoneName().IsMatch(Path.GetFileName(path)) && IsFolder(path)).Order(StringComparer.Ordinal)]
                : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static bool IsFolder(string path)
    {
        var entry = new DirectoryInfo(path);
        return entry.LinkTarget is null ? entry.Exists : entry.ResolveLinkTarget(returnFinalTarget: false) is DirectoryInfo { Exists: true, LinkTarget: null };
    }

    private ulong? Number(string file) =>
        ulong.TryParse(Text(Path.Combine(Folder, file)), NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value : null;

    private static string? Text(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^(?<type>[A-Za-z][\w-]*)(:(?<number>[0-9]{1,6})){1,2}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ZoneName();
}
