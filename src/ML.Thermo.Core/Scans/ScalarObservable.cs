namespace ML.Thermo.Scans;

/// <summary>How much one number O(y) tells about the control parameter: the bound (d⟨O⟩/dx)²/Var O ≤ F of Cramér and Rao.</summary>
/// <remarks>Equality holds for a canonical law with O linear in the energy; so which order parameter is most informative is a number. O may be
/// the prediction of x by a regression.</remarks>
[Maturity(Maturity.Theorem, "the bound")]
[Maturity(Maturity.Estimator, "from samples")]
public static class ScalarObservable
{
    /// <summary>The information of an observable whose law is known.</summary>
    /// <param name="slope">d⟨O⟩/dx.</param>
    /// <param name="variance">Var O &gt; 0 at x.</param>
    public static double Information(double slope, double variance) => slope * slope / variance;

    /// <summary>The information at each split from samples: (⟨O⟩_right − ⟨O⟩_left)²/(Δ² · mean variance), less what errors of means add.</summary>
    /// <param name="grid">K values.</param>
    /// <param name="samples">O of at least two samples at each value.</param>
    /// <returns>One a split of neighbouring values, in the grid's variable; may be negative.</returns>
    /// <exception cref="UnusableDataException">There are fewer than two samples at a value.</exception>
    public static IReadOnlyList<Estimate> Information(ControlGrid grid, IReadOnlyList<IReadOnlyList<double>> samples)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(samples);
        Moments[] moments = [.. samples.Select(Of)];
        int few = Array.FindIndex(moments, value => value.Count < 2);
        if (few >= 0)
            throw new UnusableDataException($"{grid.Name} = {grid.Values[few]} has {moments[few].Count} samples: expected at least 2.");
        return [.. Enumerable.Range(0, grid.Count - 1).Select(k => Between(grid.Distance(k, 1), moments[k], moments[k + 1]))];
    }

    private static Estimate Between(double delta, Moments left, Moments right)
    {
        double rise = right.Mean.Value - left.Mean.Value, error = left.VarianceOfMean + right.VarianceOfMean, variance = (left.Variance + right.Variance) / 2;
        double scale = 1 / (delta * delta * variance);
        return variance > 0
            ? new(((rise * rise) - error) * scale, Math.Sqrt((4 * rise * rise * error) + (2 * error * error)) * scale)
            : Estimate.Undefined;
    }

    private static Moments Of(IReadOnlyList<double> values)
    {
        var moments = new Moments();
        foreach (double value in values)
            moments.Add(value);
        return moments;
    }
}
