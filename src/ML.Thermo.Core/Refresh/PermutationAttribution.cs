using ML.Thermo.Data;
using ML.Thermo.Initialization;
using ML.Thermo.Numerics;

namespace ML.Thermo.Refresh;

/// <summary>Which features carry the drift of any model: how much energy goes when a feature's values are drawn from the reference again.</summary>
/// <remarks>
/// <para>Share of feature j = E(moved data) − E(moved data, feature j from random reference rows). It sees a feature's own shift, and takes its
/// correlation with the other features away too; shares need not add up to ΔE.</para></remarks>
[Maturity(Maturity.Estimator, "permutation importance, Breiman 2001, applied to drift")]
public static class PermutationAttribution
{
    /// <summary>The loss of one row.</summary>
    /// <param name="features">d numbers.</param>
    /// <param name="target">The label.</param>
    public delegate double RowLoss(ReadOnlySpan<double> features, double target);

    /// <summary>Shares of all features, largest first, each with its standard error over the rows.</summary>
    /// <param name="reference">Where replacements are drawn from.</param>
    /// <param name="current">The moved data, of the same columns.</param>
    /// <param name="loss">The model and its loss; called from one thread.</param>
    /// <param name="repeats">Replacements a row, ≥ 1.</param>
    /// <param name="seed">The draws of a row depend on seed, feature and row only.</param>
    /// <param name="progress">Receives the share of features done.</param>
    /// <param name="cancellation">Stops between rows.</param>
    /// <exception cref="ArgumentException">The columns differ.</exception>
    public static IReadOnlyList<Attribution> Of(
        LabelledData reference, LabelledData current, RowLoss loss, int repeats = 1, ulong seed = 1, IProgress<double>? progress = null,
            CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(repeats);
        if (reference.Columns != current.Columns)
            throw new ArgumentException($"The reference has {reference.Columns} columns and the moved data {current.Columns}: expected as many.",
                nameof(current));
        var shares = new Attribution[current.Columns];
        double[] row = new double[current.Columns];
        for (int j = 0; j < shares.Length; j++)
        {
            CompensatedSum sum = default, squares = default;
            for (int i = 0; i < current.Rows; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                var random = new RandomStream(seed, ((ulong)j << 40) | (uint)i);
                current.Row(i).CopyTo(row);
                double target = current.Targets.Span[i], before = loss(row, target), after = 0;
                for (int repeat = 0; repeat < repeats; repeat++)
                {
                    row[j] = reference.Row((int)random.NextInteger(reference.Rows))[j];
                    after += loss(row, target) / repeats;
                }

                sum.Add(before - after);
                squares.Add((before - after) * (before - after));
            }

            double n = current.Rows, mean = sum.Value / n, variance = Math.Max((squares.Value / n) - (mean * mean), 0) * n / (n - 1);
            shares[j] = new Attribution(current.FeatureNames[j], new Estimate(mean, Math.Sqrt(variance / n)));
            progress?.Report((j + 1.0) / shares.Length);
        }

        return [.. shares.OrderByDescending(share => share.DeltaEnergy.Value)];
    }
}
