using System.Numerics.Tensors;

namespace ML.Thermo.Data;

/// <summary>
/// The raw second moments of features and target: all that the squared error of a linear model knows of its data.
/// Σ = XᵀX/n, c = Xᵀy/n, s = yᵀy/n, and E(w) = s − 2c·w + w·Σw.</summary>
/// <remarks>
/// <para>Moments of centred data are covariances; a bias is one more column of ones.</para>
/// <para>Moments square the data: features whose condition number is κ keep 16 − 2 log₁₀ κ digits in ŵ.
/// Least squares (<c>Linear.Squared.LeastSquares</c>) goes back to the data where that matters.</para></remarks>
[Maturity(Maturity.Theorem, "definitions and exact polynomials")]
public sealed class SecondMoments
{
    private const int MostParts = 64;
    private const int LeastRowsOfPart = 4096;
    private const long MostEntriesOfParts = 1L << 22;

    private readonly double[] _features;
    private readonly double[] _cross;

    /// <summary>Wraps moments that are already known, as those of a population.</summary>
    /// <param name="count">n ≥ 1, rows behind the moments.</param>
    /// <param name="features">Σ, d × d, row-major, symmetric and positive semi-definite, feature units squared.</param>
    /// <param name="cross">c, d numbers.</param>
    /// <param name="target">s ≥ 0, target units squared.</param>
    /// <exception cref="ArgumentException">The shapes do not match, Σ is not symmetric, or s or a diagonal entry is negative.</exception>
    /// <exception cref="UnusableDataException">A moment is not finite: the data hold NaN or are too large to be squared.</exception>
    public SecondMoments(long count, ReadOnlySpan<double> features, ReadOnlySpan<double> cross, double target)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        if (cross.IsEmpty || features.Length != (long)cross.Length * cross.Length)
            throw new ArgumentException($"{features.Length} feature moments for {cross.Length} columns: expected d ≥ 1 columns and d² moments.",
                nameof(features));
        Count = count;
        Columns = cross.Length;
        _features = features.ToArray();
        _cross = cross.ToArray();
        TargetMoment = target;
        Check();
    }

    /// <summary>n.</summary>
    public long Count { get; }

    /// <summary>d.</summary>
    public int Columns { get; }

    /// <summary>Σ = XᵀX/n, d × d, row-major.</summary>
    public ReadOnlySpan<double> FeatureMoments => _features;

    /// <summary>c = Xᵀy/n, d numbers.</summary>
    public ReadOnlySpan<double> CrossMoments => _cross;

    /// <summary>s = yᵀy/n: the energy of w = 0.</summary>
    public double TargetMoment { get; }

    /// <summary>tr H = 2 tr Σ, H the Hessian of E; loss units per parameter unit squared.</summary>
    public double TraceOfHessian
    {
        get
        {
            double trace = 0;
            for (int j = 0; j < Columns; j++)
                trace += this[j, j];
            return 2 * trace;
        }
    }

    /// <summary>tr H² = 4 tr Σ² = 4 Σᵢⱼ Σᵢⱼ²: the anisotropy of the curvature without eigenvalues.</summary>
    public double TraceOfSquaredHessian => 4 * TensorPrimitives.SumOfSquares(_features);

    /// <summary>One entry of Σ.</summary>
    /// <param name="i">0 … d−1.</param>
    /// <param name="j">0 … d−1.</param>
    public double this[int i, int j] => _features[(i * Columns) + j];

    /// <summary>The moments of a sample, in one pass, on several threads.</summary>
    /// <param name="data">n rows.</param>
    /// <param name="maxDegreeOfParallelism">Most threads, −1 for all; the result does not depend on it in any bit.</param>
    /// <param name="cancellation">Stops between parts of the data.</param>
    /// <exception cref="UnusableDataException">A moment overflows.</exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public static SecondMoments Of(LabelledData data, int maxDegreeOfParallelism = -1, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Of(data, 0, data.Rows, maxDegreeOfParallelism, cancellation);
    }

    /// <summary>The moments of some consecutive rows of a sample, in one pass, on several threads.</summary>
    /// <param name="data">n rows.</param>
    /// <param name="from">First row.</param>
    /// <param name="count">Number of rows, ≥ 1.</param>
    /// <param name="maxDegreeOfParallelism">Most threads, −1 for all; the result does not depend on it in any bit.</param>
    /// <param name="cancellation">Stops between parts of the data.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rows are not in the sample.</exception>
    /// <exception cref="UnusableDataException">A moment overflows.</exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public static SecondMoments Of(LabelledData data, int from, int count, int maxDegreeOfParallelism = -1, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, data.Rows - from);

        // The parts are fixed by the shape of the data, and merged in order: threads decide only who sums which.
        long most = Math.Clamp(MostEntriesOfParts / MomentAccumulator.Entries(data.Columns), 4, MostParts);
        int rows = (int)Math.Max(LeastRowsOfPart, (count + most - 1) / most);
        var parts = new MomentAccumulator[(count + rows - 1) / rows];
        var options = new ParallelOptions { MaxDegreeOfParallelism = maxDegreeOfParallelism, CancellationToken = cancellation };
        Parallel.For(0, parts.Length, options, part =>
        {
            int start = part * rows, length = Math.Min(rows, count - start);
            parts[part] = new MomentAccumulator(data.Columns);
            parts[part].Add(
                data.Features.Span.Slice((from + start) * data.Columns, length * data.Columns),
                data.Targets.Span.Slice(from + start, length));
        });
        for (int part = 1; part < parts.Length; part++)
            parts[0].Merge(parts[part]);
        return parts[0].ToMoments();
    }

    /// <summary>E(w) = s − 2c·w + w·Σw, loss units: also of parameters that were trained on other data.</summary>
    /// <param name="parameters">w, d numbers.</param>
    /// <exception cref="ArgumentException">There are not d parameters.</exception>
    public double Energy(ReadOnlySpan<double> parameters)
    {
        CheckLength(parameters);
        double energy = TargetMoment;
        for (int i = 0; i < Columns; i++)
            energy += parameters[i] * (TensorPrimitives.Dot(Row(i), parameters) - (2 * _cross[i]));
        return energy;
    }

    /// <summary>Row i of Σ.</summary>
    internal ReadOnlySpan<double> Row(int i) => _features.AsSpan(i * Columns, Columns);

    private void CheckLength(ReadOnlySpan<double> parameters)
    {
        if (parameters.Length != Columns)
            throw new ArgumentException($"Expected {Columns} parameters, got {parameters.Length}.", nameof(parameters));
    }

    private void Check()
    {
        if (!double.IsFinite(TargetMoment))
            throw new UnusableDataException($"The target's mean square is {TargetMoment}: expected finite targets, small enough to be squared.");
        ArgumentOutOfRangeException.ThrowIfNegative(TargetMoment);
        for (int i = 0; i < Columns; i++)
        {
            if (!double.IsFinite(_cross[i]) || !double.IsFinite(TensorPrimitives.SumOfMagnitudes(Row(i))))
                throw new UnusableDataException($"A second moment of column {i + 1} is not finite: expected finite features, small enough to be squared.");
            if (this[i, i] < 0)
                throw new ArgumentException($"The mean square of column {i + 1} is {this[i, i]}: expected a number ≥ 0.");
            for (int j = 0; j < i; j++)
            {
                if (this[i, j] != this[j, i])
                    throw new ArgumentException($"Feature moments ({i + 1}, {j + 1}) and ({j + 1}, {i + 1}) differ: {this[i, j]} and {this[j, i]}; expected "
                        + "a symmetric matrix.");
            }
        }
    }
}
