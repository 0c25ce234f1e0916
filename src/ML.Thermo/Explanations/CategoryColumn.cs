using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Thermo.Explanations;

/// <summary>A column of text or of keys that takes few values: kept, or replaced by the most frequent other one.</summary>
/// <param name="name">Its name.</param>
/// <param name="show">A value as people read it, and by which two are the same.</param>
/// <param name="keep">A copy that outlives the row.</param>
internal sealed class CategoryColumn<T>(string name, Func<T, string> show, Func<T, T> keep) : RawColumn(name)
{
    private readonly Dictionary<string, (T Value, long Count, int Order)> _seen = new(StringComparer.Ordinal);
    private (string Text, T Value)[] _byFrequency = [];

    /// <summary>Different values of the background.</summary>
    public int Distinct => _seen.Count;

    public override Action Observer(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            string text = show(value);
            (T held, long count, int order) = _seen.TryGetValue(text, out (T, long, int) before) ? before : (keep(value), 0, _seen.Count);
            _seen[text] = (held, count + 1, order);
        };
    }

    public override void Learn() =>
        _byFrequency = [.. _seen.OrderByDescending(pair => pair.Value.Count).ThenBy(pair => pair.Value.Order).Select(pair => (pair.Key, pair.Value.Value))];

    public override Func<RawValue> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            string text = show(value);
            T[] others = Distinct < 2 ? [] : [.. _byFrequency.Where(other => other.Text != text).Select(other => other.Value)];
            return new Value(Name, text, keep(value), others);
        };
    }

    private sealed class Value(string name, string text, T held, T[] others) : RawValue<T>
    {
        public override IReadOnlyList<ExplainedFeature> Features { get; } = others.Length == 0 ? [] : [ExplainedFeature.Category(name, text)];

        public override IReadOnlyList<string> NotVaried { get; } = others.Length == 0 ? [name] : [];

        public override void Get(ReadOnlySpan<Move> moves, ref T value) => value = moves.IsEmpty ? held : others[moves[0].Alternative % others.Length];
    }
}
