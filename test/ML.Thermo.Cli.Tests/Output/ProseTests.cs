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
        return (string.Join(' ', lines) == string.Join(' ', words) && lines.All(line => line.Length <= 30 || !line.Contains(' '))).ToProperty();
    }
}
