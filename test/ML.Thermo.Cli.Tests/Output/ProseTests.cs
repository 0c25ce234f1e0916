using FsCheck;
using FsCheck.Fluent;
using ML.Thermo.Cli.Output;

namespace ML.Thermo.Cli.Tests.Output;

internal sealed class ProseTests
{
    [FsCheck.NUnit.Property]
    public Property Wrapping_changes_nothing_but_the_line_breaks(NonEmptyArray<NonEmptyString> parts)
    {
        string text = string.Join(' ', parts.Get.Select(part => part.Get.ReplaceLineEndings("")));
        string[] lines = Prose.Wrap(text, 30).Split('\n');
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (string.Join(' ', lines) == string.Join(' ', words) && lines.All(line => line.Length <= 30 || IsOne(line))).ToProperty();
    }

    /// <summary>Whether a line has no place where it may be broken: what a sign binds stays together.</summary>
    private static bool IsOne(string line)
    {
        string[] words = line.Split(' ');
        return words.Skip(1).Zip(words).All(pair => pair.First[0] is '±' or '%' or '=' || pair.Second[^1] is '±' or '=');
    }
}
