namespace ML.Thermo.Explanations.Weighted;

/// <summary>Makes the weights of rows.</summary>
internal static class RowWeights
{
    private const double KernelWidth = 0.75;

    /// <summary>One weight a row; row 0 has 1.</summary>
    /// <exception cref="UnusableDataException">Fisher's direction is asked for, and the rows are of one class.</exception>
    public static double[] Of(WeightedOptions options, ReadOnlySpan<double> coordinates, ReadOnlySpan<double> outputs)
    {
        int rows = outputs.Length, d = coordinates.Length / rows;
        double[] weights = new double[rows];
        switch (options.Weights)
        {
            case SimilarityWeights.Projection:
                Along(Projection(coordinates, outputs), coordinates, weights);
                break;
            case SimilarityWeights.Lda:
                Along(Fisher(coordinates, outputs, options.Threshold), coordinates, weights);
                break;
            case SimilarityWeights.Euclidean:
                for (int i = 0; i < rows; i++)
                {
                    double square = 0;
                    foreach (double z in coordinates.Slice(i * d, d))
                        square += z * z;
                    weights[i] = Math.Exp(-square / (2 * KernelWidth * KernelWidth * d));
                }

                break;
            default:
                Array.Fill(weights, 1);
                break;
        }

        return weights;
    }

    /// <summary>exp(−(p − p₀)²/2); p₀ = 0, for the explained row has the coordinates 0.</summary>
    private static void Along(double[] direction, ReadOnlySpan<double> coordinates, double[] weights)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            double p = Project(coordinates.Slice(i * direction.Length, direction.Length), direction);
            weights[i] = Math.Exp(-p * p / 2);
        }
    }

    /// <summary>The unweighted fit, divided by its standard deviation over the rows; 0 where nothing is linear.</summary>
    private static double[] Projection(ReadOnlySpan<double> coordinates, ReadOnlySpan<double> outputs)
    {
        double[] even = new double[outputs.Length];
        Array.Fill(even, 1);
        var moments = WeightedMoments.Of(coordinates, outputs, even);
        double[] slopes = Solve(moments);
        double variance = moments.OutputVariance * (1 - moments.Left);
        return [.. slopes.Select(slope => variance > 0 ? slope / Math.Sqrt(variance) : 0)];
    }

    /// <summary>S⁻¹(m₁ − m₀) with unit variance within the classes (divisor n − 2).</summary>
    private static double[] Fisher(ReadOnlySpan<double> coordinates, ReadOnlySpan<double> outputs, double threshold)
    {
        int rows = outputs.Length, d = coordinates.Length / rows, upper = 0;
        if (double.IsNaN(threshold))
            throw new UnusableDataException("Weights by Fisher's direction need a threshold between two classes: a regression has none; take "
                + "projection weights.");
        double[] isUpper = new double[rows], even = new double[rows], projections = new double[rows];
        for (int i = 0; i < rows; i++)
        {
            isUpper[i] = outputs[i] > threshold ? 1 : 0;
            upper += (int)isUpper[i];
        }

        if (upper == 0 || upper == rows)
            throw new UnusableDataException($"All {rows} rows of the neighbourhood are of one class at the threshold {threshold}: Fisher's direction needs "
                + "both; take projection weights, or another threshold.");
        Array.Fill(even, 1);
        double[] slopes = Solve(WeightedMoments.Of(coordinates, isUpper, even)); // least squares of the class is parallel to Fisher's direction
        double above = 0, below = 0, within = 0;
        for (int i = 0; i < rows; i++)
        {
            projections[i] = Project(coordinates.Slice(i * d, d), slopes);
            above += projections[i] * isUpper[i] / upper;
            below += projections[i] * (1 - isUpper[i]) / (rows - upper);
        }

        for (int i = 0; i < rows; i++)
        {
            double off = projections[i] - (isUpper[i] == 1 ? above : below);
            within += off * off / (rows - 2);
        }

        return within > 0 ? [.. slopes.Select(slope => slope / Math.Sqrt(within))]
            : throw new UnusableDataException("The two classes of the neighbourhood do not vary along Fisher's direction: take projection weights.");
    }

    private static double Project(ReadOnlySpan<double> z, double[] slopes)
    {
        double sum = 0;
        for (int j = 0; j < slopes.Length; j++)
            sum += slopes[j] * z[j];
        return sum;
    }

    /// <summary>Least squares on all features that are not linear functions of earlier ones.</summary>
    private static double[] Solve(WeightedMoments moments)
    {
        for (int j = 0; j < moments.Features; j++)
        {
            if (!moments.IsDependent(j))
                moments.Sweep(j);
        }

        return [.. Enumerable.Range(0, moments.Features).Select(j => moments.IsIn(j) ? moments.Coefficient(j) : 0)];
    }
}
