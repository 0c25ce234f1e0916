namespace ML.Thermo.Architecture;

/// <summary>Where the code does not keep a rule yet, and why. The list only gets shorter: nothing may be added to it.</summary>
internal static class Exceptions
{
    /// <summary>Circles of folders: folders that use each other until a repair is made.</summary>
    public static IReadOnlyList<(string[] Folders, string Why)> Circles { get; } = [];

    /// <summary>Most lines of more than 160 characters that a project still has: sentences that have not been made raw strings yet.</summary>
    public static IReadOnlyDictionary<string, int> LongLines { get; } = new Dictionary<string, int>
    {
        ["ML.Thermo"] = 1,
        ["ML.Thermo.Cli"] = 104,
        ["ML.Thermo.Core"] = 52,
        ["ML.Thermo.Dynamics"] = 57,
        ["ML.Thermo.Onnx"] = 4,
        ["ML.Thermo.Report"] = 29,
    };
}
