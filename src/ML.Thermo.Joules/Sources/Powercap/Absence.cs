using System.Text;

namespace ML.Thermo.Joules.Sources.Powercap;

/// <summary>Why a machine shows no counter of its CPU.</summary>
internal static class Absence
{
    public static SourceFinding Of(JouleOptions options)
    {
        string folder = Path.Combine(options.SysfsRoot, "class", "powercap");
        var none = new SourceFinding("cpu", folder, JouleScope.Components, JouleStatus.Unavailable);
        if (IsVirtual(options.ProcRoot))
        {
            return none with
            {
                Reason = "virtual machine: the host does not pass energy counters.",
                Fix = "Measure on the host or on a machine of its own, or give watts that you know: --assume-watts IDLE:BUSY.",
            };
        }

        if (options.SysfsRoot == "/sys" && (File.Exists("/.dockerenv") || File.Exists("/run/.containerenv")))
            return none with
            {
                Reason = "container: the engine hides the energy counters.",
                Fix = char.ToUpperInvariant(Permission.Container[0]) + Permission.Container[1..]
            };
        return none with
        {
            Reason = Directory.Exists(folder)
                ? $"{folder} holds no zone that counts a CPU package: the driver is not loaded, or the CPU has no counter."
                : $"There is no {folder}: the kernel has no powercap driver loaded, or the CPU has no counter.",
            Fix = "Load the driver: sudo modprobe intel_rapl_msr (Intel, and AMD from Zen on).",
        };
    }

    /// <summary>The CPU's own flag that a hypervisor is above it.</summary>
    private static bool IsVirtual(string proc)
    {
        try
        {
            using var file = new StreamReader(Path.Combine(proc, "cpuinfo"), Encoding.ASCII);
            for (int i = 0; i < 64 && file.ReadLine() is { } line; i++)
            {
                if (line.StartsWith("flags", StringComparison.Ordinal))
                    return line.Split(' ').Contains("hypervisor");
            }

            return false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
