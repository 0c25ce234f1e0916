using System.CommandLine;
using System.Globalization;
using ML.Thermo.Joules;

namespace ML.Thermo.Cli.Joules;

/// <summary>The options that say what is measured, and where.</summary>
internal sealed class SourceOptions
{
    private readonly Option<string> _scope = new("--scope")
    {
        Description = "What the total adds: components (CPU packages, memory, GPUs), platform (psys) or device (battery).",
        HelpName = "NAME",
        DefaultValueFactory = _ => "components",
    };

    private readonly Option<string> _sysfs = new("--sysfs")
    {
        Description = "Where the kernel's counters are; another folder in a container.",
        HelpName = "ROOT",
        DefaultValueFactory = _ => "/sys",
    };

    private readonly Option<string?> _assume = new("--assume-watts")
    {
        Description = "Estimate from watts that you know, by CPU load. It is always marked Estimated.",
        HelpName = "IDLE:BUSY",
    };

    private readonly Option<double?> _idle = new("--idle-watts")
    {
        Description = "Power with nothing to do, as 'thermo joules idle' measures it; the share of the process leaves it out.",
        HelpName = "W",
    };

    /// <summary>The options, in the order of the help.</summary>
    public ReadOnlySpan<Symbol> All => new Symbol[] { _scope, _sysfs, _assume, _idle };

    /// <summary>Those that say where counters are.</summary>
    public ReadOnlySpan<Symbol> Places => new Symbol[] { _scope, _sysfs, _assume };

    /// <summary>What they ask for.</summary>
    /// <exception cref="UsageException">A value is none.</exception>
    public JouleOptions Read(ParseResult parsed, bool attributes)
    {
        JouleScope part = parsed.GetValue(_scope)!.ToUpperInvariant() switch
        {
            "COMPONENTS" => JouleScope.Components,
            "PLATFORM" => JouleScope.Platform,
            "DEVICE" => JouleScope.Device,
            _ => throw new UsageException($"--scope {parsed.GetValue(_scope)} is not known: expected components, platform or device."),
        };
        double? idle = parsed.GetResult(_idle) is { Implicit: false } ? parsed.GetValue(_idle) : null;
        if (idle is { } watts && !(watts >= 0 && double.IsFinite(watts)))
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--idle-watts {watts} is no power: expected 0 or more."));
        string root = parsed.GetValue(_sysfs)!;
        if (!OperatingSystem.IsWindows() && !Directory.Exists(root))
            throw new UsageException($"--sysfs {root} is no folder: expected a root with class/powercap.");
        return new JouleOptions
        {
            Scope = part,
            SysfsRoot = root,
            AssumedWatts = parsed.GetValue(_assume) is { } text ? Assumed(text) : null,
            IdleWatts = idle,
            AttributesProcess = attributes,
        };
    }

    private static AssumedWatts Assumed(string text)
    {
        try
        {
            return AssumedWatts.Parse(text);
        }
        catch (ThermoException error)
        {
            throw new UsageException($"--assume-watts: {error.Message}");
        }
    }
}
