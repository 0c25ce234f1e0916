namespace ML.Thermo.Tests;

/// <summary>Real models: those that packages carry, and others that are no part of the project, in the folder THERMO_MODELS or ../shared/models beside the checkout.</summary>
public static class SharedModels
{
    /// <summary>Models of the folder, and the small ones of the packages.</summary>
    public static IEnumerable<string> Paths =>
        (Folder is { } folder ? Directory.EnumerateFiles(folder, "*.onnx").Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
        .Concat(new[] { PackagedNetworks.TextDirection, PackagedNetworks.VoiceActivity }.Select(PackagedNetworks.Path).OfType<string>());

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
        if (PackagedNetworks.Path(file) is { } packaged)
            return packaged;
        string path = Path.Combine(Folder ?? "", file);
        if (PackagedNetworks.Names.Contains(file))
            Assert.Ignore($"{file} is not here: the build could not fetch its package.");
        else if (Folder is null || !File.Exists(path))
            Assert.Ignore($"A bonus: {file} is in no package; THERMO_MODELS or ../shared/models may hold it."); // eng/test.cs knows the first word
        return path;
    }
}
