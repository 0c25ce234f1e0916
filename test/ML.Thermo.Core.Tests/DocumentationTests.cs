using System.Reflection;
using System.Xml.Linq;

namespace ML.Thermo.Tests;

public sealed class DocumentationTests
{
    private static readonly Assembly Core = typeof(Transition).Assembly;

    private static IEnumerable<Type> PublicTypes => Core.GetExportedTypes().Where(type => !type.IsNested);

    [TestCaseSource(nameof(PublicTypes))]
    public void Every_public_type_says_what_it_rests_on(Type type)
    {
        XElement? member = Members.FirstOrDefault(m => (string?)m.Attribute("name") == "T:" + type.FullName);
        string text = member?.Value ?? "";
        Assert.That(
            new[] { "paper", "theorem", "estimator", "analogy" }.Any(maturity => text.Contains($"Maturity: {maturity}", StringComparison.Ordinal)),
            $"the documentation of {type} has no sentence 'Maturity: paper|theorem|estimator|analogy'");
    }

    private static IEnumerable<XElement> Members { get; } =
        XDocument.Load(Path.ChangeExtension(Core.Location, ".xml")).Descendants("member").ToArray();
}
