#:property PublishAot=false
// Makes the site of the documentation in artifacts/docs from docs/, README.md, CHANGELOG.md and the XML docs of the libraries that were built:
//   dotnet run eng/docs.cs
// Links to what is no page (sources, notebooks) become plain words; every link of the site is checked, and one that leads nowhere is an error.
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

string root = Directory.GetCurrentDirectory(), source = Path.Combine(root, "artifacts", "docs-source"), site = Path.Combine(root, "artifacts", "docs");
if (Directory.Exists(source))
    Directory.Delete(source, recursive: true);
if (Directory.Exists(site))
    Directory.Delete(site, recursive: true);
Directory.CreateDirectory(source);

string[] pages = [.. Directory.GetFiles(Path.Combine(root, "docs"), "*.md", SearchOption.AllDirectories), .. Layout.Others.Select(page => Path.Combine(root, page))];
foreach (string page in pages)
{
    string target = Target(page);
    Directory.CreateDirectory(Path.GetDirectoryName(target)!);
    File.WriteAllText(target, Links(page, target));
}

foreach (string picture in Directory.GetFiles(Path.Combine(root, "docs"), "*.svg", SearchOption.AllDirectories))
{
    string to = Path.Combine(source, "docs", Path.GetRelativePath(Path.Combine(root, "docs"), picture));
    Directory.CreateDirectory(Path.GetDirectoryName(to)!);
    File.Copy(picture, to, overwrite: true);
}

string[] libraries = [.. Directory.GetDirectories(Path.Combine(root, "src")).Select(folder => Path.GetFileName(folder)!).Where(name => name != "ML.Thermo.Cli").Order(StringComparer.Ordinal)];
File.WriteAllText(Path.Combine(source, "toc.yml"), "- name: Start\n  href: index.md\n- name: Documentation\n  href: docs/\n- name: API\n  href: api/\n- name: Notebooks\n  href: notebooks/README.md\n- name: Changes\n  href: CHANGELOG.md\n");
File.WriteAllText(Path.Combine(source, "docs", "toc.yml"), string.Concat(Contents()));
var assemblies = libraries.Select(name => (Name: name, File: $"src/{name}/bin/Release/net10.0/{name}.dll")).Where(library => File.Exists(Path.Combine(root, library.File))).ToArray();
string[] missing = [.. libraries.Except(assemblies.Select(library => library.Name))];
if (missing.Length > 0)
    return Fail($"{string.Join(", ", missing)} {(missing.Length == 1 ? "is" : "are")} not built: ./build.sh docs builds first.");
File.WriteAllText(Path.Combine(source, "docfx.json"), JsonSerializer.Serialize(new
{
    metadata = new[]
    {
        new
        {
            src = assemblies.Select(library => new { src = root, files = new[] { library.File } }),
            dest = "api",
            references = Directory.GetFiles(Path.Combine(root, "src", "ML.Thermo.OnnxLayers", "bin", "Release", "net10.0"), "*.dll"),
        },
    },
    build = new
    {
        content = new[] { new { files = Layout.Content } },
        resource = new[] { new { files = Layout.Pictures } },
        output = site,
        template = Layout.Template,
        globalMetadata = new { _appName = "ML.Thermo", _appTitle = "ML.Thermo", _enableSearch = true, _disableContribution = true, _appFooter = "ML.Thermo, MIT licence" },
    },
}));

int code = Run("dotnet", "docfx", Path.Combine(source, "docfx.json"), "--logLevel", "error");
if (code != 0)
    return Fail($"docfx ended with {code}: dotnet tool restore installs it.");
(int links, string[] dead) = Check();
foreach (string link in dead.Take(20))
    Console.Error.WriteLine(link);
if (dead.Length > 0)
    return Fail($"{dead.Length} of {links} links lead nowhere.");
Console.WriteLine($"artifacts/docs/index.html: {Directory.GetFiles(site, "*.html", SearchOption.AllDirectories).Length} pages, {links} links checked");
return 0;

static int Fail(string message)
{
    Console.Error.WriteLine($"docs: {message}");
    return 1;
}

static int Run(params string[] command)
{
    using Process process = Process.Start(new ProcessStartInfo(command[0], command[1..]))!;
    process.WaitForExit();
    return process.ExitCode;
}

/// <summary>The README is the first page; the others keep their places.</summary>
string Target(string page)
{
    string path = Path.GetRelativePath(root, page);
    return Path.Combine(source, path == "README.md" ? "index.md" : path);
}

/// <summary>The text of a page, with links as they are in the site.</summary>
string Links(string page, string target) => Regex.Replace(File.ReadAllText(page), @"(?<image>!?)\[(?<text>[^\]]*)\]\((?<to>(?!https?:|#)[^)\s]+)\)", link =>
{
    string to = link.Groups["to"].Value, anchor = to.Contains('#') ? to[to.IndexOf('#')..] : "";
    string file = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, to.Split('#')[0]));
    if (link.Groups["image"].Value == "!")
        return link.Value;
    string? known = pages.FirstOrDefault(other => other == file);
    return known is not null
        ? $"[{link.Groups["text"].Value}]({Path.GetRelativePath(Path.GetDirectoryName(target)!, Target(known)).Replace('\\', '/')}{anchor})"
        : link.Groups["text"].Value.StartsWith('`') ? link.Groups["text"].Value : $"{link.Groups["text"].Value} (`{Path.GetRelativePath(root, file).Replace('\\', '/')}`)";
}, RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10));

/// <summary>The pages of docs by folder, under their own titles.</summary>
IEnumerable<string> Contents()
{
    string docs = Path.Combine(root, "docs");
    foreach (string folder in Directory.GetDirectories(docs).Prepend(docs))
    {
        string[] files = [.. Directory.GetFiles(folder, "*.md").Order(StringComparer.Ordinal).OrderBy(file => Path.GetFileName(file) != "README.md")];
        if (files.Length == 0)
            continue;
        bool isRoot = folder == docs;
        if (!isRoot)
            yield return $"- name: {Path.GetFileName(folder).Replace('-', ' ')}\n  items:\n";
        foreach (string file in files)
            yield return $"{(isRoot ? "" : "  ")}- name: \"{Title(file)}\"\n{(isRoot ? "" : "  ")}  href: {Path.GetRelativePath(docs, file).Replace('\\', '/')}\n";
    }
}

static string Title(string file) => File.ReadLines(file).First(line => line.StartsWith("# ", StringComparison.Ordinal))[2..].Replace("\"", "'");

/// <summary>Every link of every page: its file, and its place in it.</summary>
(int Links, string[] Dead) Check()
{
    var dead = new List<string>();
    var places = new Dictionary<string, HashSet<string>>();
    int count = 0;
    HashSet<string> Places(string file) => places.TryGetValue(file, out var known) ? known
        : places[file] = [.. Regex.Matches(File.ReadAllText(file), "(id|name)=\"(?<id>[^\"]+)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10)).Select(match => match.Groups["id"].Value)];
    foreach (string page in Directory.GetFiles(site, "*.html", SearchOption.AllDirectories))
    {
        foreach (Match link in Regex.Matches(File.ReadAllText(page), "(href|src)=\"(?<to>[^\"]+)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10)))
        {
            string to = WebUtility.HtmlDecode(link.Groups["to"].Value);
            if (Regex.IsMatch(to, "^([a-z]+:|//)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)))
                continue;
            count++;
            string file = to.StartsWith('#') ? page : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, Uri.UnescapeDataString(to.Split('#')[0].Split('?')[0])));
            string anchor = to.Contains('#') ? Uri.UnescapeDataString(to[(to.IndexOf('#') + 1)..]) : "";
            bool isThere = File.Exists(file) || Directory.Exists(file);
            bool isPlaced = anchor.Length == 0 || !file.EndsWith(".html", StringComparison.Ordinal) || !isThere || Places(file).Contains(anchor);
            if (!isThere || !isPlaced)
                dead.Add($"{Path.GetRelativePath(site, page)} links to {to}, which is not there");
        }
    }

    return (count, [.. dead.Distinct()]);
}

/// <summary>What the site is made of.</summary>
internal static class Layout
{
    public static readonly string[] Others = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "notebooks/README.md"];

    public static readonly string[] Content = ["**/*.md", "**/*.yml"];

    public static readonly string[] Pictures = ["**/*.svg"];

    public static readonly string[] Template = ["default", "modern"];
}
