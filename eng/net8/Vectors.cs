using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace System.Runtime.Intrinsics;

/// <summary>
/// Functions of vectors that came with .NET 9, for .NET 8: fused multiply-adds by the processor's instruction, the others by System.Numerics.Tensors.
/// </summary>
internal static class Vectors
{
    private delegate void Function<T>(ReadOnlySpan<T> from, Span<T> to);

    extension(Vector512)
    {
        public static Vector512<double> FusedMultiplyAdd(Vector512<double> left, Vector512<double> right, Vector512<double> addend) => Avx512F.IsSupported
            ? Avx512F.FusedMultiplyAdd(left, right, addend)
            : Vector512.Create(
                Fuse(left.GetLower(), right.GetLower(), addend.GetLower()), Fuse(left.GetUpper(), right.GetUpper(), addend.GetUpper()));

        public static Vector512<float> FusedMultiplyAdd(Vector512<float> left, Vector512<float> right, Vector512<float> addend) => Avx512F.IsSupported
            ? Avx512F.FusedMultiplyAdd(left, right, addend)
            : Vector512.Create(
                Fuse(left.GetLower(), right.GetLower(), addend.GetLower()), Fuse(left.GetUpper(), right.GetUpper(), addend.GetUpper()));

        public static Vector512<double> Exp(Vector512<double> vector) => Of(vector, TensorPrimitives.Exp);

        public static Vector512<double> Log(Vector512<double> vector) => Of(vector, TensorPrimitives.Log);

        public static Vector512<float> Log(Vector512<float> vector) => Of(vector, TensorPrimitives.Log);

        public static Vector512<double> Sin(Vector512<double> vector) => Of(vector, TensorPrimitives.Sin);

        public static (Vector512<double> Sin, Vector512<double> Cos) SinCos(Vector512<double> vector) =>
            (Of(vector, TensorPrimitives.Sin), Of(vector, TensorPrimitives.Cos));

        public static (Vector512<float> Sin, Vector512<float> Cos) SinCos(Vector512<float> vector) =>
            (Of(vector, TensorPrimitives.Sin), Of(vector, TensorPrimitives.Cos));

        public static Vector512<T> MinNative<T>(Vector512<T> left, Vector512<T> right) => Vector512.Min(left, right);

        public static Vector512<T> MaxNative<T>(Vector512<T> left, Vector512<T> right) => Vector512.Max(left, right);

        public static int CountWhereAllBitsSet<T>(Vector512<T> vector) => Numerics.BitOperations.PopCount(vector.ExtractMostSignificantBits());
    }

    extension(Vector512<int>)
    {
        public static Vector512<int> Indices => Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    }

    extension(Vector256)
    {
        public static Vector256<double> MultiplyAddEstimate(Vector256<double> left, Vector256<double> right, Vector256<double> addend) =>
            Fuse(left, right, addend);

        public static Vector256<double> Exp(Vector256<double> vector) => Of(vector.ToVector512(), TensorPrimitives.Exp).GetLower();

        public static Vector256<double> Log(Vector256<double> vector) => Of(vector.ToVector512(), TensorPrimitives.Log).GetLower();

        public static Vector256<T> MinNative<T>(Vector256<T> left, Vector256<T> right) => Vector256.Min(left, right);

        public static Vector256<T> MaxNative<T>(Vector256<T> left, Vector256<T> right) => Vector256.Max(left, right);

        public static Vector256<double> FusedMultiplyAdd(Vector256<double> left, Vector256<double> right, Vector256<double> addend) =>
            Fuse(left, right, addend);

        public static Vector256<float> FusedMultiplyAdd(Vector256<float> left, Vector256<float> right, Vector256<float> addend) =>
            Fuse(left, right, addend);
    }

    extension(Vector128)
    {
        public static Vector128<T> MinNative<T>(Vector128<T> left, Vector128<T> right) => Vector128.Min(left, right);

        public static Vector128<T> MaxNative<T>(Vector128<T> left, Vector128<T> right) => Vector128.Max(left, right);
    }

    private static Vector256<double> Fuse(Vector256<double> left, Vector256<double> right, Vector256<double> addend)
    {
        if (Fma.IsSupported)
            return Fma.MultiplyAdd(left, right, addend);
        Vector256<double> sum = default;
        for (int i = 0; i < Vector256<double>.Count; i++)
            sum = sum.WithElement(i, Math.FusedMultiplyAdd(left[i], right[i], addend[i]));
        return sum;
    }

    private static Vector256<float> Fuse(Vector256<float> left, Vector256<float> right, Vector256<float> addend)
    {
        if (Fma.IsSupported)
            return Fma.MultiplyAdd(left, right, addend);
        Vector256<float> sum = default;
        for (int i = 0; i < Vector256<float>.Count; i++)
            sum = sum.WithElement(i, MathF.FusedMultiplyAdd(left[i], right[i], addend[i]));
        return sum;
    }

    private static Vector512<T> Of<T>(Vector512<T> vector, Function<T> function)
    {
        Span<T> lanes = MemoryMarshal.CreateSpan(ref Unsafe.As<Vector512<T>, T>(ref vector), Vector512<T>.Count);
        function(lanes, lanes);
        return vector;
    }
}
