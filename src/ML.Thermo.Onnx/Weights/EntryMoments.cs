using System.Numerics.Tensors;

namespace ML.Thermo.Onnx.Weights;

/// <summary>Moments of a layer's weights. They describe exactly the weights that are there: their standard error is zero.</summary>
[Maturity(Maturity.Theorem, "definitions; two passes in double precision")]
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
        Span<double> buffer = stackalloc double[ChunkSize];
        double sum = 0, minimum = double.PositiveInfinity, maximum = double.NegativeInfinity;
        for (int start = 0; start < entries.Length; start += ChunkSize)
        {
            Span<double> chunk = Widen(entries, start, buffer);
            sum += TensorPrimitives.Sum<double>(chunk);
            minimum = Math.Min(minimum, TensorPrimitives.Min<double>(chunk));
            maximum = Math.Max(maximum, TensorPrimitives.Max<double>(chunk));
        }

        double mean = sum / entries.Length, second = 0, third = 0, fourth = 0;
        Span<double> squares = stackalloc double[ChunkSize];
        for (int start = 0; start < entries.Length; start += ChunkSize)
        {
            Span<double> deviation = Widen(entries, start, buffer);
            Span<double> square = squares[..deviation.Length];
            TensorPrimitives.Subtract(deviation, mean, deviation);
            TensorPrimitives.Multiply<double>(deviation, deviation, square);
            second += TensorPrimitives.Sum<double>(square);
            third += TensorPrimitives.Dot<double>(square, deviation);
            fourth += TensorPrimitives.Dot<double>(square, square);
        }

        double variance = second / entries.Length;
        return new()
        {
            Count = entries.Length,
            Mean = double.IsFinite(mean) ? mean : double.NaN,
            Variance = double.IsFinite(mean) ? variance : double.NaN,
            Skewness = third / entries.Length / Math.Pow(variance, 1.5),
            ExcessKurtosis = (fourth / entries.Length / (variance * variance)) - 3,
            Minimum = minimum,
            Maximum = maximum,
            ZeroFraction = (double)entries.Count(T.Zero) / entries.Length,
            NotFinite = double.IsFinite(sum) ? 0 : CountNotFinite(entries),
        };
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
