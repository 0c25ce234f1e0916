using ML.Thermo.Data;
using ML.Thermo.Explanations;
using ML.Thermo.Explanations.Weighted;
using ML.Thermo.Linear.Squared;

namespace ML.Thermo.Tests.Explanations;

// golden numbers: two programs (Python, C#) written independently from the definitions, on a design of order 16
public class An_explanation_by_weighted_rows
{
    [Test]
    public void With_projection_weights_of_a_linear_function_of_ten() // J
    {
        double sigma = 15 / Math.Sqrt(12);
        Explanation why = Explain(10, x => sigma * ((3 * x[0]) + (5 * x[4]) - (2 * x[7])), new());

        Assert.That(why.Rows, Is.EqualTo(65));
        Assert.That(why.Unfaithfulness(), Is.EqualTo(new[] { .271968351674, .092888205262, 0 }).Within(1e-10));
        Assert.That(why.Entropies(), Is.EqualTo(new[] { 0, .288326667344, .447172622283 }).Within(1e-10));
        Assert.That(Coefficients(10, x => sigma * ((3 * x[0]) + (5 * x[4]) - (2 * x[7])), 1), Is.EqualTo(new[] { 14.44376991 }).Within(1e-7));
        Assert.That(Coefficients(10, x => sigma * ((3 * x[0]) + (5 * x[4]) - (2 * x[7])), 2), Is.EqualTo(new[] { 19.15895724, 11.72557406 }).Within(1e-7));
    }

    [Test]
    public void With_projection_weights_sum_to_the_golden_number() =>
        Assert.That(RowWeights.Of(new(), Design(10), Outputs(10, x => (3 * x[0]) + (5 * x[4]) - (2 * x[7]))).Sum(), Is.EqualTo(45.9615742578).Within(1e-9));

    [Test]
    public void With_projection_weights_of_least_squares_on_the_diabetes_data() // J
    {
        var table = ShippedTable.Read("diabetes.csv");
        double[] w = [.. LeastSquares.Solve(new LabelledData(table.Rows.SelectMany(row => row).ToArray(), table.Labels).WithIntercept()).Parameters];
        double[] deviation = [.. table.Names.Select((_, j) => Math.Sqrt(table.Rows.Average(r => Math.Pow(r[j] - table.Rows.Average(q => q[j]), 2))))];
        Func<double[], double> model = z => 206.116677245 + z.Select((value, j) => value * deviation[j] * w[j]).Sum();
        Explanation why = Explain(10, model, new());

        Assert.That(why.Unfaithfulness().Take(6), Is.EqualTo(new[] { .553498810651, .295879825306, .198546172839, .101384651394, .053176046625, .017709432104 })
            .Within(1e-9));
        Assert.That(why.Chosen, Is.EqualTo(6));
        string[] order = ["s5", "s1", "s2", "bmi", "bp", "sex", "s4"];
        for (int k = 1; k <= order.Length; k++)
        {
            Explanation some = Explain(10, model, new() { Choice = FeatureChoice.Features(k) });
            Assert.That(some.Terms.Select(term => table.Names[term.Index]), Is.EquivalentTo(order.Take(k)), $"{k} features");
        }
    }

    [Test]
    public void With_weights_along_Fishers_direction_of_a_probability() // J
    {
        Func<double[], double> model = z => 1 / (1 + Math.Exp(-((3 * z[0]) + (5 * z[4]) - (2 * z[7]) + .3) / 4));
        var options = new WeightedOptions { Weights = SimilarityWeights.Lda, Threshold = .5 };
        double[] outputs = Outputs(10, model);

        Assert.That((outputs.Count(p => p > .5), outputs.Count(p => p <= .5)), Is.EqualTo((41, 24)));
        Assert.That(RowWeights.Of(options, Design(10), outputs).Sum(), Is.EqualTo(29.8734099742).Within(1e-8));
        Explanation why = Explain(10, model, options with { Choice = FeatureChoice.Features(3) });
        Assert.That(why.Unfaithfulness().Take(3), Is.EqualTo(new[] { .3943241898, .1153213073, .0019665237 }).Within(1e-8));
        Assert.That(why.Terms.Select(term => term.Effect.Value), Is.EqualTo(new[] { .28290787, .1657334, -.11574214 }).Within(1e-7));
    }

    [Test]
    public void Does_not_change_when_a_constant_is_added_to_the_output() // the published code gives .488 for 8.3e-5 here
    {
        foreach (double constant in new[] { 100.0, -1e4 })
        {
            Explanation plain = Explain(10, x => (3 * x[0]) + (5 * x[4]) - (2 * x[7]), new());
            Explanation moved = Explain(10, x => (3 * x[0]) + (5 * x[4]) - (2 * x[7]) + constant, new());
            Assert.That(moved.Unfaithfulness().Take(3), Is.EqualTo(plain.Unfaithfulness().Take(3)).Within(1e-9));
            Assert.That(moved.Terms.Select(t => t.Effect.Value), Is.EqualTo(plain.Terms.Select(t => t.Effect.Value)).Within(1e-9));
        }
    }

    [Test]
    public void By_Fishers_direction_refuses_one_class_and_a_regression()
    {
        Assert.That(() => Explain(4, z => z[0], new() { Weights = SimilarityWeights.Lda }),
            Throws.TypeOf<UnusableDataException>().With.Message.Contains("a regression has none"));
        Assert.That(() => Explain(4, z => z[0], new() { Weights = SimilarityWeights.Lda, Threshold = 10 }),
            Throws.TypeOf<UnusableDataException>().With.Message.Contains("are of one class at the threshold 10"));
    }

    [Test]
    public void Passes_over_a_feature_that_is_a_sum_of_others_and_says_so()
    {
        double[] z = [.. Design(3).Chunk(3).SelectMany(row => new[] { row[0], row[1], row[0] + row[1] })];
        ExplainedFeature[] features = [.. Enumerable.Range(0, 3).Select(j => ExplainedFeature.Numeric($"x{j}", 0, 1))];
        Explanation why = new WeightedNeighbourhood(features, z, new() { Weights = SimilarityWeights.Uniform })
            .Explain([.. z.Chunk(3).Select(row => row[0] - (2 * row[1]))]);

        Assert.That(why.Status.HasFlag(ExplanationStatus.RankDeficient), Is.True);
        Assert.That(why.Models, Has.Count.EqualTo(2));
        Assert.That(why.Models[1].Unfaithfulness, Is.Zero.Within(1e-12));
    }

    [Test]
    public void Drawn_at_random_finds_a_linear_function_whatever_the_weights()
    {
        ExplainedFeature[] features = [.. Enumerable.Range(0, 12).Select(j => ExplainedFeature.Numeric($"x{j}", 1, 2))];
        foreach (WeightedNeighbourhood rows in new[] { WeightedNeighbourhood.Gaussian(features, 300, 3), WeightedNeighbourhood.Lime(features, 300, 3) })
        {
            double[] outputs = Explained.Outputs(rows, [.. Enumerable.Repeat(1.0, 12)], x => x[2] - (4 * x[9]) + 7);
            Explanation why = rows.Explain(outputs);
            Assert.That(why.Models[^1].Unfaithfulness, Is.Zero.Within(1e-12));
            Assert.That(why.Terms.Single(term => term.Name == "x9").Effect.Value, Is.EqualTo(-8).Within(1e-9));
            Assert.That(rows.Explain(outputs).Terms, Is.EqualTo(why.Terms));
        }
    }

    private static double[] Coefficients(int d, Func<double[], double> model, int k) =>
        [.. Explain(d, model, new() { Choice = FeatureChoice.Features(k) }).Terms.Select(term => term.Effect.Value)];

    private static Explanation Explain(int d, Func<double[], double> model, WeightedOptions options) =>
        new WeightedNeighbourhood([.. Enumerable.Range(0, d).Select(j => ExplainedFeature.Numeric($"x{j}", 0, 1))], Design(d), options).Explain(Outputs(d, model));

    private static double[] Outputs(int d, Func<double[], double> model) => [.. Design(d).Chunk(d).Select(model)];

    /// <summary>Row 0 zero; radius ½ then 1; i = 0 … 15; + then −; feature j on column j + 1.</summary>
    private static double[] Design(int d)
    {
        List<double> z = [.. new double[d]];
        foreach (double radius in new[] { .5, 1 })
        {
            for (int i = 0; i < 16; i++)
            {
                foreach (int sign in new[] { 1, -1 })
                    z.AddRange(Enumerable.Range(1, d).Select(c => sign * radius * (int.PopCount(i & c) % 2 == 0 ? 1 : -1)));
            }
        }

        return [.. z];
    }
}
