using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;

namespace ML.Thermo.Documentation;

/// <summary>Every notebook is what its twin gives when it runs today: cells and output.</summary>
public sealed class NotebookTests
{
    /// <summary>What hosts of notebooks declare.</summary>
    private const string Host = "public static void DisplayAs(this string content, string type) { }";

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
        Script<object> script = CSharpScript.Create(Host, CodeTests.Options);
        foreach (string cell in cells.Skip(1))
        {
            script = script.ContinueWith(cell);
            Assert.That(script.Compile().Where(problem => problem.Severity == DiagnosticSeverity.Error), Is.Empty, cell);
        }
    }

    [Test]
    public void Every_notebook_has_a_twin() =>
        Assert.That(Directory.GetFiles(Path.Combine(Repository.Root, "notebooks"), "*.ipynb").Select(file => Path.GetFileNameWithoutExtension(file)), Is.EquivalentTo(Twins));
}
