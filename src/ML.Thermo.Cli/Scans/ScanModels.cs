using System.Globalization;
using System.Text.RegularExpressions;
using ML.Thermo.Cli.Output;
using ML.Thermo.Onnx.LanguageModels;
using ML.Thermo.Scans;
using ML.Thermo.Scans.Sequences;
using ML.Thermo.Sharing;

namespace ML.Thermo.Cli.Scans;

/// <summary>What is asked of language models.</summary>
internal sealed record SequenceRequest
{
    public required IReadOnlyList<string> Files { get; init; }

    public required TokenText Text { get; init; }

    public required IReadOnlyList<string> Prompts { get; init; }

    public required SequenceOptions Sequences { get; init; }

    public required ScanOptions Options { get; init; }

    public required double Temperature { get; init; }

    /// <summary>Forces the variable of the grid; null chooses.</summary>
    public GridScale? Scale { get; init; }

    /// <summary>The same by workers; null for this process.</summary>
    public SequenceRequest By(IWorkers? workers) => this with { Options = Options with { Workers = workers } };
}

/// <summary>Scans language models: over temperature, prompts or checkpoints.</summary>
internal sealed partial class ScanModels(SequenceRequest request, Meter meter, CancellationToken cancellation)
{
    private const int TextsKept = 3;

    private readonly Dictionary<int, List<string>> _texts = [];

    /// <summary>One model over its sampling temperature.</summary>
    public ScanResult Temperatures(string grid)
    {
        if (request.Prompts.Count > 1)
            throw new UsageException($"A scan over temperature has one prompt, and {request.Prompts.Count} are given: expected one, or --over prompt.");
        using CausalModel model = CausalModel.Open(request.Files[0]);
        int[] prompt = Prompt(model, request.Prompts[0]);
        meter.Begin("drawing outputs", "take fewer --samples or --tokens");
        return Result(SequenceScan.Temperatures(
            model, prompt, ControlColumn.GridOf("temperature", grid, request.Scale), request.Sequences, request.Options, Keep, meter, cancellation));
    }

    /// <summary>One model over numbered prompts.</summary>
    public ScanResult Prompts()
    {
        using CausalModel model = CausalModel.Open(request.Files[0]);
        SequenceLaw[] laws = [.. request.Prompts.Select(text => new SequenceLaw(model, Prompt(model, text)))];
        var grid = ControlGrid.Of("prompt", Enumerable.Range(0, laws.Length).Select(k => (double)k), GridScale.Linear);
        meter.Begin("drawing outputs", "take fewer --samples or --tokens");
        return Result(SequenceScan.Laws(grid, laws, request.Temperature, request.Sequences, request.Options, Keep, meter, cancellation));
    }

    /// <summary>Several models over the numbers in their names.</summary>
    public ScanResult Checkpoints()
    {
        if (request.Prompts.Count > 1)
            throw new UsageException($"A scan over checkpoints has one prompt, and {request.Prompts.Count} are given: expected one.");
        (string File, double Step)[] files = [.. request.Files.Select(file => (file, Step(file))).OrderBy(pair => pair.Item2)];
        var grid = ControlGrid.Of("step", files.Select(pair => pair.Step), request.Scale ?? ScaleOf(files));
        List<CausalModel> models = [];
        try
        {
            foreach ((string file, _) in files)
                models.Add(CausalModel.Open(file));
            SequenceLaw[] laws = [.. models.Select(model => new SequenceLaw(model, Prompt(model, request.Prompts[0])))];
            meter.Begin("drawing outputs", "take fewer --samples or --tokens");
            return Result(SequenceScan.Laws(grid, laws, request.Temperature, request.Sequences, request.Options, Keep, meter, cancellation));
        }
        finally
        {
            models.ForEach(model => model.Dispose());
        }
    }

    private ScanResult Result(ScanReport report) =>
        new(report, null) { Tokens = request.Sequences.EndToken is null ? request.Sequences.Tokens : null, Texts = _texts };

    private int[] Prompt(CausalModel model, string text)
    {
        int[] tokens = request.Text.Encode(text);
        int stranger = Array.FindIndex(tokens, token => token >= model.Vocabulary);
        if (stranger >= 0)
            throw new UnusableDataException($"The prompt holds token {tokens[stranger]} at position {stranger}: '{model.Name}' has {model.Vocabulary} tokens.");
        model.CheckLength(tokens.Length, request.Sequences.Tokens);
        return tokens;
    }

    private void Keep(int k, int[] tokens)
    {
        if (!_texts.TryGetValue(k, out List<string>? here))
            _texts[k] = here = [];
        if (here.Count < TextsKept)
            here.Add(request.Text.Decode(tokens));
    }

    /// <summary>Steps are measured in their logarithm where they have one.</summary>
    internal static GridScale ScaleOf((string File, double Step)[] files) =>
        files[0].Step >= 0 && files[1].Step >= 1 ? GridScale.Geometric : GridScale.Linear;

    /// <summary>The last number in a file's name.</summary>
    internal static double Step(string file)
    {
        Match number = LastNumber().Match(Path.GetFileNameWithoutExtension(file));
        return number.Success && double.TryParse(number.Value, CultureInfo.InvariantCulture, out double step) ? step
            : throw new UnusableDataException($"'{file}' has no number in its name: expected checkpoints such as step-00256.onnx.");
    }

    [GeneratedRegex(@"\d+(\.\d+)?(?!.*\d)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LastNumber();
}
