using System.Globalization;
using System.Text.RegularExpressions;

namespace ML.Thermo.Documentation;

/// <summary>
/// Words and tables of one screen say a number with the same digits: 2.097 beside 2.09692 makes a reader look for the difference. The screens are those on the
/// pages, which other tests compare with what the commands print.
/// </summary>
public sealed class OneRoundingTests
{
    private const int FewestDigits = 4;

    public static IEnumerable<TestCaseData> Screens() =>
        from file in Directory.GetFiles(Path.Combine(Repository.Root, "docs", "commands"), "*.md")
        from Match screen in Regex.Matches(
            File.ReadAllText(file), @"^    \$ (?<command>thermo .*)\n(?<text>(    .*\n|\n)+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)
        where !screen.Groups["command"].Value.StartsWith("thermo verify", StringComparison.Ordinal) // it sets other people's digits beside ours
        select new TestCaseData(screen.Groups["text"].Value).SetArgDisplayNames(screen.Groups["command"].Value);

    [TestCaseSource(nameof(Screens))]
    public void No_number_on_a_screen_is_the_rounding_of_another(string screen) => Assert.That(Twice(screen), Is.Empty);

    [Test]
    public void A_number_that_stands_there_twice_is_found() =>
        Assert.That(Twice("The ratio is 2.097.\n ratio   2.09692   2.09   209.7"), Is.EqualTo(new[] { "2.097 and 2.09692" }));

    private static IEnumerable<string> Twice(string screen)
    {
        (string Text, double Value, int Digits)[] numbers =
        [
            .. Regex.Matches(screen, @"(?<![\w.])\d+\.\d+(?![\w.]*\w)").Select(match => match.Value).Distinct().Select(text =>
                (text, double.Parse(text, CultureInfo.InvariantCulture), text.Replace(".", "", StringComparison.Ordinal).TrimStart('0').Length)),
        ];
        return from fine in numbers
               from rough in numbers
               where rough.Digits >= FewestDigits && rough.Digits < fine.Digits && Rounded(fine.Value, rough.Digits) == rough.Value
               select $"{rough.Text} and {fine.Text}";
    }

    private static double Rounded(double value, int digits) =>
        double.Parse(value.ToString($"E{digits - 1}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
