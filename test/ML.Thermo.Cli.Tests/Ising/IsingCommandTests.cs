using System.Text.Json;

namespace ML.Thermo.Cli.Tests.Ising;

internal sealed class IsingCommandTests
{
    [Test]
    public void Samples_agree_with_exact_lattices_and_learners_find_the_magnetisation()
    {
        JsonElement demo = Thermo.Run("demo", "ising", "--sizes", "4,8", "--temperatures", "1..4:.2", "--samples", "200", "--json", "-").Json;
        JsonElement[] numbers = [.. demo.GetProperty("numbers").EnumerateArray()];
        double far = numbers.Count(number => Math.Abs(Double(number, "got") - Double(number, "expected")) > Double(number, "tolerance"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(numbers, Has.Length.EqualTo(2 * 2 * 16));
            Assert.That(far, Is.LessThanOrEqualTo(3), "four errors, but heat capacities of frozen lattices are skewed");
            foreach (JsonElement size in demo.GetProperty("sizes").EnumerateArray())
            {
                Assert.That(Double(size, "overlap"), Is.GreaterThan(0.99));
                Assert.That(Double(size, "firstShare"), Is.InRange(0.5, 0.75));
                Assert.That(Double(size, "peak"), Is.InRange(2.2, 2.6));
                Assert.That(Double(size, "crossing"), Is.InRange(2.1, 2.5));
            }
        }
    }

    [TestCase("--sizes", "7")]
    [TestCase("--sizes", "66")]
    [TestCase("--samples", "10")]
    public void Wrong_usage_is_named(string option, string value)
    {
        Outcome run = Thermo.Run("demo", "ising", option, value);
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain($"{option} {value}"));
    }

    private static double Double(JsonElement of, string name) => of.GetProperty(name).GetDouble();
}
