using System.Numerics.Tensors;
using ML.Thermo.Data;

namespace ML.Thermo.Refresh;

/// <summary>A share of ΔE.</summary>
/// <param name="Name">The feature; null for the target.</param>
/// <param name="DeltaEnergy">Loss units; positive where it adds loss.</param>
[Maturity(Maturity.Theorem, "linear")]
[Maturity(Maturity.Estimator, "by permutation")]
public readonly record struct Attribution(string? Name, Estimate DeltaEnergy);

/// <summary>Which features carry the drift of a linear model under squared loss, exactly.</summary>
/// <remarks>
/// <para>With residual r = y − w·x the energy is E = ⟨y r⟩ − Σⱼ wⱼ⟨xⱼ r⟩, so ΔE = Δ⟨y r⟩ − Σⱼ wⱼ Δ⟨xⱼ r⟩: a term a feature and one for the target.
/// It is Δs − 2Δc·w + w·ΔΣw with every product of two variables shared equally between them.</para>
/// <para>Where the model has an intercept, features and target are counted from their means on the reference: the model is the same, and a
/// feature whose mean moves keeps what it causes, instead of halving it with the intercept.</para></remarks>
[Maturity(Maturity.Theorem, "an identity")]
public static class LinearDrift
{
    /// <summary>ΔE = Δs − 2Δc·w + w·ΔΣw, loss units.</summary>
    /// <param name="before">Moments of the reference.</param>
    /// <param name="after">Moments of the moved data.</param>
    /// <param name="parameters">w.</param>
    public static double DeltaEnergy(SecondMoments before, SecondMoments after, ReadOnlySpan<double> parameters)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return after.Energy(parameters) - before.Energy(parameters);
    }

    /// <summary>Shares of all features and the target, largest first; they add up to ΔE.</summary>
    /// <param name="before">Moments of the reference.</param>
    /// <param name="after">Moments of the moved data, of as many columns.</param>
    /// <param name="parameters">w.</param>
    /// <param name="names">Names of the features.</param>
    /// <param name="intercept">Which column is of ones, or null.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the intercept is no column of ones.</exception>
    public static IReadOnlyList<Attribution> Of(
        SecondMoments before, SecondMoments after, ReadOnlySpan<double> parameters, IReadOnlyList<string> names, int? intercept = null)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(names);
        if (before.Columns != after.Columns || names.Count != before.Columns || parameters.Length != before.Columns)
            throw new ArgumentException($"{before.Columns} and {after.Columns} columns, {parameters.Length} parameters, {names.Count} names: expected as " +
                "many.", nameof(after));
        if (intercept is { } ones)
        {
            if (before[ones, ones] != 1 || after[ones, ones] != 1)
                throw new ArgumentException($"Column {ones} is not an intercept: its numbers are not all one.", nameof(intercept));
            double[] centred = [.. parameters];
            centred[ones] = TensorPrimitives.Dot(before.Row(ones), parameters) - before.CrossMoments[ones]; // the mean output less the mean target
            (before, after) = (Centred(before, before, ones), Centred(after, before, ones));
            parameters = centred;
        }

        var shares = new Attribution[before.Columns + 1];
        double target = after.TargetMoment - before.TargetMoment;
        for (int j = 0; j < before.Columns; j++)
        {
            double cross = after.CrossMoments[j] - before.CrossMoments[j];
            double forces = TensorPrimitives.Dot(after.Row(j), parameters) - TensorPrimitives.Dot(before.Row(j), parameters);
            shares[j] = new Attribution(names[j], Estimate.Exact(parameters[j] * (forces - cross)));
            target -= cross * parameters[j];
        }

        shares[^1] = new Attribution(null, Estimate.Exact(target));
        return [.. shares.OrderByDescending(share => share.DeltaEnergy.Value)];
    }

    /// <summary>Moments of features and target less their means on the reference; the column of ones stays.</summary>
    private static SecondMoments Centred(SecondMoments moments, SecondMoments reference, int ones)
    {
        int d = moments.Columns;
        double[] shift = [.. reference.Row(ones)], features = new double[d * d], cross = new double[d];
        shift[ones] = 0;
        double target = reference.CrossMoments[ones], mean = moments.CrossMoments[ones];
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double moment = moments[i, j] - (shift[i] * moments[ones, j]) - (shift[j] * moments[ones, i]) + (shift[i] * shift[j]);
                features[(i * d) + j] = features[(j * d) + i] = i == j ? Math.Max(moment, 0) : moment; // rounding may leave a constant below zero
            }

            cross[i] = moments.CrossMoments[i] - (shift[i] * mean) - (target * moments[ones, i]) + (target * shift[i]);
        }

        return new SecondMoments(moments.Count, features, cross, Math.Max(moments.TargetMoment - (2 * target * mean) + (target * target), 0));
    }
}
