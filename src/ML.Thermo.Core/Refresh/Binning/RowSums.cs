using System.Numerics;
using ML.Thermo.Numerics;

namespace ML.Thermo.Refresh.Binning;

/// <summary>Sums of chosen rows of a table, each column's in the order of the rows whatever the machine's vectors: a re-labelling is little else.</summary>
/// <remarks>
/// Several choices at a time: the columns that stay in registers are read once from memory for all of them, and the sums of two choices, which do not wait for
/// each other, are made together.
/// </remarks>
internal static class RowSums
{
    private const long Shared = 1 << 22; // so many sums are worth a thread

    private static readonly int s_one = Vector<double>.Count, s_four = 4 * Vector<double>.Count;

    /// <summary>Numbers that a row of a table takes, of which so many count: whole blocks of vectors.</summary>
    public static int Stride(int width) => (width + s_four - 1) / s_four * s_four;

    /// <summary>Adds rows. Four vectors of columns at a time stay in registers while the rows go by.</summary>
    /// <param name="table">Row after row, each of a whole <see cref="Stride"/>.</param>
    /// <param name="start">Where the first row begins.</param>
    /// <param name="choices">Which rows, in order; at least one choice.</param>
    /// <param name="sums">Gets the sums of each choice; as many as a row has columns, a whole <see cref="Stride"/>.</param>
    public static void Of(double[] table, int start, ushort[][] choices, double[][] sums)
    {
        int stride = sums[0].Length, blocks = stride / s_four;
        int parts = (int)Math.Clamp((long)stride * choices.Length * choices[0].Length / Shared, 1, Environment.ProcessorCount);
        if (parts == 1)
            Blocks(0);
        else
            Parallel.For(0, parts, Processors.All, Blocks);

        void Blocks(int part)
        {
            for (int block = blocks * part / parts; block < blocks * (part + 1) / parts; block++)
            {
                for (int i = 0; i < choices.Length; i += 2)
                {
                    int next = Math.Min(i + 1, choices.Length - 1); // an odd last one is its own pair
                    Two(table, start, block * s_four, choices[i], choices[next], sums[i], sums[next]);
                }
            }
        }
    }

    private static void Two(double[] table, int from, int column, ushort[] first, ushort[] second, double[] sums, double[] others)
    {
        nuint one = (nuint)s_one, stride = (nuint)sums.Length;
        ref double start = ref table[from + column];
        Vector<double> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (int k = 0; k < first.Length; k++)
        {
            nuint at = first[k] * stride, other = second[k] * stride;
            a += Vector.LoadUnsafe(ref start, at);
            b += Vector.LoadUnsafe(ref start, at + one);
            c += Vector.LoadUnsafe(ref start, at + (2 * one));
            d += Vector.LoadUnsafe(ref start, at + (3 * one));
            e += Vector.LoadUnsafe(ref start, other);
            f += Vector.LoadUnsafe(ref start, other + one);
            g += Vector.LoadUnsafe(ref start, other + (2 * one));
            h += Vector.LoadUnsafe(ref start, other + (3 * one));
        }

        Store(sums, column, a, b, c, d);
        Store(others, column, e, f, g, h);
    }

    private static void Store(double[] sums, int column, Vector<double> a, Vector<double> b, Vector<double> c, Vector<double> d)
    {
        a.CopyTo(sums, column);
        b.CopyTo(sums, column + s_one);
        c.CopyTo(sums, column + (2 * s_one));
        d.CopyTo(sums, column + (3 * s_one));
    }
}
