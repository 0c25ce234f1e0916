using System.Numerics.Tensors;

namespace ML.Thermo.Onnx.Weights;

/// <summary>Moments of a layer's weights. They describe exactly the weights that are there: their standard error is zero.</summary>
[Maturity(Maturity.Theorem, "definitions; one pass in double precision, whose parts are merged")]
public sealed record EntryMoments
{
    private const int ChunkSize = 1024;

    /// <summary>Number of weights.</summary>
    public required long Count { get; init; }

    /// <summary>Mean, weight units; NaN where a weight is not finite.</summary>
    public required double Mean { get; init; }

    /// <summary>Mean squared deviation (divisor n), squared weight units.</summary>
    public required double Variance { get; init; }

    /// <summary>m₃/m₂^(3/2); NaN for a constant.</summary>
    public required double Skewness { get; init; }

    /// <summary>m₄/m₂² − 3: 0 for a normal law, −1.2 for a uniform one; NaN for a constant.</summary>
    public required double ExcessKurtosis { get; init; }

    /// <summary>Smallest weight.</summary>
    public required double Minimum { get; init; }

    /// <summary>Largest weight.</summary>
    public required double Maximum { get; init; }

    /// <summary>Share of weights that are exactly zero, 0 … 1.</summary>
    public required double ZeroFraction { get; init; }

    /// <summary>Number of weights that are NaN or infinite; where it is not zero, the moments are NaN.</summary>
    public required long NotFinite { get; init; }

    /// <summary>The moments of all entries of a layer.</summary>
    /// <param name="weights">The layer.</param>
    public static EntryMoments Of(WeightMatrix weights) => weights.IsSingle
        ? Of(weights.Gather(weights.Single))
        : Of(weights.Gather(weights.Double));

    private static EntryMoments Of<T>(ReadOnlySpan<T> entries)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        Span<double> buffer = stackalloc double[ChunkSize], squares = stackalloc double[ChunkSize];
        Parts all = default;
        double sum = 0, minimum = double.PositiveInfinity, maximum = double.NegativeInfinity;
        long zeros = 0;
        for (int start = 0; start < entries.Length; start += ChunkSize)
        {
            Span<double> chunk = Widen(entries, start, buffer);
            double part = TensorPrimitives.Sum<double>(chunk);
            sum += part;
            minimum = Math.Min(minimum, TensorPrimitives.Min<double>(chunk));
            maximum = Math.Max(maximum, TensorPrimitives.Max<double>(chunk));
            zeros += entries.Slice(start, chunk.Length).Count(T.Zero);
            all = all.With(Parts.Of(chunk, part / chunk.Length, squares[..chunk.Length]));
        }

        double n = entries.Length, mean = sum / n, variance = all.Second / n;
        return new()
        {
            Count = entries.Length,
            Mean = double.IsFinite(mean) ? mean : double.NaN,
            Variance = double.IsFinite(mean) ? variance : double.NaN,
            Skewness = all.Third / n / Math.Pow(variance, 1.5),
            ExcessKurtosis = (all.Fourth / n / (variance * variance)) - 3,
            Minimum = minimum,
            Maximum = maximum,
            ZeroFraction = zeros / n,
            NotFinite = double.IsFinite(sum) ? 0 : CountNotFinite(entries),
        };
    }

    /// <summary>Sums of powers of deviations from their own mean, which two parts of a sample can put together (Pébay 2008).</summary>
    private readonly record struct Parts(double Count, double Mean, double Second, double Third, double Fourth)
    {
        /// <summary>The sums of a few values, which are replaced by their deviations.</summary>
        public static Parts Of(Span<double> values, double mean, Span<double> squares)
        {
            TensorPrimitives.Subtract(values, mean, values);
            TensorPrimitives.Multiply<double>(values, values, squares);
            return new(values.Length, mean, TensorPrimitives.Sum<double>(squares), TensorPrimitives.Dot<double>(squares, values),
                TensorPrimitives.SumOfSquares<double>(squares));
        }

        public Parts With(Parts b)
        {
            double n = Count + b.Count, shift = b.Mean - Mean, both = Count * b.Count;
            return new(
                n,
                Mean + (shift * b.Count / n),
                Second + b.Second + (shift * shift * both / n),
                Third + b.Third + (shift * shift * shift * both * (Count - b.Count) / (n * n)) + (3 * shift * ((Count * b.Second) - (b.Count * Second)) / n),
                Fourth + b.Fourth
                    + (Math.Pow(shift, 4) * both * ((Count * Count) - both + (b.Count * b.Count)) / (n * n * n))
                    + (6 * shift * shift * ((Count * Count * b.Second) + (b.Count * b.Count * Second)) / (n * n))
                    + (4 * shift * ((Count * b.Third) - (b.Count * Third)) / n));
        }
    }

    private static Span<double> Widen<T>(ReadOnlySpan<T> entries, int start, Span<double> buffer)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        int count = Math.Min(ChunkSize, entries.Length - start);
        TensorPrimitives.ConvertTruncating(entries.Slice(start, count), buffer);
        return buffer[..count];
    }

    private static long CountNotFinite<T>(ReadOnlySpan<T> entries)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        long count = 0;
        foreach (T entry in entries)
            count += T.IsFinite(entry) ? 0 : 1;
        return count;
    }
}
