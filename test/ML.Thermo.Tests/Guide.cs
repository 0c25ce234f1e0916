using System.Runtime.CompilerServices;

namespace ML.Thermo.Tests;

/// <summary>Guides of docs/guides and the tests that run their examples.</summary>
internal static class Guide
{
    /// <summary>The first block of a language in a guide.</summary>
    public static string Block(string guide, string language) =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "docs", "guides", guide)).Split($"```{language}\n")[1].Split("\n```")[0];

    /// <summary>What stands between "guide begins" and "guide ends" in the calling file, less its indentation.</summary>
    public static string Code([CallerFilePath] string path = "")
    {
        string code = File.ReadAllText(path).Split("// guide begins\n")[1].Split("// guide ends")[0].TrimEnd();
        return string.Join('\n', code.Split('\n').Select(line => line.Length > 8 ? line[8..] : ""));
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
