using ML.Thermo.Explanations;

namespace ML.Thermo.Cli.Verify;

/// <summary>Explanations of functions, and the entropy of their effects.</summary>
internal static class ExplanationChecks
{
    public static IEnumerable<CheckGroup> Groups =>
    [
        new(
            "Explanations: effects, unfaithfulness U, interpretation entropy S and prices of one replicate",
            "two programs written from the definitions, independent of this library and of each other",
            [.. Rows()]),
    ];

    private static IEnumerable<Check> Rows()
    {
        yield return new("S of weights 3, 5, −2 among ten", 0.447172622283, 1e-11, () => InterpretationEntropy.Of([3, 5, -2, 0, 0, 0, 0, 0, 0, 0]).Value);
        yield return new("effective features of ½, ¼, ⅛, ⅛", 3.363585661015, 1e-11, () => InterpretationEntropy.Of([.5, .25, .125, .125]).EffectiveFeatures);
        Explanation linear = Explain(10, 15 / Math.Sqrt(12), new double[10], x => (3 * x[0]) + (5 * x[4]) - (2 * x[7]));
        yield return new("3x₀ + 5x₄ − 2x₇: effect of x₄", 21.6506350946, 1e-9, () => linear.Terms[0].Effect.Value);
        yield return new("3x₀ + 5x₄ − 2x₇: U of one feature", 0.188892894346, 1e-11, () => linear.Models[0].Unfaithfulness);
        yield return new("3x₀ + 5x₄ − 2x₇: U of two", 0.054094697073, 1e-11, () => linear.Models[1].Unfaithfulness);
        yield return new("3x₀ + 5x₄ − 2x₇: price of three", 0.338389304, 1e-9, () => linear.Models[2].PriceTo);
        Explanation curved = Explain(4, 1, [0, 1, 2, 0], x => Math.Exp(x[0]) + (x[1] * x[2]) + (.3 * x[3]));
        yield return new("eᵃ + bc + .3d: variance", 4.5819697271, 1e-9, () => curved.Variance);
        yield return new("eᵃ + bc + .3d: effect of a", 1.14859907711, 1e-10, () => curved.Terms.Single(term => term.Name == "x0").Effect.Value);
        yield return new("eᵃ + bc + .3d: R²", 0.874252807973, 1e-11, () => curved.LinearShare);
        yield return new("eᵃ + bc + .3d: odd share", 0.874638926087, 1e-11, () => curved.OddShare);
        yield return new("eᵃ + bc + .3d: features chosen", 3, 0, () => curved.Chosen);
        Explanation equal = Explain(9, 1, new double[9], x => x.Sum());
        yield return new("nine equal features: price of all", 2.0 / 3, 1e-11, () => equal.Models[8].PriceTo);
    }

    private static Explanation Explain(int d, double deviation, double[] instance, Func<double[], double> function)
    {
        var neighbourhood = new OrthogonalNeighbourhood(
            [.. Enumerable.Range(0, d).Select(j => ExplainedFeature.Numeric($"x{j}", instance[j], deviation))], new() { Replicates = 1 });
        double[] outputs = new double[neighbourhood.Rows];
        var moves = new Move[neighbourhood.MostMoves];
        for (int row = 0; row < outputs.Length; row++)
        {
            double[] x = [.. instance];
            foreach (Move move in moves.AsSpan(0, neighbourhood.Moves(row, moves)))
                x[move.Feature] += move.Shift * deviation;
            outputs[row] = function(x);
        }

        return neighbourhood.Explain(outputs);
    }
}
