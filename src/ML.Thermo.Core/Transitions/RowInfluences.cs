using System.Numerics.Tensors;

namespace ML.Thermo.Transitions;

/// <summary>What each of the rows that two states share does to ΔE and to both variances: the errors of their functions over samples of rows.</summary>
/// <remarks>
/// With every row a draw from one law, ΔE moves by the row's loss removed less its mean (a), ln V₁ of E over the parameters by 2(Cov(ℓ, E)/V₁ − 1) (u; a
/// row's own variance in it, of which V₁ is nearly made where rows are nearly independent, counts once and not twice), and
/// ln V₂ of one loss by (ℓ − ⟨ℓ⟩)²/V₂ − 1 (g): influence functions, of which a mean's error is sd/√n. An untrained entropy is taken to move as
/// ½ ln V₁, exactly so where the losses' regression on E is linear.
/// </remarks>
internal sealed class RowInfluences
{
    private readonly double[] _change, _untrained, _trained;
    private readonly double _known;

    private RowInfluences(double[] change, double[] untrained, double[] trained, RowNoise noise)
    {
        (_change, _untrained, _trained) = (change, untrained, trained);
        double n = change.Length;
        double Covariance(double[] x, double[] y) => TensorPrimitives.Dot<double>(x, y) / (n - 1) / n;
        Errors = new(
            Math.Max(Covariance(change, change) - (noise.Change / n), 0), Math.Max(Covariance(untrained, untrained) - (noise.Untrained / n), 0),
            Covariance(trained, trained),
            Covariance(change, untrained) - (noise.Both / n), Covariance(change, trained), Covariance(untrained, trained));
        double all = Covariance(untrained, untrained);
        _known = all > 0 ? Math.Sqrt(Errors.Untrained / all) : 1;
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
        double Own(int row) => from.RowOwnVariances?[row] ?? 0;
        double own = from.RowOwnVariances?.Average() ?? 0;
        return new(
            [.. before.Zip(after, (a, b) => a - b - change)],
            [.. after.Select((_, i) => knows ? ((2 * (shares![i] - untrained)) - Own(i) + own) / untrained : 0)],
            [.. after.Select(loss => variance > 0 ? ((loss - trained) * (loss - trained) / variance) - 1 : 0)],
            from.RowNoise);
    }

    /// <summary>Number of rows.</summary>
    public int Count => _change.Length;

    /// <summary>Covariance over rows of ΔE − tΔS with the same of other states on the same rows.</summary>
    /// <param name="t">t, loss units per nat.</param>
    /// <param name="other">What the rows do to the other states; as many rows.</param>
    /// <param name="otherT">Their t.</param>
    public double Covariance(double t, RowInfluences other, double otherT)
    {
        double sum = 0;
        for (int row = 0; row < Count; row++)
            sum += Of(this, row, t) * Of(other, row, otherT);
        return sum / (Count - 1) / Count;

        static double Of(RowInfluences rows, int row, double temperature) =>
            rows._change[row] - (temperature * 0.5 * (rows._untrained[row] - rows._trained[row]));
    }

    /// <summary>a and u/2 of every row: how it moves ΔE and the untrained entropy, shrunk to the spread that it has without the noise of draws.</summary>
    public (double Change, double Untrained) this[int row] => (_change[row], _known * _untrained[row] / 2);
}
