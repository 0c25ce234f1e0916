using System.Globalization;
using System.Text;

namespace ML.Thermo.Loops.Diversity;

/// <summary>What counts as a category in text: words, runs of characters, or bytes.</summary>
/// <param name="Length">Characters of a run; 0 for words, −1 for bytes.</param>
public readonly record struct Tokens(int Length)
{
    /// <summary>Runs of letters, digits and apostrophes, in lower case.</summary>
    public static Tokens Words => new(0);

    /// <summary>Bytes of UTF-8.</summary>
    public static Tokens Bytes => new(-1);

    /// <summary>Reads <c>word</c>, <c>bytes</c> or <c>char:N</c>.</summary>
    /// <param name="text">In any case.</param>
    /// <exception cref="ArgumentException">It is none of them.</exception>
    public static Tokens Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.ToLowerInvariant() switch
        {
            "word" or "words" => Words,
            "byte" or "bytes" => Bytes,
            ['c', 'h', 'a', 'r', ':', .. var size]
                when int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out int length) && length is >= 1 and <= 64 => new Tokens(length),
            _ => throw new ArgumentException($"'{text}' is not a kind of token: expected word, bytes or char:N with 1 to 64 characters, as "
                + "char:3.", nameof(text)),
        };
    }

    /// <summary>Counts the tokens of a line into a dictionary.</summary>
    /// <param name="line">Any text.</param>
    /// <param name="counts">Grows by the tokens.</param>
    public void Count(ReadOnlySpan<char> line, Dictionary<string, long> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        var tally = new TokenTally(counts);
        switch (Length)
        {
            case 0:
                CountWords(line, tally);
                break;
            case < 0:
                Span<char> hex = stackalloc char[2];
                foreach (byte value in Encoding.UTF8.GetBytes(line.ToString()))
                {
                    value.TryFormat(hex, out _, "x2", CultureInfo.InvariantCulture);
                    tally.Add(hex);
                }

                break;
            default:
                for (int i = 0; i + Length <= line.Length; i++)
                    tally.Add(line.Slice(i, Length));
                break;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Length switch
    {
        0 => "word",
        < 0 => "bytes",
        _ => string.Create(CultureInfo.InvariantCulture, $"char:{Length}"),
    };

    private static void CountWords(ReadOnlySpan<char> line, TokenTally tally)
    {
        Span<char> word = line.Length <= 512 ? stackalloc char[line.Length] : new char[line.Length];
        int length = 0;
        foreach (char letter in line)
        {
            if (char.IsLetterOrDigit(letter) || letter == '\'')
            {
                word[length++] = char.ToLowerInvariant(letter);
            }
            else if (length > 0)
            {
                tally.Add(word[..length]);
                length = 0;
            }
        }

        if (length > 0)
            tally.Add(word[..length]);
    }
}
