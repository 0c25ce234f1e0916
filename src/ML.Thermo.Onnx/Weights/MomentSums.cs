using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ML.Thermo.Onnx.Weights;

/// <summary>Sums of powers of deviations from their own mean, which two parts of a sample can put together.</summary>
/// <remarks>Source: Pébay 2008.</remarks>
internal readonly record struct MomentSums(double Count, double Mean, double Second, double Third, double Fourth)
{
    /// <summary>The sums of a few values about their mean.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static MomentSums Of(ReadOnlySpan<double> values, double mean)
    {
        int i = 0;
        Vector512<double> centre = Vector512.Create(mean), squares = default, cubes = default, fourths = default;
        for (; i + Vector512<double>.Count <= values.Length; i += Vector512<double>.Count)
        {
            Vector512<double> deviation = Vector512.Create(values[i..]) - centre, square = deviation * deviation;
            squares += square;
            cubes = Vector512.MultiplyAddEstimate(square, deviation, cubes);
            fourths = Vector512.MultiplyAddEstimate(square, square, fourths);
        }

        double second = Vector512.Sum(squares), third = Vector512.Sum(cubes), fourth = Vector512.Sum(fourths);
        for (; i < values.Length; i++)
        {
            double deviation = values[i] - mean, square = deviation * deviation;
            second += square;
            third += square * deviation;
            fourth += square * square;
        }

        return new(values.Length, mean, second, third, fourth);
    }

    /// <summary>
    /// The sums of a few values about their mean, in double precision. As many values behind them are called into the nearest cache meanwhile, where memory
    /// goes on: whoever takes them next need not wait.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe MomentSums Of(ReadOnlySpan<float> values, double mean)
    {
        ref float first = ref MemoryMarshal.GetReference(values);
        Vector256<double> centre = Vector256.Create(mean);
        Vector256<double> squares = default, cubes = default, fourths = default, squaresToo = default, cubesToo = default, fourthsToo = default;
        int i = 0;
        for (; i + Vector256<float>.Count <= values.Length; i += Vector256<float>.Count)
        {
            if (Sse.IsSupported)
                Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref first, i + values.Length))); // no fault where there is nothing
            (Vector256<double> low, Vector256<double> high) = Vector256.Widen(Vector256.LoadUnsafe(ref first, (nuint)i));
            (low, high) = (low - centre, high - centre);
            (Vector256<double> square, Vector256<double> squareToo) = (low * low, high * high);
            (squares, squaresToo) = (squares + square, squaresToo + squareToo);
            cubes = Vector256.MultiplyAddEstimate(square, low, cubes);
            cubesToo = Vector256.MultiplyAddEstimate(squareToo, high, cubesToo);
            fourths = Vector256.MultiplyAddEstimate(square, square, fourths);
            fourthsToo = Vector256.MultiplyAddEstimate(squareToo, squareToo, fourthsToo);
        }

        double second = Vector256.Sum(squares) + Vector256.Sum(squaresToo), third = Vector256.Sum(cubes) + Vector256.Sum(cubesToo);
        double fourth = Vector256.Sum(fourths) + Vector256.Sum(fourthsToo);
        for (; i < values.Length; i++)
        {
            double deviation = values[i] - mean, square = deviation * deviation;
            second += square;
            third += square * deviation;
            fourth += square * square;
        }

        return new(values.Length, mean, second, third, fourth);
    }

    /// <summary>The sums of both samples together.</summary>
    public MomentSums With(MomentSums b)
    {
        if (Count == 0)
            return b;
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
