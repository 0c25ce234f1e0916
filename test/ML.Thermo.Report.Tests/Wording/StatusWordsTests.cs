using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Tests.Wording;

internal sealed class StatusWordsTests
{
    [Test]
    public void Every_flag_has_a_sentence_of_its_own()
    {
        string[] sentences = [.. Enum.GetValues<Status>().Select(flag => StatusWords.Of(flag).Single())];

        Assert.That(sentences, Is.Unique.And.All.Match("^[A-Z][A-Za-z]+: .+\\.$"));
    }
}
