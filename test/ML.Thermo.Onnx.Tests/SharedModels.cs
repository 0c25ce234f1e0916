namespace ML.Thermo.Tests;

/// <summary>Real models that are no part of the project: found in the folder THERMO_MODELS or ../shared/models beside the checkout.</summary>
public static class SharedModels
{
    public static IEnumerable<string> Paths => Folder is { } folder ? Directory.EnumerateFiles(folder, "*.onnx").Order(StringComparer.Ordinal) : [];

    private static string? Folder
    {
        get
        {
            if (Environment.GetEnvironmentVariable("THERMO_MODELS") is { Length: > 0 } given)
                return Directory.Exists(given) ? given : null;
            for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                string candidate = Path.Combine(folder.FullName, "shared", "models");
                if (Directory.Exists(candidate))
                    return candidate;
            }

            return null;
        }
    }

    /// <summary>The path of a model; the running test is skipped, with the reason, where it is absent.</summary>
    public static string Find(string file)
    {
        string path = Path.Combine(Folder ?? "", file);
        if (Folder is null || !File.Exists(path))
            Assert.Ignore($"{file} is not here: set THERMO_MODELS to a folder that holds it, or put it into ../shared/models.");
        return path;
    }
}
