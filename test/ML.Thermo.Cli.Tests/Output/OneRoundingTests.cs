using System.Globalization;
using System.Text.RegularExpressions;
using ML.Thermo.Tests;

namespace ML.Thermo.Cli.Tests.Output;

/// <summary>Words and tables of one screen say a number with the same digits: 2.097 beside 2.09692 makes a reader look for the difference.</summary>
public sealed class OneRoundingTests
{
    private const int FewestDigits = 4;

    private static readonly string Data = Path.Combine(Path.GetDirectoryName(ShippedNetworks.Find("digits-cnn.onnx"))!, "..");

    [TestCase("transition DATA/diabetes.csv --label target --standardize --init normal:0,50 --intercept normal:0,50")]
    [TestCase("transition DATA/diabetes.csv --label target --standardize --init normal:0,50 --intercept normal:0,50 --type2 training")]
    [TestCase("refresh DATA/drift/diabetes-before.csv DATA/drift/diabetes-after.csv --label target --window 40")]
    [TestCase("explain DATA/diabetes.csv --label target --row 0")]
    [TestCase("scan DATA/scan/answers.csv --over version --outcome answer --window 3")]
    [TestCase("audit DATA/dynamics/euler.csv --energy-column K,V,U --entropy-column S --noise 0")]
    [TestCase("activation gelu")]
    [TestCase("layers DATA/networks/digits-cnn.onnx")]
    public void No_number_on_a_screen_is_the_rounding_of_another(string line)
    {
        Outcome outcome = Thermo.Run(line.Replace("DATA", Data, StringComparison.Ordinal).Split(' '));
        Assert.That(outcome.ExitCode, Is.Zero, outcome.ToString());
        (string Text, double Value, int Digits)[] numbers =
        [
            .. Regex.Matches(outcome.Output.Replace('−', '-'), @"(?<![\w.])\d+\.\d+(?![\w.]*\w)").Select(match => match.Value).Distinct()
                .Select(text => (text, double.Parse(text, CultureInfo.InvariantCulture), text.Replace(".", "", StringComparison.Ordinal).TrimStart('0').Length)),
        ];
        var pairs = from fine in numbers
            from rough in numbers
            where rough.Digits >= FewestDigits && rough.Digits < fine.Digits && Rounded(fine.Value, rough.Digits) == rough.Value
            select $"{rough.Text} and {fine.Text}";
        Assert.That(pairs, Is.Empty, outcome.Output);
        Assert.That(numbers, Has.Length.GreaterThan(2));
    }

    private static double Rounded(double value, int digits) =>
        double.Parse(value.ToString($"E{digits - 1}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
