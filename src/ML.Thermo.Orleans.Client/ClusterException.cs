namespace ML.Thermo.Cluster;

/// <summary>The cluster, its configuration or its store is not as it must be; the message names what was found and what was expected.</summary>
public sealed class ClusterException : ThermoException
{
    private const int MostCharacters = 400;
    private const string Cause = "Exc level 0:";

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was found, what was expected, how to mend it.</param>
    public ClusterException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was found, what was expected, how to mend it.</param>
    /// <param name="inner">The cause.</param>
    public ClusterException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>What went wrong, in one line: errors of stores go on for pages.</summary>
    internal static string Line(Exception error)
    {
        string[] lines = error.Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        // Orleans says first where it was, and the cause below.
        string line = string.Join(" ", lines.Take(1).Concat(lines.Skip(1).Where(below => below.StartsWith(Cause, StringComparison.Ordinal))
            .Select(below => below[Cause.Length..].Trim()).Take(1)));
        return line.Length <= MostCharacters ? line : line[..MostCharacters] + " …";
    }
}
