using System.Globalization;
using System.Text;

namespace ML.Thermo.Onnx.LanguageModels;

/// <summary>Text in and out of a language model.</summary>
public abstract class TokenText
{
    /// <summary>Numbers alone: prompts such as <c>5 17 2</c>.</summary>
    public static TokenText Numbers { get; } = new NumberText();

    /// <summary>A file with one character a token, in order; line breaks are characters too.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UnusableDataException">A character comes twice, or there is none.</exception>
    public static TokenText Characters(string path) => new CharacterText(File.ReadAllText(path), path);

    /// <summary>A vocabulary of any usual kind: <c>vocab.json</c> with <c>merges.txt</c> beside it (GPT-2), <c>tokenizer.json</c> of bytes in pairs or of word
    /// pieces, <c>vocab.txt</c> with <c>[UNK]</c> (BERT), <c>*.model</c> (SentencePiece), or characters in order.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UnusableDataException">It is of another kind, which is named, or damaged.</exception>
    public static TokenText Of(string path) => Vocabularies.Read(path);

    /// <summary>The vocabulary that stands in the folder of a model under one of the usual names.</summary>
    /// <param name="model">The model's file.</param>
    /// <returns>The file, or null where there is none.</returns>
    public static string? Beside(string model) =>
        Vocabularies.UsualNames.Select(name => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(model))!, name)).FirstOrDefault(File.Exists);

    /// <summary>The tokens of a text.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="UnusableDataException">It holds something that is no token; the message shows it and its position.</exception>
    public abstract int[] Encode(string text);

    /// <summary>The text of tokens.</summary>
    /// <param name="tokens">Numbers of tokens.</param>
    public abstract string Decode(IReadOnlyList<int> tokens);

    private sealed class NumberText : TokenText
    {
        public override int[] Encode(string text) => [.. text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Select((part, i) =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int token)
                ? token
                : throw new UnusableDataException($"'{part}' (part {i} of the prompt) is no number of a token: expected numbers, or a vocabulary for text."))];

        public override string Decode(IReadOnlyList<int> tokens) => string.Join(' ', tokens);
    }

    private sealed class CharacterText : TokenText
    {
        private readonly Dictionary<char, int> _tokens = [];
        private readonly string _characters;

        public CharacterText(string characters, string path)
        {
            _characters = characters;
            for (int i = 0; i < characters.Length; i++)
            {
                if (!_tokens.TryAdd(characters[i], i))
                    throw new UnusableDataException($"'{path}' has the character '{characters[i]}' twice (places {_tokens[characters[i]]} and {i}): expected "
                        + "each once.");
            }

            if (characters.Length == 0)
                throw new UnusableDataException($"'{path}' is empty: expected the characters of the model's tokens, in order.");
        }

        public override int[] Encode(string text)
        {
            int[] tokens = new int[text.Length];
            for (int i = 0; i < text.Length; i++)
            {
                if (!_tokens.TryGetValue(text[i], out tokens[i]))
                    throw new UnusableDataException($"The prompt holds '{text[i]}' at position {i}, which is none of the {_characters.Length} characters of "
                        + "the vocabulary.");
            }

            return tokens;
        }

        public override string Decode(IReadOnlyList<int> tokens)
        {
            var text = new StringBuilder();
            foreach (int token in tokens)
                text.Append(token < _characters.Length ? _characters[token] : '\uFFFD');
            return text.ToString();
        }
    }
}
