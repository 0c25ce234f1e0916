using ML.Thermo.Compression;

namespace ML.Thermo.Onnx.Compression;

/// <summary>
/// Sizes of choices, with what they share: a table of bit planes is stored once, for all layers that need it. So a plan is sought for every set of
/// tables, and the best of them taken.
/// </summary>
internal sealed class SizeTable
{
    private static readonly int[] AllPlanes = [1, 2, 4];
    private readonly IReadOnlyList<CompressionLayer> _layers;
    private readonly Func<CompressionChoice, long> _size;
    private readonly long _fixed;
    private readonly List<Variant> _variants = [];
    private readonly bool _counts;

    private SizeTable(IReadOnlyList<CompressionLayer> layers, Func<CompressionChoice, long> size, long fixedSize, bool countsTables)
    {
        (_layers, _size, _fixed, _counts) = (layers, size, fixedSize, countsTables);
        int[] used = [.. AllPlanes.Where(plane => layers.Any(layer => layer.Choices.Any(choice => choice.Planes.Contains(plane))))];
        int sets = countsTables ? 1 << used.Length : 1;
        for (int set = 0; set < sets; set++)
            _variants.Add(new(this, countsTables ? [.. used.Where((_, i) => (set >> i & 1) == 1)] : used));
        Smallest = _variants.Min(variant => variant.Smallest);
        Equilibria = Envelope([.. _variants.SelectMany(variant => variant.Equilibria).Select(point => point.Allocation)]);
    }

    public long Smallest { get; }

    /// <summary>The lower hull over all sets of tables.</summary>
    public IReadOnlyList<Equilibrium> Equilibria { get; }

    /// <summary>Bytes of the file.</summary>
    public static SizeTable OfBytes(IReadOnlyList<CompressionLayer> layers, long before)
    {
        const int Import = 32; // the import of com.microsoft and a newer IR version
        return new(layers, choice => choice.Bytes, before + Import - layers.Sum(layer => layer.Choices[^1].Bytes), countsTables: true);
    }

    /// <summary>Bytes of levels, scales and zero points.</summary>
    public static SizeTable OfLevels(IReadOnlyList<CompressionLayer> layers) => new(layers, choice => choice.LevelBytes, 0, countsTables: false);

    public long Of(IReadOnlyList<int> choices)
    {
        int[] planes = [.. choices.SelectMany((choice, i) => _layers[i].Choices[choice].Planes).Distinct()];
        return _fixed + Tables(planes) + choices.Select((choice, i) => _size(_layers[i].Choices[choice])).Sum();
    }

    public int[] At(long size) => _variants.Where(variant => variant.Smallest <= size).Select(variant => variant.At(size)).MinBy(found => found.Loss)!.Choices;

    public int[] UpTo(double loss) => _variants.Select(variant => variant.UpTo(loss)).MinBy(found => Of(found))!;

    private static Equilibrium[] Envelope(Allocation[] points) =>
        [.. new ParetoAllocation([[.. points.Select(point => new StorageChoice(point.Size, point.Loss))]]).Equilibria
            .Select(e => new Equilibrium(points[e.Allocation.Choices[0]], e.Price))];

    private long Tables(IReadOnlyCollection<int> planes) =>
        _counts ? BitPlanes.Shared(planes).Sum(message => StoredWeight.FramedLength(message.Written.Length)) : 0;

    /// <summary>The choices that need no other tables than some.</summary>
    private sealed class Variant
    {
        private readonly SizeTable _table;
        private readonly int[][] _allowed;
        private readonly long _base;
        private readonly ParetoAllocation _allocation;

        public Variant(SizeTable table, IReadOnlyCollection<int> planes)
        {
            _table = table;
            _base = table._fixed + table.Tables(planes);
            _allowed = [.. table._layers.Select(layer => Enumerable.Range(0, layer.Choices.Count)
                .Where(choice => layer.Choices[choice].Planes.All(planes.Contains)).ToArray())];
            _allocation = new([.. _allowed.Select((allowed, i) => allowed.Select(choice => table._layers[i].Choices[choice])
                .Select(choice => new StorageChoice(table._size(choice), choice.SelfEnergy.Value)).ToArray())]);
        }

        public long Smallest => _base + (long)_allocation.SmallestSize;

        public IReadOnlyList<Equilibrium> Equilibria =>
            [.. _allocation.Equilibria.Select(e => e with { Allocation = new(Original(e.Allocation), e.Allocation.Size + _base, e.Allocation.Loss) })];

        public (int[] Choices, double Loss) At(long size)
        {
            Allocation found = _allocation.At(size - _base);
            return (Original(found), found.Loss);
        }

        public int[] UpTo(double loss) => Original(_allocation.UpTo(Math.Max(loss, _allocation.LeastLoss)));

        private int[] Original(Allocation allocation) => [.. allocation.Choices.Select((choice, i) => _allowed[i][choice])];
    }
}
