using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ML.Thermo.Onnx.Weights;

/// <summary>
/// Eigenvalues of real symmetric matrices: Householder's reduction to tridiagonal form, whose rank-two update and next
/// matrix-vector product share one sweep over the lower triangle, and implicit QL on the tridiagonal form.
/// </summary>
/// <remarks>Sources: Martin, Reinsch and Wilkinson 1968 (reduction); Bowdler, Martin, Reinsch and Wilkinson 1968 (QL);
/// Golub and Welsch 1969 (first components). Backward error: a small multiple of 2⁻⁵² times the largest eigenvalue.</remarks>
internal static class SymmetricTridiagonal
{
    private const int MostSweepsAnEigenvalue = 60;

    /// <summary>Eigenvalues in ascending order; the lower triangle of the matrix is destroyed.</summary>
    /// <param name="matrix">Rows <paramref name="stride"/> apart; only the lower triangle is read.</param>
    /// <param name="order">n ≥ 1.</param>
    /// <param name="stride">≥ n.</param>
    public static double[] Eigenvalues(double[] matrix, int order, int stride)
    {
        var diagonal = new double[order];
        var off = new double[order];
        Reduce(matrix, order, stride, diagonal, off);
        RootFreeQl.Diagonalise(diagonal, off);
        Array.Sort(diagonal);
        return diagonal;
    }

    /// <summary>
    /// Replaces the diagonal of a symmetric tridiagonal matrix by its eigenvalues (unordered) and applies the same rotations to up
    /// to two rows: rows that start as rows of the identity end as the components of the eigenvectors in that row.
    /// </summary>
    /// <param name="diagonal">n entries; receives the eigenvalues.</param>
    /// <param name="off">off[i] couples i and i + 1; n entries, the last is ignored; destroyed.</param>
    /// <param name="first">n entries or none.</param>
    /// <param name="second">n entries or none.</param>
    public static void Diagonalise(Span<double> diagonal, Span<double> off, Span<double> first, Span<double> second)
    {
        int n = diagonal.Length;
        off[n - 1] = 0;
        double nothing = RootFreeQl.Negligible(diagonal, off);
        for (int l = 0; l < n; l++)
        {
            for (int sweep = 0; ; sweep++)
            {
                int end = l;
                while (end < n - 1 && Math.Abs(off[end]) > nothing + (Math.ScaleB(1, -53) * (Math.Abs(diagonal[end]) + Math.Abs(diagonal[end + 1]))))
                    end++;
                if (end == l)
                    break;
                if (sweep == MostSweepsAnEigenvalue)
                    throw new ThermoException($"Eigenvalue {l} of {n} did not converge in {MostSweepsAnEigenvalue} sweeps of QL: expected a finite "
                        + "symmetric matrix.");
                Sweep(diagonal, off, l, end, first, second);
            }
        }
    }

    /// <summary>One implicit QL step with Wilkinson's shift on the unreduced part start … end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sweep(Span<double> diagonal, Span<double> off, int start, int end, Span<double> first, Span<double> second)
    {
        double ratio = (diagonal[start + 1] - diagonal[start]) / (2 * off[start]);
        double shift = diagonal[start] - (off[start] / (ratio + Math.CopySign(Length(ratio, 1), ratio)));
        double g = diagonal[end] - shift, sine = 1, cosine = 1, p = 0;
        for (int i = end - 1; i >= start; i--)
        {
            double f = sine * off[i], b = cosine * off[i], length = Length(f, g);
            off[i + 1] = length;
            if (length == 0)
            {
                diagonal[i + 1] -= p;
                off[end] = 0;
                return;
            }

            (sine, cosine) = (f / length, g / length);
            g = diagonal[i + 1] - p;
            length = ((diagonal[i] - g) * sine) + (2 * cosine * b);
            p = sine * length;
            diagonal[i + 1] = g + p;
            g = (cosine * length) - b;
            Rotate(first, i, sine, cosine);
            Rotate(second, i, sine, cosine);
        }

        diagonal[start] -= p;
        off[start] = g;
        off[end] = 0;
    }

    private static double Length(double x, double y) => Math.Sqrt((x * x) + (y * y));

    private static void Rotate(Span<double> row, int i, double sine, double cosine)
    {
        if (row.IsEmpty)
            return;
        (row[i], row[i + 1]) = ((cosine * row[i]) - (sine * row[i + 1]), (sine * row[i]) + (cosine * row[i + 1]));
    }

    /// <summary>
    /// Householder's reduction from the last row upwards. Each step removes row k of the trailing triangle by the reflector u;
    /// the update A −= u·wᵀ + w·uᵀ of one step is applied in the same sweep that multiplies the updated A by the next reflector.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Reduce(double[] matrix, int order, int stride, Span<double> diagonal, Span<double> off)
    {
        double[] u = new double[order], w = new double[order], next = new double[order], product = new double[order];
        for (int k = order - 1; k >= 1; k--)
        {
            Span<double> row = matrix.AsSpan(k * stride, k + 1);
            for (int j = 0; j <= k; j++)
                row[j] -= (u[k] * w[j]) + (w[k] * u[j]);
            diagonal[k] = row[k];
            double half = Reflector(row[..k], next, out off[k - 1]);
            Array.Clear(product, 0, k);
            UpdateAndMultiply(matrix, stride, k, u, w, next, product);
            (u, next) = (next, u);
            double projection = half * Dot(u, product, k);
            for (int j = 0; j < k; j++)
                w[j] = half * 2 * (product[j] - (projection * u[j]));
        }

        diagonal[0] = matrix[0]; // the last reflector, of a row of one entry, is zero
    }

    /// <summary>u with (1 − 2h·u·uᵀ)·row = (0, …, 0, remaining); returns h, zero where the row needs no reflection.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Reflector(ReadOnlySpan<double> row, Span<double> reflector, out double remaining)
    {
        row.CopyTo(reflector);
        reflector[row.Length..].Clear();
        double rest = 0, last = row[^1];
        foreach (double x in row[..^1])
            rest += x * x;
        if (rest == 0)
        {
            reflector.Clear();
            remaining = last;
            return 0;
        }

        remaining = -Math.CopySign(Math.Sqrt(rest + (last * last)), last);
        reflector[row.Length - 1] = last - remaining;
        return 1 / (rest + (reflector[row.Length - 1] * reflector[row.Length - 1]));
    }

    private static double Dot(double[] x, double[] y, int count) => TensorPrimitives.Dot(x.AsSpan(0, count), y.AsSpan(0, count));

    /// <summary>A −= u·wᵀ + w·uᵀ on the lower triangle of order n, and product += A·x with the updated A.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void UpdateAndMultiply(double[] matrix, int stride, int n, double[] u, double[] w, double[] x, double[] product)
    {
        int i = 0;
        for (; i + 4 <= n; i += 4)
            FourRows(matrix, stride, i, u, w, x, product);
        for (; i < n; i++)
            Row(matrix, stride, i, 0, u, w, x, product);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourRows(double[] matrix, int stride, int i, double[] u, double[] w, double[] x, double[] product)
    {
        ref double a = ref matrix[i * stride];
        ref double uu = ref MemoryMarshal.GetArrayDataReference(u);
        ref double ww = ref MemoryMarshal.GetArrayDataReference(w);
        ref double xx = ref MemoryMarshal.GetArrayDataReference(x);
        ref double pp = ref MemoryMarshal.GetArrayDataReference(product);
        nuint step = (nuint)stride;
        nuint j = 0;
        if (Vector512.IsHardwareAccelerated && i >= 8)
            j = FourWideRows(ref a, step, i, ref uu, ref ww, ref xx, ref pp, product);
        Vector256<double> u0 = Vector256.Create(-u[i]), u1 = Vector256.Create(-u[i + 1]), u2 = Vector256.Create(-u[i + 2]), u3 = Vector256.Create(-u[i + 3]);
        Vector256<double> w0 = Vector256.Create(-w[i]), w1 = Vector256.Create(-w[i + 1]), w2 = Vector256.Create(-w[i + 2]), w3 = Vector256.Create(-w[i + 3]);
        Vector256<double> x0 = Vector256.Create(x[i]), x1 = Vector256.Create(x[i + 1]), x2 = Vector256.Create(x[i + 2]), x3 = Vector256.Create(x[i + 3]);
        Vector256<double> s0 = default, s1 = default, s2 = default, s3 = default;
        for (; j < (nuint)i; j += 4)
        {
            Vector256<double> uj = Vector256.LoadUnsafe(ref uu, j), wj = Vector256.LoadUnsafe(ref ww, j), xj = Vector256.LoadUnsafe(ref xx, j);
            Vector256<double> sum = Vector256.LoadUnsafe(ref pp, j);
            Update(ref a, j, u0, w0, uj, wj, xj, x0, ref s0, ref sum);
            Update(ref a, j + step, u1, w1, uj, wj, xj, x1, ref s1, ref sum);
            Update(ref a, j + (2 * step), u2, w2, uj, wj, xj, x2, ref s2, ref sum);
            Update(ref a, j + (3 * step), u3, w3, uj, wj, xj, x3, ref s3, ref sum);
            sum.StoreUnsafe(ref pp, j);
        }

        product[i] += Vector256.Sum(s0);
        product[i + 1] += Vector256.Sum(s1);
        product[i + 2] += Vector256.Sum(s2);
        product[i + 3] += Vector256.Sum(s3);
        for (int r = i; r < i + 4; r++)
            Row(matrix, stride, r, i, u, w, x, product);
    }

    /// <summary>The columns of four rows eight at a time; returns the first column that is left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static nuint FourWideRows(
        ref double a, nuint step, int i, ref double uu, ref double ww, ref double xx, ref double pp, double[] product)
    {
        nuint at = (nuint)i, j = 0;
        Vector512<double> u0 = -One(ref uu, at), u1 = -One(ref uu, at + 1), u2 = -One(ref uu, at + 2), u3 = -One(ref uu, at + 3);
        Vector512<double> w0 = -One(ref ww, at), w1 = -One(ref ww, at + 1), w2 = -One(ref ww, at + 2), w3 = -One(ref ww, at + 3);
        Vector512<double> x0 = One(ref xx, at), x1 = One(ref xx, at + 1), x2 = One(ref xx, at + 2), x3 = One(ref xx, at + 3);
        Vector512<double> s0 = default, s1 = default, s2 = default, s3 = default;
        for (; j + 8 <= at; j += 8)
        {
            Vector512<double> uj = Vector512.LoadUnsafe(ref uu, j), wj = Vector512.LoadUnsafe(ref ww, j), xj = Vector512.LoadUnsafe(ref xx, j);
            Vector512<double> sum = Vector512.LoadUnsafe(ref pp, j);
            Update(ref a, j, u0, w0, uj, wj, xj, x0, ref s0, ref sum);
            Update(ref a, j + step, u1, w1, uj, wj, xj, x1, ref s1, ref sum);
            Update(ref a, j + (2 * step), u2, w2, uj, wj, xj, x2, ref s2, ref sum);
            Update(ref a, j + (3 * step), u3, w3, uj, wj, xj, x3, ref s3, ref sum);
            sum.StoreUnsafe(ref pp, j);
        }

        product[i] += Vector512.Sum(s0);
        product[i + 1] += Vector512.Sum(s1);
        product[i + 2] += Vector512.Sum(s2);
        product[i + 3] += Vector512.Sum(s3);
        return j;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> One(ref double start, nuint at) => Vector512.Create(Unsafe.Add(ref start, at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Update(
        ref double a, nuint at, Vector512<double> ui, Vector512<double> wi, Vector512<double> uj, Vector512<double> wj,
        Vector512<double> xj, Vector512<double> xi, ref Vector512<double> sum, ref Vector512<double> product)
    {
        Vector512<double> entry = Vector512.MultiplyAddEstimate(ui, wj, Vector512.MultiplyAddEstimate(wi, uj, Vector512.LoadUnsafe(ref a, at)));
        entry.StoreUnsafe(ref a, at);
        sum = Vector512.MultiplyAddEstimate(entry, xj, sum);
        product = Vector512.MultiplyAddEstimate(entry, xi, product);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Update(
        ref double a, nuint at, Vector256<double> ui, Vector256<double> wi, Vector256<double> uj, Vector256<double> wj,
        Vector256<double> xj, Vector256<double> xi, ref Vector256<double> sum, ref Vector256<double> product)
    {
        Vector256<double> entry = Vector256.MultiplyAddEstimate(ui, wj, Vector256.MultiplyAddEstimate(wi, uj, Vector256.LoadUnsafe(ref a, at)));
        entry.StoreUnsafe(ref a, at);
        sum = Vector256.MultiplyAddEstimate(entry, xj, sum);
        product = Vector256.MultiplyAddEstimate(entry, xi, product);
    }

    /// <summary>Entries (i, from … i) of the update and their part of the product.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row(double[] matrix, int stride, int i, int from, double[] u, double[] w, double[] x, double[] product)
    {
        Span<double> row = matrix.AsSpan(i * stride, i + 1);
        double sum = 0;
        for (int j = from; j < i; j++)
        {
            row[j] -= (u[i] * w[j]) + (w[i] * u[j]);
            sum += row[j] * x[j];
            product[j] += row[j] * x[i];
        }

        row[i] -= 2 * u[i] * w[i];
        product[i] += sum + (row[i] * x[i]);
    }
}
