using System.Runtime.InteropServices;

namespace ML.Thermo.Steps;

/// <summary>A text that comes with every row of a pipeline and is the same for all.</summary>
internal static class SharedText
{
    /// <summary>The string behind it, one and the same for all rows, so that what it says is read once and then known by its reference.</summary>
    public static string Of(ReadOnlyMemory<char> text) =>
        MemoryMarshal.TryGetString(text, out string? whole, out _, out int length) && length == whole.Length ? whole : string.Intern(text.ToString());
}
