using System.Globalization;
using System.Text.Json;

namespace ML.Thermo.Mutants;

/// <summary>One change of one expression, as Stryker lists it: the file from the project's folder, the line, the kind and what stands there instead.</summary>
internal sealed record Mutant(int Id, string File, int Line, string Kind, string Replacement)
{
    private const string Block = "Block removal mutation";

    /// <summary>The mutants of a report that were compiled, by number; a block that is emptied only where no other mutant is inside it.</summary>
    public static IReadOnlyList<Mutant> Of(string report, string project)
    {
        using JsonDocument document = JsonDocument.Parse(System.IO.File.ReadAllBytes(report));
        var found = new List<Mutant>();
        foreach (JsonProperty file in document.RootElement.GetProperty("files").EnumerateObject())
        {
            string path = Path.GetRelativePath(project, file.Name).Replace('\\', '/');
            JsonElement[] compiled = [.. file.Value.GetProperty("mutants").EnumerateArray()
                .Where(mutant => mutant.GetProperty("status").GetString() != "CompileError")];
            foreach (JsonElement mutant in compiled)
            {
                if (KindOf(mutant) == Block && compiled.Any(other => KindOf(other) != Block && Holds(mutant, other)))
                    continue;
                found.Add(new(
                    int.Parse(mutant.GetProperty("id").GetString()!, CultureInfo.InvariantCulture), path, Place(mutant, "start").Line, KindOf(mutant),
                    OneLine(mutant.GetProperty("replacement").GetString() ?? "")));
            }
        }

        return [.. found.OrderBy(mutant => mutant.Id)];
    }

    private static string KindOf(JsonElement mutant) => mutant.GetProperty("mutatorName").GetString()!;

    private static bool Holds(JsonElement outer, JsonElement inner) =>
        Place(outer, "start").CompareTo(Place(inner, "start")) <= 0 && Place(outer, "end").CompareTo(Place(inner, "end")) >= 0;

    private static (int Line, int Column) Place(JsonElement mutant, string which)
    {
        JsonElement place = mutant.GetProperty("location").GetProperty(which);
        return (place.GetProperty("line").GetInt32(), place.GetProperty("column").GetInt32());
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
