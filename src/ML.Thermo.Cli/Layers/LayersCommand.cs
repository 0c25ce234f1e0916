using System.CommandLine;
using ML.Thermo.Cli.Output;

namespace ML.Thermo.Cli.Layers;

/// <summary><c>thermo layers</c>: an imported network, layer by layer.</summary>
internal sealed class LayersCommand
{
    /// <summary>What help says after the options.</summary>
    public const string Closing = """
        Examples:
          thermo layers model.onnx
          thermo layers model.onnx --layers 'conv*' --csv layers.csv
          thermo layers model.onnx --json - --quiet
        """;

    private readonly Argument<string> _model = new("MODEL") { Description = "An .onnx file." };

    private readonly Option<bool> _weightsOnly = new("--weights-only") { Description = "Analyse the weights and run nothing." };

    private readonly Option<string[]> _layers = new("--layers") { Description = "Only layers of these names; * stands for any text, ? for one character.", HelpName = "GLOB" };

    private readonly Option<string?> _csv = new("--csv") { Description = "Write a row a layer to FILE.", HelpName = "FILE" };

    public LayersCommand() =>
        Definition = new Command("layers", "The layers of an ONNX network.")
        {
            _model, _weightsOnly, _layers, _csv,
        };

    public Command Definition { get; }

    public async Task<bool> Run(ParseResult parsed, Session session, CancellationToken cancellation)
    {
        FileTarget? csv = parsed.GetValue(_csv) is { } path ? new FileTarget("--csv", path) : null;
        csv?.Check();
        var run = new LayersRun(Request(parsed, session));
        using LayersReport report = await session.Run(meter => run.Execute(meter, cancellation), cancellation);
        csv?.Place(LayersCsv.Of(report));
        session.Publish(
            "layers",
            json => LayersJson.Write(json, report),
            console => LayersTables.Write(console, report),
            () => LayersExplanation.Of(report));
        return true;
    }

    private LayersRequest Request(ParseResult parsed, Session session) => new()
    {
        Model = parsed.GetValue(_model)!,
        Globs = parsed.GetValue(_layers) ?? [],
        Seed = session.Seed,
    };
}
