using System.Reflection;
using System.Xml.Linq;

namespace ML.Thermo.Tests;

/// <summary>What every library promises of its public types; linked into each library's tests.</summary>
public sealed class PublicTypeTests
{
    private static readonly Assembly Library = Assembly.Load(Assembly.GetExecutingAssembly().GetName().Name![..^".Tests".Length]);

    private static readonly ILookup<string?, string> Documentation =
        XDocument.Load(Path.ChangeExtension(Library.Location, ".xml")).Descendants("member").ToLookup(member => (string?)member.Attribute("name"), member => member.Value);

    private static IEnumerable<Type> TypesWithNumbers => Library.GetExportedTypes().Where(type => !type.IsNested && CarriesNumbers(type));

    [TestCaseSource(nameof(TypesWithNumbers))]
    public void Every_public_type_with_numbers_says_what_they_rest_on(Type type) =>
        Assert.That(
            new[] { "paper", "theorem", "estimator", "analogy" }.Any(maturity => Documentation["T:" + type.FullName].Any(text => text.Contains($"Maturity: {maturity}", StringComparison.Ordinal))),
            $"the documentation of {type} has no sentence 'Maturity: paper|theorem|estimator|analogy'");

    /// <summary>Whether one of its members is a real number or an array of them; vocabularies, errors, choices of names and containers are none.</summary>
    private static bool CarriesNumbers(Type type) => !type.IsEnum && !type.IsSubclassOf(typeof(Exception))
        && type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly).Any(member => member switch
        {
            PropertyInfo property => IsReal(property.PropertyType),
            FieldInfo field => IsReal(field.FieldType),
            MethodInfo method => !method.IsSpecialName && IsReal(method.ReturnType),
            _ => false,
        });

    private static bool IsReal(Type type) =>
        type == typeof(double) || type == typeof(float) || type.Name == "Estimate"
        || (type.IsArray && IsReal(type.GetElementType()!)) || type.GetGenericArguments().Any(IsReal);

    [Test]
    public void The_version_of_an_assembly_that_saved_models_name_never_moves() // a model written under a later version would not load under this one
    {
        bool isNamed = Library.GetReferencedAssemblies().Any(assembly => assembly.Name == "Microsoft.ML.Core");
        Assert.That(Library.GetName().Version, isNamed ? Is.EqualTo(new Version(1, 0, 0, 0)) : Is.Not.Null);
    }
}
