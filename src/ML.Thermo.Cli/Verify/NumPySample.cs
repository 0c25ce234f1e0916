namespace ML.Thermo.Cli.Verify;

/// <summary>NumPy's <c>RandomState(seed).standard_normal(n)</c>: MT19937 (Matsumoto, Nishimura 1998) and the polar method of
/// Marsaglia, so that numbers which other programs publish for such samples can be checked without shipping the samples.</summary>
internal sealed class NumPySample
{
    private const int Length = 624, Lag = 397;
    private readonly uint[] _state = new uint[Length];
    private int _used = Length;

    private NumPySample(uint seed)
    {
        _state[0] = seed;
        for (uint i = 1; i < Length; i++)
            _state[i] = (1812433253 * (_state[i - 1] ^ (_state[i - 1] >> 30))) + i;
    }

    /// <summary>The first standard normal numbers of a seed.</summary>
    public static double[] Normal(uint seed, int count)
    {
        var generator = new NumPySample(seed);
        double[] sample = new double[count];
        for (int i = 0; i < count; i += 2)
        {
            (double first, double second) = generator.NormalPair();
            sample[i] = first;
            if (i + 1 < count)
                sample[i + 1] = second;
        }

        return sample;
    }

    private (double First, double Second) NormalPair()
    {
        while (true)
        {
            double x = (2 * NextDouble()) - 1, y = (2 * NextDouble()) - 1, square = (x * x) + (y * y);
            if (square is 0 or >= 1)
                continue;
            double scale = Math.Sqrt(-2 * Math.Log(square) / square);
            return (scale * y, scale * x);
        }
    }

    private double NextDouble() => (((NextWord() >> 5) * 67108864.0) + (NextWord() >> 6)) / 9007199254740992.0;

    private uint NextWord()
    {
        if (_used == Length)
        {
            for (int i = 0; i < Length; i++)
            {
                uint mixed = (_state[i] & 0x80000000) | (_state[(i + 1) % Length] & 0x7fffffff);
                _state[i] = _state[(i + Lag) % Length] ^ (mixed >> 1) ^ ((mixed & 1) * 0x9908b0df);
            }

            _used = 0;
        }

        uint word = _state[_used++];
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c5680;
        word ^= (word << 15) & 0xefc60000;
        return word ^ (word >> 18);
    }
}
