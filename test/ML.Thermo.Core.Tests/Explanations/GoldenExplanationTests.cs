using ML.Thermo.Data;
using ML.Thermo.Explanations;
using ML.Thermo.Linear.Squared;

namespace ML.Thermo.Tests.Explanations;

// golden numbers: two programs (Python, C#) written independently from the definitions, one replicate
public class An_explanation_by_an_orthogonal_neighbourhood
{
    private const double Relative = 1e-8;

    [Test]
    public void Of_a_linear_function_of_ten_gives_its_standardised_weights() // A
    {
        double sigma = 15 / Math.Sqrt(12);
        Explanation why = Explained.Function(x => (3 * x[0]) + (5 * x[4]) - (2 * x[7]), new double[10], sigma);

        Assert.That(why.Rows, Is.EqualTo(65));
        Assert.That(why.Terms.Take(3).Select(term => term.Name), Is.EqualTo(new[] { "x4", "x0", "x7" }));
        Assert.That(why.Terms.Take(3).Select(term => term.Effect.Value), Is.EqualTo(new[] { 21.6506350946, 12.9903810568, -8.6602540378 }).Within(1e-9));
        Assert.That(why.Terms.Skip(3).Select(term => term.Effect.Value), Is.All.EqualTo(0));
        Assert.That(why.Unfaithfulness(), Is.EqualTo(new[] { .188892894346, .054094697073, 0 }).Within(1e-11));
        Assert.That(why.Entropies(), Is.EqualTo(new[] { 0, .287313263762, .447172622283 }).Within(1e-11));
        Assert.That(why.EffectiveFeatures, Is.EqualTo(2.800094072854).Within(1e-11));
        Assert.That(why.Models.Select(model => model.PriceTo), Is.EqualTo(new[] { double.PositiveInfinity, .4691680276, .338389304 }).Within(1e-9));
        Assert.That(why.Models.Select(model => model.PriceFrom), Is.EqualTo(new[] { .4691680276, .338389304, 0 }).Within(1e-9));
        Assert.That(why.Chosen, Is.EqualTo(3));
        Assert.That(why.ChosenTerms.Select(term => term.Share), Is.EqualTo(new[] { .5, .3, .2 }).Within(1e-12));
        Assert.That((why.LinearShare, why.OddShare, why.Status), Is.EqualTo((1, 1, ExplanationStatus.Defined)));
    }

    [Test]
    public void Of_a_curved_function_of_four() // B
    {
        Explanation why = Explained.Function(x => Math.Exp(x[0]) + (x[1] * x[2]) + (.3 * x[3]), [0, 1, 2, 0]);

        Assert.That(why.Rows, Is.EqualTo(33));
        Assert.That(why.Variance, Is.EqualTo(4.5819697271).Within(1e-9));
        Assert.That(why.Names(), Is.EqualTo(new[] { "x1", "x0", "x2", "x3" }));
        Assert.That(why.Terms.Select(term => term.Effect.Value), Is.EqualTo(new[] { 2, 1.14859907711, 1, .3 }).Within(1e-10));
        Assert.That(why.LinearShare, Is.EqualTo(.874252807973).Within(1e-11));
        Assert.That(why.OddShare, Is.EqualTo(.874638926087).Within(1e-11));
        Assert.That(why.Unfaithfulness(), Is.EqualTo(new[] { .261341165245, .148194734834, .071573143266, .064985129544 }).Within(1e-11));
        Assert.That(why.Entropies(), Is.EqualTo(new[] { 0, .473296522988, .757597724144, .884650267640 }).Within(1e-11));
        Assert.That(why.Models.Select(model => model.PriceTo), Is.EqualTo(new[] { double.PositiveInfinity, double.NaN, .2504865259, .05185267088 }).Within(1e-9));
        Assert.That(why.Chosen, Is.EqualTo(3));
    }

    [Test]
    public void Of_least_squares_on_the_diabetes_data() // C: sex is a switch
    {
        var table = ShippedTable.Read("diabetes.csv");
        double[] w = [.. LeastSquares.Solve(new LabelledData(table.Rows.SelectMany(row => row).ToArray(), table.Labels).WithIntercept()).Parameters];
        Func<double[], double> model = Linear(w);
        Explanation why = table.Explain(0, model);

        Assert.That(why.Value, Is.EqualTo(206.116677245).Within(1e-7));
        Assert.That(why.Variance, Is.EqualTo(1366.88603981).Within(1e-5));
        (string Name, double Slope)[] slopes =
        [
            ("s1", -37.679952611), ("s5", 35.7344457713), ("bmi", 24.7265488604), ("s2", 22.6761627663), ("bp", 15.4294041314), ("sex", -11.4068669234),
            ("s4", 8.4220393558), ("s3", 4.8061381369), ("s6", 3.2166737182), ("age", -.4761207862),
        ];
        Assert.That(why.Names(), Is.EqualTo(slopes.Select(slope => slope.Name)));
        foreach ((string name, double slope) in slopes)
            Assert.That(why.Term(name).Effect.Value, Is.EqualTo(slope).Within(1e-7), name);
        Assert.That(why.Term("sex").Feature.Kind, Is.EqualTo(FeatureKind.Switch));
        Assert.That(why.Term("sex").Spread, Is.EqualTo(1.0020125703).Within(1e-9));
        Assert.That(why.Term("bmi").Spread, Is.EqualTo(Math.Sqrt(.625)).Within(1e-14));
        Assert.That(why.Unfaithfulness(), Is.EqualTo(new[]
        {
            .430269847492, .214804964115, .130338488896, .065189642634, .036517977355, .012029666298, .003856587599, .001209418522, .000025913593, 0,
        }).Within(1e-9));
        Assert.That(why.Entropies(), Is.EqualTo(new[]
        {
            0, .300877482197, .470216331254, .591663145603, .678073616609, .750284816371, .800492901161, .834508611576, .859743270917, .865766475120,
        }).Within(1e-9));
        Assert.That(why.Models.Where(model => !double.IsNaN(model.PriceTo)).Select(model => model.Features), Is.EqualTo(new[] { 1, 2, 4, 6, 7, 8, 9, 10 }));
        Assert.That(why.Models.Where(model => double.IsFinite(model.PriceTo)).Select(model => model.PriceTo), Is.EqualTo(new[]
        {
            .7161216646, .5145209696, .3351369083, .162784116, .07782195475, .04689997648, .004302293576,
        }).Within(1e-8));
        Assert.That(why.Chosen, Is.EqualTo(2));
        Assert.That(table.Explain(0, model, Explained.Once with { Choice = FeatureChoice.Faithfulness(.05) }).Chosen, Is.EqualTo(5));
        Assert.That(table.Explain(0, model, Explained.Once with { Choice = FeatureChoice.AtPrice(.4) }).Chosen, Is.EqualTo(4));
        Assert.That(table.Explain(0, model, Explained.Once with { Choice = FeatureChoice.AtPrice(0) }).Chosen, Is.EqualTo(10));
        Assert.That(table.Explain(0, model, Explained.Once with { Choice = FeatureChoice.Features(3) }).Chosen, Is.EqualTo(3));
    }

    [Test]
    public void Of_a_classifier_of_tumours() // D
    {
        var table = ShippedTable.Read("breast-cancer.csv");
        Func<double[], double[]> standardize = table.Standardizer();
        double[] a = [.. table.Names.Select((_, j) => (Mean(table, 1, j) - Mean(table, 0, j)) / 6)];
        double LogOdds(double[] x) => standardize(x).Zip(a, (z, weight) => z * weight).Sum();
        double Benign(double[] x) => 1 / (1 + Math.Exp(-LogOdds(x)));

        Explanation why = table.Explain(20, Benign);
        Assert.That((why.Rows, why.Chosen), Is.EqualTo((129, 25)));
        Assert.That(why.Value, Is.EqualTo(.828205247947).Within(1e-10));
        Assert.That(why.Variance, Is.EqualTo(.00362384446607).Within(Relative * .0036));
        Assert.That(why.LinearShare, Is.EqualTo(.913326128717).Within(1e-9));
        Assert.That(why.OddShare, Is.EqualTo(.913345832148).Within(1e-9));
        Assert.That(why.Terms.Take(3).Select(term => term.Name), Is.EqualTo(new[] { "worst_concave_points", "worst_perimeter", "mean_concave_points" }));
        Assert.That(why.Terms.Take(3).Select(term => term.Effect.Value), Is.EqualTo(new[] { -.0393615200782, -.0389307920479, -.038761971895 }).Within(1e-9));
        Assert.That(why.Unfaithfulness().Take(3), Is.EqualTo(new[] { .741537762304, .636473620266, .556226860193 }).Within(1e-9));
        Assert.That(why.Entropies().Skip(1).Take(2), Is.EqualTo(new[] { .203790597619, .323001360761 }).Within(1e-9));
        Assert.That(why.EffectiveFeatures, Is.EqualTo(23.7738882732).Within(1e-6));

        Explanation sure = table.Explain(0, Benign);
        Assert.That(sure.Value, Is.EqualTo(.000175139865).Within(1e-12));
        Assert.That(sure.LinearShare, Is.EqualTo(.775895677062).Within(1e-8));
        Assert.That(sure.EvenShare, Is.EqualTo(.217105828987).Within(1e-8));
        Assert.That(sure.Chosen, Is.EqualTo(25));

        Explanation logOdds = table.Explain(20, LogOdds);
        Assert.That(logOdds.LinearShare, Is.EqualTo(1).Within(1e-12));
        Assert.That(logOdds.Terms[0].Effect.Value, Is.EqualTo(-.273553351028).Within(1e-9));
    }

    [TestCase(70, 1, .528770059181, .990749048688, "color_intensity,hue,alcohol", -.102564215761, 12)]
    [TestCase(0, 0, .908324694479, double.NaN, "proline,alcohol", .0406641049862, 11)]
    [TestCase(150, 2, .87930335254, double.NaN, "od280_od315", -.0495987013913, 9)]
    public void Of_three_wines(int row, int wine, double probability, double linear, string first, double slope, int chosen) // E
    {
        Explanation why = Wine(row, wine);

        Assert.That(why.Value, Is.EqualTo(probability).Within(1e-9));
        if (double.IsFinite(linear))
            Assert.That(why.LinearShare, Is.EqualTo(linear).Within(1e-9));
        Assert.That(why.Names().Take(first.Split(',').Length), Is.EqualTo(first.Split(',')));
        Assert.That(why.Terms[0].Effect.Value, Is.EqualTo(slope).Within(1e-9));
        Assert.That(why.Chosen, Is.EqualTo(chosen));
    }

    [Test]
    public void Of_wines_to_more_digits() // E
    {
        Assert.That(Wine(70, 1).Unfaithfulness().Take(3), Is.EqualTo(new[] { .494781828161, .363005502729, .265890141871 }).Within(1e-9));
        Assert.That(Wine(70, 1).Term("hue").Effect.Value, Is.EqualTo(.0787606122787).Within(1e-10));
        Assert.That(Wine(70, 1).Term("alcohol").Effect.Value, Is.EqualTo(-.074079172077).Within(1e-10));
        Assert.That(Wine(0, 0).Term("alcohol").Effect.Value, Is.EqualTo(.037264562006).Within(1e-10));
        Assert.That(Wine(0, 0).Unfaithfulness()[0], Is.EqualTo(.500437586712).Within(1e-9));
        Assert.That(Wine(150, 2).EffectiveFeatures, Is.EqualTo(8.6781309334).Within(1e-8));
    }

    [Test]
    public void Of_a_threshold_and_of_a_product_of_petals() // F
    {
        var table = ShippedTable.Read("iris.csv");
        Explanation step = table.Explain(60, x => x[2] > 2.45 ? 1 : 0);
        Assert.That((step.Variance, step.Chosen), Is.EqualTo((.1875, 1)));
        Assert.That(step.Terms[0].Effect.Value, Is.EqualTo(.4).Within(1e-14));
        Assert.That(step.LinearShare, Is.EqualTo(8.0 / 15).Within(1e-14));
        Assert.That(step.OddShare, Is.EqualTo(2.0 / 3).Within(1e-14));

        Explanation product = table.Explain(0, x => x[2] * x[3]);
        Assert.That(product.Terms.Take(2).Select(term => term.Effect.Value), Is.EqualTo(new[] { 1.06356967906, .351880813155 }).Within(1e-10));
        Assert.That((product.Terms[0].Name, product.Chosen), Is.EqualTo(("petal_width", 2)));
        Assert.That(product.OddShare, Is.EqualTo(.452490604941).Within(1e-11));
        Assert.That(product.Status, Is.EqualTo(ExplanationStatus.Nonlinear));
    }

    [Test]
    public void Of_exclusive_or_has_no_effects_and_says_that_it_is_not_linear() // G
    {
        var background = new Background([0, 0, 0, 1, 1, 0, 1, 1], ["a", "b"]);
        Explanation why = Explained.Row(background, [1, 0], x => x[0] != x[1] ? 1 : 0);

        Assert.That((why.Rows, why.Chosen, why.Models.Count, why.LinearShare, why.EvenShare), Is.EqualTo((17, 0, 0, 0, 1)));
        Assert.That((why.Unfaithfulness, why.Entropy, why.Status), Is.EqualTo((1, double.NaN, ExplanationStatus.Nonlinear)));
        Assert.That(why.Terms.Select(term => term.Share), Is.All.NaN);
    }

    [Test]
    public void Of_nine_equal_features_takes_all_nine() // H
    {
        Explanation why = Explained.Function(x => x.Sum(), new double[9]);

        Assert.That(why.Unfaithfulness(), Is.EqualTo(Enumerable.Range(1, 9).Select(k => 1 - Math.Sqrt(k / 9.0))).Within(1e-12));
        Assert.That(why.Entropies(), Is.EqualTo(Enumerable.Range(1, 9).Select(k => Math.Log(k) / Math.Log(9))).Within(1e-12));
        Assert.That(why.Chosen, Is.EqualTo(9));
        Assert.That(why.Models[8].PriceTo, Is.EqualTo(2.0 / 3).Within(1e-12));
    }

    private static Explanation Wine(int row, int wine)
    {
        var table = ShippedTable.Read("wine.csv");
        Func<double[], double[]> standardize = table.Standardizer();
        double[][] z = table.Standardized();
        double[][] centroids = [.. Enumerable.Range(0, 3).Select(c => table.Names.Select((_, j) => z.Where((_, i) => table.Labels[i] == c).Average(r => r[j])).ToArray())];
        return table.Explain(row, x =>
        {
            double[] at = standardize(x);
            double[] likely = [.. centroids.Select(centroid => Math.Exp(-at.Zip(centroid, (p, q) => (p - q) * (p - q)).Sum() / 8))];
            return likely[wine] / likely.Sum();
        });
    }

    private static double Mean(ShippedTable table, int label, int j)
    {
        double[][] z = Cache.GetValueOrDefault(table.Names.Length) ?? (Cache[table.Names.Length] = table.Standardized());
        return z.Where((_, i) => table.Labels[i] == label).Average(row => row[j]);
    }

    private static readonly Dictionary<int, double[][]> Cache = [];

    /// <summary>A linear function with its intercept last or first, whichever column of ones the data got.</summary>
    private static Func<double[], double> Linear(double[] w) => x => x.Select((value, j) => value * w[j]).Sum() + w[^1];
}
