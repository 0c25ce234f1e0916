using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace ML.Thermo.Onnx.LanguageModels;

/// <summary>Vocabulary files of the usual kinds, read by Microsoft.ML.Tokenizers.</summary>
internal static partial class Vocabularies
{
    private const string Unknown = "[UNK]";
    private static readonly string[] s_merges = ["merges.txt", "vocab.bpe"];

    /// <summary>Files that stand beside a model, in the order in which they are looked for.</summary>
    public static IReadOnlyList<string> UsualNames { get; } = ["tokenizer.json", "vocab.json", "encoder.json", "tokenizer.model", "spiece.model", "vocab.txt"];

    /// <summary>The text behind a file, whose name and content tell its kind.</summary>
    /// <exception cref="UnusableDataException">It is of no kind that is known, or not what its name says.</exception>
    public static TokenText Read(string path)
    {
        try
        {
            return Path.GetExtension(path).ToLowerInvariant() switch
            {
                ".json" => Json(path),
                ".model" => SentencePieces(path),
                _ => File.ReadAllText(path) is var text && text.Split('\n').Any(line => line.TrimEnd('\r') == Unknown)
                    ? WordPieces(text.Split('\n').Select(line => line.TrimEnd('\r')), path)
                    : TokenText.Characters(path),
            };
        }
        catch (Exception error) when (error is JsonException or InvalidDataException or ArgumentException or KeyNotFoundException or InvalidOperationException
            or FormatException or IndexOutOfRangeException or NullReferenceException or Google.Protobuf.InvalidProtocolBufferException)
        {
            throw new UnusableDataException($"'{path}' cannot be read as a vocabulary: {error.Message}");
        }
    }

    private static TokenizerText Json(string path)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
        JsonElement root = json.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
            throw new UnusableDataException($"'{path}' is no vocabulary: expected an object of tokens and their numbers.");
        if (root.TryGetProperty("model", out JsonElement model) && model.ValueKind == JsonValueKind.Object)
            return Tokenizer(root, model, path);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string merges = s_merges.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new UnusableDataException($"'{path}' has the tokens but not how they merge: expected merges.txt beside it.");
        return BytePairs(Numbers(root), File.ReadLines(merges).Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal)), path);
    }

    /// <summary>tokenizer.json: bytes in pairs, and word pieces; of other kinds the kind is named.</summary>
    private static TokenizerText Tokenizer(JsonElement root, JsonElement model, string path)
    {
        string kind = Type(model) ?? (model.TryGetProperty("merges", out _) ? "BPE" : "unknown");
        bool isByteLevel = (Types(root, "pre_tokenizer").Contains("ByteLevel") || Types(root, "decoder").Contains("ByteLevel"))
            && Types(root, "normalizer").Count == 0;
        return kind switch
        {
            "BPE" when isByteLevel => BytePairs(Numbers(model.GetProperty("vocab")), model.GetProperty("merges").EnumerateArray().Select(Merge), path),
            "WordPiece" => WordPieces(Numbers(model.GetProperty("vocab")).OrderBy(token => token.Value).Select(token => token.Key), path),
            "BPE" => throw new UnusableDataException($"'{path}' describes a tokenizer of kind BPE that is not of bytes, or normalises its text: expected bytes "
                + "in pairs (GPT-2) or word pieces (BERT); give tokenizer.model, or numbers as prompts."),
            _ => throw new UnusableDataException($"'{path}' describes a tokenizer of kind {kind}: "
                + "expected bytes in pairs (GPT-2) or word pieces (BERT); give tokenizer.model, or numbers as prompts."),
        };
    }

    private static string Merge(JsonElement merge) =>
        merge.ValueKind == JsonValueKind.Array ? $"{merge[0].GetString()} {merge[1].GetString()}" : merge.GetString()!;

    private static string? Type(JsonElement part) =>
        part.ValueKind == JsonValueKind.Object && part.TryGetProperty("type", out JsonElement type) ? type.GetString() : null;

    /// <summary>The kinds of a step, or of the steps of a sequence.</summary>
    private static List<string> Types(JsonElement root, string step)
    {
        if (!root.TryGetProperty(step, out JsonElement part) || part.ValueKind != JsonValueKind.Object)
            return [];
        JsonElement steps = default;
        bool isSequence = part.TryGetProperty("pretokenizers", out steps) || part.TryGetProperty("normalizers", out steps)
            || part.TryGetProperty("decoders", out steps);
        return isSequence ? [.. steps.EnumerateArray().Select(Type).OfType<string>()] : [.. new[] { Type(part) }.OfType<string>()];
    }

    private static Dictionary<string, int> Numbers(JsonElement vocabulary) =>
        vocabulary.EnumerateObject().ToDictionary(token => token.Name, token => token.Value.GetInt32(), StringComparer.Ordinal);

    /// <summary>GPT-2's: any text has tokens where the 256 bytes do.</summary>
    private static TokenizerText BytePairs(Dictionary<string, int> tokens, IEnumerable<string> merges, string path)
    {
        // What stands whole in a text, such as the end of one, comes from no merge and holds characters that bytes are not written with.
        Dictionary<string, int> whole = tokens.Where(token => Special().IsMatch(token.Key)).ToDictionary(StringComparer.Ordinal);
        var options = new BpeOptions(tokens)
        {
            Merges = merges,
            ByteLevel = true,
            PreTokenizer = new RegexPreTokenizer(WordsOfBytes(), whole),
            SpecialTokens = whole,
        };
        return new TokenizerText(BpeTokenizer.Create(options), null, isLossless: true, tokens.Values, path);
    }

    private static TokenizerText WordPieces(IEnumerable<string> tokens, string path)
    {
        string[] all = [.. tokens];
        bool isUncased = !all.Any(token => token.Any(char.IsAsciiLetterUpper) && !Special().IsMatch(token));
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', all)));
        var tokenizer = BertTokenizer.Create(file, new BertOptions { LowerCaseBeforeTokenization = isUncased, RemoveNonSpacingMarks = isUncased });
        return new TokenizerText(tokenizer, Array.IndexOf(all, Unknown), isLossless: false, Enumerable.Range(0, all.Length), path);
    }

    private static TokenizerText SentencePieces(string path)
    {
        using FileStream file = File.OpenRead(path);
        var tokenizer = SentencePieceTokenizer.Create(file, addBeginningOfSentence: false, addEndOfSentence: false);
        return new TokenizerText(tokenizer, tokenizer.UnknownId, isLossless: false, tokenizer.Vocabulary.Values, path);
    }

    // The split into words of GPT-2 (Radford and others, 2019).
    [GeneratedRegex(
        @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex WordsOfBytes();

    [GeneratedRegex(@"^(<\|.*\|>|<[A-Za-z0-9_/]+>|\[[A-Za-z0-9_]+\])$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Special();
}
