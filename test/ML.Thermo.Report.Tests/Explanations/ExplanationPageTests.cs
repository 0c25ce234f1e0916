using Microsoft.Playwright;
using ML.Thermo.Explanations;
using ML.Thermo.Report.Explanations;

namespace ML.Thermo.Report.Tests.Explanations;

public sealed class ExplanationPageTests
{
    private static readonly ExplanationFindings s_one = new() { Subject = "prices", Explanations = [Explain(0, x => (3 * x[0]) + (5 * x[4]) - (2 * x[7]) + (x[1] * x[2]))] };
    private static readonly ExplanationFindings s_many = new()
    {
        Subject = "<b>prices</b>",
        Explanations = [.. Enumerable.Range(0, 6).Select(row => Explain(row, x => row == 5 ? 1 : (3 * x[0]) + (row * x[4]) - (x[1] * x[2])))],
    };

    private static readonly ExplanationFindings s_picture = new() { Subject = "digits", Explanations = [Picture()] };
    private static readonly ExplanationFindings s_text = new() { Subject = "reviews", Explanations = [Text()] };

    private static ExplanationFindings Findings(string name) => name switch { "one" => s_one, "many" => s_many, "picture" => s_picture, _ => s_text };

    [Test]
    public async Task Charts_are_drawn_without_a_complaint_or_a_request([Values("one", "many", "picture", "text")] string name)
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(Findings(name)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await open.Shapes(), Has.Length.EqualTo(3).And.All.GreaterThan(3)); // effects, prices, parts
            Assert.That(open.Complaints, Is.Empty);
            Assert.That(open.Requests, Is.Empty);
        }
    }

    [Test]
    public async Task It_is_accessible_and_fits_the_window(
        [Values("one", "many", "picture", "text")] string name, [Values(400, 1600)] int width, [Values(ColorScheme.Light, ColorScheme.Dark)] ColorScheme scheme)
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(Findings(name)), width, scheme);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await open.Violations(), Is.Empty);
            Assert.That(await open.Overflow(), Is.Zero);
        }
    }

    [Test]
    public async Task Its_tables_have_the_features_and_the_stand_ins()
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(s_one));
        Assert.That((await open.Column("terms-table", 0)).Take(3), Is.EqualTo(new[] { "x4", "x0", "x7" }));
        Assert.That(await open.Column("models-table", 0), Is.EqualTo(new[] { "1", "2", "3" }));
        Assert.That((await open.Column("models-table", 5))[0], Is.EqualTo("∞"));
    }

    [Test]
    public async Task Another_row_is_chosen_from_the_list_and_what_does_not_move_says_so()
    {
        await using OpenPage open = await Browser.Open(HtmlReport.Of(s_many));
        Assert.That(await open.Column("rows-table", 0), Is.EqualTo(new[] { "0", "1", "2", "3", "4", "5" }));
        Assert.That((await open.Column("over-table", 0))[0], Is.EqualTo("x0"));
        await open.Page.SelectOptionAsync("#row", "4");
        Assert.That((await open.Column("terms-table", 0))[0], Is.EqualTo("x4"));
        await open.Page.SelectOptionAsync("#row", "5");
        Assert.That(await open.Page.Locator("#effects").InnerTextAsync(), Does.Contain("Nothing within the radius changes this prediction"));
        Assert.That(open.Complaints, Is.Empty);
    }

    [Test]
    public async Task A_picture_has_its_chosen_parts_framed_and_a_text_its_chosen_words_in_bold()
    {
        await using OpenPage picture = await Browser.Open(HtmlReport.Of(s_picture));
        Assert.That(await picture.Page.Locator("#effects svg[role=img] rect").CountAsync(), Is.EqualTo(64));
        Assert.That(await picture.Page.Locator("#effects svg[role=img] line").CountAsync(), Is.GreaterThan(3));
        await using OpenPage text = await Browser.Open(HtmlReport.Of(s_text));
        Assert.That((await text.Page.Locator("#tokens").InnerTextAsync()).ReplaceLineEndings(" "), Does.StartWith("not").And.Contain("good"));
        Assert.That(await text.Page.Locator("#tokens strong").AllInnerTextsAsync(), Does.Contain("good"));
    }

    [Test]
    public void A_summary_says_what_explains_how_much_and_what_more_would_cost()
    {
        string one = string.Join(' ', s_one.Summary), many = string.Join(' ', s_many.Summary);
        Assert.That(one, Does.StartWith("x4, x0 and x7 explain 98 % of how this prediction moves nearby (U = 0.008284, 2.800 effective features)"));
        Assert.That(many, Does.StartWith("Over 6 rows").And.Contain("In one row nothing within the radius"));
    }

    private static Explanation Explain(int row, Func<double[], double> model)
    {
        var neighbourhood = new OrthogonalNeighbourhood([.. Enumerable.Range(0, 10).Select(j => ExplainedFeature.Numeric($"x{j}", 0, 1))]);
        return neighbourhood.Explain(Outputs(neighbourhood, 10, model)) with { Row = row, Output = "y" };
    }

    private static Explanation Text()
    {
        string[] words = ["not", "a", "good", "film"];
        var neighbourhood = new OrthogonalNeighbourhood([.. words.Select((word, i) => ExplainedFeature.Mask($"t{i}", word))]);
        return neighbourhood.Explain(Outputs(neighbourhood, 4, x => -(2 * x[2]) + (.5 * x[0]))) with { Output = "score", Class = "1" };
    }

    private static Explanation Picture()
    {
        int[] parts = [.. Enumerable.Range(0, 64).Select(pixel => (pixel / 8 / 2 * 4) + (pixel % 8 / 2))];
        var neighbourhood = new OrthogonalNeighbourhood([.. Enumerable.Range(0, 16).Select(part => ExplainedFeature.Mask($"p{part}", "4 pixels"))]);
        return neighbourhood.Explain(Outputs(neighbourhood, 16, x => -(2 * x[5]) - (3 * x[6]) + (.1 * x[9]))) with
        {
            Output = "logits",
            Class = "3",
            Picture = new(8, 8, 1, [.. parts.Select(part => (double)part)], parts),
        };
    }

    private static double[] Outputs(Neighbourhood neighbourhood, int d, Func<double[], double> model)
    {
        double[] outputs = new double[neighbourhood.Rows];
        var moves = new Move[neighbourhood.MostMoves];
        for (int row = 0; row < outputs.Length; row++)
        {
            double[] x = new double[d];
            foreach (Move move in moves.AsSpan(0, neighbourhood.Moves(row, moves)))
                x[move.Feature] = move.Shift;
            outputs[row] = model(x);
        }

        return outputs;
    }
}
