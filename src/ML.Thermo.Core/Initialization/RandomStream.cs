namespace ML.Thermo.Initialization;

/// <summary>
/// A stream of random numbers named by (seed, index): Philox4x32-10, a counter-based generator, so draw number i is the same
/// whichever thread makes it and however many draws were made before.
/// </summary>
/// <remarks>Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC11). Maturity: theorem
/// (the generator's known-answer tests are among the unit tests).</remarks>
public sealed class RandomStream
{
    private readonly uint _key0, _key1, _stream0, _stream1;
    private readonly uint[] _block = new uint[4];
    private ulong _counter;
    private int _used = 4;
    private double _spareNormal = double.NaN;

    /// <summary>Opens a stream.</summary>
    /// <param name="seed">Chooses the family of streams.</param>
    /// <param name="index">Chooses the stream in the family, as the number of a draw.</param>
    public RandomStream(ulong seed, ulong index)
    {
        _key0 = (uint)seed;
        _key1 = (uint)(seed >> 32);
        _stream0 = (uint)index;
        _stream1 = (uint)(index >> 32);
    }

    /// <summary>A number uniform on the open interval (0, 1), with 53 random bits.</summary>
    public double NextDouble()
    {
        ulong bits = ((ulong)NextWord() << 32) | NextWord();
        return ((bits >> 11) + 0.5) * (1.0 / (1UL << 53));
    }

    /// <summary>A standard normal number (Box–Muller).</summary>
    public double NextNormal()
    {
        if (!double.IsNaN(_spareNormal))
        {
            double spare = _spareNormal;
            _spareNormal = double.NaN;
            return spare;
        }

        double radius = Math.Sqrt(-2 * Math.Log(NextDouble()));
        (double sin, double cos) = Math.SinCos(2 * Math.PI * NextDouble());
        _spareNormal = radius * sin;
        return radius * cos;
    }

    /// <summary>An integer uniform on [0, bound).</summary>
    /// <param name="bound">&gt; 0.</param>
    public long NextInteger(long bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        ulong bits = ((ulong)NextWord() << 32) | NextWord();
        return (long)Math.BigMul(bits, (ulong)bound, out _);
    }

    internal static void Philox(Span<uint> counter, uint key0, uint key1)
    {
        for (int round = 0; round < 10; round++)
        {
            ulong product0 = 0xD2511F53UL * counter[0], product1 = 0xCD9E8D57UL * counter[2];
            uint next0 = (uint)(product1 >> 32) ^ counter[1] ^ key0, next2 = (uint)(product0 >> 32) ^ counter[3] ^ key1;
            (counter[0], counter[1], counter[2], counter[3]) = (next0, (uint)product1, next2, (uint)product0);
            key0 += 0x9E3779B9;
            key1 += 0xBB67AE85;
        }
    }

    private uint NextWord()
    {
        if (_used == 4)
        {
            (_block[0], _block[1], _block[2], _block[3]) = ((uint)_counter, (uint)(_counter >> 32), _stream0, _stream1);
            Philox(_block, _key0, _key1);
            _counter++;
            _used = 0;
        }

        return _block[_used++];
    }
}
