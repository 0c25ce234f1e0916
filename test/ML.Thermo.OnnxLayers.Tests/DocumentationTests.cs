using System.Xml.Linq;

namespace ML.Thermo.Tests;

public sealed class DocumentationTests
{
    private static IEnumerable<Type> PublicTypes => typeof(OnnxLayersExtensions).Assembly.GetExportedTypes().Where(type => !type.IsNested);

    [TestCaseSource(nameof(PublicTypes))]
    public void Every_public_type_says_what_it_rests_on(Type type)
    {
        XDocument documentation = XDocument.Load(Path.ChangeExtension(type.Assembly.Location, ".xml"));
        string text = documentation.Descendants("member").FirstOrDefault(member => (string?)member.Attribute("name") == "T:" + type.FullName)?.Value ?? "";
        Assert.That(
            new[] { "paper", "theorem", "estimator", "analogy" }.Any(maturity => text.Contains($"Maturity: {maturity}", StringComparison.Ordinal)),
            $"the documentation of {type} has no sentence 'Maturity: paper|theorem|estimator|analogy'");
    }

    [Test]
    public void The_assemblys_version_never_moves() // saved models name it; a model written under a later version would not load under this one
    {
        Assert.That(typeof(OnnxLayersExtensions).Assembly.GetName().Version, Is.EqualTo(new Version(1, 0, 0, 0)));
    }
}
