using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ML.Thermo.AspNetCore.Tests;

/// <summary>What is wrong with a configuration stops the start with one line that names it and says what was expected.</summary>
public sealed class ConfigurationTests
{
    private sealed class Stranger
    {
        public float Height { get; set; }
    }

    public static IEnumerable<TestCaseData> Wrong()
    {
        static TestCaseData Case(string name, Dictionary<string, string?> configuration, string message) => new TestCaseData(configuration, message).SetArgDisplayNames(name);
        string text = Path.Combine(Models.Root, "test", "data", "diabetes.csv");
        yield return Case("no model", [], "Thermo:Monitors:prices names no model: expected the .zip that ML.NET saved, with the product of Thermo().Refresh in its chain, " +
            "in AddThermoMonitor or as Thermo:Monitors:prices:Model.");
        yield return Case("no file", Prices("Model", "nowhere.zip"), "The model of monitor 'prices', '*nowhere.zip', is not there: expected *");
        yield return Case("no zip", Prices("Model", text), "The model of monitor 'prices', '*diabetes.csv', cannot be loaded (*): expected *");
        yield return Case("a misspelt option", Prices("WindowRow", "50"), "Thermo:Monitors:prices cannot be read: *WindowRow*");
        yield return Case("a word for a number", Prices("WindowRows", "many"), "Thermo:Monitors:prices cannot be read: *WindowRows*");
        yield return Case("a section of nobody", new() { ["Thermo:Monitors:price:Model"] = "a" }, "Thermo:Monitors:price is the section of no monitor: expected prices, or " +
            "AddThermoMonitor(\"price\").");
    }

    [TestCaseSource(nameof(Wrong))]
    public async Task A_wrong_configuration_is_one_line(Dictionary<string, string?> configuration, string message) =>
        Assert.That(await Start(configuration), Is.InstanceOf<ThermoException>().With.Message.Matches(Pattern(message)));

    [Test]
    public async Task A_model_without_a_monitor_is_one_line() => Assert.That(
        await Start(Prices("Model", Models.Unwatched)), Is.InstanceOf<ThermoException>().With.Message.Matches(Pattern("The model of monitor 'prices', '*', carries no monitor: *")));

    [TestCase("WindowRows", "3", "Thermo:Monitors:prices:WindowRows is 3: The test needs windows of at least 10 rows.")]
    [TestCase("FinalShare", "1.5", "Thermo:Monitors:prices:FinalShare is 1.5: Expected a share in (0, 1].")]
    [TestCase("WaitingRows", "0", "Thermo:Monitors:prices:WaitingRows is 0: Expected a positive number.")]
    [TestCase("History", "0", "Thermo:Monitors:prices:History is 0: Expected 1 to 10,000 windows.")]
    public async Task An_option_out_of_range_is_one_line(string option, string value, string message)
    {
        Dictionary<string, string?> configuration = Prices(option, value);
        configuration["Thermo:Monitors:prices:Model"] = Models.Diabetes;
        Assert.That(await Start(configuration), Is.InstanceOf<ThermoException>().With.Message.EqualTo(message));
    }

    [TestCase("")]
    [TestCase("a/b")]
    [TestCase("live")]
    [TestCase("..")]
    public void A_name_that_cannot_stand_in_an_address_is_refused(string name) =>
        Assert.That(() => new ServiceCollection().AddThermoMonitor(name), Throws.ArgumentException);

    [Test]
    public void A_name_that_is_registered_is_refused() => Assert.That(
        () => new ServiceCollection().AddThermoMonitor("prices", "a.zip").AddThermoMonitor("Prices", "b.zip"),
        Throws.ArgumentException.With.Message.StartsWith("A monitor 'Prices' is registered already"));

    [Test]
    public async Task Of_several_monitors_one_is_asked_for_by_name()
    {
        await using Service service = await Service.Start(services => services.AddThermoMonitor("a", Models.Diabetes).AddThermoMonitor("b", Models.Cancer));

        var named = service.Services.GetRequiredKeyedService<ThermoMonitor<Sample, Diagnosis>>("b");

        Assert.That((named.Monitor.Name, service.Services.GetRequiredKeyedService<ThermoMonitor>("b") == named.Monitor), Is.EqualTo(("b", true)));
        Assert.That(() => service.Services.GetRequiredService<ThermoMonitor<Sample, Diagnosis>>(), Throws.InstanceOf<ThermoException>().With.Message.EqualTo(
            "2 monitors are registered, a, b: ask for one by [FromKeyedServices(\"a\")]."));
        Assert.That(() => service.Monitors["B"], Throws.InstanceOf<ThermoException>().With.Message.EqualTo("No monitor 'B' is registered: expected b, a."));
    }

    [Test]
    public async Task Rows_that_a_model_cannot_read_are_named()
    {
        await using Service service = await Service.Diabetes();
        Assert.That(() => service.Monitors["diabetes"].Of<Stranger, Forecast>(), Throws.InstanceOf<ThermoException>().With.Message.Matches(
            Pattern("The model of monitor 'diabetes' cannot read rows of Stranger: *Age*Expected a member a column, as for a prediction engine.")));
    }

    [Test]
    public async Task A_handler_that_takes_no_row_is_named()
    {
        await using Service service = await Service.Start(services => services.AddThermoMonitor("diabetes", Models.Diabetes));
        IEndpointRouteBuilder routes = WebApplication.CreateBuilder().Build();
        routes.MapPost("/", (Sample sample) => sample).ObservedBy<Patient, Sample>("diabetes");
        Assert.That(() => routes.DataSources.Single().Endpoints, Throws.InstanceOf<ThermoException>().With.Message.EqualTo(
            "The handler that monitor 'diabetes' is to observe takes no Patient: expected a parameter of it."));
    }

    private static Dictionary<string, string?> Prices(string option, string value) => new() { [$"Thermo:Monitors:prices:{option}"] = value };

    private static async Task<Exception?> Start(Dictionary<string, string?> configuration) => await Assert.CatchAsync(async () =>
    {
        await using Service service = await Service.Start(services => services.AddThermoMonitor("prices"), configuration: configuration);
    });

    /// <summary>The message, in which a star stands for anything but a new line.</summary>
    private static string Pattern(string message) =>
        "^" + System.Text.RegularExpressions.Regex.Escape(message).Replace("\\*", "[^\\n]*", StringComparison.Ordinal) + "\\z";
}
