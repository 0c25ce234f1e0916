using System.Numerics;

namespace ML.Thermo.Ising;

/// <summary>Counts the states of a lattice by adding one spin at a time to a table [last row][unsatisfied bonds][spins up], for each first row.</summary>
/// <remarks>First rows that turn into one another by shifts and reflections have tables alike, so one of each kind is enough.</remarks>
internal static class RowByRow
{
    public static IEnumerable<LatticeLevel> Count(int size)
    {
        int rows = 1 << size, bonds = 2 * size * size, spins = size * size;
        long[,] sum = new long[bonds + 1, spins + 1];
        var kinds = Enumerable.Range(0, rows).GroupBy(row => Representative(row, size)).Select(group => (group.Key, group.Count()));
        foreach ((int first, int multiplicity) in kinds)
        {
            long[] table = FromFirstRow(first, size, rows, bonds, spins);
            for (int row = 0; row < rows; row++)
            {
                int closing = BitOperations.PopCount((uint)(row ^ first)); // bonds between the last row and the first
                for (int b = 0; b + closing <= bonds; b++)
                {
                    for (int up = 0; up <= spins; up++)
                        sum[b + closing, up] += multiplicity * table[Index(row, b, up, bonds, spins)];
                }
            }
        }

        for (int b = 0; b <= bonds; b++)
        {
            for (int up = 0; up <= spins; up++)
            {
                if (sum[b, up] > 0)
                    yield return new((2 * b) - bonds, (2 * up) - spins, sum[b, up]);
            }
        }
    }

    private static long[] FromFirstRow(int first, int size, int rows, int bonds, int spins)
    {
        long[] table = new long[rows * (bonds + 1) * (spins + 1)];
        table[Index(first, Across(first, size), BitOperations.PopCount((uint)first), bonds, spins)] = 1;
        for (int spin = 0; spin < size * (size - 1); spin++)
        {
            long[] next = new long[table.Length];
            int site = spin % size;
            for (int row = 0; row < rows; row++)
            {
                for (int b = 0; b <= bonds; b++)
                {
                    for (int up = 0; up <= spins; up++)
                    {
                        long count = table[Index(row, b, up, bonds, spins)];
                        if (count == 0)
                            continue;
                        Add(next, row, site, 0, b, up, count, size, bonds, spins);
                        Add(next, row, site, 1, b, up, count, size, bonds, spins);
                    }
                }
            }

            table = next;
        }

        return table;
    }

    /// <summary>Puts a spin below the site: it replaces the one above in the row, with its bonds to it, to its left and, at the end, to the first.</summary>
    private static void Add(long[] next, int row, int site, int spin, int b, int up, long count, int size, int bonds, int spins)
    {
        int unsatisfied = b + (((row >> site) & 1) ^ spin), changed = (row & ~(1 << site)) | (spin << site);
        if (site > 0)
            unsatisfied += ((changed >> (site - 1)) & 1) ^ spin;
        if (site == size - 1)
            unsatisfied += (changed & 1) ^ spin;
        next[Index(changed, unsatisfied, up + spin, bonds, spins)] += count;
    }

    private static int Across(int row, int size)
    {
        int unsatisfied = 0;
        for (int i = 0; i < size; i++)
            unsatisfied += ((row >> i) & 1) ^ ((row >> ((i + 1) % size)) & 1);
        return unsatisfied;
    }

    private static int Index(int row, int bonds, int up, int mostBonds, int spins) => (((row * (mostBonds + 1)) + bonds) * (spins + 1)) + up;

    private static int Representative(int row, int size)
    {
        int least = row;
        for (int mirrored = 0; mirrored < 2; mirrored++)
        {
            for (int shift = 0; shift < size; shift++)
            {
                int turned = 0;
                for (int i = 0; i < size; i++)
                {
                    int from = mirrored == 1 ? size - 1 - i : i;
                    turned |= ((row >> from) & 1) << ((i + shift) % size);
                }

                least = Math.Min(least, turned);
            }
        }

        return least;
    }
}
