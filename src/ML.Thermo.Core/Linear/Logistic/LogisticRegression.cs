using System.Numerics.Tensors;
using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Linear.Algebra;

namespace ML.Thermo.Linear.Logistic;

/// <summary>The ground state of the binary cross-entropy: min over w of E(w) = (1/n)Σ softplus(zᵢ) − tᵢzᵢ, z = Xw, t ∈ {0, 1}.</summary>
/// <remarks>
/// <para>Damped Newton from w = 0. A minimum exists unless some direction v has (2tᵢ − 1)xᵢ·v ≥ 0 for all rows and &gt; 0 for some:
/// then the energy falls for ever along v. Such a direction, once found, is the proof that the data are separable; without one, Newton's
/// steps die out, which is the proof that a minimum is near (Bach 2010, self-concordance).</para></remarks>
[Maturity(Maturity.Theorem, "Newton's method; Albert and Anderson 1984 for the existence of the minimum")]
public static class LogisticRegression
{
    /// <summary>Finds the parameters of least cross-entropy.</summary>
    /// <param name="data">n rows of d features; targets 0 or 1.</param>
    /// <param name="cancellation">Stops between iterations.</param>
    /// <returns>
    /// Parameters and E₀ in nats. <see cref="Status.Separable"/>: there is no minimum; the energy is the infimum (zero if a
    /// hyperplane separates the classes, else that of the rows which lie on the separating hyperplane) and the parameters contain a
    /// separating direction. <see cref="Status.RankDeficient"/>: the columns depend on each other and the parameters have the least norm.
    /// <see cref="Status.NotConverged"/>: neither a minimum nor a separating direction was proven in 200 iterations.
    /// </returns>
    /// <exception cref="UnusableDataException">A target is neither 0 nor 1.</exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public static GroundState Solve(LabelledData data, CancellationToken cancellation = default)
    {
        double[] offsets = new double[Labels(data).Length];
        return Solve(data, offsets, cancellation);
    }

    /// <summary>One Newton step's estimate of E₀ from the origin: ln 2 − 2 q·Σ⁺q with q = (1/n)Xᵀ(t − ½), Σ = XᵀX/n.</summary>
    /// <param name="data">n rows of d features; targets 0 or 1.</param>
    /// <returns>Nats; good where labels are noisy (outputs below one at the minimum), far too low for nearly separable data.</returns>
    /// <exception cref="UnusableDataException">A target is neither 0 nor 1.</exception>
    public static double OneStepEnergy(LabelledData data)
    {
        double[] rows = Signed(data);
        return new LogisticNewton(rows, new double[data.Rows], default).OneStepEnergy();
    }

    /// <summary>∂²E/∂w² = (1/n)Σ σ(zᵢ)σ(−zᵢ) xᵢxᵢᵀ, the curvature of the cross-entropy.</summary>
    /// <param name="data">n rows of d features; targets 0 or 1.</param>
    /// <param name="parameters">w, d numbers.</param>
    /// <returns>d × d, nats per parameter unit squared; symmetric and positive semidefinite.</returns>
    /// <exception cref="UnusableDataException">A target is neither 0 nor 1.</exception>
    /// <exception cref="ArgumentException">There are not d parameters.</exception>
    public static double[,] Hessian(LabelledData data, ReadOnlySpan<double> parameters)
    {
        Labels(data);
        if (parameters.Length != data.Columns)
            throw new ArgumentException($"Expected {data.Columns} parameters, one a column, got {parameters.Length}.", nameof(parameters));
        double[] weights = new double[data.Rows];
        for (int i = 0; i < weights.Length; i++)
            weights[i] = Energy.CrossEntropy.Curvature(TensorPrimitives.Dot(data.Row(i), parameters), 0) / data.Rows;
        return WeightedGram.Of(data.Features.Span, weights).ToArray();
    }

    /// <summary>The labels, known to be 0 or 1.</summary>
    internal static ReadOnlySpan<double> Labels(LabelledData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        ReadOnlySpan<double> labels = data.Targets.Span;
        for (int row = 0; row < labels.Length; row++)
        {
            if (Energy.CrossEntropy.Reject(labels[row]) is string expected)
                throw new UnusableDataException($"The target of row {row + 1} is {labels[row]}: cross-entropy expects {expected}.");
        }

        return labels;
    }

    /// <summary>The rows (1 − 2tᵢ)xᵢ: the loss of row i is the softplus of their product with w.</summary>
    internal static double[] Signed(LabelledData data)
    {
        ReadOnlySpan<double> labels = Labels(data);
        double[] rows = data.Features.ToArray();
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] == 1)
                TensorPrimitives.Negate(rows.AsSpan(i * data.Columns, data.Columns), rows.AsSpan(i * data.Columns, data.Columns));
        }

        return rows;
    }

    /// <summary>The ground state of the outputs z = Xw + o.</summary>
    internal static GroundState Solve(LabelledData data, double[] offsets, CancellationToken cancellation)
    {
        double[] rows = Signed(data);
        double[] signedOffsets = [.. offsets.Select((offset, i) => (1 - (2 * data.Targets.Span[i])) * offset)];
        return new LogisticNewton(rows, signedOffsets, cancellation).Solve();
    }
}
