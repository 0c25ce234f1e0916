namespace ML.Thermo.Numerics;

/// <summary>How often each number was seen, of numbers whose mantissa is cut to ten bits: a page of counters a binade, so that nothing is sorted.</summary>
internal sealed class RoundedCounts
{
    private const int KeptMantissa = 10, CutBits = 52 - KeptMantissa, Slots = 1 << KeptMantissa, Binades = 1 << 12; // sign and exponent
    private readonly long[]?[] _pages = new long[]?[Binades];

    /// <summary>A number as it is counted.</summary>
    public static double Cut(double number) => Value(BitConverter.DoubleToUInt64Bits(number) >> CutBits) + 0.0; // −0 is 0

    /// <summary>Counts a number so many times.</summary>
    public void Add(double number, long count)
    {
        ulong key = BitConverter.DoubleToUInt64Bits(Cut(number)) >> CutBits;
        (_pages[key / Slots] ??= new long[Slots])[key % Slots] += count;
    }

    /// <summary>The numbers, ascending, and how often each was seen.</summary>
    public (double[] Values, long[] Counts) Sorted()
    {
        List<double> values = [];
        List<long> counts = [];
        for (int binade = Binades - 1; binade >= Binades / 2; binade--) // negative: the largest in size comes first
        {
            for (int slot = Slots - 1; slot >= 0 && _pages[binade] is { } page; slot--)
                Take(binade, slot, page[slot]);
        }

        for (int binade = 0; binade < Binades / 2; binade++)
        {
            for (int slot = 0; slot < Slots && _pages[binade] is { } page; slot++)
                Take(binade, slot, page[slot]);
        }

        return ([.. values], [.. counts]);

        void Take(int binade, int slot, long count)
        {
            if (count == 0)
                return;
            values.Add(Value((ulong)((binade * Slots) + slot)));
            counts.Add(count);
        }
    }

    private static double Value(ulong key) => BitConverter.UInt64BitsToDouble(key << CutBits);
}
