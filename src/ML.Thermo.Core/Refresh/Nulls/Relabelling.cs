using ML.Thermo.Initialization;

namespace ML.Thermo.Refresh.Nulls;

/// <summary>Random choices of rows from a pool, and the rank of an observed value among theirs.</summary>
internal static class Relabelling
{
    /// <summary>Draws as large as the observed value after which its p-value is known well enough (Besag and Clifford 1991).</summary>
    public const int Enough = 50;

    /// <summary>Puts so many of all rows, chosen at random, in front. Any order before is as good as any other.</summary>
    public static void Choose(int[] order, int chosen, RandomStream random)
    {
        for (int i = 0; i < chosen; i++)
        {
            int pick = i + (int)random.NextInteger(order.Length - i);
            (order[pick], order[i]) = (order[i], order[pick]);
        }
    }

    /// <summary>How often draws are at least as large as an observed value, until that is <see cref="Enough"/> times.</summary>
    public struct Exceedance(double observed)
    {
        private readonly double _least = observed - (1e-9 * Math.Abs(observed)); // equal but for rounding is equal
        private int _atLeast;
        private int _knownAt;

        public readonly bool IsKnown => _knownAt > 0;

        public void Add(double value, int draw)
        {
            if (!IsKnown && value >= _least && ++_atLeast == Enough)
                _knownAt = draw;
        }

        public readonly double PValue(int draws) => IsKnown ? (double)Enough / _knownAt : (1.0 + _atLeast) / (1 + draws);
    }
}
