using System.Globalization;

namespace ML.Thermo.Joules.Attribution;

/// <summary>CPU seconds that all processors together were busy, and how many there are.</summary>
internal readonly record struct ProcessorTimes(double BusySeconds, int Processors);

/// <summary>CPU times when a window begins or ends.</summary>
/// <param name="Busy">Of all processors.</param>
/// <param name="Tree">s of this process and the children that it has waited for.</param>
/// <param name="Group">s of its control group, where that holds nothing else.</param>
internal readonly record struct CpuTimes(ProcessorTimes? Busy, double? Tree, double? Group)
{
    /// <summary>s of the process tree in between, and what counted them; null where nothing did at both ends.</summary>
    public static (double Seconds, bool IsGroup)? Own(CpuTimes before, CpuTimes after) =>
        after.Group - before.Group is { } group and >= 0 ? (group, true)
        : after.Tree - before.Tree is { } tree ? (Math.Max(tree, 0), false)
        : null;
}

/// <summary>CPU time of the machine and of this process with its children, from <c>/proc</c>.</summary>
/// <param name="root">Usually <c>/proc</c>.</param>
internal sealed class ProcessorClock(string root)
{
    /// <summary>USER_HZ, the unit of <c>/proc</c> on every Linux that .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>Busy time of the machine: all but idle and waiting for input.</summary>
    public ProcessorTimes? Machine(out string? failure)
    {
        string[]? lines = Read("stat", out failure)?.Split('\n');
        if (lines is null)
            return null;
        double[] total = Numbers(lines[0], "cpu ");
        int processors = lines.Count(line => line.StartsWith("cpu", StringComparison.Ordinal) && line.Length > 3 && char.IsAsciiDigit(line[3]));
        if (total.Length < 5 || processors == 0)
        {
            failure = $"{Path.Combine(root, "stat")} has no line of processor times";
            return null;
        }

        // user, nice, system, idle, iowait, irq, softirq, steal; guest times are in user already, stolen time is another machine's.
        double busy = total[0] + total[1] + total[2] + (total.Length > 5 ? total[5] : 0) + (total.Length > 6 ? total[6] : 0);
        return new(busy / TicksPerSecond, processors);
    }

    /// <summary>CPU seconds of this process and of the children that it has waited for.</summary>
    public double? ThisTree() => ProcessStat.Of(root, "self") is { } stat ? (stat.OwnTicks + stat.ChildTicks) / TicksPerSecond : null;

    private static double[] Numbers(string line, string head)
    {
        if (!line.StartsWith(head, StringComparison.Ordinal))
            return [];
        string[] parts = line[head.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        double[] numbers = new double[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!double.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
                return [];
        }

        return numbers;
    }

    private string? Read(string name, out string? failure)
    {
        try
        {
            failure = null;
            return File.ReadAllText(Path.Combine(root, name));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            failure = $"{Path.Combine(root, name)} cannot be read ({error.Message.TrimEnd('.')})";
            return null;
        }
    }
}
