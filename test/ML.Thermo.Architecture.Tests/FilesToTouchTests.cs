using System.Text.RegularExpressions;

namespace ML.Thermo.Architecture;

/// <summary>The table of CONTRIBUTING.md that says which files a new loss, estimator or activation touches is the one of the code.</summary>
/// <remarks>An existing member is taken for a new one: every file that names it, by a symbol or by its name in quotes, would have to be
/// touched. Demonstration and verification name some members as examples and need not know a new one.</remarks>
public sealed partial class FilesToTouchTests
{
    private const string Core = "ML.Thermo.Core/", Room = Core + "Linear/Absolute/";

    [Test]
    public void A_loss_is_named_where_the_table_says()
    {
        const string Energy = Core + "Energies/AbsoluteError.cs";
        IEnumerable<string> named = Sources.Uses.Where(use => use.Home == Energy || use.Home.StartsWith(Room, StringComparison.Ordinal)).Select(use => use.File);
        IEnumerable<string> byIdentity = Sources.Uses.Where(use => use is { Type: "Energy", Member: "MeanAbsolute" }).Select(use => use.File);
        Compare("a loss", [Energy, Room, .. named.Concat(byIdentity).Concat(Sources.WithLiteral("mae")).Where(file => !file.StartsWith(Room, StringComparison.Ordinal))]);
    }

    [Test]
    public void An_estimator_is_named_where_the_table_says()
    {
        const string Estimator = Core + "Entropies/VasicekEntropy.cs";
        IEnumerable<string> named = Sources.Uses.Where(use => use.Home == Estimator).Select(use => use.File);
        Compare("an entropy estimator", [Estimator, .. named, .. Sources.WithLiteral("vasicek"), .. Sources.WithLiteral("Vasicek")]);
    }

    [Test]
    public void An_activation_is_named_where_the_table_says()
    {
        const string Functions = Core + "Activations/ActivationFunctions.cs";
        IEnumerable<string> named = Sources.Uses.Where(use => use.Home == Functions && use.Member == "Mish").Select(use => use.File);
        Compare("an activation", [Functions, .. named, .. Sources.WithLiteral("mish")]);
    }

    [TestCase("a number of a window", "populationStability")]
    [TestCase("a number of a layer", "stableRank")]
    [TestCase("an operator with weights", "ConvTranspose")]
    public void A_name_stands_in_one_line_of_one_file(string row, string name) => Compare(row, Sources.WithLiteral(name));

    [Test]
    public void A_command_is_named_where_the_table_says()
    {
        const string Folder = "ML.Thermo.Cli/Completion/";
        IEnumerable<string> named = Sources.Uses.Where(use => use.Home.StartsWith(Folder, StringComparison.Ordinal)).Select(use => use.File);
        Compare("a command", [Folder, .. named.Concat(Sources.WithLiteral("completion")).Where(file => !file.StartsWith(Folder, StringComparison.Ordinal))]);
    }

    private static void Compare(string row, IEnumerable<string> files)
    {
        string line = File.ReadLines(Path.Combine(Sources.Root, "CONTRIBUTING.md")).Single(line => line.StartsWith($"| {row} (", StringComparison.Ordinal));
        string[] listed = [.. Code().Matches(line).Select(match => match.Groups[1].Value).Where(text => text.Contains('/'))];
        files = files.Where(file => !file.StartsWith("ML.Thermo.Cli/Demo/", StringComparison.Ordinal) && !file.StartsWith("ML.Thermo.Cli/Verify/", StringComparison.Ordinal));
        Assert.That(files.Distinct(), Is.EquivalentTo(listed), $"the row '{row}' of the table in CONTRIBUTING.md");
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
