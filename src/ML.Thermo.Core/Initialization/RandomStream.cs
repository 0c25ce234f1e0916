using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ML.Thermo.Initialization;

/// <summary>
/// A stream of random numbers named by (seed, index): Philox4x32-10, a counter-based generator, so draw number i is the same
/// whichever thread makes it and however many draws were made before.</summary>
/// <remarks>
/// <para>The uniform and the normal numbers of a stream are two sequences of their own: the k-th normal number depends on seed,
/// index and k alone, whatever uniform numbers were taken in between and whether it came singly or in a fill. An instance serves
/// one thread.</para>
/// <para>Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC11).</para></remarks>
[Maturity(Maturity.Theorem, "the generator's known-answer tests are among the unit tests")]
public sealed partial class RandomStream
{
    private const int BlockLength = 16; // eight Philox blocks side by side, two 64-bit words each
    private const ulong NormalSequence = 1UL << 63; // the top counter bit tells the normal sequence from the uniform one

    private readonly ulong _seed, _index;
    private ulong _uniformBlocks, _normalBlocks;
    private int _uniformsUsed = BlockLength, _normalsUsed = BlockLength;
    private Block<ulong> _words;
    private Block<double> _normals;

    /// <summary>Opens a stream.</summary>
    /// <param name="seed">Chooses the family of streams.</param>
    /// <param name="index">Chooses the stream in the family, as the number of a draw.</param>
    public RandomStream(ulong seed, ulong index)
    {
        _seed = seed;
        _index = index;
    }

    /// <summary>The same stream at the same place, to go on by itself.</summary>
    internal RandomStream Copy() => (RandomStream)MemberwiseClone();

    /// <summary>A number uniform on the open interval (0, 1): the centre of one of 2⁵² equal cells.</summary>
    public double NextDouble() => BitConverter.UInt64BitsToDouble((NextWord() >> 12) | OneBits) - OneLessHalfCell;

    /// <summary>A standard normal number (Box–Muller).</summary>
    public double NextNormal()
    {
        if (_normalsUsed == BlockLength)
        {
            NormalBlock(_normals);
            _normalsUsed = 0;
        }

        return _normals[_normalsUsed++];
    }

    /// <summary>An integer uniform on [0, bound).</summary>
    /// <param name="bound">&gt; 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is not positive.</exception>
    public long NextInteger(long bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        return (long)Math.BigMul(NextWord(), (ulong)bound, out _);
    }

    /// <summary>Puts items into a random order, all orders being equally likely (Fisher and Yates).</summary>
    /// <param name="items">They change places.</param>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int other = (int)NextInteger(i + 1);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }

    /// <summary>A number of the gamma law with scale 1 (Marsaglia and Tsang 2000).</summary>
    /// <param name="shape">≥ 1; its mean and its variance.</param>
    internal double NextGamma(double shape)
    {
        double d = shape - (1.0 / 3), c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = NextNormal(), v = 1 + (c * x);
            v = v * v * v;
            if (v > 0 && Math.Log(NextDouble()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
                return d * v;
        }
    }

    /// <summary>Fills a span with the numbers that as many calls of <see cref="NextDouble"/> would give, only faster.</summary>
    /// <param name="numbers">Receives numbers uniform on (0, 1).</param>
    public void FillUniform(Span<double> numbers)
    {
        for (; _uniformsUsed < BlockLength && numbers.Length > 0; numbers = numbers[1..])
            numbers[0] = NextDouble();
        for (; numbers.Length >= BlockLength; numbers = numbers[BlockLength..])
        {
            (Vector512<ulong> first, Vector512<ulong> second) = Words(_uniformBlocks++);
            Uniform(first).CopyTo(numbers);
            Uniform(second).CopyTo(numbers[8..]);
        }

        for (; numbers.Length > 0; numbers = numbers[1..])
            numbers[0] = NextDouble();
    }

    /// <summary>Fills a span with the numbers that as many calls of <see cref="NextNormal"/> would give, only faster.</summary>
    /// <param name="numbers">Receives standard normal numbers.</param>
    public void FillNormal(Span<double> numbers)
    {
        for (; _normalsUsed < BlockLength && numbers.Length > 0; numbers = numbers[1..])
            numbers[0] = NextNormal();
        for (; numbers.Length >= BlockLength; numbers = numbers[BlockLength..])
            NormalBlock(numbers);
        for (; numbers.Length > 0; numbers = numbers[1..])
            numbers[0] = NextNormal();
    }

    /// <summary>Philox4x32-10 on eight counters; every 64-bit lane holds one 32-bit word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (Vector512<ulong> W0, Vector512<ulong> W1, Vector512<ulong> W2, Vector512<ulong> W3) Philox(
        Vector512<ulong> c0, Vector512<ulong> c1, Vector512<ulong> c2, Vector512<ulong> c3, uint key0, uint key1)
    {
        Vector512<ulong> low = Vector512.Create(0xFFFF_FFFFUL);
        for (int round = 0; round < 10; round++)
        {
            Vector512<ulong> product0 = Product(c0, 0xD2511F53), product1 = Product(c2, 0xCD9E8D57);
            c0 = (product1 >> 32) ^ c1 ^ Vector512.Create((ulong)key0);
            c2 = (product0 >> 32) ^ c3 ^ Vector512.Create((ulong)key1);
            (c1, c3) = (product1 & low, product0 & low);
            key0 += 0x9E3779B9;
            key1 += 0xBB67AE85;
        }

        return (c0, c1, c2, c3);

        static Vector512<ulong> Product(Vector512<ulong> words, uint factor)
        {
            if (Avx512F.IsSupported)
                return Avx512F.Multiply(words.AsUInt32(), Vector512.Create((ulong)factor).AsUInt32());
            if (!Avx2.IsSupported)
                return words * Vector512.Create((ulong)factor);
            Vector256<uint> by = Vector256.Create((ulong)factor).AsUInt32();
            return Vector512.Create(Avx2.Multiply(words.GetLower().AsUInt32(), by), Avx2.Multiply(words.GetUpper().AsUInt32(), by));
        }
    }

    private const ulong OneBits = 0x3FF0_0000_0000_0000;
    private const double OneLessHalfCell = 1 - (1.0 / (1UL << 53));

    private static Vector512<double> Uniform(Vector512<ulong> words) =>
        ((words >> 12) | Vector512.Create(OneBits)).AsDouble() - Vector512.Create(OneLessHalfCell);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (Vector512<ulong> First, Vector512<ulong> Second) Words(ulong block)
    {
        Vector512<ulong> counter = Vector512.Create(block << 3) | Vector512.Create(0UL, 1, 2, 3, 4, 5, 6, 7);
        (Vector512<ulong> w0, Vector512<ulong> w1, Vector512<ulong> w2, Vector512<ulong> w3) = Philox(
            counter & Vector512.Create(0xFFFF_FFFFUL), counter >> 32, Vector512.Create(_index & 0xFFFF_FFFF), Vector512.Create(_index >> 32), (uint)_seed,
                (uint)(_seed >> 32));
        return ((w0 << 32) | w1, (w2 << 32) | w3);
    }

    private void NormalBlock(Span<double> normals)
    {
        (Vector512<ulong> first, Vector512<ulong> second) = Words((NormalSequence >> 3) | _normalBlocks++);
        Vector512<double> radius = Vector512.Sqrt(-2 * Vector512.Log(Uniform(first)));
        (Vector512<double> sine, Vector512<double> cosine) = Vector512.SinCos(2 * Math.PI * Uniform(second));
        (radius * cosine).CopyTo(normals);
        (radius * sine).CopyTo(normals[8..]);
    }

    private ulong NextWord()
    {
        if (_uniformsUsed == BlockLength)
        {
            (Vector512<ulong> first, Vector512<ulong> second) = Words(_uniformBlocks++);
            Span<ulong> words = _words;
            first.CopyTo(words);
            second.CopyTo(words[8..]);
            _uniformsUsed = 0;
        }

        return _words[_uniformsUsed++];
    }

    [InlineArray(BlockLength)]
    private struct Block<T>
    {
        private T _first;
    }
}
