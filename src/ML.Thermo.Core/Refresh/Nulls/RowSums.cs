using System.Runtime.Intrinsics;
using ML.Thermo.Numerics;

namespace ML.Thermo.Refresh.Nulls;

/// <summary>Sums of chosen rows of a table, each column's in the order of the rows whatever the machine's vectors: a re-labelling is little else.</summary>
/// <remarks>
/// The table is in panels of <see cref="Panel"/> columns, row after row, which are small enough to stay near the processor. The sums of a panel's columns
/// stay in registers while the rows go by, for two choices at a time, which do not wait for each other.
/// </remarks>
internal static class RowSums
{
    /// <summary>Columns of a panel: four vectors.</summary>
    public const int Panel = 16;

    private const long Shared = 1 << 22; // so many sums are worth a thread

    /// <summary>Panels of so many columns; the last is filled up.</summary>
    public static int Panels(int width) => (width + Panel - 1) / Panel;

    /// <summary>Where a number stands in a table of panels.</summary>
    public static int Place(int row, int column, int rows) => (((column / Panel * rows) + row) * Panel) + (column % Panel);

    /// <summary>Adds rows.</summary>
    /// <param name="table">Panel after panel.</param>
    /// <param name="start">Where the first panel begins.</param>
    /// <param name="rows">Rows of the table.</param>
    /// <param name="choices">Which rows, in order; at least one choice.</param>
    /// <param name="sums">Gets the sums of each choice, in whole panels.</param>
    public static void Of(double[] table, int start, int rows, ushort[][] choices, double[][] sums)
    {
        int panels = sums[0].Length / Panel;
        int parts = (int)Math.Clamp((long)sums[0].Length * choices.Length * choices[0].Length / Shared, 1, Environment.ProcessorCount);
        if (parts == 1)
            Of(0);
        else
            Parallel.For(0, parts, Processors.All, Of);

        void Of(int part)
        {
            for (int panel = panels * part / parts; panel < panels * (part + 1) / parts; panel++)
            {
                for (int i = 0; i < choices.Length; i += 2)
                {
                    int next = Math.Min(i + 1, choices.Length - 1); // an odd last one is its own pair
                    int at = start + (panel * rows * Panel), column = panel * Panel;
                    Two(ref table[at], choices[i], choices[next], sums[i].AsSpan(column), sums[next].AsSpan(column));
                }
            }
        }
    }

    private static void Two(ref double start, ushort[] first, ushort[] second, Span<double> sums, Span<double> others)
    {
        nuint one = (nuint)Vector256<double>.Count;
        Vector256<double> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (int k = 0; k < first.Length; k++)
        {
            nuint at = (nuint)first[k] * Panel, other = (nuint)second[k] * Panel;
            a += Vector256.LoadUnsafe(ref start, at);
            b += Vector256.LoadUnsafe(ref start, at + one);
            c += Vector256.LoadUnsafe(ref start, at + (2 * one));
            d += Vector256.LoadUnsafe(ref start, at + (3 * one));
            e += Vector256.LoadUnsafe(ref start, other);
            f += Vector256.LoadUnsafe(ref start, other + one);
            g += Vector256.LoadUnsafe(ref start, other + (2 * one));
            h += Vector256.LoadUnsafe(ref start, other + (3 * one));
        }

        Store(sums, a, b, c, d);
        Store(others, e, f, g, h);
    }

    private static void Store(Span<double> sums, Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d)
    {
        int one = Vector256<double>.Count;
        a.CopyTo(sums);
        b.CopyTo(sums[one..]);
        c.CopyTo(sums[(2 * one)..]);
        d.CopyTo(sums[(3 * one)..]);
    }
}
