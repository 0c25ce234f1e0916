namespace ML.Thermo.Cli.Tests.Transitions;

/// <summary>What a user gets wrong: one clear line on stderr, exit 1, nothing else anywhere.</summary>
internal sealed class BadInputTests : Sandbox
{
    private static readonly string[] s_good = ["x1,x2,y", "1,2,0", "2,1,1", "3,5,0", "4,1,1", "5,2,1", "6,7,0"];

    [Test]
    public void A_file_that_is_missing() =>
        Refused(Run(Path.Combine(Folder, "nowhere.csv")), "There is no file", "nowhere.csv");

    [Test]
    public void A_folder_in_place_of_a_file() => Refused(Run(Folder), "is a folder");

    [Test]
    public void A_file_without_content() => Refused(Run(Write("empty.csv")), "is empty");

    [Test]
    public void A_table_without_rows() => Refused(Run(Write("header.csv", "x,y")), "no rows");

    [Test]
    public void A_table_of_one_row() => Refused(Run(Write("one.csv", "x,y", "1,2"), "--type2", "training"), "one row");

    [Test]
    public void Too_few_rows_to_hold_some_out() =>
        Refused(Run(Write("three.csv", "x,y", "1,2", "2,3", "3,5")), "3 rows", "--type2 training");

    [Test]
    public void A_wrong_label_lists_the_columns_nearest_first() =>
        Refused(Thermo.Run("transition", Write("names.csv", "age,weight,height,diseased", "1,2,3,1"), "--label", "height_"), "no column 'height_'", "nearest first: height,");

    [Test]
    public void A_wrong_feature_lists_the_columns_nearest_first() => Refused(Run(Good(), "--features", "x1,X3"), "no column 'X3'", "nearest first: x1, x2, y");

    [Test]
    public void A_feature_that_is_the_label() => Refused(Run(Good(), "--features", "x1,y"), "label 'y' is among the features");

    [Test]
    public void A_feature_named_twice() => Refused(Run(Good(), "--features", "x1,x1"), "'x1'", "twice");

    [Test]
    public void A_cell_of_a_wanted_feature_that_is_no_number() =>
        Refused(Run(Write("abc.csv", "x,y", "1,2", "abc,3", "4,5", "5,6"), "--features", "x"), "Row 2 (line 3) of column 'x' is 'abc'");

    [Test]
    public void An_empty_cell_of_a_wanted_feature() =>
        Refused(Run(Write("gap.csv", "x,y", "1,2", ",3", "4,5", "5,6"), "--features", "x"), "Row 2 (line 3) of column 'x' is empty");

    [Test]
    public void A_label_that_is_no_number() =>
        Refused(Run(Write("label.csv", "x,y", "1,2", "2,yes", "4,5", "5,6")), "Row 2 (line 3) of column 'y' is 'yes'");

    [TestCase("NaN")]
    [TestCase("Infinity")]
    [TestCase("-Infinity")]
    [TestCase("1e999")]
    public void A_cell_that_is_not_finite(string cell)
    {
        Refused(Run(Write("nan.csv", "x,y", "1,2", "2,3", $"{cell},5", "5,6")), "Row 3 (line 4) of column 'x'");
        Refused(Run(Write("nan.csv", "x,y", "1,2", "2,3", $"7,{cell}", "5,6")), "Row 3 (line 4) of column 'y'");
    }

    [Test]
    public void A_name_that_two_columns_share() => Refused(Run(Write("twice.csv", "x,x,y", "1,2,3")), "'x' twice", "columns 1 and 2");

    [Test]
    public void A_row_with_too_many_or_too_few_cells()
    {
        Refused(Run(Write("ragged.csv", "x,y", "1,2", "1,2,3")), "Row 2 (line 3)", "3 cells", "expected 2");
        Refused(Run(Write("ragged.csv", "x,y", "1,2", "1")), "Row 2 (line 3)", "1 cells", "expected 2");
    }

    [Test]
    public void A_quote_that_is_never_closed() => Refused(Run(Write("quote.csv", "x,y", "1,2", "\"3,4", "5,6")), "not well-formed");

    [Test]
    public void A_table_without_numeric_features() => Refused(Run(Write("text.csv", "name,y", "anna,1", "otto,2", "eva,3", "ada,5")), "no numeric column", "anna");

    [Test]
    public void A_feature_that_never_varies() =>
        Refused(Run(Write("constant.csv", "x,k,y", "1,7,2", "2,7,3", "4,7,5", "5,7,6")), "'k' is 7 in every training row", "--without k", "--intercept");

    [Test]
    public void A_column_of_ones_is_advised_to_become_an_intercept() =>
        Refused(Run(Write("ones.csv", "x,k,y", "1,1,2", "2,1,3", "4,1,5", "5,1,6")), "'k' is 1 in every training row", "what --intercept LAW is for");

    [TestCase("mse")]
    [TestCase("ce")]
    public void A_label_that_never_varies(string energy) =>
        Refused(Run(Write("label.csv", "x,y", "1,1", "2,1", "4,1", "5,1"), "--energy", energy), "label 'y' is 1 in every training row");

    [Test]
    public void A_class_label_that_is_not_0_or_1() =>
        Refused(Run(Write("classes.csv", "x,y", "1,0", "2,1", "4,2", "5,1"), "--energy", "ce"), "Row 3 (line 4) of column 'y' is '2'", "0 or 1");

    [TestCase("normal:0,-1", "standard deviation")]
    [TestCase("normal:0", "normal:")]
    [TestCase("uniform:1,1", "empty interval")]
    [TestCase("uniform:2,-2", "empty interval")]
    [TestCase("constant:x", "constant:")]
    [TestCase("gauss:0,1", "normal")]
    [TestCase("normal:0,1e200", "finite square")]
    [TestCase("uniform:-1e308,1e308", "uniform:-1E+308,1E+308")]
    public void An_initialisation_that_is_no_law(string law, string said)
    {
        WrongUsage(Run(Good(), "--init", law), said);
        WrongUsage(Run(Good(), "--init-for", $"x1={law}"), said);
        WrongUsage(Run(Good(), "--intercept", law), said);
    }

    [Test]
    public void A_law_for_a_column_that_is_no_feature() => Refused(Run(Good(), "--init-for", "x3=constant:0"), "'x3'", "nearest first: x1, x2");

    [TestCase("x1")]
    [TestCase("=normal:0,1")]
    [TestCase("x1=")]
    public void A_law_for_a_column_without_column_or_law(string text) => WrongUsage(Run(Good(), "--init-for", text), "COLUMN=LAW");

    [Test]
    public void Two_laws_for_one_parameter()
    {
        WrongUsage(Run(Good(), "--init-for", "x1=constant:0", "--init-for", "x1=constant:1"), "'x1' two laws");
        WrongUsage(Run(Good(), "--intercept", "constant:0", "--init-for", "intercept=normal:0,1"), "intercept has two laws");
        WrongUsage(Run(Good(), "--intercept", "none", "--init-for", "intercept=normal:0,1"), "--intercept none");
    }

    [Test]
    public void Names_that_do_not_exist()
    {
        WrongUsage(Run(Good(), "--energy", "rmse"), "'rmse'", "mse, mae, ce");
        WrongUsage(Run(Good(), "--entropy", "shannon"), "'shannon'", "auto, exact, kl, gaussian, gamma, pearson, resolved");
        WrongUsage(Run(Good(), "--type2-entropy", "exact"), "'exact'", "clt, edgeworth, gamma, kl");
        WrongUsage(Run(Good(), "--type2", "test"), "'test'", "held-out or training");
    }

    [TestCase("0")]
    [TestCase("1")]
    [TestCase("1.5")]
    [TestCase("-0.2")]
    [TestCase("NaN")]
    public void A_held_out_share_outside_its_range(string share) => WrongUsage(Run(Good(), "--held-out", share), "(0, 1)");

    [Test]
    public void A_held_out_file_that_is_missing() => Refused(Run(Good(), "--held-out", "other.csv"), "There is no file 'other.csv'");

    [Test]
    public void A_held_out_file_with_other_columns() =>
        Refused(Run(Good(), "--held-out", Write("other.csv", "x1,x3,y", "1,2,0", "2,3,1")), "other.csv", "no column 'x2'");

    [Test]
    public void A_held_out_file_that_nothing_would_look_at() =>
        WrongUsage(Run(Good(), "--held-out", Good(), "--type2", "training"), "--type2 training");

    [Test]
    public void Too_few_draws_or_fresh_points()
    {
        WrongUsage(Run(Good(), "--draws", "10"), "--draws 10", "at least 100");
        WrongUsage(Run(Good(), "--fresh-points", "0"), "--fresh-points 0", "at least 1");
    }

    [Test]
    public void An_exact_entropy_where_there_is_none() =>
        Refused(Run(Good(), "--energy", "mae", "--entropy", "exact", "--type2", "training"), "no exact entropy");

    [Test]
    public void A_column_named_intercept_beside_an_intercept() =>
        Refused(Run(Write("i.csv", "intercept,y", "1,2", "2,3", "4,5", "5,6"), "--intercept", "constant:0"), "'intercept'", "--without");

    [Test]
    public void A_json_file_in_a_folder_that_is_missing()
    {
        string target = Path.Combine(Folder, "nowhere", "result.json");
        Refused(Run(Good(), "--json", target), "There is no folder", "nowhere");
    }

    [Test]
    public void A_json_file_without_a_name() => Refused(Run(Good(), "--json", ""), "--json has an empty name");

    [Test]
    public void A_json_file_that_is_the_data()
    {
        string data = Good(), other = Write("other.csv", s_good);
        Refused(Run(data, "--json", Path.Combine(Folder, ".", "good.csv")), "would overwrite the data");
        Refused(Run(data, "--held-out", other, "--json", other), "would overwrite the data");

        Assert.That(File.ReadAllLines(data), Is.EqualTo(s_good));
    }

    [TestCase("mse")]
    [TestCase("mae")]
    public void Energies_beyond_double_precision(string energy) =>
        Refused(Run(Write("large.csv", "x,y", "1e100,2", "2e100,3", "4e100,5", "5e100,6"), "--energy", energy, "--init", "normal:0,1e100"), "beyond double precision");

    [Test]
    public void A_failure_leaves_no_output_file()
    {
        string target = Path.Combine(Folder, "result.json");
        Refused(Run(Good(), "--energy", "ce", "--features", "nothing", "--json", target), "no column");

        Assert.That(Directory.GetFiles(Folder).Select(Path.GetFileName), Is.EqualTo(["good.csv"]));
    }

    [Test]
    public void A_resolution_of_a_trained_loss_that_does_not_fluctuate()
    {
        string line = Write("line.csv", "x0,x1,y", "-1,0.5,0.1", "0.3,-0.2,0.2", "1.1,-0.4,0.35");
        Refused(
            Run(line, "--type2", "training", "--standardize", "--init", "uniform:-0.67,0.67", "--init-for", "x1=uniform:0.50999999,0.51000001",
                "--intercept", "normal:0,1", "--entropy", "resolved"),
            "resolved", "variance is 0", "positive");
    }

    private string Good() => Write("good.csv", s_good);

    private static Outcome Run(string data, params string[] options) => Thermo.Run(["transition", data, "--label", "y", .. options]);

    private static void Refused(Outcome outcome, params string[] said) => Refused(outcome, 1, said);

    private static void WrongUsage(Outcome outcome, params string[] said) => Refused(outcome, 2, said);

    private static void Refused(Outcome outcome, int exitCode, string[] said)
    {
        Assert.That(outcome.ExitCode, Is.EqualTo(exitCode), outcome.ToString());
        Assert.That(outcome.Output, Is.Empty, outcome.ToString());
        Assert.That(outcome.Error, Does.StartWith("thermo: ").And.Not.Contain("   at ").And.Not.Contain("Exception"));
        Assert.That(outcome.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1), outcome.ToString());
        foreach (string part in said)
            Assert.That(outcome.Error, Does.Contain(part));
    }
}
