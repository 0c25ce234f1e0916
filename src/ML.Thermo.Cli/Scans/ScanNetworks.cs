using System.Text.RegularExpressions;
using ML.Thermo.Cli.Output;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Scans;
using ML.Thermo.Scans;
using ML.Thermo.Sharing;

namespace ML.Thermo.Cli.Scans;

/// <summary>What is asked of networks of classes.</summary>
internal sealed record NetworkRequest(IReadOnlyList<string> Files, string Data, string? Over, GridScale? Scale, ScanOptions Options)
{
    /// <summary>The same by workers; null for this process.</summary>
    public NetworkRequest By(IWorkers? workers) => this with { Options = Options with { Workers = workers } };
}

/// <summary>Scans networks of classes on fixed rows: over what is turned, or over checkpoints.</summary>
internal sealed partial class ScanNetworks(NetworkRequest request, Meter meter, CancellationToken cancellation)
{
    public ScanResult Execute() => request.Files.Count > 1 ? Checkpoints() : Turned();

    private ScanResult Turned()
    {
        Match over = Control().Match(request.Over ?? "");
        if (!over.Success)
            throw new UsageException($"--over '{request.Over}' cannot be turned: expected scale=GRID, softmax-temperature=GRID or input:NAME=GRID.");
        string name = over.Groups["name"].Value, input = over.Groups["input"].Value;
        NetworkControl control = name == "scale" ? NetworkControl.InputScale : name.Length > 0 ? NetworkControl.SoftmaxTemperature : NetworkControl.InputValue;
        var grid = ControlColumn.GridOf(name.Length > 0 ? name : input, over.Groups["grid"].Value, request.Scale);
        using OnnxModel model = OnnxModel.Open(request.Files[0]);
        var inputs = NetworkInputs.Read(request.Data, model);
        meter.Begin("running the network", "take fewer rows or values");
        return new(NetworkScan.Run(model, inputs, control, grid, input.Length > 0 ? input : null, request.Options, meter, cancellation), null);
    }

    private ScanResult Checkpoints()
    {
        (string File, double Step)[] files = [.. request.Files.Select(file => (file, ScanModels.Step(file))).OrderBy(pair => pair.Item2)];
        var grid = ControlGrid.Of("step", files.Select(pair => pair.Step), request.Scale ?? ScanModels.ScaleOf(files));
        List<OnnxModel> models = [];
        try
        {
            foreach ((string file, _) in files)
                models.Add(OnnxModel.Open(file));
            var inputs = NetworkInputs.Read(request.Data, models[0]);
            meter.Begin("running the networks", "take fewer rows");
            return new(NetworkScan.Models(models, inputs, grid, request.Options, meter, cancellation), null);
        }
        finally
        {
            models.ForEach(model => model.Dispose());
        }
    }

    [GeneratedRegex("^((?<name>scale|softmax-temperature)|input:(?<input>[^=]+))=(?<grid>.+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Control();
}
