using ML.Thermo.Joules;

namespace ML.Thermo.Tests;

/// <summary>A folder that stands for /sys and /proc of another machine.</summary>
internal sealed class FakeRoot : IDisposable
{
    public const string Range = "262143328850";

    public FakeRoot()
    {
        Directory.CreateDirectory(Path.Combine(Path_, "class", "powercap"));
        Write("proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu vme\n");
    }

    public string Path_ { get; } = Directory.CreateTempSubdirectory("thermo-joules-").FullName;

    public JouleOptions Options => new() { SysfsRoot = Path_, ProcRoot = Path.Combine(Path_, "proc"), NvmlLibrary = "/no/such/libnvidia-ml.so.1" };

    /// <summary>One zone, with a counter at zero.</summary>
    public FakeRoot Zone(string place, string name, string? range = Range, string counter = "0")
    {
        Write($"class/powercap/{place}/name", name + "\n");
        Write($"class/powercap/{place}/energy_uj", counter + "\n");
        if (range is not null)
            Write($"class/powercap/{place}/max_energy_range_uj", range + "\n");
        return this;
    }

    /// <summary>A counter that cannot be opened, also by root, for whom modes do not count: a folder in its place.</summary>
    public FakeRoot Unreadable(string place)
    {
        string file = Path.Combine(Path_, "class", "powercap", place, "energy_uj");
        File.Delete(file);
        Directory.CreateDirectory(file);
        return this;
    }

    public FakeRoot Count(string place, ulong microjoules) => Write($"class/powercap/{place}/energy_uj", microjoules + "\n");

    public FakeRoot Write(string file, string text)
    {
        string path = Path.Combine(Path_, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return this;
    }

    public void Dispose() => Directory.Delete(Path_, recursive: true);
}
