using System.Runtime.InteropServices;

namespace ML.Thermo.Loops.Diversity;

/// <summary>Counts tokens that are parts of a line; a text is made of one only when it is new, from .NET 9 on.</summary>
/// <param name="counts">Grows by the tokens.</param>
internal readonly struct TokenTally(Dictionary<string, long> counts)
{
#if NET9_0_OR_GREATER
    private readonly Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> _lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();

    public void Add(ReadOnlySpan<char> token) => CollectionsMarshal.GetValueRefOrAddDefault(_lookup, token, out _)++;
#else
    public void Add(ReadOnlySpan<char> token) => CollectionsMarshal.GetValueRefOrAddDefault(counts, token.ToString(), out _)++;
#endif
}
