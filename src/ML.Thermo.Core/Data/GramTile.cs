using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ML.Thermo.Data;

/// <summary>The inner loop of second moments: an 8 × 8 tile of ZᵀZ over a block of packed rows, in registers.</summary>
/// <remarks>A panel holds 8 columns of the block, row after row, so that both operands of the tile are read in order.</remarks>
internal static unsafe class GramTile
{
    /// <summary>Columns of a panel, and rows and columns of a tile.</summary>
    public const int Width = 8;

    /// <summary>Entries of a tile.</summary>
    public const int Size = Width * Width;

    /// <summary>sum + lost += Σ_r left[r]ᵀ right[r], the products summed in double and the block's sum added without loss.</summary>
    public static void Add(double* left, double* right, int rows, double* sum, double* lost)
    {
        double* tile = stackalloc double[Size];
        if (Vector512.IsHardwareAccelerated)
        {
            Multiply512(left, right, rows, tile);
        }
        else
        {
            Multiply256(left, right, rows, tile);
            Multiply256(left + 4, right, rows, tile + (Size / 2));
        }

        for (int k = 0; k < Size; k += Vector256<double>.Count)
            AddWithoutLoss(Vector256.Load(tile + k), sum + k, lost + k);
    }

    /// <summary>Knuth's two-sum: what rounding takes from the sum is kept beside it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddWithoutLoss(Vector256<double> term, double* sum, double* lost)
    {
        Vector256<double> old = Vector256.Load(sum);
        Vector256<double> total = old + term, taken = total - old;
        (Vector256.Load(lost) + (old - (total - taken)) + (term - taken)).Store(lost);
        total.Store(sum);
    }

    private static void Multiply512(double* left, double* right, int rows, double* tile)
    {
        Vector512<double> t0 = default, t1 = default, t2 = default, t3 = default, t4 = default, t5 = default, t6 = default, t7 = default;
        for (double* end = left + (rows * Width); left < end; left += Width, right += Width)
        {
            Vector512<double> r = Vector512.Load(right);
            t0 = Vector512.FusedMultiplyAdd(Vector512.Create(left[0]), r, t0);
            t1 = Vector512.FusedMultiplyAdd(Vector512.Create(left[1]), r, t1);
            t2 = Vector512.FusedMultiplyAdd(Vector512.Create(left[2]), r, t2);
            t3 = Vector512.FusedMultiplyAdd(Vector512.Create(left[3]), r, t3);
            t4 = Vector512.FusedMultiplyAdd(Vector512.Create(left[4]), r, t4);
            t5 = Vector512.FusedMultiplyAdd(Vector512.Create(left[5]), r, t5);
            t6 = Vector512.FusedMultiplyAdd(Vector512.Create(left[6]), r, t6);
            t7 = Vector512.FusedMultiplyAdd(Vector512.Create(left[7]), r, t7);
        }

        t0.Store(tile);
        t1.Store(tile + 8);
        t2.Store(tile + 16);
        t3.Store(tile + 24);
        t4.Store(tile + 32);
        t5.Store(tile + 40);
        t6.Store(tile + 48);
        t7.Store(tile + 56);
    }

    /// <summary>Four rows of the tile: eight sums in the sixteen registers of AVX2.</summary>
    private static void Multiply256(double* left, double* right, int rows, double* tile)
    {
        Vector256<double> t0 = default, t1 = default, t2 = default, t3 = default, u0 = default, u1 = default, u2 = default, u3 = default;
        for (double* end = left + (rows * Width); left < end; left += Width, right += Width)
        {
            Vector256<double> r = Vector256.Load(right), q = Vector256.Load(right + 4), l = Vector256.Create(left[0]);
            t0 = Vector256.FusedMultiplyAdd(l, r, t0);
            u0 = Vector256.FusedMultiplyAdd(l, q, u0);
            l = Vector256.Create(left[1]);
            t1 = Vector256.FusedMultiplyAdd(l, r, t1);
            u1 = Vector256.FusedMultiplyAdd(l, q, u1);
            l = Vector256.Create(left[2]);
            t2 = Vector256.FusedMultiplyAdd(l, r, t2);
            u2 = Vector256.FusedMultiplyAdd(l, q, u2);
            l = Vector256.Create(left[3]);
            t3 = Vector256.FusedMultiplyAdd(l, r, t3);
            u3 = Vector256.FusedMultiplyAdd(l, q, u3);
        }

        t0.Store(tile);
        u0.Store(tile + 4);
        t1.Store(tile + 8);
        u1.Store(tile + 12);
        t2.Store(tile + 16);
        u2.Store(tile + 20);
        t3.Store(tile + 24);
        u3.Store(tile + 28);
    }
}
