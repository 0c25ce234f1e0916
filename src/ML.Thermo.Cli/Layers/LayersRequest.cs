using System.IO.Enumeration;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Layers;

namespace ML.Thermo.Cli.Layers;

/// <summary>Everything that decides the outcome of <c>thermo layers</c>, in the words of its options.</summary>
internal sealed record LayersRequest
{
    /// <summary>The .onnx file.</summary>
    public required string Model { get; init; }

    /// <summary>The assumed laws before training.</summary>
    public NetworkInitialization Initialization { get; init; } = NetworkInitialization.Auto;

    /// <summary>Names of the layers asked for, with * and ?; none for all.</summary>
    public IReadOnlyList<string> Globs { get; init; } = [];

    /// <summary>Inputs set to one value for good.</summary>
    public IReadOnlyDictionary<string, string> Set { get; init; } = new Dictionary<string, string>();

    /// <summary>The outputs that are kept; none for all.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];

    /// <summary>No spectra.</summary>
    public bool Quick { get; init; }

    /// <summary>The .onnx file that the network is compared with; null for none.</summary>
    public string? Against { get; init; }

    /// <summary>What the network is run on; null to run nothing.</summary>
    public DataRequest? Data { get; init; }

    /// <summary>Whether weights are analysed: not where signals alone are asked for.</summary>
    public bool ReadsWeights => Data is not { Draws: 0 };

    /// <summary>Chooses draws, noise, and the directions of sampled spectra.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Whether joules are measured.</summary>
    public bool MetersRun { get; init; }

    /// <summary>The layers asked for, in the graph's order.</summary>
    /// <exception cref="ThermoException">A name matches none.</exception>
    public IReadOnlyList<Layer> Choose(IReadOnlyList<Layer> layers)
    {
        if (Globs.FirstOrDefault(glob => !layers.Any(layer => Matches(glob, layer))) is { } idle)
        {
            throw new ThermoException(layers.Count == 0
                ? $"--layers '{idle}' matches nothing: the model has no layers."
                : $"--layers '{idle}' matches none of {layers.Count} layers. The names, nearest first: "
                    + $"{string.Join(", ", NearestNames.Order(idle, layers.Select(layer => layer.Name)).Take(8))}.");
        }

        return Globs.Count == 0 ? layers : [.. layers.Where(layer => Globs.Any(glob => Matches(glob, layer)))];
    }

    private static bool Matches(string glob, Layer layer) => FileSystemName.MatchesSimpleExpression(glob, layer.Name, ignoreCase: false);
}
