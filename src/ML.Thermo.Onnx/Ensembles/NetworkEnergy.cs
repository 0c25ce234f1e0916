using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Sharing;
using ML.Thermo.Sharing;

namespace ML.Thermo.Onnx.Ensembles;

/// <summary>
/// The energy of an imported network on fixed data: the mean over rows of cross-entropy or squared error, against labels, or against the
/// trained network's own outputs (self-energy).</summary>
/// <remarks>
/// <para>Cross-entropy −Σ q ln p, squared error the mean over a row's outputs of (f − t)², binary cross-entropy the mean over outputs; all in
/// double precision from the network's float outputs, taken before a closing softmax or sigmoid, so that no probability is
/// rounded to zero. Only the output tensor leaves a run.</para>
/// <para>Floor: the self-energy's least value is reached by the trained network itself: 0 for squared error, the mean entropy of its
/// distributions for cross-entropy.</para>
/// <para>The batches belong to the caller and must outlive this object.</para></remarks>
[Maturity(Maturity.Paper, "the loss is the potential energy; the self-energy is a reconstruction")]
public sealed class NetworkEnergy
{
    private readonly OutputLosses[] _losses;
    private IReadOnlyList<SharedFile>? _shared;

    private NetworkEnergy(
        LayerGraph network, IReadOnlyList<IReadOnlyDictionary<string, OrtValue>> batches, Func<SessionOptions>? session, EnergyOptions options)
    {
        Network = network;
        Options = options;
        Batches = batches;
        Session = session;
        Graph = new Subgraph(network.Model);
        OutputReading reading = OutputReading.Of(Graph, network, options);
        (Tensor, Output) = (reading.Tensor, reading.Output);
        List<Dictionary<string, OrtValue>> outputs = NetworkBatches.Compute(Graph, network.Model, [Tensor], batches, session, asFloats: true);
        try
        {
            Shapes = [.. outputs.Select(o => o[Tensor].GetTensorTypeAndShape().Shape)];
            BatchRows = [.. Shapes.Select(RowsOf)];
            Meaning = reading.MeaningFor(Shapes[0]);
            IsSelfEnergy = options.Labels is null && options.Targets is null;
            _losses = new OutputTargets(Meaning, reading.ClassAxis, options)
                .For([.. outputs.Select((o, i) => (Shapes[i], o[Tensor].GetTensorDataAsSpan<float>().ToArray()))]);
            TrainedLosses = new double[BatchRows.Sum()];
            for (int batch = 0, row = 0; batch < outputs.Count; row += BatchRows[batch++])
                Losses(batch, outputs[batch][Tensor].GetTensorDataAsSpan<float>(), TrainedLosses.AsSpan(row, BatchRows[batch]));
        }
        finally
        {
            NetworkBatches.Release(outputs);
        }

        if (Array.FindIndex(TrainedLosses, loss => !double.IsFinite(loss)) is var bad and >= 0)
            throw new UnusableDataException($"The trained network's loss on row {bad} is {TrainedLosses[bad]}: expected a finite number. Its input, its "
                + "target or an activation is not finite, or a probability is zero.");
        TrainedEnergy = TrainedLosses.Average();
    }

    /// <summary>The network and its layers.</summary>
    public LayerGraph Network { get; }

    /// <summary>How the output was read.</summary>
    public OutputMeaning Meaning { get; }

    /// <summary>Whether the targets are the trained network's own outputs.</summary>
    public bool IsSelfEnergy { get; }

    /// <summary><c>self-ce</c>, <c>ce</c>, <c>self-mse</c> or <c>mse</c>.</summary>
    public string Name => (IsSelfEnergy ? "self-" : "") + (Meaning == OutputMeaning.Values ? "mse" : "ce");

    /// <summary>The tensor that the energy is worked out from.</summary>
    public string Tensor { get; }

    /// <summary>The model's output that it belongs to.</summary>
    public string Output { get; }

    /// <summary>Number of samples.</summary>
    public int Rows => TrainedLosses.Length;

    /// <summary>The trained network's energy on the data, loss units.</summary>
    public double TrainedEnergy { get; }

    /// <summary>The trained network's loss on each row, in the order of the batches, loss units.</summary>
    public double[] TrainedLosses { get; }

    internal Subgraph Graph { get; }

    internal EnergyOptions Options { get; }

    internal IReadOnlyList<IReadOnlyDictionary<string, OrtValue>> Batches { get; }

    internal Func<SessionOptions>? Session { get; }

    /// <summary>Model, rows and targets for workers elsewhere.</summary>
    /// <exception cref="ThermoException">The model is more than one file, or an input holds texts.</exception>
    internal IReadOnlyList<SharedFile> Shared => _shared ??=
    [
        Network.Model.Shared,
        SharedFile.Of(SharedBatches.Write(Batches.Select((batch, i) => (batch, BatchRows[i])))),
        SharedFile.Of(OpenEnsemble.Targets(Options)),
    ];

    internal long[][] Shapes { get; }

    internal int[] BatchRows { get; }

    /// <summary>Runs the trained network once and fixes the targets.</summary>
    /// <param name="network">The network's layers.</param>
    /// <param name="batches">The data: every input of the model by name, batch by batch; at least one batch.</param>
    /// <param name="options">Targets and reading of the output; null for the self-energy.</param>
    /// <param name="session">Makes options for each session; null for one thread on the CPU. Ensembles bring their own streams.</param>
    /// <exception cref="ThermoException">The output or an input does not exist, labels or targets do not fit, or ONNX Runtime refuses the model.</exception>
    /// <exception cref="UnusableDataException">A loss of the trained network is not finite.</exception>
    public static NetworkEnergy Of(
        LayerGraph network, IReadOnlyList<IReadOnlyDictionary<string, OrtValue>> batches, EnergyOptions? options = null, Func<SessionOptions>? session = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(batches);
        if (batches.Count == 0)
            throw new UnusableDataException("There are no data: expected at least one batch.");
        return new NetworkEnergy(network, batches, session, options ?? new EnergyOptions());
    }

    internal void Losses(int batch, ReadOnlySpan<float> outputs, Span<double> losses) => _losses[batch].Compute(outputs, losses);

    private static int RowsOf(long[] shape) => shape switch
    {
        [] => 1,
        [0, ..] => throw new UnusableDataException("A batch has no rows."),
        [var rows, ..] when shape.All(extent => extent > 0) => (int)rows,
        _ => throw new UnusableDataException($"The network's output has the shape [{string.Join(',', shape)}]: expected some numbers."),
    };
}
