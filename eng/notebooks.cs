#:property PublishAot=false
// Makes notebooks/NAME.ipynb from its twin notebooks/NAME.cs, with the output of a real run in it:
//   dotnet run eng/notebooks.cs               all of them
//   dotnet run eng/notebooks.cs -- NAME       one
//   dotnet run eng/notebooks.cs -- --check …  writes nothing; fails where a committed notebook is not what its twin gives today
// A twin is a file-based program in cells: lines "// %%" (code), "// %% [markdown]" and "// %% types" (code that C# wants last and a
// notebook first). Its "#:project" and "#:package" lines become the notebook's "#r" lines.
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

string root = Directory.GetCurrentDirectory();
bool isCheck = args.Contains("--check");
string[] wanted = [.. args.Where(a => a != "--check")];
string[] twins = [.. Directory.GetFiles(Path.Combine(root, "notebooks"), "*.cs").Order(StringComparer.Ordinal)
    .Where(file => wanted.Length == 0 || wanted.Contains(Path.GetFileNameWithoutExtension(file)))];
if (twins.Length == 0)
{
    Console.Error.WriteLine($"No twin is named {string.Join(", ", wanted)}: expected a file notebooks/NAME.cs below {root}.");
    return 2;
}

int stale = 0;
foreach (string twin in twins)
{
    string name = Path.GetFileNameWithoutExtension(twin), file = Path.ChangeExtension(twin, ".ipynb");
    string notebook = new Twin(name, File.ReadAllLines(twin)).Record(root);
    bool isCurrent = File.Exists(file) && File.ReadAllText(file) == notebook;
    if (!isCheck)
        File.WriteAllText(file, notebook);
    else if (!isCurrent)
        stale++;
    Console.WriteLine($"{name}: {(isCurrent ? "current" : isCheck ? $"STALE, {FirstDifference(file, notebook)}" : "written")}");
}

return stale == 0 ? 0 : 1;

static string FirstDifference(string file, string notebook)
{
    if (!File.Exists(file))
        return "never written: run dotnet run eng/notebooks.cs";
    string[] committed = File.ReadAllLines(file), made = notebook.Split('\n');
    int line = Enumerable.Range(0, Math.Min(committed.Length, made.Length)).FirstOrDefault(i => committed[i] != made[i]);
    return $"line {line + 1} is {committed[line].Trim()} and would be {made[line].Trim()}: run dotnet run eng/notebooks.cs";
}

/// <summary>A twin, cut into cells.</summary>
internal sealed class Twin
{
    private const char CellMark = '\u001e', DisplayMark = '\u001d';
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, IndentSize = 1, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _name;
    private readonly List<string> _directives = [];
    private readonly List<(string Kind, List<string> Lines)> _cells = [];

    public Twin(string name, string[] lines)
    {
        _name = name;
        foreach (string line in lines)
        {
            if (line.StartsWith("// %%", StringComparison.Ordinal))
                _cells.Add((line[5..].Trim(), []));
            else if (_cells.Count > 0)
                _cells[^1].Lines.Add(line);
            else if (line.StartsWith("#:", StringComparison.Ordinal))
                _directives.Add(line);
        }
    }

    /// <summary>Runs the twin and gives the notebook with its output.</summary>
    public string Record(string root)
    {
        string[] outputs = Run(root);
        var cells = new JsonArray { CodeCell(References(), "") };
        double behindUsings = _cells.FindIndex(cell => cell.Kind.Length == 0) + 0.5;
        foreach ((string kind, List<string> lines, int index) in _cells.Select((cell, i) => (cell.Kind, cell.Lines, i)).OrderBy(cell => cell.Kind == "types" ? behindUsings : cell.i))
        {
            string text = string.Join('\n', lines).Trim('\n');
            cells.Add(kind == "[markdown]" ? MarkdownCell(Regex.Replace(text, "^// ?", "", RegexOptions.Multiline)) : CodeCell(text, outputs[index]));
        }

        var notebook = new JsonObject
        {
            ["cells"] = cells,
            ["metadata"] = new JsonObject
            {
                ["kernelspec"] = new JsonObject { ["display_name"] = ".NET (C#)", ["language"] = "C#", ["name"] = ".net-csharp" },
                ["language_info"] = new JsonObject { ["file_extension"] = ".cs", ["mimetype"] = "text/x-csharp", ["name"] = "C#" },
            },
            ["nbformat"] = 4,
            ["nbformat_minor"] = 2,
        };
        return notebook.ToJsonString(Json) + "\n";
    }

    /// <summary>What each cell prints; the program is the twin with a mark before each cell.</summary>
    private string[] Run(string root)
    {
        string folder = Path.Combine(root, "artifacts", "notebooks"), source = Path.Combine(root, "notebooks");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "Directory.Build.props"), $"<Project><Import Project=\"{Path.Combine(source, "Directory.Build.props")}\" /></Project>\n");
        bool IsUsing(string line) => line.StartsWith("using ", StringComparison.Ordinal) && !line.Contains('(') && !line.StartsWith("using var", StringComparison.Ordinal);
        IEnumerable<string> program = _directives.Select(d => d.Replace("../", root + "/"))
            .Concat(_cells.SelectMany(cell => cell.Lines).Where(IsUsing))
            .Concat(_cells.SelectMany((cell, i) => cell.Kind switch
            {
                "" => cell.Lines.Where(line => !IsUsing(line)).Prepend($"NotebookHost.Cell({i});"),
                "types" => cell.Lines,
                _ => [],
            }));
        string file = Path.Combine(folder, _name + ".cs");
        File.WriteAllLines(file, program);

        var start = new ProcessStartInfo("dotnet", ["run", "-c", "Release", file]) { WorkingDirectory = root, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["THERMO_RECORD_NOTEBOOK"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"notebooks/{_name}.cs ended with code {process.ExitCode}:\n{output}{errors.Result}");
        string[] outputs = [.. _cells.Select(_ => "")];
        foreach (string part in output.Split(CellMark).Skip(1))
            outputs[int.Parse(part[..part.IndexOf('\n')])] = part[(part.IndexOf('\n') + 1)..];
        return outputs;
    }

    private string References() => string.Join('\n', _directives.Where(d => !d.StartsWith("#:property", StringComparison.Ordinal)).Select(d =>
        d.StartsWith("#:project", StringComparison.Ordinal) ? $"#r \"nuget: {Path.GetFileNameWithoutExtension(d)}\"" : $"#r \"nuget: {d["#:package ".Length..].Replace("@", ", ")}\""));

    private static JsonObject MarkdownCell(string text) => new() { ["cell_type"] = "markdown", ["metadata"] = new JsonObject(), ["source"] = Lines(text) };

    private static JsonObject CodeCell(string text, string output)
    {
        var outputs = new JsonArray();
        string[] parts = output.Split(DisplayMark);
        for (int i = 0; i < parts.Length; i++)
        {
            if (i % 2 == 0 && parts[i].Length > 0)
                outputs.Add(new JsonObject { ["name"] = "stdout", ["output_type"] = "stream", ["text"] = Lines(parts[i]) });
            else if (i % 2 == 1)
                outputs.Add(new JsonObject { ["data"] = new JsonObject { [parts[i][..parts[i].IndexOf('\n')]] = Lines(parts[i][(parts[i].IndexOf('\n') + 1)..]) }, ["metadata"] = new JsonObject(), ["output_type"] = "display_data" });
        }

        return new JsonObject { ["cell_type"] = "code", ["execution_count"] = null, ["metadata"] = new JsonObject { ["language_info"] = new JsonObject { ["name"] = "csharp" } }, ["outputs"] = outputs, ["source"] = Lines(text) };
    }

    /// <summary>The lines of a text, each but the last with its end, as notebooks keep them.</summary>
    private static JsonArray Lines(string text) => [.. Regex.Split(text, "(?<=\n)").Where(line => line.Length > 0).Select(line => (JsonNode)line)];
}
