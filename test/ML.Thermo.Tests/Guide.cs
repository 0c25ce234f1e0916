using System.Runtime.CompilerServices;

namespace ML.Thermo.Tests;

/// <summary>The pages of docs/guides, whose examples are code of tests.</summary>
internal static class Guide
{
    /// <summary>The first block of a language in a guide.</summary>
    public static string Block(string guide, string language, [CallerFilePath] string caller = "")
    {
        string folder = Path.GetDirectoryName(caller)!;
        while (!Directory.Exists(Path.Combine(folder, "docs", "guides")))
            folder = Path.GetDirectoryName(folder)!;
        return File.ReadAllText(Path.Combine(folder, "docs", "guides", guide)).Split($"```{language}\n")[1].Split("\n```")[0];
    }

    /// <summary>The lines of the calling file between the marks, without their indentation.</summary>
    public static string Example([CallerFilePath] string caller = "")
    {
        string code = File.ReadAllText(caller).Split("// guide begins\n")[1].Split("// guide ends")[0].TrimEnd();
        return string.Join('\n', code.Split('\n').Select(line => line.Length > 8 ? line[8..] : ""));
    }
}
