using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ML.Thermo.Documentation;

/// <summary>
/// A block of C# that begins with its usings is a whole program, exactly as somebody pastes it into <c>dotnet new console</c> with the packages added:
/// it compiles as shown against what the page's lines <c>dotnet add package</c> bring, and prints what the block <c>text</c> behind it shows, in a folder with the shipped data.
/// </summary>
[NonParallelizable]
public sealed partial class GuideProgramTests
{
    /// <summary>What an empty project of the SDK imports by itself.</summary>
    private const string Implicit = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        """;

    private static IEnumerable<string> Pages => Repository.Pages.Where(page => Programs(page).Any());

    [TestCaseSource(nameof(Pages))]
    public void A_program_compiles_as_shown_and_prints_what_the_page_shows(string page)
    {
        foreach ((string code, string? shown) in Programs(page))
        {
            string printed = Run(Compile(code, page));
            if (shown is not null)
                Assert.That(IsShown(printed.TrimEnd(), shown.TrimEnd()), $"{page}: the program prints\n{printed}");
        }
    }

    /// <summary>Equal but for one unit in the last place of a fraction: ML.NET's trainers add floats in the width of the processor's vectors.</summary>
    private static bool IsShown(string printed, string shown)
    {
        MatchCollection here = Fraction().Matches(printed), there = Fraction().Matches(shown);
        return Fraction().Replace(printed, "#") == Fraction().Replace(shown, "#") && here.Zip(there).All(pair => pair.First.Groups[1].Length == pair.Second.Groups[1].Length
            && Math.Abs(decimal.Parse(pair.First.Value, CultureInfo.InvariantCulture) - decimal.Parse(pair.Second.Value, CultureInfo.InvariantCulture))
                <= (decimal)Math.Pow(10, -pair.First.Groups[1].Length));
    }

    [GeneratedRegex(@"\d+\.(\d+)")]
    private static partial Regex Fraction();

    [TestCase("T 0.450 ± 0.029", "T 0.451 ± 0.029", true)]
    [TestCase("T 0.450 ± 0.029", "T 0.452 ± 0.029", false)]
    [TestCase("T 0.450 ± 0.029", "T 0.45 ± 0.029", false)]
    [TestCase("T 0.450 of 165 rows", "T 0.450 of 166 rows", false)]
    public void A_last_digit_may_differ_by_one_and_nothing_else(string printed, string shown, bool expected) => Assert.That(IsShown(printed, shown), Is.EqualTo(expected));

    private static byte[] Compile(string code, string page)
    {
        var options = new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable);
        var parse = new CSharpParseOptions(LanguageVersion.Latest);
        var compilation = CSharpCompilation.Create(
            $"Guide{Guid.NewGuid():N}", [CSharpSyntaxTree.ParseText(Implicit, parse), CSharpSyntaxTree.ParseText(code, parse)],
            EmptyProject.References(Packages(page)), options);
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.That(result.Diagnostics.Where(problem => problem.Severity == DiagnosticSeverity.Error), Is.Empty, page);
        return image.ToArray();
    }

    /// <summary>What the page tells its reader to add.</summary>
    private static string[] Packages(string page)
    {
        string[] added = [.. File.ReadAllLines(Path.Combine(Repository.Root, page)).Where(line => line.StartsWith("dotnet add package ", StringComparison.Ordinal))
            .Select(line => line.Split(' ')[3]).Distinct()];
        Assert.That(added, Is.Not.Empty, $"{page} shows a program and no line 'dotnet add package NAME'");
        return added;
    }

    private static string Run(byte[] image)
    {
        TextWriter console = Console.Out;
        string folder = Environment.CurrentDirectory;
        var output = new StringWriter { NewLine = "\n" };
        Environment.CurrentDirectory = Path.Combine(Repository.Root, "test", "data");
        Console.SetOut(output);
        try
        {
            MethodInfo main = Assembly.Load(image).EntryPoint!;
            main.Invoke(null, main.GetParameters().Length == 0 ? [] : [Array.Empty<string>()]);
        }
        finally
        {
            Console.SetOut(console);
            Environment.CurrentDirectory = folder;
        }

        return output.ToString();
    }

    /// <summary>Whole programs of a page, each with the block of text that follows it.</summary>
    private static IEnumerable<(string Code, string? Shown)> Programs(string page)
    {
        string[] parts = File.ReadAllText(Path.Combine(Repository.Root, page)).Split("```");
        for (int i = 1; i < parts.Length; i += 2)
        {
            string code = parts[i];
            if (!code.StartsWith("csharp\nusing Microsoft.ML;", StringComparison.Ordinal))
                continue;
            string next = i + 2 < parts.Length ? parts[i + 2] : "";
            yield return (code["csharp\n".Length..], next.StartsWith("text\n", StringComparison.Ordinal) ? next["text\n".Length..] : null);
        }
    }
}
