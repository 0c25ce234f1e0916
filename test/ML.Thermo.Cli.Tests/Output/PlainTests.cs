using ML.Thermo.Cli.Output;
using ML.Thermo.Report.Fields;

namespace ML.Thermo.Cli.Tests.Output;

/// <summary>Names from files, in a terminal and in a spreadsheet.</summary>
internal sealed class PlainTests
{
    [TestCase("weights", "weights")]
    [TestCase("größe β ΔE 重み", "größe β ΔE 重み")]
    [TestCase("\u001B[31mred\u0007", "\\u001B[31mred\\u0007")]
    [TestCase("a\u202Eb\u2066c\u200F", "a\\u202Eb\\u2066c\\u200F")]
    [TestCase("a\rb\tc\u009B", "a\\u000Db\\u0009c\\u009B")]
    public void What_would_steer_a_terminal_is_shown_as_its_code(string text, string shown) => Assert.That(Plain.Text(text), Is.EqualTo(shown));

    [TestCase("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\"")]
    [TestCase("@SUM(A1)", "'@SUM(A1)")]
    [TestCase("-cmd", "'-cmd")]
    [TestCase("-1.5E-3", "-1.5E-3")]
    [TestCase("+2", "+2")]
    [TestCase("conv1", "conv1")]
    public void What_a_spreadsheet_would_run_begins_with_an_apostrophe(string text, string cell) => Assert.That(CsvCell.Of(text), Is.EqualTo(cell));

    [Test]
    public void An_error_that_cannot_be_written_is_no_crash()
    {
        var terminal = new Terminal(TextWriter.Null, new FullWriter(), false, false);
        Assert.That(() => terminal.Fail("message"), Throws.Nothing);
    }

    private sealed class FullWriter : StringWriter
    {
        public override void WriteLine(string? value) => throw new IOException("No space left on device");
    }
}
