using ML.Thermo.Initialization;

namespace ML.Thermo.Ising;

/// <summary>Samples of the square Ising lattice by flipping clusters (Wolff 1989).</summary>
/// <remarks>A random seed site, neighbours that are equal join with probability 1 − e^(−2/T), and the cluster is flipped.</remarks>
[Maturity(Maturity.Theorem, "detailed balance")]
public sealed class WolffSampler
{
    private const int Reserve = 1024, WarmUpSweeps = 300;
    private readonly double[] _uniform = new double[Reserve];
    private readonly RandomStream _random;
    private readonly sbyte[] _spins;
    private readonly int[] _stack, _neighbours;
    private readonly double _join;
    private int _used = Reserve, _magnetisation;

    /// <summary>A lattice with all spins up.</summary>
    /// <param name="size">L ≥ 2.</param>
    /// <param name="temperature">T &gt; 0.</param>
    /// <param name="random">Where random numbers come from: a stream for each temperature and chain.</param>
    /// <exception cref="ArgumentOutOfRangeException">L is below 2, or T is not positive.</exception>
    public WolffSampler(int size, double temperature, RandomStream random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 2);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        (Size, Temperature, _random, _join) = (size, temperature, random, -Math.Exp(-2 / temperature) + 1);
        int n = size * size;
        (_spins, _stack, _neighbours) = (new sbyte[n], new int[n], new int[4 * n]);
        Array.Fill(_spins, (sbyte)1);
        _magnetisation = n;
        for (int i = 0; i < n; i++)
        {
            int row = i / size, column = i % size;
            _neighbours[4 * i] = (row * size) + ((column + 1) % size);
            _neighbours[(4 * i) + 1] = (row * size) + ((column + size - 1) % size);
            _neighbours[(4 * i) + 2] = (((row + 1) % size) * size) + column;
            _neighbours[(4 * i) + 3] = (((row + size - 1) % size) * size) + column;
        }
    }

    /// <summary>L.</summary>
    public int Size { get; }

    /// <summary>T.</summary>
    public double Temperature { get; }

    /// <summary>The spins, ±1, row by row.</summary>
    public ReadOnlySpan<sbyte> Spins => _spins;

    /// <summary>M = Σ s.</summary>
    public int Magnetisation => _magnetisation;

    /// <summary>E = −Σ s s'.</summary>
    public int Energy()
    {
        int sum = 0;
        for (int i = 0; i < _spins.Length; i++)
            sum -= _spins[i] * (_spins[_neighbours[4 * i]] + _spins[_neighbours[(4 * i) + 2]]);
        return sum;
    }

    /// <summary>Flips one cluster.</summary>
    /// <returns>Its size.</returns>
    public int Flip()
    {
        sbyte[] spins = _spins;
        int[] stack = _stack, neighbours = _neighbours;
        int seed = (int)(Next() * spins.Length), top = 0, flipped = 1;
        sbyte old = spins[seed];
        spins[seed] = (sbyte)-old;
        stack[top++] = seed;
        while (top > 0)
        {
            int site = 4 * stack[--top];
            for (int side = site; side < site + 4; side++)
            {
                int other = neighbours[side];
                if (spins[other] == old && Next() < _join)
                {
                    spins[other] = (sbyte)-old;
                    stack[top++] = other;
                    flipped++;
                }
            }
        }

        _magnetisation -= 2 * old * flipped;
        return flipped;
    }

    /// <summary>Forgets the ordered start: clusters until 300 N spins were flipped.</summary>
    /// <returns>How many clusters between two measurements flip about N spins: a fixed number, because one that depended on the state would bias.</returns>
    public int WarmUp()
    {
        long n = _spins.Length, flipped = 0, late = 0, clusters = 0;
        while (flipped < WarmUpSweeps * n)
        {
            int size = Flip();
            flipped += size;
            if (flipped > WarmUpSweeps * n / 2)
            {
                late += size;
                clusters++;
            }
        }

        return (int)Math.Max(1, Math.Round(n * (double)clusters / late));
    }

    private double Next()
    {
        if (_used == Reserve)
        {
            _random.FillUniform(_uniform);
            _used = 0;
        }

        return _uniform[_used++];
    }
}
