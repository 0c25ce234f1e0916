using ML.Thermo.Cli.Output;
using Spectre.Console;

namespace ML.Thermo.Cli.Tests.Output;

/// <summary>A table fits a line, and no number is ever broken or cut.</summary>
public sealed class FittingTablesTests
{
    private static readonly string[] s_numbers = ["0.1270 ± 0.0071", "−13.32", "2.20 ± 0.11", "0.0025", "1048576", "3.14159"];

    [Test]
    public void NumbersStayWholeAtEveryWidth([Values(40, 60, 80, 1000)] int width, [Values(3, 60)] int nameLength)
    {
        string name = new('n', nameLength);
        string[] lines = Draw(width, table =>
        {
            foreach (int row in Enumerable.Range(0, 3))
                table.AddRow([$"{row}{name}", .. s_numbers]);
        });

        Assert.That(lines.Max(line => line.TrimEnd().Length), Is.LessThanOrEqualTo(width));
        foreach (string number in s_numbers)
            Assert.That(lines.Count(line => line.Contains(number, StringComparison.Ordinal)), Is.EqualTo(3), $"{number} in\n{string.Join('\n', lines)}");
    }

    [Test]
    public void NamesLoseTheirMiddleAndNotTheirEnds()
    {
        string[] lines = Draw(110, table => table.AddRow(["model/decoder/transformer/layers.0/query_projection", .. s_numbers]));
        Assert.That(lines, Has.Some.Contains("model/").And.Some.Contains("…").And.Some.Contains("tion"));
    }

    [Test]
    public void AColumnOfNothingIsLeftOut()
    {
        string[] lines = Draw(80, table => table.AddRow("a", "1", "", "2", "", "", ""));
        Assert.That(string.Join('\n', lines), Does.Contain("one").And.Contain("three").And.Not.Contain("two").And.Not.Contain("six"));
    }

    private static string[] Draw(int width, Action<Table> fill)
    {
        using var writer = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = width;
        console.Profile.Capabilities.Unicode = true;
        console.Pipeline.Attach(new FittingTables(width));
        Table table = Sheet.Create("name", "#one", "#two", "#three", "#four", "#five", "#six");
        fill(table);
        console.Write(table);
        return writer.ToString().Split('\n');
    }
}
