using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Sharing;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Sharing;

namespace ML.Thermo.Onnx.Compression;

/// <summary>What is compressed: a network, the rows on which loss is measured, and the weights that can be stored otherwise.</summary>
internal sealed class CompressionSubject
{
    /// <summary>Runs the network once, and finds its weights.</summary>
    /// <exception cref="ThermoException">There is nothing to compress, or ONNX Runtime refuses the network.</exception>
    public CompressionSubject(LayerGraph network, IReadOnlyList<IReadOnlyDictionary<string, OrtValue>> rows, CompressionOptions options)
    {
        Options = options;
        Measure = LossMeasure.Of(network, rows, options);
        Layers = CompressibleLayers.Of(network, options, name => Measure.Energy.Graph.Reaches(name, Measure.Energy.Tensor));
    }

    /// <summary>What was asked.</summary>
    public CompressionOptions Options { get; }

    /// <summary>The loss on the rows.</summary>
    public LossMeasure Measure { get; }

    /// <summary>The weights.</summary>
    public CompressibleLayers Layers { get; }

    /// <summary>The network.</summary>
    public OnnxModel Model => Measure.Energy.Network.Model;

    /// <summary>Model and rows, for workers elsewhere.</summary>
    public IReadOnlyList<SharedFile> Shared => [.. Measure.Energy.Shared.Take(2)];

    /// <summary>What has to be known of the options to find the same weights and the same losses.</summary>
    public void Write(BinaryWriter to)
    {
        to.Write((int)Options.Loss);
        to.Write(Options.Output ?? "");
        to.WriteAll(Options.Keep);
        to.Write((int)Options.Rounding);
        to.Write((int)Options.Prefer);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static CompressionOptions Read(BinaryReader from) => new()
    {
        Loss = (CompressionLoss)from.ReadInt32(),
        Output = from.ReadString() is { Length: > 0 } output ? output : null,
        Keep = from.ReadWords(),
        Rounding = (CompressionRounding)from.ReadInt32(),
        Prefer = (CompressionPreference)from.ReadInt32(),
    };
}

/// <summary>A network that is compressed, at a worker.</summary>
internal sealed class OpenSubject : IDisposable
{
    private readonly OnnxModel _model;
    private readonly NetworkBatch[] _batches;

    /// <summary>Opens model and rows.</summary>
    public OpenSubject(IReadOnlyList<byte[]> files, CompressionOptions options)
    {
        _model = OnnxModel.Read(files[0]);
        _batches = new SharedBatches(files[1]).All();
        Subject = new CompressionSubject(LayerGraph.Of(_model), [.. _batches.Select(batch => batch.Inputs)], options);
    }

    /// <summary>The network, its rows and weights.</summary>
    public CompressionSubject Subject { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (NetworkBatch batch in _batches)
            batch.Dispose();
        _model.Dispose();
    }
}
