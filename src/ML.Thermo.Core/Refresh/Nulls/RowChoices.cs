using ML.Thermo.Initialization;

namespace ML.Thermo.Refresh.Nulls;

/// <summary>Random choices of so many of all rows, in batches. They depend on the sizes and the seed alone, so windows of one size share them.</summary>
/// <param name="all">Rows in the pool, at most 65,536.</param>
/// <param name="chosen">Rows of a choice.</param>
/// <param name="seed">Of the choices.</param>
/// <remarks>The first are kept, half a megabyte of them at most, and drawn when first asked for; more are drawn each time. From many threads at once.</remarks>
internal sealed class RowChoices(int all, int chosen, ulong seed)
{
    /// <summary>Choices of a batch.</summary>
    public const int Together = 16;

    private const int MostKept = 1 << 18, Overhead = 16; // in numbers of two bytes

    private const int MostSizes = 8; // of which choices are kept, by all monitors of this process together

    private static readonly List<RowChoices> s_known = []; // the last asked for first

    private readonly Lock _drawing = new();
    private readonly List<ushort[][]> _kept = [];
    private readonly int[] _order = [.. Enumerable.Range(0, all)]; // as the kept batches left it
    private readonly RandomStream _random = new(seed, 1);

    /// <summary>Those of some sizes and a seed, kept for all who ask: a service may watch thousands of models.</summary>
    public static RowChoices Of(int all, int chosen, ulong seed)
    {
        lock (s_known)
        {
            int at = s_known.FindIndex(choices => choices.Is(all, chosen, seed));
            RowChoices found = at < 0 ? new(all, chosen, seed) : s_known[at];
            if (at >= 0)
                s_known.RemoveAt(at);
            s_known.Insert(0, found);
            if (s_known.Count > MostSizes)
                s_known.RemoveAt(MostSizes);
            return found;
        }
    }

    /// <summary>Batch after batch, without an end.</summary>
    public IEnumerable<ushort[][]> Batches()
    {
        for (int i = 0; Kept(i) is { } batch; i++)
            yield return batch;
        int[] order = [.. _order]; // which nothing changes any more
        RandomStream random = _random.Copy();
        while (true)
            yield return Draw(order, random);
    }

    private bool Is(int rows, int size, ulong stream) => (rows, size, stream) == (all, chosen, seed);

    private ushort[][]? Kept(int batch)
    {
        lock (_drawing)
        {
            if (batch == _kept.Count && (batch + 1L) * Together * (chosen + Overhead) <= MostKept)
                _kept.Add(Draw(_order, _random));
            return batch < _kept.Count ? _kept[batch] : null;
        }
    }

    private ushort[][] Draw(int[] order, RandomStream random)
    {
        ushort[][] choices = new ushort[Together][];
        for (int i = 0; i < Together; i++)
        {
            Relabelling.Choose(order, chosen, random);
            choices[i] = new ushort[chosen];
            for (int k = 0; k < chosen; k++)
                choices[i][k] = (ushort)order[k];
        }

        return choices;
    }
}
