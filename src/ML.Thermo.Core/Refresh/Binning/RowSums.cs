using System.Numerics;
using System.Runtime.InteropServices;
using ML.Thermo.Numerics;

namespace ML.Thermo.Refresh.Binning;

/// <summary>Sums of chosen rows of a table, each column's in the order of the rows whatever the machine's vectors: a re-labelling is little else.</summary>
/// <remarks>Several choices at a time: the columns that stay in registers are read once from memory for all of them.</remarks>
internal static class RowSums
{
    private const long Shared = 1 << 22; // so many sums are worth a thread

    private static readonly int s_one = Vector<double>.Count, s_four = 4 * Vector<double>.Count;

    /// <summary>Adds rows. Four vectors of columns at a time stay in registers while the rows go by.</summary>
    /// <param name="table">Row after row.</param>
    /// <param name="choices">Which rows, in order; at least one choice.</param>
    /// <param name="sums">Gets the sums of each choice; as many as a row has columns.</param>
    public static void Of(double[] table, int[][] choices, double[][] sums)
    {
        int width = sums[0].Length, blocks = width / s_four;
        int parts = (int)Math.Clamp((long)width * choices.Length * choices[0].Length / Shared, 1, Environment.ProcessorCount);
        if (parts == 1)
            Blocks(0);
        else
            Parallel.For(0, parts, Processors.All, Blocks);
        for (int i = 0; i < choices.Length; i++)
            Rest(table, blocks * s_four, choices[i], sums[i]);

        void Blocks(int part)
        {
            for (int block = blocks * part / parts; block < blocks * (part + 1) / parts; block++)
            {
                for (int i = 0; i < choices.Length; i++)
                    Four(table, width, block * s_four, choices[i], sums[i]);
            }
        }
    }

    private static void Four(double[] table, int width, int column, int[] rows, double[] sums)
    {
        ref double start = ref MemoryMarshal.GetArrayDataReference(table);
        Vector<double> a = default, b = default, c = default, d = default;
        foreach (int row in rows)
        {
            nuint at = (nuint)((row * width) + column);
            a += Vector.LoadUnsafe(ref start, at);
            b += Vector.LoadUnsafe(ref start, at + (nuint)s_one);
            c += Vector.LoadUnsafe(ref start, at + (nuint)(2 * s_one));
            d += Vector.LoadUnsafe(ref start, at + (nuint)(3 * s_one));
        }

        a.CopyTo(sums, column);
        b.CopyTo(sums, column + s_one);
        c.CopyTo(sums, column + (2 * s_one));
        d.CopyTo(sums, column + (3 * s_one));
    }

    private static void Rest(double[] table, int column, int[] rows, double[] sums)
    {
        int width = sums.Length;
        ref double start = ref MemoryMarshal.GetArrayDataReference(table);
        for (; column <= width - s_one; column += s_one)
        {
            Vector<double> a = default;
            foreach (int row in rows)
                a += Vector.LoadUnsafe(ref start, (nuint)((row * width) + column));
            a.CopyTo(sums, column);
        }

        for (; column < width; column++)
        {
            double sum = 0;
            foreach (int row in rows)
                sum += table[(row * width) + column];
            sums[column] = sum;
        }
    }
}
