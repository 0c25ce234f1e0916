using ML.Thermo.Cli.Activations;
using ML.Thermo.Cli.Commands;
using ML.Thermo.Cli.Output;
using ML.Thermo.Report.Compression;
using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Layers;
using ML.Thermo.Report.Refresh;
using ML.Thermo.Report.Transitions;

namespace ML.Thermo.Cli.Tests;

internal sealed class CommandLineTests : Sandbox
{
    [Test]
    public void Without_arguments_the_commands_and_examples_are_shown()
    {
        Outcome outcome = Thermo.Run();

        Assert.That(outcome.ExitCode, Is.Zero);
        foreach (string part in new[] { "transition", "activation", "layers", "verify", "demo", "Examples:", "Exit codes:" })
            Assert.That(outcome.Output, Does.Contain(part));
    }

    private static IEnumerable<string> CommandsAndParts =>
        new ThermoCommand(new Terminal(TextWriter.Null, TextWriter.Null, OutputIsTerminal: false, ErrorIsTerminal: false)).Verbs.SelectMany(verb =>
            verb.Parts.Select(part => $"{verb.Definition.Name} {part.Definition.Name}").Prepend(verb.Definition.Name)).Prepend("");

    [TestCaseSource(nameof(CommandsAndParts))]
    public void Help_fits_a_window_of_eighty_columns(string command)
    {
        Outcome outcome = Thermo.Run([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        Assert.That(outcome.ExitCode, Is.Zero);
        Assert.That(outcome.Output.Split('\n').Max(line => line.TrimEnd().Length), Is.LessThanOrEqualTo(80));
        Assert.That(outcome.Output, Does.Contain("--json").And.Contain("--seed").And.Contain("--draws").And.Contain("--quiet"));
    }

    [Test]
    public void The_help_of_transition_explains_laws() =>
        Assert.That(Thermo.Run("transition", "--help").Output, Does.Contain("normal:MEAN,SD").And.Contain("uniform:LO,HI").And.Contain("constant:C").And.Contain("lecun"));

    [TestCase("transitoin")]
    [TestCase("transition")]
    [TestCase("transition", "data.csv")]
    [TestCase("transition", "data.csv", "--label")]
    [TestCase("transition", "data.csv", "--label", "y", "--ennergy", "mse")]
    [TestCase("layers")]
    [TestCase("activation", "relu", "--variance", "one")]
    [TestCase("verify", "--draws", "many")]
    [TestCase("verify", "--seed", "-1")]
    public void Wrong_usage_exits_with_2_and_points_to_the_help(params string[] arguments)
    {
        Outcome outcome = Thermo.Run(arguments);

        Assert.That(outcome.ExitCode, Is.EqualTo(2), outcome.ToString());
        Assert.That(outcome.Output, Is.Empty);
        Assert.That(outcome.Error, Does.StartWith("thermo: ").And.Contain("--help'"));
    }

    [TestCase("--draws", "99999999999")]
    [TestCase("--seed", "-1")]
    [TestCase("--fresh-points", "1e5")]
    public void A_number_of_the_wrong_kind_is_named_without_the_types_of_the_program(string option, string value) =>
        Assert.That(Thermo.Run("transition", "d.csv", "--label", "y", option, value).Error, Does.StartWith($"thermo: {option} {value} is not a whole number").And.Not.Contain("System."));

    [Test]
    public void A_file_name_that_starts_with_an_at_sign_is_a_file_name() =>
        Assert.That(Thermo.Run("transition", "@data.csv", "--label", "y").Error, Does.Contain("There is no file '@data.csv'"));

    [Test]
    public void Json_on_the_output_leaves_room_for_nothing_else()
    {
        Outcome outcome = Thermo.Run("activation", "tanh", "--json", "-");

        Assert.That(outcome.Output, Does.StartWith("{").And.EndWith("}\n"));
        Assert.That(outcome.Json.GetProperty("version").GetString(), Does.Match(@"^\d+\.\d+\.\d+$"));
        Assert.That(outcome.Error, Is.Empty);
    }

    [Test]
    public void Json_in_a_file_leaves_the_table_on_the_output()
    {
        string target = Path.Combine(Folder, "tanh.json");
        Outcome outcome = Thermo.Run("activation", "tanh", "--json", target);

        Assert.That(outcome.Output, Does.Contain("transmission"));
        Assert.That(File.ReadAllText(target), Is.EqualTo(Thermo.Run("activation", "tanh", "--json", "-").Output));
        Assert.That(Directory.GetFiles(Folder), Has.Length.EqualTo(1));
    }

    [Test]
    public void Json_replaces_an_earlier_result()
    {
        string target = Write("result.json", "an earlier and much longer result");
        _ = Thermo.Run("activation", "tanh", "--json", target);

        Assert.That(File.ReadAllText(target), Does.StartWith("{").And.Not.Contain("earlier"));
    }

    [Test]
    public void Quiet_leaves_the_numbers()
    {
        Assert.That(Thermo.Run("activation", "tanh", "--quiet").Output, Does.Contain("transmission").And.Not.Contain("turned into work"));
        Assert.That(Thermo.Run("activation", "tanh", "--quiet", "--json", Path.Combine(Folder, "a.json")).Output, Is.Empty);
    }

    [Test]
    public void Cancelling_exits_with_130_and_writes_nothing()
    {
        string target = Path.Combine(Folder, "result.json");
        Outcome outcome = Thermo.Run(new CancellationToken(canceled: true), "verify", "--json", target);

        Assert.That(outcome.ExitCode, Is.EqualTo(130), outcome.ToString());
        Assert.That(outcome.Error, Is.EqualTo("thermo: cancelled\n"));
        Assert.That(outcome.Output, Is.Empty);
        Assert.That(File.Exists(target), Is.False);
    }

    private static IEnumerable<string> Commands =>
        new ThermoCommand(new Terminal(TextWriter.Null, TextWriter.Null, OutputIsTerminal: false, ErrorIsTerminal: false)).Verbs.Select(verb => verb.Definition.Name);

    [TestCaseSource(nameof(Commands))]
    public void A_command_line_sets_up_no_command_but_its_own(string command)
    {
        var alone = new ThermoCommand(new Terminal(TextWriter.Null, TextWriter.Null, OutputIsTerminal: false, ErrorIsTerminal: false), first: command);

        Assert.That(alone.Verbs.Select(verb => verb.Definition.Name), Is.EqualTo([command]));
    }

    [TestCaseSource(nameof(Commands))]
    public void Every_option_of_a_command_stands_on_its_page(string command)
    {
        Verb verb = new ThermoCommand(new Terminal(TextWriter.Null, TextWriter.Null, OutputIsTerminal: false, ErrorIsTerminal: false)).Verbs
            .Single(verb => verb.Definition.Name == command);
        string page = Page(command), common = Page("README");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(common, Does.Contain($"[`thermo {command}`]({command}.md)"));
            foreach (string option in verb.Definition.Options.Select(option => option.Name))
                Assert.That(page, Does.Contain(option));
        }
    }

    /// <summary>The names are those of the fields, from which JSON is written.</summary>
    private static IEnumerable<TestCaseData> Names =>
    [
        new("refresh", (string[])[.. Json(WindowFields.All), .. Json(WindowFields.Distances), .. Json(WindowFields.Inputs)]),
        new("transition", (string[])[.. Json(TransitionFields.State), .. Json(TransitionFields.All), "differentialTemperature", "parameterTemperature", "equipartitionRatio"]),
        new("layers", (string[])
        [
            .. Json(LayerFields.Identity), .. Json(LayerFields.Transition), .. Json(LayerFields.Network), .. Json(LayerFields.Assumed), .. Json(LayerFields.Curvature),
            .. Json(SignalFields.All), .. Json(WeightFields.Entries), .. Json(WeightFields.Spectrum), .. Json(WeightFields.Law),
        ]),
        new("activation", (string[])[.. Json(ActivationFields.All)]),
        new("compress", (string[])[.. Json(CompressionFields.All)]),
    ];

    [TestCaseSource(nameof(Names))]
    public void Every_name_in_the_json_of_a_command_stands_on_its_page(string command, string[] names)
    {
        string page = Page(command);
        Assert.That(names.Distinct().Where(name => !page.Contains($"`{name}`", StringComparison.Ordinal)), Is.Empty);
    }

    private static IEnumerable<string> Json<T>(IEnumerable<Field<T>> fields) => fields.Where(field => field.In.HasFlag(Shown.Json)).Select(field => field.Name);

    private static string Page(string name)
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "ML.Thermo.sln")))
            root = root.Parent;
        return File.ReadAllText(Path.Combine(root.FullName, "docs", "commands", $"{name}.md"));
    }
}
