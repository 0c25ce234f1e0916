namespace ML.Thermo.Loops;

/// <summary>
/// Starts of loops whose largest share belongs to several categories at once. Such a law stays as it is for ever, even where the least difference
/// between them would grow: chance decides, so one of them must be given more.</summary>
internal static class SharedFavourites
{
    /// <summary>How many categories there are where all have the same share (those without any are none); else null.</summary>
    public static int? EqualShares(ReadOnlySpan<double> law)
    {
        int count = 0;
        double first = 0;
        foreach (double share in law)
        {
            if (share == 0)
                continue;
            first = count++ == 0 ? share : first;
            if (share != first)
                return null;
        }

        return count;
    }

    /// <summary>The worst start: one favourite has the mass of all of them. Of equal categories that is a corner.</summary>
    public static double[] Collapsed(ReadOnlySpan<double> law) => Moved(law, 1);

    /// <summary>The start that n drawn rows make: one favourite has a deviation of its count more, taken from the others.</summary>
    public static double[] Drawn(ReadOnlySpan<double> law, long rows)
    {
        double most = 0;
        foreach (double share in law)
            most = Math.Max(most, share);
        return Moved(law, Math.Min(1, 1 / Math.Sqrt(rows * most)));
    }

    /// <summary>The first favourite takes this part of the mass of the others; a law with one favourite stays as it is.</summary>
    private static double[] Moved(ReadOnlySpan<double> law, double part)
    {
        double[] moved = law.ToArray();
        int first = 0;
        for (int i = 1; i < moved.Length; i++)
            first = moved[i] > moved[first] ? i : first;
        double most = moved[first];
        for (int i = first + 1; i < moved.Length; i++)
        {
            if (moved[i] != most)
                continue;
            moved[i] -= part * most;
            moved[first] += part * most;
        }

        return moved;
    }
}
