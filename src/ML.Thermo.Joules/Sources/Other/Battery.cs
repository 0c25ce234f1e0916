using System.Globalization;
using ML.Thermo.Joules.Channels;

namespace ML.Thermo.Joules.Sources.Other;

/// <summary>Batteries that a device runs from: power now, or current times voltage.</summary>
internal static class Battery
{
    public static IEnumerable<SourceFinding> Find(JouleOptions options)
    {
        string root = Path.Combine(options.SysfsRoot, "class", "power_supply");
        string[] folders;
        try
        {
            folders = Directory.Exists(root) ? [.. Directory.EnumerateFileSystemEntries(root, "BAT*").Order(StringComparer.Ordinal)] : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            folders = [];
        }

        foreach (string folder in folders)
            yield return Finding(folder, options);
        if (folders.Length == 0 && options.Scope == JouleScope.Device)
            yield return new("battery", root, JouleScope.Device, JouleStatus.Unavailable)
            {
                Reason = $"There is no battery in {root}: a mains-powered device does not measure itself.",
            };
    }

    private static SourceFinding Finding(string folder, JouleOptions options)
    {
        PowerRead first = Power(folder);
        string name = $"battery-{Path.GetFileName(folder)}";
        if (first.Failure is not null)
            return new(name, folder, JouleScope.Device, JouleStatus.Unavailable)
            {
                Reason = char.ToUpperInvariant(first.Failure[0]) + first.Failure[1..] + ".",
            };
        return new(name, folder, JouleScope.Device, JouleStatus.Measured)
        {
            Reason = "The whole device at its battery, screen included; power between samples is not seen, so the error is not known.",
            Channel = new PowerChannel(() => Power(folder), options.Time) { ResolutionSeconds = 1, Period = TimeSpan.FromSeconds(1) },
        };
    }

    /// <summary>W while it discharges; at the mains the battery does not see what the device uses.</summary>
    private static PowerRead Power(string folder)
    {
        string status = Text(folder, "status") ?? "unknown";
        if (status != "Discharging")
            return new(0, $"the battery is not discharging (its status is '{status}')");
        if (Number(folder, "power_now") is { } power)
            return new(power / 1e6, null);
        return Number(folder, "current_now") is { } current && Number(folder, "voltage_now") is { } voltage
            ? new(current / 1e6 * (voltage / 1e6), null)
            : new(0, "the battery shows neither power_now nor current_now with voltage_now");
    }

    /// <summary>Some drivers count a discharge below zero.</summary>
    private static double? Number(string folder, string file) =>
        long.TryParse(Text(folder, file), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? Math.Abs((double)value) : null;

    private static string? Text(string folder, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, file)).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
