using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Execution;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Sharing;

namespace ML.Thermo.Onnx.Ensembles;

/// <summary>
/// Type I ensemble of an imported network: the parameters of some layers are drawn from their assumed laws, all others keep their trained
/// values, and the energy on fixed data is recorded.</summary>
/// <remarks>
/// <para>Everything that does not follow from the redrawn parameters is computed once; the rest is cut out as a network of its own, whose inputs
/// are the tensors at the cut and the parameters. One session, several streams with parameters of their own, one run a draw and batch.</para>
/// <para>Draw i of a layer depends on the seed, the layer and i alone: neither the number of streams nor the other layers of the ensemble
/// change it. Stored parameters that several layers share are drawn once, by the first of them.</para></remarks>
[Maturity(Maturity.Paper, "Type I state; global and local temperatures; the laws are assumptions, energies of 32-bit outputs")]
public sealed class NetworkEnsemble : IDisposable
{
    private readonly NetworkEnergy _energy;
    private readonly List<Dictionary<string, OrtValue>> _computed;
    private readonly IReadOnlyList<string> _boundary;
    private readonly InferenceSession? _session;
    private readonly Stack<EnsembleStream> _idle = [];

    /// <summary>Cuts the network and opens its session.</summary>
    /// <param name="energy">The network with its data.</param>
    /// <param name="layers">The layers that are redrawn.</param>
    /// <param name="initialization">The assumed laws; null for the usual ones.</param>
    /// <param name="cut">Whether what lies below the redrawn layers is computed once; false computes all of it at each draw.</param>
    /// <exception cref="ThermoException">ONNX Runtime refuses the cut network.</exception>
    public NetworkEnsemble(NetworkEnergy energy, IReadOnlyList<Layer> layers, NetworkInitialization? initialization = null, bool cut = true)
    {
        ArgumentNullException.ThrowIfNull(energy);
        ArgumentNullException.ThrowIfNull(layers);
        _energy = energy;
        (Layers, Initialization) = (layers, initialization ?? NetworkInitialization.Auto);
        Assumed = [.. layers.SelectMany(Initialization.For).DistinctBy(a => a.Root.Name)];
        Drawn = [.. Assumed.Where(a => a.Law is not null)];
        (_boundary, _computed) = ComputeBoundary(cut);
        if (Drawn.Count == 0)
            return;
        IReadOnlyList<OnnxValue> fed = [.. NetworkBatches.Describe(_boundary, [.. _computed]),
            .. Drawn.Select(a =>
                new OnnxValue(a.Root.Name, ValueKind.Tensor, a.Root.Tensor!.ElementType, [.. a.Root.Tensor.Shape.Select(extent => new Dimension(extent))]))];
        _session = NetworkBatches.Open(energy.Graph.Part(fed, [energy.Tensor], asFloats: true), energy.Network.Model, energy.Session);
    }

    internal NetworkEnergy Source => _energy;

    internal IReadOnlyList<Layer> Layers { get; }

    internal NetworkInitialization Initialization { get; }

    /// <summary>What is assumed of every stored tensor of the layers.</summary>
    public IReadOnlyList<AssumedLaw> Assumed { get; }

    /// <summary>The tensors that are redrawn, those with a constant law included.</summary>
    public IReadOnlyList<AssumedLaw> Drawn { get; }

    /// <summary>Whether no redrawn number is random, so that all energies are the same.</summary>
    public bool IsPoint => Drawn.All(a => a.Law!.Variance == 0);

    /// <summary>Number of redrawn numbers.</summary>
    public int ParameterCount => checked((int)Drawn.Sum(a => a.Root.Count));

    /// <summary>Energies of draws first, first + 1, …, loss units; NaN or infinite where a redrawn network overflows.</summary>
    /// <param name="seed">Chooses the ensemble.</param>
    /// <param name="first">Index of the first draw; ≥ 0.</param>
    /// <param name="count">How many.</param>
    /// <param name="streams">Draws worked on at the same time; 0 for one a processor. The energies do not depend on it.</param>
    /// <param name="drawn">Told after each draw, from any stream.</param>
    /// <param name="cancellation">Checked before each draw.</param>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    /// <exception cref="ThermoException">ONNX Runtime could not run the network with redrawn parameters.</exception>
    public double[] Draw(ulong seed, long first, int count, int streams = 0, Action? drawn = null, CancellationToken cancellation = default) =>
        DrawWithRows(new DrawRange(seed, first, count), streams, drawn, null, cancellation);

    /// <summary>The same energies, by workers elsewhere.</summary>
    /// <param name="range">Which draws.</param>
    /// <param name="workers">Who makes them.</param>
    /// <param name="drawn">Told after each draw, from any thread.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    /// <exception cref="ThermoException">The draws cannot be made there: the model is more than one file, or an input holds texts.</exception>
    public double[] Draw(DrawRange range, IWorkers workers, Action? drawn = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentOutOfRangeException.ThrowIfNegative(range.First);
        ArgumentOutOfRangeException.ThrowIfNegative(range.Count);
        double[] energies = new double[range.Count];
        new DrawPieces(this, range.Seed).Do(workers, range.First, range.Count, (number, energy) =>
        {
            energies[number - range.First] = energy;
            drawn?.Invoke();
        }, cancellation);
        return energies;
    }

    /// <summary>The same, with the losses of the rows under the first draws.</summary>
    internal double[] DrawWithRows(DrawRange range, int streams, Action? drawn, DrawnRows? rows, CancellationToken cancellation)
    {
        (ulong seed, long first, int count) = range;
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegative(streams);
        double[] energies = new double[count];
        if (Drawn.Count == 0)
        {
            Array.Fill(energies, _energy.TrainedEnergy);
            return energies;
        }

        int next = -1;
        streams = Math.Min(streams == 0 ? Environment.ProcessorCount : streams, Math.Max(count, 1));
        Workers.Run(streams, streams, _ => Work(), cancellation);
        return energies;

        void Work()
        {
            EnsembleStream stream = Take();
            try
            {
                for (int i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
                {
                    cancellation.ThrowIfCancellationRequested();
                    energies[i] = stream.Energy(seed, first + i);
                    rows?.Keep(first + i, stream.Losses);
                    drawn?.Invoke();
                }
            }
            finally
            {
                Return(stream);
            }
        }
    }

    /// <summary>The energy of one draw.</summary>
    internal double Energy(ulong seed, long draw)
    {
        if (Drawn.Count == 0)
            return _energy.TrainedEnergy;
        EnsembleStream stream = Take();
        try
        {
            return stream.Energy(seed, draw);
        }
        finally
        {
            Return(stream);
        }
    }

    /// <summary>The energy at given parameters, loss units.</summary>
    /// <param name="parameters">All redrawn numbers, tensor after tensor in the order of <see cref="Drawn"/>; rounded to the stored types.</param>
    /// <exception cref="ArgumentException">They are not as many as <see cref="ParameterCount"/>.</exception>
    public double Energy(ReadOnlySpan<double> parameters)
    {
        if (parameters.Length != ParameterCount)
            throw new ArgumentException($"Expected {ParameterCount} parameters, got {parameters.Length}.", nameof(parameters));
        if (Drawn.Count == 0)
            return _energy.TrainedEnergy;
        EnsembleStream stream = Take();
        try
        {
            return stream.Energy(parameters);
        }
        finally
        {
            Return(stream);
        }
    }

    /// <summary>The trained values of all redrawn numbers, in the order of <see cref="Energy(ReadOnlySpan{double})"/>.</summary>
    public double[] TrainedParameters() => [.. Drawn.SelectMany(a => a.Root.Tensor!.ToDoubles())];

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_idle.TryPop(out EnsembleStream? stream))
            stream.Dispose();
        _session?.Dispose();
        NetworkBatches.Release(_computed.Select(batch => batch.Where(value => !IsCallers(value.Value)).ToDictionary()));
    }

    private (IReadOnlyList<string> Boundary, List<Dictionary<string, OrtValue>> Values) ComputeBoundary(bool cut)
    {
        if (Drawn.Count == 0)
            return ([], []);
        Subgraph graph = _energy.Graph;
        IReadOnlyList<string> inputs = graph.InputsOf([_energy.Tensor]);
        IReadOnlyList<string> boundary = cut ? graph.Boundary([.. Drawn.Select(a => a.Root.Name)], _energy.Tensor) : inputs;
        List<Dictionary<string, OrtValue>> values =
            NetworkBatches.Compute(graph, _energy.Network.Model, [.. boundary.Except(inputs)], _energy.Batches, _energy.Session);
        if (values.Any(batch => batch.Values.Any(value => !NetworkBatches.IsTensorOfNumbers(value))))
        {
            NetworkBatches.Release(values);
            (boundary, values) = (inputs, [.. _energy.Batches.Select(_ => new Dictionary<string, OrtValue>())]);
        }

        for (int i = 0; i < values.Count; i++)
            foreach (string input in boundary.Intersect(inputs))
                values[i][input] = _energy.Batches[i][input];
        return (boundary, values);
    }

    private bool IsCallers(OrtValue value) => _energy.Batches.Any(batch => batch.Values.Contains(value));

    private EnsembleStream Take()
    {
        lock (_idle)
            if (_idle.TryPop(out EnsembleStream? stream))
                return stream;
        return new EnsembleStream(_energy, _session!, Drawn, _boundary, _computed);
    }

    private void Return(EnsembleStream stream)
    {
        lock (_idle)
            _idle.Push(stream);
    }
}

/// <summary>A range of draws.</summary>
/// <param name="Seed">Chooses the ensemble.</param>
/// <param name="First">Number of the first draw; ≥ 0.</param>
/// <param name="Count">How many.</param>
public readonly record struct DrawRange(ulong Seed, long First, int Count);
