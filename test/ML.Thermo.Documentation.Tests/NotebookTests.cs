using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;

namespace ML.Thermo.Documentation;

/// <summary>Every notebook is what its twin gives when it runs today: cells and output.</summary>
public sealed class NotebookTests
{
    /// <summary>What hosts of notebooks declare.</summary>
    private const string Host = "public static void DisplayAs(this string content, string type) { } public static void Display(this object value) { }";

    /// <summary>What the kernel imports (CSharpKernel.cs of dotnet/interactive), and nothing else.</summary>
    private static readonly string[] Imports = ["System", "System.Text", "System.Collections", "System.Collections.Generic", "System.Threading.Tasks", "System.Linq"];

    private static IEnumerable<string> Twins => Directory.GetFiles(Path.Combine(Repository.Root, "notebooks"), "*.cs").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Twins))]
    public void A_notebook_shows_what_its_twin_gives(string name)
    {
        (int exitCode, string output, string error) = Repository.Run("dotnet", "run", Path.Combine("eng", "notebooks.cs"), "--", "--check", name);
        Assert.That(exitCode, Is.Zero, output + error);
    }

    [TestCaseSource(nameof(Twins))]
    public void A_notebook_compiles_cell_by_cell_as_in_a_host(string name)
    {
        using JsonDocument notebook = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "notebooks", name + ".ipynb")));
        string[] cells = [.. notebook.RootElement.GetProperty("cells").EnumerateArray().Where(cell => cell.GetProperty("cell_type").GetString() == "code")
            .Select(cell => string.Concat(cell.GetProperty("source").EnumerateArray().Select(line => line.GetString())))];
        Script<object> script = CSharpScript.Create(Host, CodeTests.Options.WithImports(Imports));
        foreach (string cell in cells.Skip(1))
        {
            script = script.ContinueWith(cell);
            Assert.That(script.Compile().Where(problem => problem.Severity == DiagnosticSeverity.Error), Is.Empty, cell);
        }
    }

    /// <summary>Whoever opens a notebook wants to see something: its set-up is usings and the culture.</summary>
    [TestCaseSource(nameof(Twins))]
    public void The_first_cell_of_a_notebook_is_short(string name)
    {
        string[] cells = File.ReadAllText(Path.Combine(Repository.Root, "notebooks", name + ".cs")).Split("// %%\n");
        string first = cells[1].Split("// %%")[0];
        Assert.That(first.Split('\n').Count(line => line.Length > 0), Is.LessThanOrEqualTo(10), first);
    }

    [Test]
    public void Every_notebook_has_a_twin() =>
        Assert.That(Directory.GetFiles(Path.Combine(Repository.Root, "notebooks"), "*.ipynb").Select(file => Path.GetFileNameWithoutExtension(file)), Is.EquivalentTo(Twins));
}
