namespace ML.Thermo.Dynamics.Pairs;

/// <summary>Where the heat of friction goes. Either keeps both laws: 1/T₁ and 1/T₂ are weighted with shares that are not negative.</summary>
public enum FrictionHeat
{
    /// <summary>Half to each end.</summary>
    Half,

    /// <summary>By 1/T: the colder end takes the larger part, T₂/(T₁ + T₂) of it goes to the first.</summary>
    ByInverseTemperature,
}

/// <summary>Masses and entropies of nodes, and what the rest of the world does to them.</summary>
public sealed record PairOptions
{
    /// <summary>m of each node, &gt; 0. Default: 1.</summary>
    public IReadOnlyList<double>? Masses { get; init; }

    /// <summary>s(u) of every node. Default: ln u.</summary>
    public NodeEntropy Entropy { get; init; } = NodeEntropy.Logarithmic();

    /// <summary>s(u) of each node, where they differ.</summary>
    public IReadOnlyList<NodeEntropy>? Entropies { get; init; }

    /// <summary>How the ends of an edge share the heat of its friction. Default: half to each.</summary>
    public FrictionHeat FrictionHeat { get; init; }

    /// <summary>Nodes that do not move (infinite mass): momentum is not constant then, energy is.</summary>
    public IReadOnlyList<bool>? Fixed { get; init; }

    /// <summary>Temperature at which each node is held, NaN for those that are free: heat that flows there leaves the system.</summary>
    public IReadOnlyList<double>? HeldTemperatures { get; init; }

    /// <summary>A constant force on each coordinate, N × D: its work enters the system.</summary>
    public IReadOnlyList<double>? AppliedForces { get; init; }

    /// <summary>Lengths of a periodic box, D numbers; edges go the shortest way.</summary>
    public IReadOnlyList<double>? Box { get; init; }

    internal void Check(int nodes)
    {
        CheckLength(Masses?.Count, nodes, "masses");
        CheckLength(Entropies?.Count, nodes, "entropies");
        CheckLength(Fixed?.Count, nodes, "marks of fixed nodes");
        CheckLength(HeldTemperatures?.Count, nodes, "held temperatures");
        CheckPositive(Masses, "mass", "node");
        CheckPositive(Box, "box length", "axis");
        for (int i = 0; i < (HeldTemperatures?.Count ?? 0); i++)
        {
            if (!double.IsNaN(HeldTemperatures![i]) && !(HeldTemperatures[i] > 0 && double.IsFinite(HeldTemperatures[i])))
                throw new UnusableDataException($"Node {i} is held at temperature {HeldTemperatures[i]}: expected a positive number.");
        }
    }

    private static void CheckLength(int? count, int nodes, string what)
    {
        if (count is { } given && given != nodes)
            throw new UnusableDataException($"{given} {what} for {nodes} nodes: expected one a node.");
    }

    private static void CheckPositive(IReadOnlyList<double>? values, string what, string of)
    {
        for (int i = 0; i < (values?.Count ?? 0); i++)
        {
            if (!(values![i] > 0 && double.IsFinite(values[i])))
                throw new UnusableDataException($"The {what} of {of} {i} is {values[i]}: expected a positive number.");
        }
    }
}
