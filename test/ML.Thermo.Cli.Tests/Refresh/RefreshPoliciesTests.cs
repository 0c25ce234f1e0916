using System.Globalization;
using System.Text.Json;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Tempering;

namespace ML.Thermo.Cli.Tests.Refresh;

/// <summary>What other policies would have lost, against ladders and fits made here.</summary>
internal sealed class RefreshPoliciesTests : Sandbox
{
    private const int Window = 50, Windows = 5;

    private string Before => Path.Combine(Folder, "before.csv");

    private string After => Path.Combine(Folder, "after.csv");

    [Test]
    public void Losses_are_those_of_the_policies_on_the_windows_from_the_second_on()
    {
        (double[][] x, double[] y) = Rows(1, 200, 1);
        (double[][] xs, double[] ys) = Rows(2, Window * Windows, -1);
        Write(Before, x, y);
        Write(After, xs, ys);
        JsonElement json = Thermo.Run("refresh", Before, After, "--label", "y", "--prediction", "p", "--window", $"{Window}", "--json", "-").Json;
        JsonElement policies = json.GetProperty("policies");

        var ladder = TemperedLadder.Learn(x, y, Energy.MeanSquared);
        double[]? refitted = null;
        double deployed = 0, tempered = 0, retrained = 0;
        int retrainings = 0;
        for (int window = 0; window < Windows; window++)
        {
            double[][] features = xs[(window * Window)..((window + 1) * Window)];
            double[] targets = ys[(window * Window)..((window + 1) * Window)];
            double own = features.Zip(targets, (row, target) => Math.Pow(row[0] + row[1] - target, 2)).Sum();
            double lost = ladder.Update(features, targets).Loss * Window;
            if (window > 0)
                (deployed, tempered, retrained) = (deployed + own, tempered + lost, retrained + (refitted is null ? own : Loss(refitted, features, targets)));
            if (!json.GetProperty("windows")[window].GetProperty("refresh").GetBoolean())
                continue;
            refitted = [.. TemperedLadder.Learn(features, targets, Energy.MeanSquared).Parameters];
            retrainings++;
        }

        const int Compared = Window * (Windows - 1);
        Assert.Multiple(() =>
        {
            Assert.That(retrainings, Is.EqualTo(Windows), "the law is another in all windows");
            Assert.That(policies.GetProperty("rows").GetInt32(), Is.EqualTo(Compared));
            Assert.That(policies.GetProperty("deployed").GetProperty("loss").GetDouble(), Is.EqualTo(deployed / Compared).Within(1e-9).Percent);
            Assert.That(policies.GetProperty("tempered").GetProperty("loss").GetDouble(), Is.EqualTo(tempered / Compared).Within(1e-6).Percent);
            Assert.That(policies.GetProperty("tempered").GetProperty("effectiveRows").GetDouble(), Is.EqualTo(ladder.EffectiveRows).Within(1e-6).Percent);
            Assert.That(policies.GetProperty("retrainAtAlarms").GetProperty("loss").GetDouble(), Is.EqualTo(retrained / Compared).Within(1e-6).Percent);
            Assert.That(policies.GetProperty("retrainAtAlarms").GetProperty("retrainings").GetInt32(), Is.EqualTo(retrainings));
            Assert.That(tempered, Is.LessThan(0.5 * deployed));
        });
    }

    [Test]
    public void An_empty_cell_stands_at_the_mean_of_the_reference_and_words_are_left_out()
    {
        (double[][] x, double[] y) = Rows(1, 200, 1);
        Write(Before, x, y, (row, cells) => $"{cells},{(row % 2 == 0 ? "a" : "b")}", ",word");
        Write(After, x, y, (row, cells) => row % 7 == 0 ? $"{cells[cells.IndexOf(',', StringComparison.Ordinal)..]},a" : $"{cells},b", ",word");
        Outcome outcome = Thermo.Run("refresh", Before, After, "--label", "y", "--prediction", "p", "--window", "50", "--json", "-");
        Assert.That(outcome.ExitCode, Is.Zero, outcome.ToString());
        Assert.That(outcome.Json.GetProperty("policies").GetProperty("tempered").GetProperty("loss").GetDouble(), Is.InRange(0.5, 3));
    }

    [Test]
    public void Without_labels_or_with_one_window_there_is_nothing_to_compare()
    {
        (double[][] x, double[] y) = Rows(1, 120, 1);
        Write(Before, x, y);
        Write(After, x, y);
        foreach (string[] options in new string[][] { ["--window", "40"], ["--label", "y", "--prediction", "p", "--window", "120"], ["--label", "y", "--prediction", "p", "--window", "40", "--energy", "mae"] })
        {
            Outcome outcome = Thermo.Run(["refresh", Before, After, .. options, "--json", "-"]);
            Assert.That(outcome.Json.GetProperty("policies").ValueKind, Is.EqualTo(JsonValueKind.Null), string.Join(' ', options));
        }
    }

    [TestCase(30)]
    [TestCase(95)]
    public void A_cell_from_which_nothing_can_be_learnt_ends_the_comparison_and_not_the_judgement(int row)
    {
        (double[][] x, double[] y) = Rows(1, 160, 1);
        Write(Before, x, y);
        Write(After, x, y, (i, cells) => i == row ? $"1e60{cells[cells.IndexOf(',', StringComparison.Ordinal)..]}" : cells);
        Outcome outcome = Thermo.Run("refresh", Before, After, "--label", "y", "--prediction", "p", "--window", "40", "--json", "-");
        Assert.That(outcome.ExitCode, Is.Zero, outcome.ToString());
        Assert.That(outcome.Json.GetProperty("policies").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(outcome.Json.GetProperty("windows").GetArrayLength(), Is.EqualTo(4));
    }

    private static (double[][] X, double[] Y) Rows(ulong seed, int rows, double weight)
    {
        RandomStream random = new(seed, 0);
        double[][] x = [.. Enumerable.Range(0, rows).Select(_ => new[] { random.NextNormal(), random.NextNormal() })];
        return (x, [.. x.Select(row => (weight * row[0]) + row[1] + random.NextNormal())]);
    }

    private static double Loss(double[] parameters, double[][] x, double[] y) =>
        x.Zip(y, (row, target) => Math.Pow((parameters[0] * row[0]) + (parameters[1] * row[1]) + parameters[2] - target, 2)).Sum();

    /// <summary>Numbers, the target, and a model's prediction a + b.</summary>
    private static void Write(string path, double[][] x, double[] y, Func<int, string, string>? more = null, string header = "")
    {
        more ??= (_, cells) => cells;
        File.WriteAllLines(path, x.Select((row, i) => more(i, string.Create(CultureInfo.InvariantCulture, $"{row[0]:R},{row[1]:R},{y[i]:R},{row[0] + row[1]:R}")))
            .Prepend($"a,b,y,p{header}"));
    }
}
