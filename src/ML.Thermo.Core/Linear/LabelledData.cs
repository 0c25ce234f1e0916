using System.Numerics.Tensors;

namespace ML.Thermo.Linear;

/// <summary>A sample of features and targets: n rows of d features, row by row in one array, and n targets.</summary>
/// <remarks>Maturity: theorem (a container; D of the system (M, D, E)).</remarks>
public sealed class LabelledData
{
    /// <summary>Wraps arrays; nothing is copied.</summary>
    /// <param name="features">n × d numbers, row-major, all finite.</param>
    /// <param name="targets">n numbers, all finite.</param>
    /// <param name="featureNames">d names, or null for x1, x2, ….</param>
    /// <exception cref="UnusableDataException">There are no rows or columns, the lengths do not match, or a number is not finite.</exception>
    public LabelledData(ReadOnlyMemory<double> features, ReadOnlyMemory<double> targets, IReadOnlyList<string>? featureNames = null)
    {
        Rows = targets.Length;
        Columns = Rows == 0 ? 0 : features.Length / Rows;
        if (Rows == 0 || Columns == 0)
            throw new UnusableDataException($"The data are empty: {targets.Length} targets and {features.Length} feature values.");
        if ((long)Rows * Columns != features.Length)
            throw new UnusableDataException($"{features.Length} feature values do not fill {Rows} rows of equal length.");
        if (featureNames is not null && featureNames.Count != Columns)
            throw new UnusableDataException($"{featureNames.Count} feature names for {Columns} columns.");
        Features = features;
        Targets = targets;
        FeatureNames = featureNames ?? [.. Enumerable.Range(1, Columns).Select(j => $"x{j}")];
        CheckFinite();
    }

    /// <summary>n.</summary>
    public int Rows { get; }

    /// <summary>d.</summary>
    public int Columns { get; }

    /// <summary>n × d numbers, row-major.</summary>
    public ReadOnlyMemory<double> Features { get; }

    /// <summary>n numbers.</summary>
    public ReadOnlyMemory<double> Targets { get; }

    /// <summary>d names.</summary>
    public IReadOnlyList<string> FeatureNames { get; }

    /// <summary>The features of one row.</summary>
    /// <param name="row">0 … n−1.</param>
    public ReadOnlySpan<double> Row(int row) => Features.Span.Slice(row * Columns, Columns);

    private void CheckFinite()
    {
        int cell = FirstNotFinite(Features.Span);
        if (cell >= 0)
            throw new UnusableDataException($"Feature '{FeatureNames[cell % Columns]}' of row {(cell / Columns) + 1} is {Features.Span[cell]}: expected a finite number.");
        int row = FirstNotFinite(Targets.Span);
        if (row >= 0)
            throw new UnusableDataException($"The target of row {row + 1} is {Targets.Span[row]}: expected a finite number.");
    }

    /// <summary>A finite sum of magnitudes clears a whole block at once; only a suspicious block is searched.</summary>
    private static int FirstNotFinite(ReadOnlySpan<double> values)
    {
        const int Block = 4096;
        for (int start = 0; start < values.Length; start += Block)
        {
            ReadOnlySpan<double> block = values[start..Math.Min(start + Block, values.Length)];
            if (double.IsFinite(TensorPrimitives.SumOfMagnitudes(block)))
                continue;
            for (int i = 0; i < block.Length; i++)
            {
                if (!double.IsFinite(block[i]))
                    return start + i;
            }
        }

        return -1;
    }
}
