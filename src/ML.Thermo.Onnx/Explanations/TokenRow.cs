using System.Globalization;
using ML.Thermo.Explanations;

namespace ML.Thermo.Onnx.Explanations;

/// <summary>Ids whose places are there or masked.</summary>
internal sealed class TokenRow : ExplainedRow
{
    private readonly double[] _row;
    private readonly double _mask;
    private readonly int[] _places;

    /// <param name="row">The ids.</param>
    /// <param name="mask">The id that stands for a removed token.</param>
    /// <param name="counts">Whether a place counts, or is padding.</param>
    /// <param name="vocabulary">Names by ids; null for the ids.</param>
    public TokenRow(double[] row, long mask, Func<int, bool> counts, IReadOnlyList<string>? vocabulary)
    {
        (_row, _mask) = (row, mask);
        _places = [.. Enumerable.Range(0, row.Length).Where(place => counts(place) && row[place] != mask)];
        Features = [.. _places.Select(place => ExplainedFeature.Mask($"t{place}", Name((long)row[place], vocabulary)))];
        NotVaried = [.. Enumerable.Range(0, row.Length).Except(_places).Select(place => $"t{place}")];
    }

    public override IReadOnlyList<ExplainedFeature> Features { get; }

    public override IReadOnlyList<string> NotVaried { get; }

    public override int Width => _row.Length;

    public override void Fill(ReadOnlySpan<Move> moves, Span<double> row)
    {
        _row.CopyTo(row);
        foreach (Move move in moves)
            row[_places[move.Feature]] = _mask;
    }

    private static string Name(long id, IReadOnlyList<string>? vocabulary) =>
        vocabulary is not null && id >= 0 && id < vocabulary.Count ? vocabulary[(int)id] : id.ToString(CultureInfo.InvariantCulture);
}
