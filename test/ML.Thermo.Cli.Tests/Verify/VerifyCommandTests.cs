using System.Text.Json;
using ML.Thermo.Cli.Verify;

namespace ML.Thermo.Cli.Tests.Verify;

internal sealed class VerifyCommandTests
{
    [Test]
    public void Every_number_from_outside_is_reproduced()
    {
        Outcome outcome = Thermo.Run("verify", "--json", "-");

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        Assert.That(outcome.Json.GetProperty("failed").GetInt32(), Is.Zero);
        Assert.That(outcome.Json.GetProperty("passed").GetInt32(), Is.EqualTo(CheckList.Groups.Sum(group => group.Checks.Count)).And.GreaterThan(200));
        foreach (JsonElement check in outcome.Json.GetProperty("checks").EnumerateArray())
        {
            double expected = check.GetProperty("expected").GetDouble(), got = check.GetProperty("got").GetDouble();
            Assert.That(got, Is.EqualTo(expected).Within(check.GetProperty("tolerance").GetDouble()), check.GetProperty("quantity").GetString());
            Assert.That(check.GetProperty("source").GetString(), Is.Not.Empty);
        }
    }

    [Test]
    public void Tolerances_are_small_beside_what_they_guard()
    {
        foreach (Check check in CheckList.Groups.SelectMany(group => group.Checks).Where(check => check.Expected != 0 && !check.Quantity.Contains("estimated")))
            Assert.That(check.Tolerance, Is.LessThanOrEqualTo(2e-4 * Math.Abs(check.Expected)), check.Quantity);
    }

    [Test]
    public void The_table_fits_a_window_of_eighty_columns()
    {
        Outcome outcome = Thermo.Run("verify");

        Assert.That(outcome.Output.Split('\n').Max(line => line.TrimEnd().Length), Is.LessThanOrEqualTo(80));
        Assert.That(outcome.Output, Does.Not.Contain("…").And.Contain("NIST").And.Contain("source:"));
    }

    [Test]
    public void A_number_that_is_off_fails_the_check() =>
        Assert.That(new Check("π", Math.PI, 1e-9, () => 3.14159).Run().Passed, Is.False);

    [Test]
    public void A_computation_that_fails_fails_the_check()
    {
        CheckResult result = new Check("nothing", 1, double.PositiveInfinity, () => throw new ThermoException("no such thing")).Run();

        Assert.That(result.Passed, Is.False);
        Assert.That(result.Failure, Is.EqualTo("no such thing"));
    }

    [Test]
    public void NumPys_normal_numbers_are_reproduced() // golden: NumPy's documentation, RandomState(0).randn(3)
    {
        Assert.That(NumPySample.Normal(0, 3), Is.EqualTo([1.764052345967664, 0.4001572083672233, 0.9787379841057392]).Within(1e-15));
    }
}
