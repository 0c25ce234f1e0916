using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ML.Thermo.Linear.Outputs;

/// <summary>
/// The inner product of the Monte Carlo ensembles: the outputs of eight rows of data under twenty-four parameter draws, held in
/// registers while the features go by. Every output is one chain of fused multiply-adds in the order of the columns, so its bits
/// depend on its own row and draw alone, whatever the machine's vector length.
/// </summary>
internal static unsafe class OutputTile
{
    /// <summary>Rows of data in a tile.</summary>
    public const int Rows = 8;

    /// <summary>Parameter draws in a tile.</summary>
    public const int Draws = 24;

    /// <summary>z[r, c] = Σₖ x[k, r] w[k, c].</summary>
    /// <param name="x">depth × 8, row by row: the k-th feature of the eight data rows.</param>
    /// <param name="w">depth × 24, row by row: the k-th parameter of the twenty-four draws.</param>
    /// <param name="depth">Number of features.</param>
    /// <param name="z">Receives 8 × 24 outputs, row by row.</param>
    public static void Multiply(double* x, double* w, int depth, double* z)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Multiply512(x, w, depth, z);
            return;
        }

        for (int row = 0; row < Rows; row += 4)
        {
            for (int draw = 0; draw < Draws; draw += 12)
                Multiply256(x + row, w + draw, depth, z + (row * Draws) + draw);
        }
    }

    /// <summary>8 × 24 outputs in 24 registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // or a cold process stays in instrumented code for most of a long call
    private static void Multiply512(double* x, double* w, int depth, double* z)
    {
        Vector512<double> a0 = default, a1 = default, a2 = default, b0 = default, b1 = default, b2 = default;
        Vector512<double> c0 = default, c1 = default, c2 = default, d0 = default, d1 = default, d2 = default;
        Vector512<double> e0 = default, e1 = default, e2 = default, f0 = default, f1 = default, f2 = default;
        Vector512<double> g0 = default, g1 = default, g2 = default, h0 = default, h1 = default, h2 = default;
        for (int k = 0; k < depth; k++, x += Rows, w += Draws)
        {
            Vector512<double> w0 = Vector512.Load(w), w1 = Vector512.Load(w + 8), w2 = Vector512.Load(w + 16);
            Add(Vector512.Create(x[0]), w0, w1, w2, ref a0, ref a1, ref a2);
            Add(Vector512.Create(x[1]), w0, w1, w2, ref b0, ref b1, ref b2);
            Add(Vector512.Create(x[2]), w0, w1, w2, ref c0, ref c1, ref c2);
            Add(Vector512.Create(x[3]), w0, w1, w2, ref d0, ref d1, ref d2);
            Add(Vector512.Create(x[4]), w0, w1, w2, ref e0, ref e1, ref e2);
            Add(Vector512.Create(x[5]), w0, w1, w2, ref f0, ref f1, ref f2);
            Add(Vector512.Create(x[6]), w0, w1, w2, ref g0, ref g1, ref g2);
            Add(Vector512.Create(x[7]), w0, w1, w2, ref h0, ref h1, ref h2);
        }

        Store(z, a0, a1, a2);
        Store(z + Draws, b0, b1, b2);
        Store(z + (2 * Draws), c0, c1, c2);
        Store(z + (3 * Draws), d0, d1, d2);
        Store(z + (4 * Draws), e0, e1, e2);
        Store(z + (5 * Draws), f0, f1, f2);
        Store(z + (6 * Draws), g0, g1, g2);
        Store(z + (7 * Draws), h0, h1, h2);
    }

    /// <summary>4 × 12 outputs in 12 registers, for machines with 256-bit vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // or a cold process stays in instrumented code for most of a long call
    private static void Multiply256(double* x, double* w, int depth, double* z)
    {
        Vector256<double> a0 = default, a1 = default, a2 = default, b0 = default, b1 = default, b2 = default;
        Vector256<double> c0 = default, c1 = default, c2 = default, d0 = default, d1 = default, d2 = default;
        for (int k = 0; k < depth; k++, x += Rows, w += Draws)
        {
            Vector256<double> w0 = Vector256.Load(w), w1 = Vector256.Load(w + 4), w2 = Vector256.Load(w + 8);
            Add(Vector256.Create(x[0]), w0, w1, w2, ref a0, ref a1, ref a2);
            Add(Vector256.Create(x[1]), w0, w1, w2, ref b0, ref b1, ref b2);
            Add(Vector256.Create(x[2]), w0, w1, w2, ref c0, ref c1, ref c2);
            Add(Vector256.Create(x[3]), w0, w1, w2, ref d0, ref d1, ref d2);
        }

        Store(z, a0, a1, a2);
        Store(z + Draws, b0, b1, b2);
        Store(z + (2 * Draws), c0, c1, c2);
        Store(z + (3 * Draws), d0, d1, d2);
    }

    private static void Add(
        Vector512<double> x, Vector512<double> w0, Vector512<double> w1, Vector512<double> w2,
        ref Vector512<double> z0, ref Vector512<double> z1, ref Vector512<double> z2)
    {
        z0 = Vector512.FusedMultiplyAdd(x, w0, z0);
        z1 = Vector512.FusedMultiplyAdd(x, w1, z1);
        z2 = Vector512.FusedMultiplyAdd(x, w2, z2);
    }

    private static void Add(
        Vector256<double> x, Vector256<double> w0, Vector256<double> w1, Vector256<double> w2,
        ref Vector256<double> z0, ref Vector256<double> z1, ref Vector256<double> z2)
    {
        z0 = Vector256.FusedMultiplyAdd(x, w0, z0);
        z1 = Vector256.FusedMultiplyAdd(x, w1, z1);
        z2 = Vector256.FusedMultiplyAdd(x, w2, z2);
    }

    private static void Store(double* z, Vector512<double> z0, Vector512<double> z1, Vector512<double> z2)
    {
        z0.Store(z);
        z1.Store(z + 8);
        z2.Store(z + 16);
    }

    private static void Store(double* z, Vector256<double> z0, Vector256<double> z1, Vector256<double> z2)
    {
        z0.Store(z);
        z1.Store(z + 4);
        z2.Store(z + 8);
    }
}
