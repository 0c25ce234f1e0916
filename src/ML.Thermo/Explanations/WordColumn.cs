using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Thermo.Explanations;

/// <summary>A column of text whose words (runs of letters and digits) are there or removed.</summary>
internal sealed class WordColumn(string name) : RawColumn(name)
{
    public override Action Observer(DataViewRow row, DataViewSchema.Column column) => () => { };

    public override Func<RawValue> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<ReadOnlyMemory<char>> getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> text = default;
        return () =>
        {
            getter(ref text);
            return new Value(Name, text.ToString());
        };
    }

    private sealed class Value : RawValue<ReadOnlyMemory<char>>
    {
        private readonly string _text;
        private readonly (int Start, int Length)[] _words;

        public Value(string name, string text)
        {
            _text = text;
            _words = [.. Words(text)];
            var times = new Dictionary<string, int>(StringComparer.Ordinal);
            var features = new ExplainedFeature[_words.Length];
            for (int i = 0; i < features.Length; i++)
            {
                string word = text.Substring(_words[i].Start, _words[i].Length);
                int time = times[word] = times.GetValueOrDefault(word) + 1;
                string which = time == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({time})");
                features[i] = ExplainedFeature.Mask($"{name}:{word}{which}", word);
            }

            Features = features;
        }

        public override IReadOnlyList<ExplainedFeature> Features { get; }

        public override void Get(ReadOnlySpan<Move> moves, ref ReadOnlyMemory<char> value)
        {
            if (moves.IsEmpty)
            {
                value = _text.AsMemory();
                return;
            }

            var left = new List<char>(_text);
            foreach ((int start, int length) in moves.ToArray().Select(move => _words[move.Feature]).OrderByDescending(word => word.Start))
                left.RemoveRange(start, length);
            value = left.ToArray();
        }

        private static IEnumerable<(int Start, int Length)> Words(string text)
        {
            int start = -1;
            for (int i = 0; i <= text.Length; i++)
            {
                bool isPart = i < text.Length && char.IsLetterOrDigit(text[i]);
                if (isPart && start < 0)
                    start = i;
                if (!isPart && start >= 0)
                {
                    yield return (start, i - start);
                    start = -1;
                }
            }
        }
    }
}
