using System.Numerics.Tensors;

namespace ML.Thermo.Transitions;

/// <summary>What each of the rows that two states share does to ΔE and to both variances: the errors of their functions over samples of rows.</summary>
/// <remarks>
/// With every row a draw from one law, ΔE moves by the row's loss removed less its mean (a), ln V₁ of E over the parameters by 2(Cov(ℓ, E)/V₁ − 1) (u), and
/// ln V₂ of one loss by (ℓ − ⟨ℓ⟩)²/V₂ − 1 (g): influence functions, of which a mean's error is sd/√n. An untrained entropy is taken to move as ½ ln V₁,
/// exactly so where the losses' regression on E is linear.
/// </remarks>
internal sealed class RowInfluences
{
    private readonly double[] _change, _untrained, _trained;

    private RowInfluences(double[] change, double[] untrained, double[] trained)
    {
        (_change, _untrained, _trained) = (change, untrained, trained);
        double n = change.Length;
        double Covariance(double[] x, double[] y) => TensorPrimitives.Dot<double>(x, y) / (n - 1) / n;
        Errors = new(
            Covariance(change, change), Covariance(untrained, untrained), Covariance(trained, trained),
            Covariance(change, untrained), Covariance(change, trained), Covariance(untrained, trained));
    }

    /// <summary>What follows for errors.</summary>
    public RowErrors Errors { get; }

    /// <summary>Of two states on the same rows.</summary>
    /// <param name="from">The untrained state, with <see cref="State.RowEnergies"/>.</param>
    /// <param name="to">The trained state, with as many.</param>
    public static RowInfluences Of(State from, State to)
    {
        IReadOnlyList<double> before = from.RowEnergies!, after = to.RowEnergies!;
        double trained = after.Average(), change = before.Average() - trained, variance = after.Average(loss => (loss - trained) * (loss - trained));
        IReadOnlyList<double>? shares = from.RowVariances?.Count == after.Count ? from.RowVariances : null;
        double untrained = shares?.Average() ?? 0;
        bool knows = shares is not null && untrained > 0;
        return new(
            [.. before.Zip(after, (a, b) => a - b - change)],
            [.. after.Select((_, i) => knows ? 2 * ((shares![i] / untrained) - 1) : 0)],
            [.. after.Select(loss => variance > 0 ? ((loss - trained) * (loss - trained) / variance) - 1 : 0)]);
    }

    /// <summary>a and u/2 of every row: how it moves ΔE and the untrained entropy.</summary>
    public (double Change, double Untrained) this[int row] => (_change[row], _untrained[row] / 2);
}
