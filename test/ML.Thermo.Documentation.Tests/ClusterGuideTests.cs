using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ML.Thermo.Documentation;

/// <summary>The C# of the guide of clusters compiles as shown, in a project of the SDK for the web; to run it needs a cluster.</summary>
public sealed class ClusterGuideTests
{
    /// <summary>The guide.</summary>
    internal const string Page = "docs/guides/cluster.md";

    /// <summary>What such a project imports by itself.</summary>
    private const string Implicit = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading;
        global using System.Threading.Tasks; global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting;
        global using Microsoft.AspNetCore.Builder;
        """;

    [Test]
    public void The_code_of_the_guide_compiles_as_shown()
    {
        string[] blocks = [.. CodeTests.Blocks(Page).Where(block => block.Language == "csharp").Select(block => block.Text)];
        Assert.That(blocks, Has.Length.EqualTo(4));
        MetadataReference[] references = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path))];
        var parse = new CSharpParseOptions(LanguageVersion.Latest);
        foreach (string block in blocks)
        {
            var compilation = CSharpCompilation.Create(
                "Guide", [CSharpSyntaxTree.ParseText(Implicit, parse), CSharpSyntaxTree.ParseText(block, parse)], references,
                new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
            Assert.That(compilation.GetDiagnostics().Where(problem => problem.Severity == DiagnosticSeverity.Error), Is.Empty, block);
        }
    }
}
