using System.Buffers;

namespace ML.Thermo.AspNetCore.Serving;

/// <summary>A monitor that a service has.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsRemote">It counts elsewhere.</param>
internal sealed record MonitorRegistration(string Name, bool IsRemote)
{
    /// <summary>Names that pages have for themselves.</summary>
    private static readonly string[] s_taken = ["assets", "json", "live"];

    private static readonly SearchValues<char> s_separators = SearchValues.Create("/\\:?#%");

    /// <summary>A registration, if its name can be one.</summary>
    /// <param name="name">A section of the configuration and a part of an address.</param>
    /// <param name="isRemote">It counts elsewhere.</param>
    /// <exception cref="ArgumentException">It is empty, has a separator of either, or is taken by the pages.</exception>
    public static MonitorRegistration Of(string name, bool isRemote)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name.AsSpan().ContainsAny(s_separators) || name is "." or ".." || name.Any(char.IsControl))
        {
            throw new ArgumentException(
                $"'{name}' cannot be the name of a monitor: it stands in addresses and in the configuration, without / \\ : ? # %.", nameof(name));
        }

        if (s_taken.Contains(name, StringComparer.OrdinalIgnoreCase))
            throw new ArgumentException($"'{name}' cannot be the name of a monitor: the pages have {string.Join(", ", s_taken)} for themselves.", nameof(name));
        return new MonitorRegistration(name, isRemote);
    }
}
