using ML.Thermo.Initialization;

namespace ML.Thermo.Ising;

/// <summary>Samples of the square Ising lattice spin by spin on a checkerboard (Metropolis 1953).</summary>
/// <remarks>Slow near T_c; for comparison with <see cref="WolffSampler"/>.</remarks>
[Maturity(Maturity.Theorem, "each colour's update leaves the Boltzmann law unchanged")]
public sealed class MetropolisSampler
{
    private readonly RandomStream _random;
    private readonly sbyte[] _spins;
    private readonly double[] _accept = new double[5], _uniform;

    /// <summary>A lattice with all spins up.</summary>
    /// <param name="size">L, even, ≥ 2.</param>
    /// <param name="temperature">T &gt; 0.</param>
    /// <param name="random">Where random numbers come from.</param>
    /// <exception cref="ArgumentException">L is odd or below 2, or T is not positive.</exception>
    public MetropolisSampler(int size, double temperature, RandomStream random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 2);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        if (size % 2 != 0)
            throw new ArgumentException($"L = {size} has no checkerboard: expected an even number.", nameof(size));
        (Size, _random, _spins, _uniform) = (size, random, new sbyte[size * size], new double[size * size / 2]);
        Array.Fill(_spins, (sbyte)1);
        for (int i = 0; i < 5; i++)
            _accept[i] = Math.Exp(Math.Min(0, -2.0 * ((2 * i) - 4) / temperature)); // a flip costs 2 s Σ s', Σ s' = −4, −2, … 4
    }

    /// <summary>L.</summary>
    public int Size { get; }

    /// <summary>The spins, ±1, row by row.</summary>
    public ReadOnlySpan<sbyte> Spins => _spins;

    /// <summary>M = Σ s.</summary>
    public int Magnetisation => _spins.Sum(spin => spin);

    /// <summary>Offers every spin one flip.</summary>
    public void Sweep()
    {
        for (int colour = 0; colour < 2; colour++)
        {
            _random.FillUniform(_uniform);
            int used = 0;
            for (int row = 0; row < Size; row++)
            {
                for (int column = (row + colour) % 2; column < Size; column += 2)
                {
                    int i = (row * Size) + column;
                    int around = _spins[(row * Size) + ((column + 1) % Size)] + _spins[(row * Size) + ((column + Size - 1) % Size)]
                        + _spins[((row + 1) % Size * Size) + column] + _spins[((row + Size - 1) % Size * Size) + column];
                    if (_uniform[used++] < _accept[((_spins[i] * around) + 4) / 2])
                        _spins[i] = (sbyte)-_spins[i];
                }
            }
        }
    }
}
