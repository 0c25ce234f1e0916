using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.Extensions.DependencyInjection;

namespace ML.Thermo.AspNetCore.Tests;

/// <summary>The C# of the guide compiles as shown, in a project of the SDK for the web.</summary>
public sealed class GuideTests
{
    /// <summary>What such a project imports by itself.</summary>
    private const string Implicit = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http;
        global using System.Net.Http.Json; global using System.Threading; global using System.Threading.Tasks; global using Microsoft.AspNetCore.Builder;
        global using Microsoft.AspNetCore.Hosting; global using Microsoft.AspNetCore.Http; global using Microsoft.AspNetCore.Routing;
        global using Microsoft.Extensions.Configuration; global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting;
        global using Microsoft.Extensions.Logging;
        """;

    private static IEnumerable<string> Blocks => File.ReadAllText(Path.Combine(Models.Root, "docs", "guides", "service.md")).Split("```")
        .Where(block => block.StartsWith("csharp\n", StringComparison.Ordinal)).Select(block => block["csharp\n".Length..]);

    [Test]
    public async Task Every_name_of_the_json_stands_in_the_guide()
    {
        string guide = File.ReadAllText(Path.Combine(Models.Root, "docs", "guides", "service.md"));
        await using Service service = await Service.Diabetes();
        var monitor = service.Services.GetRequiredService<ThermoMonitor<Patient, Forecast>>();
        monitor.Predict(Models.Patients[0], "p");
        monitor.Monitor.Label("p", 100);
        HealthTests.Watch(monitor, Models.Patients.Take(Models.WindowRows));

        JsonElement json = await service.Json("diabetes");

        IEnumerable<string> names = json.EnumerateObject().Concat(json.GetProperty("labelDelays").EnumerateObject()).Concat(json.GetProperty("journal")[0].EnumerateObject())
            .Select(member => member.Name);
        Assert.That(names.Where(name => !guide.Contains($"`{name}`", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void The_code_of_the_guide_compiles_as_shown()
    {
        string sample = Path.Combine(Models.Root, "samples", "service", "bin", new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)).Parent!.Name, "net10.0");
        MetadataReference[] references = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Concat(Directory.GetFiles(sample, "OpenTelemetry*.dll")).DistinctBy(Path.GetFileName).Select(path => MetadataReference.CreateFromFile(path))];
        var parse = new CSharpParseOptions(LanguageVersion.Latest);
        Assert.That(Blocks.Count(), Is.EqualTo(3));
        foreach (string block in Blocks)
        {
            var compilation = CSharpCompilation.Create(
                "Guide", [CSharpSyntaxTree.ParseText(Implicit, parse), CSharpSyntaxTree.ParseText(block, parse)], references,
                new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
            Assert.That(compilation.GetDiagnostics().Where(problem => problem.Severity == DiagnosticSeverity.Error), Is.Empty, block);
        }
    }
}
