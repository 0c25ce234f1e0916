using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using ML.Thermo.Joules;
using ML.Thermo.Joules.Metering;
using ML.Thermo.Joules.Sources.Powercap;

namespace ML.Thermo.Benchmarks;

/// <summary>What reading counters costs. The virtual file is a decimal number of sysfs that every Linux has; RAPL's own is read the same way.</summary>
internal static class JouleBenchmarks
{
    private const string VirtualFile = "/sys/class/net/lo/mtu";
    private const int Reads = 2000, Windows = 1000, Zones = 4;

    public static IEnumerable<Comparison> Comparisons()
    {
        if (!File.Exists(VirtualFile))
            yield break;
        using var counter = new CounterFile(VirtualFile);
        void Read()
        {
            for (int i = 0; i < Reads; i++)
                counter.Read();
        }

        yield return new Comparison(
            $"{Reads} reads of a counter, handle held, {VirtualFile}", "File.ReadAllText and ulong.Parse of it", Read, () =>
            {
                for (int i = 0; i < Reads; i++)
                    _ = ulong.Parse(File.ReadAllText(VirtualFile), System.Globalization.CultureInfo.InvariantCulture);
            }, 1.0 / 50)
        { Rounds = 31, CountsCpu = true };
        using SafeFileHandle handle = File.OpenHandle(VirtualFile);
        byte[] buffer = new byte[32];
        yield return new Comparison(
            $"{Reads} reads of a counter, handle held", "the system call pread alone", Read, () =>
            {
                for (int i = 0; i < Reads; i++)
                    _ = ReadAt(handle, ref buffer[0], buffer.Length, 0);
            }, 1.1)
        { Rounds = 31, CountsCpu = true };

        DirectoryInfo root = Directory.CreateTempSubdirectory("thermo-joules-");
        for (int zone = 0; zone < Zones; zone++)
        {
            string folder = root.CreateSubdirectory($"class/powercap/intel-rapl:{zone}").FullName;
            File.WriteAllText(Path.Combine(folder, "name"), $"package-{zone}");
            File.WriteAllText(Path.Combine(folder, "energy_uj"), "123456789");
            File.WriteAllText(Path.Combine(folder, "max_energy_range_uj"), "262143328850");
        }

        using var machine = new JouleMachine(new JouleOptions { SysfsRoot = root.FullName });
        yield return new Comparison(
            $"{Windows} windows, begin and end, of {Zones} zones", "20 µs a zone and window",
            () =>
            {
                for (int i = 0; i < Windows; i++)
                    machine.Start().Stop();
            },
            () => { },
            1)
        { Rounds = 31, CountsCpu = true, Limit = TimeSpan.FromMicroseconds(20.0 * Zones * Windows) };
        root.Delete(recursive: true);
    }

    [DllImport("libc", EntryPoint = "pread")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint ReadAt(SafeFileHandle file, ref byte buffer, nint length, long offset);
}
