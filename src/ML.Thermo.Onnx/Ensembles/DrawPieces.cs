using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Sharing;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Sharing;

namespace ML.Thermo.Onnx.Ensembles;

/// <summary>The draws of an ensemble: a piece is the energy of one.</summary>
/// <param name="ensemble">The ensemble.</param>
/// <param name="seed">Chooses the draws.</param>
internal sealed class DrawPieces(NetworkEnsemble ensemble, ulong seed) : Pieces<double>
{
    /// <summary>Name and version of the form.</summary>
    public const string Kind = "draws/1";

    /// <inheritdoc/>
    public override double Do(long number, CancellationToken cancellation) => ensemble.Energy(seed, number);

    /// <inheritdoc/>
    protected override SharedWork Describe() => new(Kind, ensemble.Source.Shared, Packed.Of(to =>
    {
        to.WriteAll<int>(ensemble.Layers.Select(layer => layer.Index).ToArray());
        string[][] rules = ensemble.Initialization.Written;
        to.Write(rules.Length);
        foreach (string[] rule in rules)
            to.WriteAll(rule);
    }), BitConverter.GetBytes(seed));

    /// <inheritdoc/>
    protected override void Write(BinaryWriter to, double result) => to.Write(result);

    /// <inheritdoc/>
    protected override double Read(BinaryReader from) => from.ReadDouble();
}

/// <summary>An ensemble at a worker: a network with its data, cut below the layers that are redrawn.</summary>
internal sealed class OpenEnsemble : IOpenWork
{
    private readonly OnnxModel _model;
    private readonly NetworkBatch[] _batches;
    private readonly NetworkEnsemble _ensemble;

    /// <summary>Opens what <see cref="DrawPieces"/> described.</summary>
    /// <param name="setup">Its setup.</param>
    /// <param name="files">Its files: the model, the rows, what they are compared with.</param>
    public OpenEnsemble(byte[] setup, IReadOnlyList<byte[]> files)
    {
        _model = OnnxModel.Read(files[0]);
        _batches = new SharedBatches(files[1]).All();
        var network = LayerGraph.Of(_model);
        using BinaryReader from = Packed.Reader(setup);
        Layer[] layers = [.. from.ReadAll<int>().Select(index => network.Layers.Single(layer => layer.Index == index))];
        string[][] rules = new string[from.ReadInt32()][];
        for (int i = 0; i < rules.Length; i++)
            rules[i] = from.ReadWords();
        var energy = NetworkEnergy.Of(network, [.. _batches.Select(batch => batch.Inputs)], Targets(files[2]));
        _ensemble = new NetworkEnsemble(energy, layers, NetworkInitialization.Read(rules));
    }

    /// <inheritdoc/>
    public Pieces Pieces(byte[] call) => new DrawPieces(_ensemble, BitConverter.ToUInt64(call));

    /// <summary>What rows are compared with, as bytes.</summary>
    public static byte[] Targets(EnergyOptions options) => Packed.Of(to =>
    {
        to.Write(options.Meaning.ToString());
        to.Write(options.Output ?? "");
        to.Write(options.Labels is not null);
        to.WriteAll<long>(options.Labels?.ToArray());
        to.Write(options.Targets is not null);
        to.WriteAll<double>(options.Targets?.ToArray());
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        _ensemble.Dispose();
        foreach (NetworkBatch batch in _batches)
            batch.Dispose();
        _model.Dispose();
    }

    private static EnergyOptions Targets(byte[] bytes)
    {
        using BinaryReader from = Packed.Reader(bytes);
        var options = new EnergyOptions
        {
            Meaning = Enum.Parse<OutputMeaning>(from.ReadString()),
            Output = from.ReadString() is { Length: > 0 } name ? name : null,
        };
        bool hasLabels = from.ReadBoolean();
        long[] labels = from.ReadAll<long>();
        bool hasTargets = from.ReadBoolean();
        double[] targets = from.ReadAll<double>();
        return options with { Labels = hasLabels ? labels : null, Targets = hasTargets ? targets : null };
    }
}
