using System.Numerics;

namespace ML.Thermo.Ising;

/// <summary>All states of a small square Ising lattice on a torus, counted by energy and magnetisation.</summary>
/// <remarks>2 × 2 (every bond twice) and 4 × 4 by enumeration, 6 × 6 by adding one spin at a time to a table of the last row. Units: J = k_B = 1.</remarks>
[Maturity(Maturity.Theorem)]
public sealed class EnumeratedLattice
{
    private static readonly Lazy<EnumeratedLattice> s_two = new(() => Enumerated(2));
    private static readonly Lazy<EnumeratedLattice> s_four = new(() => Enumerated(4));
    private static readonly Lazy<EnumeratedLattice> s_six = new(() => new(6, RowByRow.Count(6)));

    private EnumeratedLattice(int size, IEnumerable<LatticeLevel> levels) =>
        (Size, Levels) = (size, [.. levels.OrderBy(level => level.Energy).ThenBy(level => level.Magnetisation)]);

    /// <summary>L.</summary>
    public int Size { get; }

    /// <summary>N = L², the number of spins.</summary>
    public int Spins => Size * Size;

    /// <summary>How many states have which energy and magnetisation.</summary>
    public IReadOnlyList<LatticeLevel> Levels { get; }

    /// <summary>The lattice of a size; counted once.</summary>
    /// <param name="size">2, 4 or 6.</param>
    /// <exception cref="ArgumentException">Another size.</exception>
    public static EnumeratedLattice Of(int size) => size switch
    {
        2 => s_two.Value,
        4 => s_four.Value,
        6 => s_six.Value,
        _ => throw new ArgumentException($"L = {size} is not enumerated: expected 2, 4 or 6.", nameof(size)),
    };

    /// <summary>Degeneracies g(E), in rising order of the energy.</summary>
    public IReadOnlyList<(int Energy, long States)> EnergyLevels() =>
        [.. Levels.GroupBy(level => level.Energy).Select(group => (group.Key, group.Sum(level => level.States)))];

    /// <summary>ln Z at T &gt; 0.</summary>
    /// <param name="temperature">T.</param>
    /// <exception cref="ArgumentOutOfRangeException">T is not positive.</exception>
    public double LogPartition(double temperature)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        double ground = Levels[0].Energy;
        return Math.Log(Levels.Sum(level => level.States * Math.Exp((ground - level.Energy) / temperature))) - (ground / temperature);
    }

    /// <summary>The Boltzmann mean of a function of energy and magnetisation.</summary>
    /// <param name="temperature">T &gt; 0.</param>
    /// <param name="of">The function.</param>
    /// <exception cref="ArgumentOutOfRangeException">T is not positive.</exception>
    public double Mean(double temperature, Func<LatticeLevel, double> of)
    {
        ArgumentNullException.ThrowIfNull(of);
        double log = LogPartition(temperature);
        return Levels.Sum(level => level.States * Math.Exp((-level.Energy / temperature) - log) * of(level));
    }

    /// <summary>Var E at T.</summary>
    /// <param name="temperature">T &gt; 0.</param>
    public double EnergyVariance(double temperature)
    {
        double mean = Mean(temperature, level => level.Energy);
        return Mean(temperature, level => (level.Energy - mean) * (level.Energy - mean));
    }

    /// <summary>U₄ = 1 − ⟨m⁴⟩/3⟨m²⟩² (Binder 1981).</summary>
    /// <param name="temperature">T &gt; 0.</param>
    public double Binder(double temperature)
    {
        double square = Mean(temperature, level => Math.Pow(level.Magnetisation, 2)), fourth = Mean(temperature, level => Math.Pow(level.Magnetisation, 4));
        return 1 - (fourth / (3 * square * square));
    }

    /// <summary>χ = N(⟨m²⟩ − ⟨|m|⟩²)/T.</summary>
    /// <param name="temperature">T &gt; 0.</param>
    public double Susceptibility(double temperature)
    {
        double size = Mean(temperature, level => Math.Abs(level.Magnetisation)), square = Mean(temperature, level => Math.Pow(level.Magnetisation, 2));
        return (square - (size * size)) / Spins / temperature;
    }

    /// <summary>The law of the energy, in the order of <see cref="EnergyLevels"/>.</summary>
    /// <param name="temperature">T &gt; 0.</param>
    public double[] EnergyLaw(double temperature)
    {
        double log = LogPartition(temperature);
        return [.. EnergyLevels().Select(level => level.States * Math.Exp((-level.Energy / temperature) - log))];
    }

    /// <summary>The law of |M|, in rising order.</summary>
    /// <param name="temperature">T &gt; 0.</param>
    public double[] MagnetisationLaw(double temperature)
    {
        double log = LogPartition(temperature);
        return [.. Levels.GroupBy(level => Math.Abs(level.Magnetisation)).OrderBy(group => group.Key)
            .Select(group => group.Sum(level => level.States * Math.Exp((-level.Energy / temperature) - log)))];
    }

    private static EnumeratedLattice Enumerated(int size)
    {
        int spins = size * size;
        var counts = new Dictionary<(int Energy, int Magnetisation), long>();
        for (uint state = 0; state < 1u << spins; state++)
        {
            (int, int) key = (Energy(state, size), (2 * BitOperations.PopCount(state)) - spins);
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }

        return new(size, counts.Select(pair => new LatticeLevel(pair.Key.Energy, pair.Key.Magnetisation, pair.Value)));
    }

    /// <summary>−Σ s s' of a state given by bits.</summary>
    internal static int Energy(uint state, int size)
    {
        int energy = 0;
        for (int i = 0; i < size * size; i++)
        {
            int right = (i / size * size) + ((i + 1) % size), down = (i + size) % (size * size);
            energy += ((state >> i) & 1) == ((state >> right) & 1) ? -1 : 1;
            energy += ((state >> i) & 1) == ((state >> down) & 1) ? -1 : 1;
        }

        return energy;
    }
}

/// <summary>States of a lattice that have the same energy and magnetisation.</summary>
/// <param name="Energy">E = −Σ s s'.</param>
/// <param name="Magnetisation">M = Σ s.</param>
/// <param name="States">How many there are.</param>
[Maturity(Maturity.Theorem)]
public readonly record struct LatticeLevel(int Energy, int Magnetisation, long States);
