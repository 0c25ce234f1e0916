using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ML.Thermo.Architecture;

/// <summary>A project of src as the compiler sees it.</summary>
/// <param name="Name">Its folder.</param>
/// <param name="Compilation">Its files, with references to what lies beside this test.</param>
internal sealed record SourceProject(string Name, CSharpCompilation Compilation)
{
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; " +
        "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    private static readonly Dictionary<string, MetadataReference> References = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator).DistinctBy(path => Path.GetFileNameWithoutExtension(path)).ToDictionary(path => Path.GetFileNameWithoutExtension(path)!, path => (MetadataReference)MetadataReference.CreateFromFile(path));

    /// <summary>The name that other projects' internals are opened to.</summary>
    public string AssemblyName => Compilation.AssemblyName!;

    public static SourceProject Read(string name)
    {
        string folder = Path.Combine(Sources.Root, "src", name);
        var project = XDocument.Load(Path.Combine(folder, name + ".csproj"));
        string assembly = project.Descendants("AssemblyName").FirstOrDefault()?.Value ?? name;
        bool isProgram = project.Descendants("OutputType").Any();
        string usings = string.Concat(project.Descendants("Using").Select(use => $" global using {(string?)use.Attribute("Include")};"));
        var options = new CSharpParseOptions(LanguageVersion.Latest);
        IEnumerable<SyntaxTree> trees = Files(folder).AsParallel().Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), options, path))
            .Append(CSharpSyntaxTree.ParseText(ImplicitUsings + usings, options));
        IEnumerable<MetadataReference> references = References.Where(file => file.Key != assembly).Select(file => file.Value);
        return new SourceProject(name, CSharpCompilation.Create(assembly, trees, references, new CSharpCompilationOptions(
            isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable)));
    }

    /// <summary>Files that people wrote.</summary>
    public static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        .Where(path => !Path.GetRelativePath(folder, path).Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"))
        .Order(StringComparer.Ordinal);

    /// <summary>The names in a file outside comments, and what each stands for: the type, and the member if it is one.</summary>
    public IEnumerable<(SyntaxNode Node, INamedTypeSymbol Type, string? Member)> Uses(SyntaxTree tree)
    {
        SemanticModel model = Compilation.GetSemanticModel(tree);
        foreach (SyntaxNode node in tree.GetRoot().DescendantNodes())
        {
            if (node is not (SimpleNameSyntax or ImplicitObjectCreationExpressionSyntax or ConstructorInitializerSyntax))
                continue;
            ISymbol? symbol = model.GetSymbolInfo(node).Symbol?.OriginalDefinition;
            INamedTypeSymbol? type = symbol as INamedTypeSymbol ?? symbol?.ContainingType;
            if (type is null)
                continue;
            while (type.ContainingType is { } outer)
                type = outer;
            yield return (node, type.OriginalDefinition, symbol is INamedTypeSymbol ? null : symbol!.Name);
        }
    }
}
