namespace ML.Thermo.Dynamics.Pairs;

/// <summary>
/// Bodies with position, momentum and internal energy that act in pairs: ṗ = −(φ'(r) + γ(r) v) n along each edge, u̇ = ½ γ(r) v² + J, with v the relative
/// velocity along the edge and J the heat that flows (<see cref="FrictionHeat"/> shares the heat of friction otherwise).</summary>
/// <remarks>
/// <para>E = Σ p²/2m + Σ φ + Σ u and S = Σ s(u). Every edge is a metriplectic system of its own, so for any φ, any γ ≥ 0 and any J from hot to cold: energy,
/// momentum and angular momentum are constant and entropy does not fall, on graphs of any size.</para>
/// <para>It cannot say: forces that depend on entropy, forces of more than two bodies, memory. Take <see cref="Metriplectic.MetriplecticSystem"/> for
/// those.</para></remarks>
[Maturity(Maturity.Theorem, "dissipative particles with energy: Español 1997, Avalos and Mackie 1997")]
public sealed class PairSystem
{
    private readonly double[] _inverseMasses;
    private readonly double[] _heldTemperatures;
    private readonly NodeEntropy[] _entropies;

    /// <summary>Puts a system together.</summary>
    /// <param name="graph">Nodes and edges.</param>
    /// <param name="laws">What nodes do to one another.</param>
    /// <param name="options">Masses, entropies, what is held or pushed. Default: mass 1, s = ln u, free.</param>
    /// <exception cref="UnusableDataException">An option has the wrong length or a value outside its range.</exception>
    public PairSystem(PairGraph graph, IPairLaws laws, PairOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(laws);
        options ??= new PairOptions();
        options.Check(graph.Nodes);
        (Graph, Laws, Options) = (graph, laws, options);
        _inverseMasses = [.. Enumerable.Range(0, graph.Nodes).Select(i => options.Fixed?[i] == true ? 0 : 1 / (options.Masses?[i] ?? 1))];
        _heldTemperatures = [.. Enumerable.Range(0, graph.Nodes).Select(i => options.HeldTemperatures?[i] ?? double.NaN)];
        _entropies = [.. Enumerable.Range(0, graph.Nodes).Select(i => options.Entropies?[i] ?? options.Entropy)];
    }

    /// <summary>Nodes and edges.</summary>
    public PairGraph Graph { get; }

    /// <summary>What nodes do to one another.</summary>
    public IPairLaws Laws { get; }

    /// <summary>Masses, entropies, what is held or pushed.</summary>
    public PairOptions Options { get; }

    internal ReadOnlySpan<double> InverseMasses => _inverseMasses;

    internal ReadOnlySpan<double> HeldTemperatures => _heldTemperatures;

    internal NodeEntropy EntropyOf(int node) => _entropies[node];

    /// <summary>Kinetic, potential and internal energy, and entropy; nodes held at a temperature count with neither energy nor entropy of their
    /// own.</summary>
    /// <param name="state">A state of this system.</param>
    public PairBalance Balance(PairState state)
    {
        Check(state);
        int d = state.Dimension;
        double kinetic = 0, inner = 0, entropy = 0, potential = 0;
        for (int i = 0; i < state.Nodes; i++)
        {
            for (int a = 0; a < d; a++)
                kinetic += 0.5 * _inverseMasses[i] * state.Momenta[(i * d) + a] * state.Momenta[(i * d) + a];
            if (!double.IsNaN(_heldTemperatures[i]))
                continue;
            inner += state.InternalEnergies[i];
            entropy += _entropies[i].Value(state.InternalEnergies[i]);
        }

        double[] distances = new double[Graph.Edges], values = new double[Graph.Edges], arm = new double[d];
        for (int e = 0; e < distances.Length; e++)
            distances[e] = Arm(state.Positions, d, e, arm);
        Laws.Potential(Graph.Kinds, distances, values);
        foreach (double value in values)
            potential += value;
        return new PairBalance(kinetic, potential, inner, entropy);
    }

    /// <summary>dq/dt, dp/dt and du/dt at a state: the right-hand side that the exact step is a discrete form of.</summary>
    /// <param name="state">A state of this system.</param>
    /// <param name="positions">Takes N × D numbers.</param>
    /// <param name="momenta">Takes N × D numbers.</param>
    /// <param name="internalEnergies">Takes N numbers.</param>
    public void Rates(PairState state, Span<double> positions, Span<double> momenta, Span<double> internalEnergies)
    {
        Check(state);
        int d = state.Dimension, edges = Graph.Edges;
        double[] arms = new double[edges * d], distances = new double[edges], tension = new double[edges], friction = new double[edges],
            flux = new double[edges];
        double[] first = new double[edges], second = new double[edges];
        for (int e = 0; e < edges; e++)
        {
            distances[e] = Arm(state.Positions, d, e, arms.AsSpan(e * d, d));
            first[e] = Temperature(state, Graph.From[e]);
            second[e] = Temperature(state, Graph.To[e]);
        }

        Laws.Tension(Graph.Kinds, distances, tension);
        Laws.Friction(Graph.Kinds, distances, friction);
        Laws.HeatFlux(Graph.Kinds, distances, first, second, flux);
        internalEnergies.Clear();
        for (int i = 0; i < positions.Length; i++)
        {
            positions[i] = _inverseMasses[i / d] * state.Momenta[i];
            momenta[i] = Options.AppliedForces?[i] ?? 0;
        }

        for (int e = 0; e < edges; e++)
        {
            int i = Graph.From[e], j = Graph.To[e];
            double speed = 0, gamma = Math.Max(0, friction[e]), heat = flux[e] * (second[e] - first[e]) > 0 ? flux[e] : 0;
            for (int a = 0; a < d; a++)
                speed += arms[(e * d) + a] / distances[e] * (positions[(i * d) + a] - positions[(j * d) + a]);
            double force = -(tension[e] + (gamma * speed)) / distances[e];
            for (int a = 0; a < d; a++)
            {
                momenta[(i * d) + a] += force * arms[(e * d) + a];
                momenta[(j * d) + a] -= force * arms[(e * d) + a];
            }

            double rubbed = gamma * speed * speed, share = HeatShare(first[e], second[e]);
            internalEnergies[i] += (share * rubbed) + heat;
            internalEnergies[j] += ((1 - share) * rubbed) - heat;
        }

        for (int i = 0; i < Graph.Nodes; i++)
        {
            if (_inverseMasses[i] == 0)
                momenta.Slice(i * d, d).Clear();
            if (!double.IsNaN(_heldTemperatures[i]))
                internalEnergies[i] = 0;
        }
    }

    /// <summary>The part of an edge's friction heat that goes to its first node.</summary>
    internal double HeatShare(double first, double second) => Options.FrictionHeat == FrictionHeat.Half ? 0.5 : second / (first + second);

    internal double Temperature(PairState state, int node) =>
        double.IsNaN(_heldTemperatures[node]) ? 1 / _entropies[node].Slope(state.InternalEnergies[node]) : _heldTemperatures[node];

    /// <summary>q(from) − q(to), by the shortest way in a periodic box, and its length.</summary>
    internal double Arm(ReadOnlySpan<double> positions, int d, int edge, Span<double> arm)
    {
        int i = Graph.From[edge] * d, j = Graph.To[edge] * d;
        double square = 0;
        for (int a = 0; a < d; a++)
        {
            double x = positions[i + a] - positions[j + a];
            if (Options.Box is { } box)
                x -= box[a] * Math.Round(x / box[a]);
            arm[a] = x;
            square += x * x;
        }

        return square > 0 ? Math.Sqrt(square)
            : throw new UnusableDataException($"Nodes {Graph.From[edge]} and {Graph.To[edge]} of edge {edge} are at the same place: the direction of " +
                "their force is not defined.");
    }

    internal void Check(PairState state)
    {
        if (state.Nodes != Graph.Nodes)
            throw new ArgumentException($"A state of {state.Nodes} nodes: the graph has {Graph.Nodes}.", nameof(state));
        if (Options.Box is { } box && box.Count != state.Dimension)
            throw new ArgumentException($"A box of {box.Count} lengths: the state has {state.Dimension} coordinates a node.", nameof(state));
        if (Options.AppliedForces is { } forces && forces.Count != state.Positions.Length)
            throw new ArgumentException($"{forces.Count} applied forces: expected {state.Positions.Length}, one a coordinate.", nameof(state));
    }
}

/// <summary>The energies and the entropy of a state.</summary>
/// <param name="Kinetic">Σ p²/2m.</param>
/// <param name="Potential">Σ φ.</param>
/// <param name="Internal">Σ u.</param>
/// <param name="Entropy">Σ s(u), nats.</param>
[Maturity(Maturity.Theorem, "definitions")]
public readonly record struct PairBalance(double Kinetic, double Potential, double Internal, double Entropy)
{
    /// <summary>E.</summary>
    public double Energy => Kinetic + Potential + Internal;
}
