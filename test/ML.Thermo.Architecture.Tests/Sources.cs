using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ML.Thermo.Architecture;

/// <summary>One name in one file that stands for a type of ours in another file.</summary>
/// <param name="File">The file, from src, with slashes.</param>
/// <param name="Line">From 1.</param>
/// <param name="Type">Name of the type.</param>
/// <param name="Member">Its member, or null where the type itself is named.</param>
/// <param name="Home">The file that declares the type.</param>
internal sealed record Use(string File, int Line, string Type, string? Member, string Home)
{
    public string From => Sources.Room(File);

    public string To => Sources.Room(Home);
}

/// <summary>All of src, read once by the compiler.</summary>
internal static class Sources
{
    /// <summary>The repository.</summary>
    public static string Root { get; } = FindRoot();

    private static readonly Lazy<SourceProject[]> s_projects = new(() =>
        [.. Directory.GetDirectories(Path.Combine(Root, "src")).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal).AsParallel().AsOrdered().Select(SourceProject.Read)]);

    private static readonly Lazy<Use[]> s_uses = new(FindUses);

    public static IReadOnlyList<SourceProject> Projects => s_projects.Value;

    /// <summary>Every use of a type of ours outside the file that declares it.</summary>
    public static IReadOnlyList<Use> Uses => s_uses.Value;

    /// <summary>Every file of src, from src, with slashes.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. SourceProject.Files(Path.Combine(Root, "src")).Select(Relative)];

    /// <summary>The folder of a file.</summary>
    public static string Room(string file) => file[..file.LastIndexOf('/')];

    /// <summary>The project of a file or folder.</summary>
    public static string Project(string file) => file.Split('/')[0];

    /// <summary>Files that hold a text as a literal.</summary>
    public static IEnumerable<string> WithLiteral(string text) => Projects.SelectMany(project => project.Compilation.SyntaxTrees)
        .Where(tree => tree.FilePath.Length > 0 && tree.GetRoot().DescendantNodes().OfType<LiteralExpressionSyntax>().Any(literal => literal.Token.Value is string value && value == text))
        .Select(tree => Relative(tree.FilePath));

    private static Use[] FindUses()
    {
        Dictionary<(string, string), string> homes = [];
        foreach (SourceProject project in Projects)
        {
            foreach (SyntaxTree tree in project.Compilation.SyntaxTrees.Where(tree => tree.FilePath.Length > 0))
            {
                SemanticModel model = project.Compilation.GetSemanticModel(tree);
                foreach (MemberDeclarationSyntax declaration in tree.GetRoot().DescendantNodes(node => node is not TypeDeclarationSyntax).OfType<MemberDeclarationSyntax>())
                {
                    if (declaration is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax && model.GetDeclaredSymbol(declaration) is INamedTypeSymbol type)
                        homes.TryAdd((project.AssemblyName, type.ToDisplayString()), Relative(tree.FilePath));
                }
            }
        }

        var uses = new ConcurrentBag<Use>();
        var found = new ConcurrentDictionary<INamedTypeSymbol, string?>(SymbolEqualityComparer.Default);
        string? HomeOf(INamedTypeSymbol type) =>
            found.GetOrAdd(type, type => type.ContainingAssembly is { } assembly ? homes.GetValueOrDefault((assembly.Name, type.ToDisplayString())) : null);
        Parallel.ForEach(Projects.SelectMany(project => project.Compilation.SyntaxTrees.Where(tree => tree.FilePath.Length > 0).Select(tree => (project, tree))), pair =>
        {
            string file = Relative(pair.tree.FilePath);
            foreach ((SyntaxNode node, INamedTypeSymbol type, string? member) in pair.project.Uses(pair.tree))
            {
                if (HomeOf(type) is { } home && home != file)
                    uses.Add(new Use(file, node.GetLocation().GetLineSpan().StartLinePosition.Line + 1, type.Name, member, home));
            }
        });
        return [.. uses.OrderBy(use => use.File, StringComparer.Ordinal).ThenBy(use => use.Line)];
    }

    private static string Relative(string path) => Path.GetRelativePath(Path.Combine(Root, "src"), path).Replace('\\', '/');

    private static string FindRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ML.Thermo.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("The tests run inside the repository: no ML.Thermo.sln above them.");
        return folder;
    }
}
