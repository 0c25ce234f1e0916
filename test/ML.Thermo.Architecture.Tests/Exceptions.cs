namespace ML.Thermo.Architecture;

/// <summary>Where the code does not keep a rule yet, and why. The list only gets shorter: nothing may be added to it.</summary>
internal static class Exceptions
{
    /// <summary>Circles of folders: folders that use each other until a repair is made.</summary>
    public static IReadOnlyList<(string[] Folders, string Why)> Circles { get; } =
    [
        (["ML.Thermo/Measurement", "ML.Thermo/Refresh", "ML.Thermo/RowLosses", "ML.Thermo/Steps", "ML.Thermo/Transitions"],
            "laws of row losses, measurement and pipeline steps of ML.NET still share helpers across rooms"),
        (["ML.Thermo.Cli", "ML.Thermo.Cli/Activations", "ML.Thermo.Cli/Completion", "ML.Thermo.Cli/Demo", "ML.Thermo.Cli/Layers", "ML.Thermo.Cli/Refresh",
            "ML.Thermo.Cli/Transitions", "ML.Thermo.Cli/Verify"],
            "the root holds both the list of commands, which knows them all, and the session that each of them runs in"),
        (["ML.Thermo.Report", "ML.Thermo.Report/Layers", "ML.Thermo.Report/Refresh", "ML.Thermo.Report/Transitions"],
            "the root holds both the page's entry point, which knows every subject, and the content that each subject fills"),
    ];

    /// <summary>Most lines of more than 160 characters that a project still has: sentences that have not been made raw strings yet.</summary>
    public static IReadOnlyDictionary<string, int> LongLines { get; } = new Dictionary<string, int>
    {
        ["ML.Thermo"] = 29,
        ["ML.Thermo.Cli"] = 108,
        ["ML.Thermo.Core"] = 55,
        ["ML.Thermo.Onnx"] = 123,
        ["ML.Thermo.OnnxLayers"] = 20,
        ["ML.Thermo.Report"] = 82,
    };
}
