using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace ML.Thermo.Architecture;

/// <summary>The rules of the house, asked of the compiler's symbols and not of using lines.</summary>
public sealed class LayoutTests
{
    private const int MostFiles = 25, MostLines = 300, MostCharacters = 160;

    /// <summary>A partial method whose body a source generator writes, as of a regular expression: generators do not run here.</summary>
    private const string Generated = "CS8795";

    public static IEnumerable<string> ProjectNames => Sources.Projects.Select(project => project.Name);

    /// <summary>A missing reference would show here first, in usings and signatures, and would otherwise hide arrows.</summary>
    [TestCaseSource(nameof(ProjectNames))]
    public void The_compiler_understands_every_declaration(string name)
    {
        SourceProject project = Sources.Projects.Single(project => project.Name == name);
        Assert.That(project.Compilation.GetDeclarationDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && diagnostic.Id != Generated).Take(5), Is.Empty);
    }

    [TestCaseSource(nameof(ProjectNames))]
    public void No_folders_of_a_project_use_each_other_in_a_circle(string name)
    {
        IReadOnlyDictionary<(string From, string To), Use> arrows = Arrows.Between(room => room);
        var inside = arrows.Keys.Where(arrow => Sources.Project(arrow.From) == name && Sources.Project(arrow.To) == name).ToList();
        string[] circles = [.. Arrows.Circles(inside)
            .Where(circle => !Exceptions.Circles.Any(known => circle.All(known.Folders.Contains)))
            .Select(circle => string.Join("\n  ", inside.Where(arrow => circle.Contains(arrow.From) && circle.Contains(arrow.To))
                .Select(arrow => $"{arrow.From} -> {arrow.To}: {arrows[arrow].File}:{arrows[arrow].Line} names {arrows[arrow].Type}")))];
        Assert.That(circles, Is.Empty);
    }

    [Test]
    public void No_projects_use_each_other_in_a_circle() =>
        Assert.That(Arrows.Circles(Arrows.Between(Sources.Project).Keys).Select(circle => string.Join(" ", circle)), Is.Empty);

    [Test]
    public void Core_refers_to_no_project_of_ours()
    {
        Assert.That(Arrows.Between(Sources.Project).Keys.Where(arrow => arrow.From == "ML.Thermo.Core"), Is.Empty);
        var project = XDocument.Load(Path.Combine(Sources.Root, "src", "ML.Thermo.Core", "ML.Thermo.Core.csproj"));
        Assert.That(project.Descendants("ProjectReference"), Is.Empty);
    }

    [Test]
    public void No_folder_holds_more_files_than_a_reader_oversees() =>
        Assert.That(Sources.Files.GroupBy(Sources.Room).Where(room => room.Count() > MostFiles).Select(room => $"{room.Key}: {room.Count()} files"), Is.Empty);

    [TestCaseSource(nameof(ProjectNames))]
    public void No_file_is_longer_than_one_idea(string name) => Assert.That(
        Texts(name).Where(text => text.Lines.Length > MostLines).Select(text => $"{text.File}: {text.Lines.Length} lines"), Is.Empty);

    [TestCaseSource(nameof(ProjectNames))]
    public void No_line_is_wider_than_a_screen(string name)
    {
        string[] wide = [.. Texts(name).SelectMany(text => text.Lines.Index()
            .Where(line => line.Item.Length > MostCharacters).Select(line => $"{text.File}:{line.Index + 1} has {line.Item.Length} characters"))];
        Assert.That(wide, Is.Empty);
    }

    private static IEnumerable<(string File, string[] Lines)> Texts(string project) =>
        Sources.Files.Where(file => Sources.Project(file) == project).Select(file => (file, File.ReadAllLines(Path.Combine(Sources.Root, "src", file))));
}
