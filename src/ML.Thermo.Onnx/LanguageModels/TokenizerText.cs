using System.Text;
using Microsoft.ML.Tokenizers;

namespace ML.Thermo.Onnx.LanguageModels;

/// <summary>Text through a tokenizer of Microsoft.ML.Tokenizers. No mark of a beginning or an end is added: the prompt is what was written.</summary>
/// <param name="tokenizer">The tokenizer.</param>
/// <param name="unknown">The token that stands for what has none.</param>
/// <param name="isLossless">Tokens give back their text to the last character.</param>
/// <param name="tokens">All tokens; a model may have more outputs than its vocabulary.</param>
/// <param name="path">The file, for messages.</param>
internal sealed class TokenizerText(Tokenizer tokenizer, int? unknown, bool isLossless, IEnumerable<int> tokens, string path) : TokenText
{
    private readonly HashSet<int> _tokens = [.. tokens];

    /// <inheritdoc/>
    public override int[] Encode(string text)
    {
        IReadOnlyList<EncodedToken> encoded = tokenizer.EncodeToTokens(text, out string? normalized);
        foreach (EncodedToken token in encoded)
        {
            if (token.Id == unknown && token.Value != text)
                throw Stranger((normalized ?? text)[token.Offset.Start..token.Offset.End], token.Offset.Start.Value);
        }

        int[] ids = [.. encoded.Select(token => token.Id)];
        if (isLossless && Decode(ids) is var back && back != text)
        {
            int place = text.Zip(back).TakeWhile(pair => pair.First == pair.Second).Count();
            throw Stranger(char.IsHighSurrogate(text[place]) ? text.Substring(place, 2) : text[place..(place + 1)], place);
        }

        return ids;
    }

    /// <inheritdoc/>
    public override string Decode(IReadOnlyList<int> tokens)
    {
        var text = new StringBuilder();
        foreach (IEnumerable<int> run in Runs(tokens))
            text.Append(_tokens.Contains(run.First()) ? tokenizer.Decode(run) : new string('\uFFFD', run.Count()));
        return text.ToString();
    }

    private UnusableDataException Stranger(string what, int place) =>
        new($"The prompt holds '{what}' at position {place}, for which the vocabulary '{Path.GetFileName(path)}' has no token.");

    /// <summary>Neighbours that the vocabulary has, and neighbours that it has not.</summary>
    private IEnumerable<IEnumerable<int>> Runs(IReadOnlyList<int> tokens)
    {
        for (int from = 0, to; from < tokens.Count; from = to)
        {
            for (to = from + 1; to < tokens.Count && _tokens.Contains(tokens[to]) == _tokens.Contains(tokens[from]);)
                to++;
            yield return tokens.Skip(from).Take(to - from);
        }
    }
}
