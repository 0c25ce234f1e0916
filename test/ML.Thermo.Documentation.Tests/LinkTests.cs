using System.Text.RegularExpressions;

namespace ML.Thermo.Documentation;

/// <summary>Links between pages lead somewhere.</summary>
public sealed partial class LinkTests
{
    private static IEnumerable<TestCaseData> Links => Repository.Pages.Append("CONTRIBUTING.md").SelectMany(page => Link().Matches(File.ReadAllText(Path.Combine(Repository.Root, page)))
        .Select(link => new TestCaseData(page, link.Groups["target"].Value)));

    [TestCaseSource(nameof(Links))]
    public void A_link_leads_to_a_file(string page, string target)
    {
        string file = Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(page)!, target.Split('#')[0]));
        Assert.That(File.Exists(file) || Directory.Exists(file), $"{page} links to {target}, which is not there");
    }

    [GeneratedRegex(@"\]\((?<target>(?!https?:|#)[^)\s]+)\)")]
    private static partial Regex Link();
}
