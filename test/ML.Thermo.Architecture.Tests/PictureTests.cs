using System.Text;

namespace ML.Thermo.Architecture;

/// <summary>docs/architecture.md shows the arrows that the code has.</summary>
public sealed class PictureTests
{
    private const string Begin = "<!-- drawn from the code: begin -->", End = "<!-- drawn from the code: end -->";

    [Test]
    public void The_picture_is_the_one_of_the_code()
    {
        string path = Path.Combine(Sources.Root, "docs", "architecture.md"), text = File.ReadAllText(path).ReplaceLineEndings("\n");
        int begin = text.IndexOf(Begin, StringComparison.Ordinal), end = text.IndexOf(End, StringComparison.Ordinal);
        Assert.That(begin >= 0 && end > begin, Is.True, $"{path} has no lines '{Begin}' and '{End}', between which the picture stands");
        string drawn = text[..(begin + Begin.Length)] + "\n\n" + Draw() + "\n" + text[end..];
        if (Environment.GetEnvironmentVariable("THERMO_WRITE_ARCHITECTURE") == "1")
            File.WriteAllText(path, text = drawn);
        Assert.That(text, Is.EqualTo(drawn), "the arrows have changed. Where that is meant: THERMO_WRITE_ARCHITECTURE=1 dotnet test test/ML.Thermo.Architecture.Tests --filter Picture");
    }

    private static string Draw()
    {
        var page = new StringBuilder("### Projects\n\n").Append(Graph(Arrows.Between(Sources.Project).Keys, name => name));
        IReadOnlyDictionary<(string From, string To), Use> arrows = Arrows.Between(room => room);
        foreach (string project in Sources.Files.Select(Sources.Project).Distinct())
        {
            (string From, string To)[] inside = [.. arrows.Keys.Where(arrow => Sources.Project(arrow.From) == project && Sources.Project(arrow.To) == project)];
            if (inside.Length > 0)
                page.Append("\n### ").Append(project).Append("\n\n").Append(Graph(inside, room => room == project ? "(root)" : room[(project.Length + 1)..]));
        }

        return page.ToString();
    }

    /// <summary>An arrow points from the user to the used; arrows that a longer path implies are left out.</summary>
    private static string Graph(IEnumerable<(string From, string To)> arrows, Func<string, string> label)
    {
        (string From, string To)[] reduced = [.. Arrows.Reduced([.. arrows]).OrderBy(arrow => arrow.From, StringComparer.Ordinal).ThenBy(arrow => arrow.To, StringComparer.Ordinal)];
        string[] nodes = [.. reduced.SelectMany(arrow => new[] { arrow.From, arrow.To }).Distinct().Order(StringComparer.Ordinal)];
        var graph = new StringBuilder("```mermaid\ngraph TD\n");
        for (int i = 0; i < nodes.Length; i++)
            graph.Append("  n").Append(i).Append("[\"").Append(label(nodes[i])).Append("\"]\n");
        foreach ((string from, string to) in reduced)
            graph.Append("  n").Append(Array.IndexOf(nodes, from)).Append(" --> n").Append(Array.IndexOf(nodes, to)).Append('\n');
        return graph.Append("```\n").ToString();
    }
}
