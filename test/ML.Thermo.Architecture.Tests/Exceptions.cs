namespace ML.Thermo.Architecture;

/// <summary>Where the code does not keep a rule yet, and why. The list only gets shorter: nothing may be added to it.</summary>
internal static class Exceptions
{
    /// <summary>Circles of folders: folders that use each other until a repair is made.</summary>
    public static IReadOnlyList<(string[] Folders, string Why)> Circles { get; } = [];
}
