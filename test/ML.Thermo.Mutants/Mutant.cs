using System.Globalization;
using System.Text.Json;

namespace ML.Thermo.Mutants;

/// <summary>One change of one expression, as Stryker lists it: the file from the project's folder, the line, the kind and what stands there instead.</summary>
internal sealed record Mutant(int Id, string File, int Line, string Kind, string Replacement)
{
    /// <summary>The mutants of a report that were compiled, by number.</summary>
    public static IReadOnlyList<Mutant> Of(string report, string project)
    {
        using JsonDocument document = JsonDocument.Parse(System.IO.File.ReadAllBytes(report));
        var found = new List<Mutant>();
        foreach (JsonProperty file in document.RootElement.GetProperty("files").EnumerateObject())
        {
            foreach (JsonElement mutant in file.Value.GetProperty("mutants").EnumerateArray())
            {
                // What does not compile, and what Stryker leaves out because of its place (a block that another mutant empties), is no mutant.
                if (mutant.GetProperty("status").GetString() is "CompileError" or "Ignored")
                    continue;
                JsonElement start = mutant.GetProperty("location").GetProperty("start");
                found.Add(new(
                    int.Parse(mutant.GetProperty("id").GetString()!, CultureInfo.InvariantCulture), Path.GetRelativePath(project, file.Name).Replace('\\', '/'),
                    start.GetProperty("line").GetInt32(), mutant.GetProperty("mutatorName").GetString()!, OneLine(mutant.GetProperty("replacement").GetString() ?? "")));
            }
        }

        return [.. found.OrderBy(mutant => mutant.Id)];
    }

    private static string OneLine(string code)
    {
        string line = string.Join(' ', code.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= 90 ? line : line[..89] + "…";
    }
}

/// <summary>What became of a mutant.</summary>
internal enum Fate
{
    /// <summary>A test failed.</summary>
    Killed,

    /// <summary>A test took more than ten times its time, or its process ended.</summary>
    TimedOut,

    /// <summary>All tests that reach it passed.</summary>
    Survived,

    /// <summary>No test reaches it.</summary>
    NotCovered,
}
