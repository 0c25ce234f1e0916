using System.Text.RegularExpressions;

namespace ML.Thermo.Joules.Sources.Powercap;

/// <summary>A zone, the component that it is, and whether it is counted.</summary>
/// <param name="Zone">The zone.</param>
/// <param name="Component">Its name in the results.</param>
/// <param name="Scope">The total that it belongs to.</param>
/// <param name="WhyNot">Why it is left out; null where it is counted.</param>
internal sealed record AccountedZone(PowercapZone Zone, string Component, JouleScope Scope, string? WhyNot);

/// <summary>
/// Which zones are added, so that no joule is counted twice: packages, one for each socket and die, and their memory, which is not in the package.
/// Cores and uncore are in the package, psys contains all, and two providers of one package are one.
/// </summary>
internal static partial class AccountingSet
{
    /// <summary>Providers of the same counter, the preferred first.</summary>
    private static readonly string[] Providers = ["intel-rapl", "intel-rapl-tpmi", "intel-rapl-mmio"];

    /// <summary>Every zone with its place in the account.</summary>
    /// <param name="zones">The zones of a machine.</param>
    /// <param name="isReadable">Whether its counter can be opened: of two providers the readable one is taken.</param>
    public static IReadOnlyList<AccountedZone> Of(IReadOnlyList<PowercapZone> zones, Func<PowercapZone, bool> isReadable)
    {
        var packages = zones.Where(zone => zone.IsTop && Array.IndexOf(Providers, zone.Type) >= 0 && Package(zone) is not null).ToList();
        Dictionary<string, PowercapZone> chosen = Best(packages, zone => Package(zone)!, isReadable);
        Dictionary<string, PowercapZone> memory = Best(
            zones.Where(zone => !zone.IsTop && zone.Name == "dram" && Parent(zone, packages) is not null), zone =>
                Package(Parent(zone, packages)!)!, isReadable);
        Dictionary<string, PowercapZone> platform = Best(
            zones.Where(zone => zone.IsTop && Array.IndexOf(Providers, zone.Type) >= 0 && zone.Name == "psys"), _ => "", isReadable);
        return [.. zones.Select(Place)];

        AccountedZone Place(PowercapZone zone)
        {
            PowercapZone? parent = zone.IsTop ? null : Parent(zone, packages);
            if (packages.Contains(zone))
            {
                string key = Package(zone)!;
                return new(zone, $"cpu-package-{key}", JouleScope.Components, Twin(zone, chosen[key]));
            }

            if (parent is not null && zone.Name == "dram")
                return new(zone, $"dram-{Package(parent)}", JouleScope.Components, Twin(zone, memory[Package(parent)!]));
            if (parent is not null && zone.Name is "core" or "uncore")
                return new(zone, $"{zone.Name}-{(parent is null ? "" : Package(parent))}", JouleScope.Components, $"It is contained in {parent?.Name}.");
            if (platform.ContainsValue(zone))
                return new(zone, "platform", JouleScope.Platform, null);
            return new(zone, zone.Name.Length > 0 ? zone.Name : zone.Id, JouleScope.Components, zone.Name == "psys" && zone.IsTop
                ? $"It is the same counter as {platform.Values.FirstOrDefault()?.Id ?? "another"}."
                : zone.Name.Length > 0 ? $"A zone named '{zone.Name}' of '{zone.Type}' is not known here, so it is not added."
                    : "Its name cannot be read, so it is not added.");
        }
    }

    /// <summary>What the package is called: <c>0</c>, or <c>0-die-1</c>; null for another zone.</summary>
    private static string? Package(PowercapZone zone) => PackageName().Match(zone.Name) is { Success: true } match ? match.Groups["place"].Value : null;

    private static PowercapZone? Parent(PowercapZone child, List<PowercapZone> packages) =>
        packages.FirstOrDefault(zone => zone.Type == child.Type && zone.Place[0] == child.Place[0]);

    private static Dictionary<string, PowercapZone> Best(IEnumerable<PowercapZone> zones, Func<PowercapZone, string> key, Func<PowercapZone,
        bool> isReadable) =>
        zones.GroupBy(key).ToDictionary(
            group => group.Key,
            group => group.OrderBy(zone => isReadable(zone) ? 0 : 1).ThenBy(zone => Array.IndexOf(Providers, zone.Type)).ThenBy(zone => zone.Place[0]).First());

    private static string? Twin(PowercapZone zone, PowercapZone chosen) =>
        ReferenceEquals(zone, chosen) ? null : $"It is the same counter as {chosen.Id}, which is read.";

    [GeneratedRegex(@"^package-(?<place>[0-9]+(-die-[0-9]+)?)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PackageName();
}
