using ML.Thermo.Onnx.Compression.Roundings;
using ML.Thermo.Sharing;

namespace ML.Thermo.Onnx.Compression;

/// <summary>All layers stored together, at several choices of widths: a piece gives the losses of the rows at one.</summary>
internal sealed class JointPieces : Pieces<double[]>
{
    /// <summary>Name and version of the form.</summary>
    public const string Kind = "joint/1";

    private readonly JointNetwork _network;
    private readonly CompressionPlan? _plan;
    private readonly int[][] _choices;

    /// <summary>Choices of a plan.</summary>
    public JointPieces(JointNetwork network, CompressionPlan plan, int[][] choices) => (_network, _plan, _choices) = (network, plan, choices);

    private JointPieces(JointNetwork network, int[][] choices) => (_network, _choices) = (network, choices);

    /// <inheritdoc/>
    protected override int Streams => _network.Streams;

    /// <summary>The choices of a call.</summary>
    public static JointPieces Of(JointNetwork network, byte[] call)
    {
        using BinaryReader from = Packed.Reader(call);
        int[][] choices = new int[from.ReadInt32()][];
        for (int i = 0; i < choices.Length; i++)
            choices[i] = from.ReadAll<int>();
        return new(network, choices);
    }

    /// <inheritdoc/>
    public override double[] Do(long number, CancellationToken cancellation) => _network.Losses(_choices[number], cancellation);

    /// <inheritdoc/>
    protected override SharedWork Describe() => new(Kind, [.. _plan!.Subject.Shared, _plan.Roundings], Packed.Of(_plan.Subject.Write), Packed.Of(to =>
    {
        to.Write(_choices.Length);
        foreach (int[] choices in _choices)
            to.WriteAll<int>(choices);
    }));

    /// <inheritdoc/>
    protected override void Write(BinaryWriter to, double[] result) => to.WriteAll<double>(result);

    /// <inheritdoc/>
    protected override double[] Read(BinaryReader from) => from.ReadAll<double>();
}

/// <summary>A network whose layers are stored together, with copies for several threads.</summary>
internal sealed class JointNetwork : IDisposable
{
    private const long MostBytes = 1L << 30;
    private readonly IReadOnlyList<CompressionLayer> _layers;
    private readonly int[] _first;
    private readonly CutNetwork _network;
    private readonly Stack<(CutNetwork Network, int[] Set)> _idle = [];

    /// <summary>Cuts the network below all layers.</summary>
    public JointNetwork(CompressionSubject subject, IReadOnlyList<CompressionLayer> layers)
    {
        _layers = layers;
        _first = [.. layers.Select((_, i) => layers.Take(i).Sum(layer => layer.Weights.Count))];
        _network = new CutNetwork(subject.Measure.Energy, [.. layers.SelectMany(layer => layer.Weights)]);
        _idle.Push((_network, Untouched()));
        Streams = (int)Math.Clamp(MostBytes / (sizeof(float) * Math.Max(layers.Sum(layer => layer.Parameters), 1)), 1, Environment.ProcessorCount);
    }

    /// <summary>Passes at once whose copies of the weights take a GiB at most.</summary>
    public int Streams { get; }

    /// <summary>The loss of each row above that of the network as it was, with all layers stored as chosen: one pass.</summary>
    public double[] Losses(int[] choices, CancellationToken cancellation)
    {
        (CutNetwork network, int[] set) = Take();
        try
        {
            for (int i = 0; i < choices.Length; i++)
            {
                if (set[i] == choices[i])
                    continue;
                for (int weight = 0; weight < _layers[i].Weights.Count; weight++)
                    network.Set(_first[i] + weight, _layers[i].Numbers(weight, choices[i]));
                set[i] = choices[i];
            }

            return network.Excess(cancellation);
        }
        finally
        {
            lock (_idle)
                _idle.Push((network, set));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((CutNetwork network, _) in _idle.Where(idle => idle.Network != _network))
            network.Dispose();
        _network.Dispose();
    }

    /// <summary>The roundings of all layers, for workers elsewhere.</summary>
    public static byte[] Write(IReadOnlyList<CompressionLayer> layers) => Packed.Of(to =>
    {
        foreach (CompressionLayer layer in layers)
        {
            to.WriteAll<int>(layer.Roundings.Select(weights => weights[0].Bits).ToArray());
            foreach (ChannelRounding rounding in layer.Roundings.SelectMany(weights => weights))
                rounding.Write(to);
        }
    });

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static JointNetwork Read(CompressionSubject subject, byte[] roundings)
    {
        using BinaryReader from = Packed.Reader(roundings);
        return new(subject, [.. subject.Layers.Found.Select(found => new CompressionLayer(
            found.Layer, found.Weights, [],
            [.. from.ReadAll<int>().Select(bits => (ChannelRounding[])[.. found.Weights.Select(weight => ChannelRounding.Read(from, weight, bits))])]))]);
    }

    private (CutNetwork Network, int[] Set) Take()
    {
        lock (_idle)
        {
            if (_idle.TryPop(out (CutNetwork, int[]) idle))
                return idle;
        }

        return (_network.Fork(), Untouched());
    }

    /// <summary>All layers as floats: behind the roundings.</summary>
    private int[] Untouched() => [.. _layers.Select(layer => layer.Roundings.Count)];
}

/// <summary>Widths of layers at a worker.</summary>
internal sealed class OpenWidths : IOpenWork
{
    private readonly OpenSubject _open;
    private readonly WidthPieces _pieces;

    /// <summary>Opens what <see cref="WidthPieces"/> described.</summary>
    /// <param name="setup">Its setup.</param>
    /// <param name="files">Its files: the model, and the rows.</param>
    public OpenWidths(byte[] setup, IReadOnlyList<byte[]> files)
    {
        using BinaryReader from = Packed.Reader(setup);
        _open = new OpenSubject(files, CompressionSubject.Read(from));
        int layers = Environment.ProcessorCount + 1; // a range that waits has a layer of its own
        _pieces = new WidthPieces(_open.Subject, CompressionMenu.Of(from.ReadAll<int>()), layers);
    }

    /// <inheritdoc/>
    public Pieces Pieces(byte[] call) => _pieces;

    /// <inheritdoc/>
    public void Dispose()
    {
        _pieces.Dispose();
        _open.Dispose();
    }
}

/// <summary>All layers together at a worker.</summary>
internal sealed class OpenJoint : IOpenWork
{
    private readonly OpenSubject _open;
    private readonly JointNetwork _network;

    /// <summary>Opens what <see cref="JointPieces"/> described.</summary>
    /// <param name="setup">Its setup.</param>
    /// <param name="files">Its files: the model, the rows, and the roundings.</param>
    public OpenJoint(byte[] setup, IReadOnlyList<byte[]> files)
    {
        using BinaryReader from = Packed.Reader(setup);
        _open = new OpenSubject(files, CompressionSubject.Read(from));
        _network = JointNetwork.Read(_open.Subject, files[2]);
    }

    /// <inheritdoc/>
    public Pieces Pieces(byte[] call) => JointPieces.Of(_network, call);

    /// <inheritdoc/>
    public void Dispose()
    {
        _network.Dispose();
        _open.Dispose();
    }
}
