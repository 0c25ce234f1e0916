using System.Globalization;

namespace ML.Thermo.Joules.Attribution;

/// <summary>What <c>/proc/PID/stat</c> says of a process.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Parent">Its parent's.</param>
/// <param name="OwnTicks">CPU time of its threads, in ticks.</param>
/// <param name="ChildTicks">CPU time of the children that it has waited for, and of theirs.</param>
internal readonly record struct ProcessStat(int Id, int Parent, double OwnTicks, double ChildTicks)
{
    /// <summary>Null where there is no such process, or the text is not in its known form.</summary>
    public static ProcessStat? Of(string proc, string process)
    {
        try
        {
            return Parse(File.ReadAllText(Path.Combine(proc, process, "stat")));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static ProcessStat? Parse(string text)
    {
        const int ParentAt = 1, UserTimeAt = 11; // behind the name, which may hold anything, spaces and brackets too
        int open = text.IndexOf('(', StringComparison.Ordinal), close = text.LastIndexOf(')');
        if (open < 1 || close < open || !int.TryParse(text.AsSpan(0, open).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            return null;
        string[] fields = text[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        double[] ticks = new double[4]; // user and system time, then those of children
        if (fields.Length < UserTimeAt + ticks.Length || !int.TryParse(fields[ParentAt], NumberStyles.None, CultureInfo.InvariantCulture, out int parent))
            return null;
        for (int i = 0; i < ticks.Length; i++)
        {
            if (!double.TryParse(fields[UserTimeAt + i], NumberStyles.None, CultureInfo.InvariantCulture, out ticks[i]))
                return null;
        }

        return new(id, parent, ticks[0] + ticks[1], ticks[2] + ticks[3]);
    }
}
