using ML.Thermo.Joules.Sources;
using ML.Thermo.Joules.Sources.Nvidia;
using ML.Thermo.Joules.Sources.Other;
using ML.Thermo.Joules.Sources.Powercap;
using ML.Thermo.Joules.Sources.Windows;

namespace ML.Thermo.Joules.Metering;

/// <summary>Every source of this machine, found once.</summary>
internal static class MachineSources
{
    public static IReadOnlyList<SourceFinding> Find(JouleOptions options) =>
    [
        .. Processors(options),
        .. GraphicsProcessors.Find(options),
        .. Battery.Find(options),
        .. Assumption.Find(options),
    ];

    /// <summary>Powercap wherever a root has it, so that a recorded tree can be read on any system.</summary>
    private static IEnumerable<SourceFinding> Processors(JouleOptions options)
    {
        if (OperatingSystem.IsWindows() && !Directory.Exists(options.SysfsRoot))
            return EnergyMeters.Find(options);
        if (OperatingSystem.IsMacOS() && !Directory.Exists(options.SysfsRoot))
            return [new("cpu", "powermetrics", JouleScope.Components, JouleStatus.Unavailable)
            {
                Reason = "macOS gives energy counters to tools that run as root only (powermetrics).",
            }];
        return PowercapSource.Find(options);
    }
}
