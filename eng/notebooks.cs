#:property PublishAot=false
// Makes notebooks/NAME.ipynb from its twin notebooks/NAME.cs, with the output of a real run in it:
//   dotnet run eng/notebooks.cs               all of them
//   dotnet run eng/notebooks.cs -- NAME       one
//   dotnet run eng/notebooks.cs -- --check …  writes nothing; fails where a committed notebook is not what its twin gives today
// Pictures are drawn as PNG by Chromium, because some viewers leave an SVG blank; one whose SVG is as before is kept as it is.
// Processors differ in the last digits of a float: a notebook is as before where its words are, and its numbers to a unit of their last digit.
// A twin is a file-based program in cells: lines "// %%" (code), "// %% [markdown]" and "// %% types" (code that C# wants last and a
// notebook first). Its "#:project" and "#:package" lines become the notebook's "#r" lines.
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
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
    string notebook = new Twin(name, File.ReadAllLines(twin), Pictures.Of(file, isCheck)).Record(root);
    bool isCurrent = File.Exists(file) && Numbers.AreNear(File.ReadAllText(file), notebook);
    if (!isCheck && !isCurrent)
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
    int line = Enumerable.Range(0, Math.Min(committed.Length, made.Length)).FirstOrDefault(i => !Numbers.AreNear(committed[i], made[i]));
    return $"line {line + 1} is {committed[line].Trim()} and would be {made[line].Trim()}: run dotnet run eng/notebooks.cs";
}

/// <summary>A twin, cut into cells.</summary>
internal sealed class Twin
{
    private const char CellMark = '\u001e', DisplayMark = '\u001d';
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, IndentSize = 1, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _name;
    private readonly Pictures _pictures;
    private readonly List<string> _directives = [];
    private readonly List<(string Kind, List<string> Lines)> _cells = [];

    public Twin(string name, string[] lines, Pictures pictures)
    {
        (_name, _pictures) = (name, pictures);
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
        var cells = new JsonArray { CodeCell(References(root), "") };
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
                // Without it dotnet-repl finds no kernel for any cell.
                ["polyglot_notebook"] = new JsonObject
                {
                    ["kernelInfo"] = new JsonObject
                    {
                        ["defaultKernelName"] = "csharp",
                        ["items"] = new JsonArray { new JsonObject { ["aliases"] = new JsonArray(), ["name"] = "csharp" } },
                    },
                },
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

        var start = new ProcessStartInfo("dotnet", ["run", "-c", "Release", file]) { WorkingDirectory = source, RedirectStandardOutput = true, RedirectStandardError = true };
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

    /// <summary>Packages of ours as the source has them, others in the version that ours were built with.</summary>
    private string References(string root)
    {
        string props = File.ReadAllText(Path.Combine(root, "Directory.Packages.props"));
        string Version(string name)
        {
            string version = Regex.Match(props, $"Include=\"{Regex.Escape(name)}\" Version=\"([^\"]+)\"").Groups[1].Value;
            return version.StartsWith("$(", StringComparison.Ordinal) ? Regex.Match(props, $"<{version[2..^1]}>([^<]+)<").Groups[1].Value : version;
        }

        return string.Join('\n', _directives.Where(d => !d.StartsWith("#:property", StringComparison.Ordinal)).Select(d => d.StartsWith("#:project", StringComparison.Ordinal)
            ? $"#r \"nuget: {Path.GetFileNameWithoutExtension(d)}\""
            : $"#r \"nuget: {d["#:package ".Length..]}, {Version(d["#:package ".Length..])}\""));
    }

    private static JsonObject MarkdownCell(string text) => new() { ["cell_type"] = "markdown", ["metadata"] = new JsonObject(), ["source"] = Lines(text) };

    private JsonObject CodeCell(string text, string output)
    {
        var outputs = new JsonArray();
        string[] parts = output.Split(DisplayMark);
        for (int i = 0; i < parts.Length; i++)
        {
            if (i % 2 == 0 && parts[i].Length > 0)
                outputs.Add(new JsonObject { ["name"] = "stdout", ["output_type"] = "stream", ["text"] = Lines(parts[i]) });
            else if (i % 2 == 1)
                outputs.Add(Display(parts[i]));
        }

        return new JsonObject { ["cell_type"] = "code", ["execution_count"] = null, ["metadata"] = new JsonObject { ["language_info"] = new JsonObject { ["name"] = "csharp" } }, ["outputs"] = outputs, ["source"] = Lines(text) };
    }

    /// <summary>What a cell shows: a picture as PNG, anything else as HTML with a line of text beside it.</summary>
    private JsonObject Display(string shown)
    {
        string[] parts = shown.Split('\u001f');
        bool isPicture = parts[0].StartsWith("<svg", StringComparison.Ordinal);
        return new JsonObject
        {
            ["data"] = isPicture
                ? new JsonObject { ["image/png"] = _pictures.Png(parts[0]), ["text/plain"] = Lines(Regex.Match(parts[0], "aria-label=\"([^\"]*)\"").Groups[1].Value) }
                : new JsonObject { ["text/html"] = Lines(parts[0]), ["text/plain"] = Lines(parts[1]) },
            ["metadata"] = isPicture ? new JsonObject { ["svg"] = _pictures.Packed(parts[0]), ["image/png"] = new JsonObject { ["width"] = Pictures.Size(parts[0]).Width } } : new JsonObject(),
            ["output_type"] = "display_data",
        };
    }

    /// <summary>The lines of a text, each but the last with its end, as notebooks keep them.</summary>
    private static JsonArray Lines(string text) => [.. Regex.Split(text, "(?<=\n)").Where(line => line.Length > 0).Select(line => (JsonNode)line)];
}

/// <summary>The pictures that a committed notebook has, by the SVG that they were drawn from, and new ones.</summary>
internal sealed class Pictures
{
    private static readonly string[] Browsers = ["chromium", "chromium-browser", "google-chrome", "chrome", "chrome.exe"];

    private readonly List<(string Svg, string Packed, string Png)> _known = [];
    private readonly bool _isCheck;

    private Pictures(bool isCheck) => _isCheck = isCheck;

    public static Pictures Of(string notebook, bool isCheck)
    {
        var pictures = new Pictures(isCheck);
        if (!File.Exists(notebook))
            return pictures;
        foreach (JsonNode? cell in JsonNode.Parse(File.ReadAllText(notebook))!["cells"]!.AsArray())
        {
            foreach (JsonNode? output in cell!["outputs"]?.AsArray() ?? [])
            {
                if (output!["metadata"]?["svg"] is { } packed && output["data"]?["image/png"] is { } png)
                    pictures._known.Add((Unpack(packed.GetValue<string>()), packed.GetValue<string>(), png.GetValue<string>()));
            }
        }

        return pictures;
    }

    /// <summary>The SVG as zlib bytes in base 64: the committed one, where it is near.</summary>
    public string Packed(string svg)
    {
        using var bytes = new MemoryStream();
        using (var zlib = new ZLibStream(bytes, CompressionLevel.SmallestSize))
            zlib.Write(Encoding.UTF8.GetBytes(svg));
        return Known(svg).Packed ?? Convert.ToBase64String(bytes.ToArray());
    }

    private (string Svg, string Packed, string Png) Known(string svg) => _known.FirstOrDefault(known => Numbers.AreNear(known.Svg, svg));

    private static string Unpack(string packed)
    {
        using var zlib = new ZLibStream(new MemoryStream(Convert.FromBase64String(packed)), CompressionMode.Decompress);
        return new StreamReader(zlib, Encoding.UTF8).ReadToEnd();
    }

    /// <summary>Pixels across and down.</summary>
    public static (int Width, int Height) Size(string svg)
    {
        Match size = Regex.Match(svg, "width=\"([0-9]+)\" height=\"([0-9]+)\"");
        return (int.Parse(size.Groups[1].Value), int.Parse(size.Groups[2].Value));
    }

    /// <summary>The picture as PNG in base 64, at twice its size.</summary>
    public string Png(string svg)
    {
        if (Known(svg).Png is { } png)
            return png;
        if (_isCheck)
            return "a picture that the notebook does not have";
        string folder = Directory.CreateTempSubdirectory("thermo-picture-").FullName, file = Path.Combine(folder, "picture.svg"), to = Path.Combine(folder, "picture.png");
        try
        {
            File.WriteAllText(file, svg);
            (int width, int height) = Size(svg);
            using Process process = Process.Start(new ProcessStartInfo(Browser(), ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=2",
                $"--window-size={width},{height}", $"--screenshot={to}", new Uri(file).AbsoluteUri]) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return Convert.ToBase64String(File.ReadAllBytes(to));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Browser() =>
        Environment.GetEnvironmentVariable("THERMO_CHROMIUM")
        ?? (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => Browsers.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException("There is no Chromium on the PATH, which draws the notebooks' pictures: ./build.sh setup installs it, or name it in THERMO_CHROMIUM.");
}

/// <summary>Texts that differ in the last digits of their numbers alone; eng/notebooks.py has the same rule.</summary>
internal static partial class Numbers
{
    public static bool AreNear(string left, string right)
    {
        if (left == right)
            return true;
        return Number().Replace(left, "#") == Number().Replace(right, "#")
            && Number().Matches(left).Zip(Number().Matches(right)).All(pair => pair.First.Value == pair.Second.Value || AreNear(pair.First, pair.Second));
    }

    private static bool AreNear(Match left, Match right)
    {
        int decimals = Math.Min(left.Groups["decimals"].Length, right.Groups["decimals"].Length);
        double a = double.Parse(left.Value, CultureInfo.InvariantCulture), b = double.Parse(right.Value, CultureInfo.InvariantCulture);
        return decimals > 0 && Math.Abs(a - b) <= Math.Max(1.5 * Math.Pow(10, -decimals), 1e-3 * Math.Abs(a));
    }

    [GeneratedRegex(@"[0-9]+(\.(?<decimals>[0-9]+))?", RegexOptions.ExplicitCapture)]
    private static partial Regex Number();
}
