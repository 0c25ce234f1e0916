using System.Reflection;

namespace ML.Thermo.Tests;

/// <summary>What every library promises of its public types; linked into each library's tests.</summary>
public sealed class PublicTypeTests
{
    private static readonly Assembly Library = Assembly.Load(Assembly.GetExecutingAssembly().GetName().Name![..^".Tests".Length]);

    [Test]
    public void The_version_of_an_assembly_that_saved_models_name_never_moves() // a model written under a later version would not load under this one
    {
        bool isNamed = Library.GetReferencedAssemblies().Any(assembly => assembly.Name == "Microsoft.ML.Core");
        Assert.That(Library.GetName().Version, isNamed ? Is.EqualTo(new Version(1, 0, 0, 0)) : Is.Not.Null);
    }
}
