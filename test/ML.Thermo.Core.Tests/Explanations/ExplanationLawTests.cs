using FsCheck;
using FsCheck.Fluent;
using ML.Thermo.Explanations;

namespace ML.Thermo.Tests.Explanations;

public class An_explanation_of_any_function
{
    private static readonly ExplainOptions Usual = new();

    [FsCheck.NUnit.Property(MaxTest = 60)]
    public Property Loses_faith_and_gains_simplicity_with_every_feature_less() => Prop.ForAll(Functions, f =>
    {
        Explanation why = Explained.Function(f.Of, f.Instance, 1.5, Usual);
        double[] u = why.Unfaithfulness(), s = why.Entropies();
        return u.Zip(u.Skip(1)).All(pair => pair.Second <= pair.First + 1e-12) && s.Zip(s.Skip(1)).All(pair => pair.Second > pair.First - 1e-12)
            && u.All(value => value is >= 0 and <= 1) && s.All(value => value is >= 0 and <= 1 + 1e-12);
    });

    [FsCheck.NUnit.Property(MaxTest = 60)]
    public Property Is_best_at_every_price_within_its_range_and_no_other_is() => Prop.ForAll(Functions, f =>
    {
        Explanation why = Explained.Function(f.Of, f.Instance, 1.5, Usual);
        return Enumerable.Range(0, 60).Select(i => i * .021).All(price =>
        {
            double least = why.Models.Min(model => model.Unfaithfulness + (price * model.Entropy));
            SurrogateModel best = why.Models.Single(model => price >= model.PriceFrom && price < model.PriceTo);
            return best.Unfaithfulness + (price * best.Entropy) <= least + 1e-12;
        });
    });

    [FsCheck.NUnit.Property(MaxTest = 40)]
    public Property Does_not_change_but_for_its_value_when_a_constant_is_added() => Prop.ForAll(Functions, f =>
    {
        Explanation plain = Explained.Function(f.Of, f.Instance, 1.5, Usual), moved = Explained.Function(x => f.Of(x) + 1000, f.Instance, 1.5, Usual);
        return Near(moved.Value, plain.Value + 1000, 1e-9) && SameShape(plain, moved, 1);
    });

    [FsCheck.NUnit.Property(MaxTest = 40)]
    public Property Scales_its_effects_alone_with_the_output() => Prop.ForAll(Functions, f =>
    {
        Explanation plain = Explained.Function(f.Of, f.Instance, 1.5, Usual), scaled = Explained.Function(x => -8 * f.Of(x), f.Instance, 1.5, Usual);
        return SameShape(plain, scaled, -8);
    });

    [FsCheck.NUnit.Property(MaxTest = 40)]
    public Property Of_an_additive_function_does_not_depend_on_the_order_of_the_columns() => Prop.ForAll(Functions, f =>
    {
        int d = f.Instance.Length;
        Func<double[], double> curved = x => x.Select((value, j) => (f.Weights[j] * value) + (.3 * f.Weights[j] * value * value)).Sum();
        Explanation plain = Explained.Function(curved, f.Instance, 1.5), turned = Explained.Function(x => curved([.. x.Reverse()]), [.. f.Instance.Reverse()], 1.5);
        return Enumerable.Range(0, d).All(j => Near(plain.Term($"x{j}").Effect.Value, turned.Term($"x{d - 1 - j}").Effect.Value, 1e-9));
    });

    [FsCheck.NUnit.Property(MaxTest = 40)]
    public Property Gives_no_effect_to_a_feature_that_a_quadratic_function_does_not_use() => Prop.ForAll(Functions, f => // third order is aliased
    {
        Explanation why = Explained.Function(x => f.Weights.Skip(1).Zip(x.Skip(1), (w, v) => w * v).Sum() + (x[1] * x[^1]), f.Instance, 1.5, Usual);
        return why.Term("x0").Effect is { Value: 0, StandardError: 0 } && !why.Term("x0").IsChosen;
    });

    [FsCheck.NUnit.Property(MaxTest = 40)]
    public Property Is_not_bent_by_pairs_of_features() => Prop.ForAll(Functions, f =>
    {
        Explanation plain = Explained.Function(x => f.Weights.Zip(x, (w, v) => w * v).Sum(), new double[f.Instance.Length], 1.5, Usual);
        Explanation paired = Explained.Function(x => f.Weights.Zip(x, (w, v) => w * v).Sum() + (5 * x[0] * x[^1]) + (x[1] * x[1]), new double[f.Instance.Length], 1.5, Usual);
        return plain.Terms.All(term => Near(paired.Term(term.Name).Effect.Value, term.Effect.Value, 1e-9)) && paired.OddShare < 1;
    });

    [Test]
    public void Is_the_same_bit_for_bit_when_it_is_made_again()
    {
        Explanation Make() => Explained.Function(x => Math.Sin(x.Sum()) + (x[0] * x[1]), [.. Enumerable.Range(0, 20).Select(j => j * .1)], 1, Usual);
        Assert.That(Make().Terms, Is.EqualTo(Make().Terms));
    }

    [Test]
    public void Of_a_constant_says_that_nothing_moves()
    {
        Explanation why = Explained.Function(_ => .25, new double[3], 1, Usual);
        Assert.That((why.Status, why.Chosen, why.Value, why.Unfaithfulness), Is.EqualTo((ExplanationStatus.ConstantOutput, 0, .25, 1)));
        Assert.That(new[] { why.LinearShare, why.OddShare, why.EvenShare, why.Entropy }, Is.All.NaN);
        Assert.That(why.Terms.Select(term => term.Effect), Is.All.EqualTo(Estimate.Exact(0)));
    }

    [Test]
    public void Of_an_additive_function_has_no_errors_and_agrees_with_itself()
    {
        Explanation why = Explained.Function(x => x[0] + (x[7] * x[7] * x[7]) - x[12], new double[13], 1, Usual);
        Assert.That(why.Terms.Select(term => term.Effect.StandardError), Is.All.EqualTo(0).Within(1e-14));
        Assert.That(why.Stability, Is.EqualTo(1));
        Assert.That(Explained.Function(x => x[0], new double[2]).Stability, Is.NaN, "one replicate");
        Assert.That(Explained.Function(x => x[0], new double[2]).Terms[0].Effect.StandardError, Is.NaN, "one replicate");
    }

    [Test]
    public void Says_where_it_is_not_as_faithful_as_asked_for()
    {
        Explanation why = Explained.Function(x => (x[0] * x[1]) + x[0], new double[2], 1, Usual with { Choice = FeatureChoice.Faithfulness(.01) });
        Assert.That(why.Status.HasFlag(ExplanationStatus.Unreached), Is.True);
        Assert.That(why.Chosen, Is.EqualTo(why.Models.Count));
    }

    [Test]
    public void Names_the_pairs_behind_an_even_part()
    {
        Func<double[], double> model = x => x[0] + (3 * x[1] * x[4]) - (x[2] * x[3]);
        ExplainedFeature[] features = [.. Enumerable.Range(0, 6).Select(j => ExplainedFeature.Numeric($"x{j}", 0, 2))];
        var neighbourhood = new OrthogonalNeighbourhood(features);
        Explanation why = neighbourhood.Explain(Explained.Outputs(neighbourhood, new double[6], model));
        var pairs = new PairDesign(neighbourhood, why.MostEvenBlock);
        double[] outputs = new double[pairs.Rows];
        var moves = new Move[2];
        for (int row = 0; row < outputs.Length; row++)
        {
            double[] x = new double[6];
            foreach (Move move in moves.AsSpan(0, pairs.Moves(row, moves)))
                x[move.Feature] = 2 * move.Shift;
            outputs[row] = model(x);
        }

        IReadOnlyList<PairInteraction> found = pairs.Of(outputs);
        Assert.That(found, Has.Count.EqualTo(15));
        Assert.That(((int[])[found[0].First, found[0].Second]).Order(), Is.EqualTo(new[] { 1, 4 }));
        Assert.That(found[0].Value, Is.EqualTo(12).Within(1e-12));
        Assert.That(found[1].Value, Is.EqualTo(-4).Within(1e-12));
        Assert.That(found.Skip(2).Select(pair => pair.Value), Is.All.EqualTo(0).Within(1e-12));
    }

    [Test]
    public void Moves_switches_categories_and_masks_to_their_other_value()
    {
        ExplainedFeature[] features =
        [
            ExplainedFeature.Switch("on", 1, 0, .5), ExplainedFeature.Category("colour", "red"), ExplainedFeature.Mask("word", "good"),
        ];
        var neighbourhood = new OrthogonalNeighbourhood(features);
        Assert.That(neighbourhood.Rows, Is.EqualTo(1 + (4 * 16)), "all switches: one radius");
        double[] outputs = new double[neighbourhood.Rows];
        var moves = new Move[8];
        for (int row = 0; row < outputs.Length; row++)
        {
            outputs[row] = 10;
            foreach (Move move in moves.AsSpan(0, neighbourhood.Moves(row, moves)))
                outputs[row] -= move.Feature switch { 0 => 1, 1 => 2, _ => 4 };
        }

        Explanation why = neighbourhood.Explain(outputs);
        Assert.That(why.Term("on").Effect.Value, Is.EqualTo(.5).Within(1e-14), "a standard deviation is half of the way");
        Assert.That(why.Term("colour").Effect.Value, Is.EqualTo(2).Within(1e-14), "what being red adds");
        Assert.That(why.Term("word").Effect.Value, Is.EqualTo(4).Within(1e-14), "what the word adds");
        Assert.That(why.ChosenTerms[0].Name, Is.EqualTo("word"));
    }

    private static bool SameShape(Explanation a, Explanation b, double scale) =>
        b.Terms.All(term => Near(term.Effect.Value, scale * a.Term(term.Name).Effect.Value, 1e-9 * Math.Abs(scale)))
        && a.Unfaithfulness().Zip(b.Unfaithfulness()).All(pair => Near(pair.First, pair.Second, 1e-8)) && Near(a.OddShare, b.OddShare, 1e-9);

    private static bool Near(double a, double b, double within) => Math.Abs(a - b) <= within;

    private static Arbitrary<Function> Functions { get; } = Arb.From(
        from d in Gen.Choose(2, 19)
        from weights in Gen.Choose(-30, 30).Select(w => w / 10.0).ArrayOf(d)
        from instance in Gen.Choose(-20, 20).Select(x => x / 10.0).ArrayOf(d)
        from kind in Gen.Choose(0, 2)
        where weights.Any(w => w != 0)
        select new Function(weights, instance, kind));

    internal sealed record Function(double[] Weights, double[] Instance, int Kind)
    {
        public double Of(double[] x)
        {
            double linear = Weights.Zip(x, (w, value) => w * value).Sum();
            return Kind switch { 0 => linear, 1 => Math.Tanh(linear / 5), _ => linear + (x[0] * x[^1] * x[1]) + Math.Exp(x[0] / 2) };
        }
    }
}

public class The_interpretation_entropy
{
    [Test]
    public void Of_known_weights()
    {
        Assert.That(InterpretationEntropy.Of([3, 5, -2, 0, 0, 0, 0, 0, 0, 0]).Value, Is.EqualTo(.447172622283).Within(1e-12));
        Assert.That(InterpretationEntropy.Of([3, 5, -2, 0, 0, 0, 0, 0, 0, 0]).EffectiveFeatures, Is.EqualTo(2.800094072854).Within(1e-12));
        Assert.That(InterpretationEntropy.Of([-.5, .25, .125, .125]).Value, Is.EqualTo(.875).Within(1e-15));
        Assert.That(InterpretationEntropy.Of([-.5, .25, .125, .125]).EffectiveFeatures, Is.EqualTo(3.363585661015).Within(1e-12));
        Assert.That(InterpretationEntropy.Of([1, 0, 0, 0]), Is.EqualTo(new InterpretationEntropy(0, 1)));
        Assert.That(InterpretationEntropy.Of([-7]), Is.EqualTo(new InterpretationEntropy(0, 1)));
        Assert.That(double.IsNegative(InterpretationEntropy.Of([1, 0]).Value), Is.False, "never −0");
        Assert.That(InterpretationEntropy.Of([0, 0]).Value, Is.NaN);
        Assert.That(InterpretationEntropy.Of([1e308, 1e308, -1e308]).EffectiveFeatures, Is.EqualTo(3).Within(1e-12));
    }

    [Test]
    public void Refuses_what_is_no_number() =>
        Assert.That(() => InterpretationEntropy.Of([1, double.NaN]), Throws.ArgumentException);
}

public class A_background
{
    [Test]
    public void Tells_switches_from_numbers_and_leaves_constants_as_they_are()
    {
        var background = new Background([0, 7, 1, 1, 7, 2, 1, 7, 4, 0, 7, 9], ["sex", "year", "age"]);
        ExplainedRow row = background.Row([1, 7, 3]), stranger = background.Row([2, 8, 3]);

        Assert.That(row.Features.Select(feature => (feature.Name, feature.Kind)), Is.EqualTo(new[] { ("sex", FeatureKind.Switch), ("age", FeatureKind.Numeric) }));
        Assert.That(row.NotVaried, Is.EqualTo(new[] { "year" }));
        Assert.That(row.Features[0].Change, Is.EqualTo(-2));
        Assert.That(stranger.Features[0].Kind, Is.EqualTo(FeatureKind.Numeric), "2 is neither of its two values");
    }

    [Test]
    public void Keeps_the_spread_of_numbers_far_from_zero() =>
        Assert.That(new Background([1e9, 1e9 + 1, 1e9 + 2, 1e9 + 3], ["x"]).Row([1e9]).Features[0].Deviation, Is.EqualTo(Math.Sqrt(1.25)).Within(1e-12));

    [Test]
    public void Says_what_is_wrong()
    {
        Assert.That(() => new Background([1, 2], ["a", "b"]), Throws.TypeOf<UnusableDataException>().With.Message.Contains("The background has 1 row"));
        Assert.That(() => new Background([1, double.NaN, 2, 3], ["a", "b"]), Throws.TypeOf<UnusableDataException>().With.Message.Contains("Row 0 of the background has NaN in 'b'"));
        var background = new Background([1, 5, 2, 5], ["a", "b"]);
        Assert.That(() => background.Row([double.NaN, 1]), Throws.TypeOf<UnusableDataException>().With.Message.Contains("'a' of the explained row is NaN"));
        Assert.That(() => background.Row([1]), Throws.TypeOf<UnusableDataException>().With.Message.Contains("1 numbers: expected 2"));
        Assert.That(() => new OrthogonalNeighbourhood(new Background([1, 1], ["a"]).Row([1]).Features), Throws.TypeOf<UnusableDataException>()
            .With.Message.Contains("No feature varies"));
        ExplainedFeature[] many = [.. Enumerable.Range(0, 4097).Select(j => ExplainedFeature.Mask($"{j}", ""))];
        Assert.That(() => new OrthogonalNeighbourhood(many), Throws.TypeOf<UnusableDataException>().With.Message.Contains("4097 features").And.Message.Contains("group them"));
        var one = new OrthogonalNeighbourhood(background.Row([1, 5]).Features);
        Assert.That(() => one.Explain([.. Enumerable.Repeat(double.NaN, one.Rows)]), Throws.TypeOf<UnusableDataException>().With.Message.Contains("NaN for the explained row"));
        Assert.That(() => one.Explain([1]), Throws.TypeOf<UnusableDataException>().With.Message.Contains("expected one a row"));
        Assert.That(() => new OrthogonalNeighbourhood(background.Row([1, 5]).Features, new() { Radii = [1, .5] }), Throws.ArgumentException);
        Assert.That(() => new OrthogonalNeighbourhood(background.Row([1, 5]).Features, new() { Replicates = 0 }), Throws.ArgumentException);
    }
}
