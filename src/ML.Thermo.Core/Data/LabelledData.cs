using System.Numerics.Tensors;

namespace ML.Thermo.Data;

/// <summary>A sample of features and targets: n rows of d features, row by row in one array, and n targets.</summary>
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

    /// <summary>z = w·x for every row.</summary>
    /// <param name="parameters">w, d numbers.</param>
    /// <exception cref="ArgumentException">There are not d parameters.</exception>
    public double[] Outputs(IReadOnlyList<double> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.Count != Columns)
            throw new ArgumentException($"Expected {Columns} parameters, got {parameters.Count}.", nameof(parameters));
        double[] w = [.. parameters], outputs = new double[Rows];
        InBlocks((start, end) =>
        {
            for (int i = start; i < end; i++)
                outputs[i] = TensorPrimitives.Dot(Row(i), w);
        });
        return outputs;
    }

    /// <summary>The same data with a last column of ones, named <c>intercept</c>.</summary>
    public LabelledData WithIntercept()
    {
        double[] wider = new double[(long)Rows * (Columns + 1)];
        for (int i = 0; i < Rows; i++)
        {
            Row(i).CopyTo(wider.AsSpan(i * (Columns + 1)));
            wider[(i * (Columns + 1)) + Columns] = 1;
        }

        return new LabelledData(wider, Targets, [.. FeatureNames, "intercept"]);
    }

    /// <summary>The same data with every feature shifted and divided: (x − shift)/scale.</summary>
    /// <param name="shifts">d numbers.</param>
    /// <param name="scales">d numbers, none zero.</param>
    /// <exception cref="UnusableDataException">A scale is zero or not finite: the column is constant.</exception>
    public LabelledData Standardize(IReadOnlyList<double> shifts, IReadOnlyList<double> scales)
    {
        ArgumentNullException.ThrowIfNull(shifts);
        ArgumentNullException.ThrowIfNull(scales);
        for (int j = 0; j < Columns; j++)
        {
            if (!double.IsFinite(scales[j]) || scales[j] == 0)
                throw new UnusableDataException($"Feature '{FeatureNames[j]}' has standard deviation {scales[j]}: a constant column cannot be standardised.");
        }

        double[] standardized = GC.AllocateUninitializedArray<double>(Features.Length), shift = [.. shifts], scale = [.. scales];
        InBlocks((start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                Span<double> row = standardized.AsSpan(i * Columns, Columns);
                TensorPrimitives.Subtract(Row(i), shift, row);
                TensorPrimitives.Divide(row, scale, row);
            }
        });
        return new LabelledData(standardized, Targets, FeatureNames);
    }

    /// <summary>Mean and standard deviation (divided by n) of each feature, d each.</summary>
    public (double[] Means, double[] StandardDeviations) FeatureScales()
    {
        double[] means = new double[Columns], deviations = new double[Columns];
        for (int i = 0; i < Rows; i++)
            TensorPrimitives.Add(means, Row(i), means);
        TensorPrimitives.Divide(means, Rows, means);
        double[] centred = new double[Columns];
        for (int i = 0; i < Rows; i++)
        {
            TensorPrimitives.Subtract(Row(i), means, centred);
            TensorPrimitives.MultiplyAdd(centred, centred, deviations, deviations);
        }

        TensorPrimitives.Divide(deviations, Rows, deviations);
        TensorPrimitives.Sqrt(deviations, deviations);
        return (means, deviations);
    }

    /// <summary>Splits the rows at random.</summary>
    /// <param name="heldOutFraction">Share of the rows set aside, in (0, 1); at least two rows stay on either side.</param>
    /// <param name="seed">Chooses the rows.</param>
    /// <returns>Training rows and held-out rows, each in their original order.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not inside (0, 1).</exception>
    /// <exception cref="UnusableDataException">There are fewer than four rows.</exception>
    public (LabelledData Training, LabelledData HeldOut) Split(double heldOutFraction, ulong seed)
    {
        var selection = new HeldOutSelection(heldOutFraction, seed);
        bool[] heldOut = new bool[Rows];
        int first = 0;
        for (; Rows - first > 2 * HeldOutSelection.BlockRows; first += HeldOutSelection.BlockRows)
            selection.Choose(heldOut.AsSpan(first, HeldOutSelection.BlockRows), last: false);
        selection.Choose(heldOut.AsSpan(first), last: true);

        int wanted = (int)selection.HeldOut;
        int[] before = new int[(Rows / BlockRows) + 1]; // held-out rows before each block
        for (int block = 1; block < before.Length; block++)
            before[block] = before[block - 1] + heldOut.AsSpan((block - 1) * BlockRows, BlockRows).Count(true);
        (double[] x1, double[] y1) = (GC.AllocateUninitializedArray<double>((Rows - wanted) * Columns), new double[Rows - wanted]);
        (double[] x2, double[] y2) = (GC.AllocateUninitializedArray<double>(wanted * Columns), new double[wanted]);
        InBlocks((start, end) =>
        {
            int taken = before[start / BlockRows];
            for (int i = start; i < end; i++)
            {
                if (heldOut[i])
                    Place(i, x2, y2, taken++);
                else
                    Place(i, x1, y1, i - taken);
            }
        });
        return (new LabelledData(x1, y1, FeatureNames), new LabelledData(x2, y2, FeatureNames));
    }

    private const int BlockRows = 1 << 14;

    /// <summary>Work on blocks of rows, on several threads where there is more than one block.</summary>
    private void InBlocks(Action<int, int> work) =>
        Parallel.For(0, (Rows + BlockRows - 1) / BlockRows, block => work(block * BlockRows, Math.Min((block + 1) * BlockRows, Rows)));

    private void Place(int from, double[] features, double[] targets, int to)
    {
        Row(from).CopyTo(features.AsSpan(to * Columns));
        targets[to] = Targets.Span[from];
    }

    private void CheckFinite()
    {
        int cell = FirstNotFinite(Features.Span);
        if (cell >= 0)
            throw new UnusableDataException($"Feature '{FeatureNames[cell % Columns]}' of row {(cell / Columns) + 1} is {Features.Span[cell]}: expected a "
                + "finite number.");
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
