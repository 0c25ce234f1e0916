namespace ML.Thermo.Dynamics.Pairs;

/// <summary>Positions, momenta and internal energies of all nodes at one time.</summary>
public sealed class PairState
{
    /// <summary>Takes the arrays as they are; a step changes them in place.</summary>
    /// <param name="dimension">D, coordinates a node.</param>
    /// <param name="positions">q, N × D, node by node.</param>
    /// <param name="momenta">p, N × D.</param>
    /// <param name="internalEnergies">u, N numbers, each positive.</param>
    /// <exception cref="UnusableDataException">A number is not finite, or an internal energy is not positive.</exception>
    public PairState(int dimension, double[] positions, double[] momenta, double[] internalEnergies)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentNullException.ThrowIfNull(positions);
        ArgumentNullException.ThrowIfNull(momenta);
        ArgumentNullException.ThrowIfNull(internalEnergies);
        int nodes = internalEnergies.Length;
        if (positions.Length != nodes * dimension || momenta.Length != nodes * dimension)
            throw new ArgumentException($"{positions.Length} positions and {momenta.Length} momenta: expected {nodes * dimension} of each, {dimension} a " +
                "node.", nameof(positions));
        for (int i = 0; i < positions.Length; i++)
        {
            if (!double.IsFinite(positions[i]) || !double.IsFinite(momenta[i]))
                throw new UnusableDataException($"Node {i / dimension} has position {positions[i]} and momentum {momenta[i]} along axis {i % dimension}: " +
                    "expected finite numbers.");
        }

        for (int i = 0; i < nodes; i++)
        {
            if (!(internalEnergies[i] > 0 && double.IsFinite(internalEnergies[i])))
                throw new UnusableDataException($"Node {i} has the internal energy {internalEnergies[i]}: expected a positive number, for its logarithm " +
                    "is the entropy.");
        }

        (Dimension, Positions, Momenta, InternalEnergies) = (dimension, positions, momenta, internalEnergies);
    }

    /// <summary>D.</summary>
    public int Dimension { get; }

    /// <summary>N.</summary>
    public int Nodes => InternalEnergies.Length;

    /// <summary>q, N × D.</summary>
    public double[] Positions { get; }

    /// <summary>p, N × D.</summary>
    public double[] Momenta { get; }

    /// <summary>u.</summary>
    public double[] InternalEnergies { get; }

    /// <summary>A copy that shares nothing.</summary>
    public PairState Copy() => new(Dimension, [.. Positions], [.. Momenta], [.. InternalEnergies]);
}
