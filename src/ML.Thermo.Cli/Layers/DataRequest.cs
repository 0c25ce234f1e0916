using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Cli.Layers;

/// <summary>What the network is run on, and what it is asked to reproduce.</summary>
internal sealed record DataRequest
{
    public const int RowsOfABatch = 32;
    private const int MostRows = 256, FewestRows = 16, NumbersOfNoise = 65536;

    /// <summary>The inputs' file; null for standard normal noise.</summary>
    public string? File { get; init; }

    /// <summary>Rows of noise; null for as many as the size of the inputs suggests.</summary>
    public int? Rows { get; init; }

    /// <summary>Free extents of the noise.</summary>
    public IReadOnlyDictionary<string, long> Extents { get; init; } = new Dictionary<string, long>();

    /// <summary>Labels or targets; null for the network's own outputs.</summary>
    public string? Labels { get; init; }

    /// <summary><c>ce</c>, <c>mse</c>, or null for what the output suggests.</summary>
    public string? Energy { get; init; }

    /// <summary><c>cpu</c>, <c>cuda</c>, <c>cuda:N</c>, <c>auto</c> or <c>provider:NAME</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Configuration of the cluster that makes the draws; null for this machine.</summary>
    public string? Cluster { get; init; }

    /// <summary>Most rows that run at once.</summary>
    public int Batch { get; init; } = RowsOfABatch;

    /// <summary>Most draws of each ensemble; 0 for no ensembles.</summary>
    public required int Draws { get; init; }

    /// <summary>Relative standard error of T at which an ensemble stops.</summary>
    public double Precision { get; init; } = 0.05;

    /// <summary>Variance of the noise of the targets, loss units; NaN for unknown.</summary>
    public double ResidualVariance { get; init; } = double.NaN;

    /// <summary>Whether the curvature of the loss is asked for.</summary>
    public bool Sharpness { get; init; }

    /// <summary>The inputs are noise.</summary>
    public bool IsSynthetic => File is null;

    /// <summary>The inputs.</summary>
    public NetworkInputs Inputs(OnnxModel model, ulong seed) =>
        File is null ? NetworkInputs.Synthetic(model, Rows ?? UsualRows(model), seed, Extents) : NetworkInputs.Read(File, model);

    /// <summary>What the noise assumes of extents that the network leaves free and <c>--dim</c> does not set; empty where there are none.</summary>
    public string Assumed(OnnxModel model)
    {
        if (!IsSynthetic)
            return "";
        string[] free =
        [
            .. NetworkInputs.SyntheticExtents(model, Extents).Where(extent => !Extents.ContainsKey(extent.Key)).Select(extent =>
                $"{extent.Key}={extent.Value}"),
        ];
        return free.Length == 0 ? "" : $"The noise has {string.Join(", ", free)}: --dim gives other extents, --rows the number of rows.";
    }

    /// <summary>256 rows for small inputs, down to 16 for pictures and the like, whose networks are slow to run.</summary>
    private int UsualRows(OnnxModel model)
    {
        IReadOnlyDictionary<string, long> extents = NetworkInputs.SyntheticExtents(model, Extents);
        double numbers = DeclaredInputs(model).Sum(input => input.Shape!.Skip(1).Aggregate(
            1.0, (product, extent) => product * (extent.Value ?? extents.GetValueOrDefault(extent.Symbol ?? "", 1))));
        return (int)Math.Clamp(NumbersOfNoise / Math.Max(numbers, 1), FewestRows, MostRows);
    }

    private static IEnumerable<OnnxValue> DeclaredInputs(OnnxModel model) =>
        model.Graph.Inputs.ExceptBy(model.Graph.Initializers.Select(tensor => tensor.Name), input => input.Name).Where(input => input.Shape is not null);

    /// <summary>NAME=N of <c>--dim</c>.</summary>
    public static IReadOnlyDictionary<string, long> ParseExtents(IEnumerable<string> given)
    {
        var extents = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (string text in given)
        {
            int equals = text.LastIndexOf('=');
            if (equals <= 0 || !long.TryParse(text.AsSpan(equals + 1), out long extent) || extent < 1)
                throw new ThermoException($"--dim '{text}' is not NAME=N: expected, say, length=128.");
            extents[text[..equals]] = extent;
        }

        return extents;
    }
}
