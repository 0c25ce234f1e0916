using System.Globalization;

namespace ML.Thermo.Joules.Attribution;

/// <summary>CPU time of the control group (version 2) that this process is in, where it holds this process tree and nothing else, as in a container
/// that runs one command.</summary>
/// <remarks>
/// It counts microseconds, and children that were not waited for or that went over to init. Where other processes are in the group, or groups below
/// it, it is somebody
/// else's time too and is not taken.
/// </remarks>
/// <param name="proc">Usually <c>/proc</c>.</param>
/// <param name="sysfs">Usually <c>/sys</c>.</param>
internal sealed class ControlGroup(string proc, string sysfs)
{
    private const string Unified = "0::";
    private const int MostAncestors = 64;

    /// <summary>s; null where there is no such group or it is shared.</summary>
    public double? Seconds()
    {
        try
        {
            string? path = File.ReadLines(Path.Combine(proc, "self", "cgroup")).FirstOrDefault(line => line.StartsWith(Unified, StringComparison.Ordinal));
            if (path is null)
                return null;
            string folder = Path.Combine(sysfs, "fs", "cgroup", path[Unified.Length..].Trim('/'));
            return File.Exists(Path.Combine(folder, "cpu.stat")) && IsOurs(folder) ? Usage(folder) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static double? Usage(string folder)
    {
        const string Name = "usage_usec ";
        string? line = File.ReadLines(Path.Combine(folder, "cpu.stat")).FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
        return ulong.TryParse(line?[Name.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out ulong microseconds) ? microseconds / 1e6 : null;
    }

    private bool IsOurs(string folder)
    {
        int self = ProcessStat.Of(proc, "self")?.Id ?? -1;
        return Directory.GetDirectories(folder).Length == 0
            && File.ReadLines(Path.Combine(folder, "cgroup.procs")).All(line =>
                int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out int process) && Descends(process, self));
    }

    /// <summary>Whether a process is this one or has it among its parents; one that has just ended counts, for its time is in the group.</summary>
    private bool Descends(int process, int self)
    {
        for (int i = 0; i < MostAncestors && process > 0; i++)
        {
            if (process == self)
                return true;
            if (ProcessStat.Of(proc, process.ToString(CultureInfo.InvariantCulture)) is not { } stat)
                return i == 0;
            process = stat.Parent;
        }

        return false;
    }
}
