using System.CommandLine;
using ML.Thermo.Onnx.LanguageModels;
using ML.Thermo.Scans.Sequences;

namespace ML.Thermo.Cli.Scans;

/// <summary>The options of a scan of language models.</summary>
internal sealed class SequenceArguments
{
    private static readonly SequenceOptions s_defaults = new();

    private readonly Option<string?> _vocabulary = new("--vocabulary")
    {
        Description = "Of a language model: tokenizer.json, vocab.json, vocab.txt, *.model, or a text file of characters. Default: one of these beside the " +
            "model, else numbers.",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _prompt = new("--prompt")
    {
        Description = "What the outputs follow; several are scanned with --over prompt.",
        HelpName = "TEXT",
    };

    private readonly Option<int> _tokens = new("--tokens")
    {
        Description = "Tokens of an output.",
        HelpName = "N",
        DefaultValueFactory = _ => s_defaults.Tokens,
    };

    private readonly Option<int> _samples = new("--samples")
    {
        Description = "Outputs drawn at each value.",
        HelpName = "N",
        DefaultValueFactory = _ => s_defaults.Samples,
    };

    private readonly Option<int?> _topK = new("--top-k") { Description = "Draw and judge over the K likeliest tokens alone.", HelpName = "K" };

    private readonly Option<int?> _end = new("--end-token") { Description = "The token behind which nothing follows.", HelpName = "ID" };

    private readonly Option<double> _temperature = new("--temperature")
    {
        Description = "Sampling temperature of checkpoints and prompts.",
        HelpName = "T",
        DefaultValueFactory = _ => 1,
    };

    /// <summary>In the order of the help.</summary>
    public Option[] All => [_vocabulary, _prompt, _tokens, _samples, _topK, _end, _temperature];

    /// <summary>The files that are read.</summary>
    public IEnumerable<string> Reads(ParseResult parsed) => parsed.GetValue(_vocabulary) is { } file ? [file] : [];

    public IReadOnlyList<string> Prompts(ParseResult parsed) => parsed.GetValue(_prompt) is { Length: > 0 } prompts ? prompts
        : throw new UsageException("A language model needs a --prompt TEXT, from which its outputs go on.");

    public double Temperature(ParseResult parsed) => parsed.GetValue(_temperature) is > 0 and < double.PositiveInfinity and var t ? t
        : throw new UsageException($"--temperature {parsed.GetValue(_temperature)} has no distribution: expected > 0 (greedy is no law; use a small one).");

    public TokenText Text(ParseResult parsed, string model) =>
        (parsed.GetValue(_vocabulary) ?? TokenText.Beside(model)) is not { } file ? TokenText.Numbers
            : File.Exists(file) ? TokenText.Of(file)
            : throw new ThermoException($"There is no file '{file}' for --vocabulary: check the path.");

    public SequenceOptions Sequences(ParseResult parsed)
    {
        int tokens = parsed.GetValue(_tokens), samples = parsed.GetValue(_samples);
        if (tokens < 1)
            throw new UsageException($"--tokens {tokens} makes no output: expected at least 1.");
        if (samples < 2)
            throw new UsageException($"--samples {samples} is too few: expected at least 2.");
        if (parsed.GetValue(_topK) is < 1)
            throw new UsageException($"--top-k {parsed.GetValue(_topK)} leaves no token: expected at least 1.");
        if (parsed.GetValue(_end) is < 0)
            throw new UsageException($"--end-token {parsed.GetValue(_end)} is no token: expected a number from 0.");
        return new SequenceOptions { Tokens = tokens, Samples = samples, TopK = parsed.GetValue(_topK), EndToken = parsed.GetValue(_end) };
    }
}
