namespace ML.Thermo.Numerics;

/// <summary>
/// A sum of doubles without any rounding, so that parts summed on several machines, in whatever order, merge to the very same bits.
/// </summary>
/// <remarks>A fixed-point number wide enough for every finite double, in limbs of 32 bits kept in 64: carries wait for 2³⁰ terms.</remarks>
internal sealed class ExactSum
{
    private const int Limbs = 68, LowestExponent = -1074;
    private const int TermsBetweenCarries = 1 << 30;
    private readonly long[] _limbs = new long[Limbs];
    private int _pending;

    /// <summary>Adds a finite term.</summary>
    public void Add(double term)
    {
        long bits = BitConverter.DoubleToInt64Bits(term);
        int exponent = (int)(bits >> 52) & 0x7FF;
        ulong mantissa = (ulong)bits & 0xF_FFFF_FFFF_FFFF;
        if (exponent > 0)
        {
            mantissa |= 1UL << 52;
            exponent--;
        }

        int shift = exponent & 31;
        Span<long> limbs = _limbs.AsSpan(exponent >> 5, 3);
        ulong low = mantissa << shift; // 53 + 31 bits: the top 20 of them fall out here and are taken from the other side
        long sign = (bits >> 63) | 1;
        limbs[0] += sign * (long)(low & uint.MaxValue);
        limbs[1] += sign * (long)(low >> 32);
        limbs[2] += sign * (long)(mantissa >> 1 >> (63 - shift));
        if (++_pending == TermsBetweenCarries)
            Carry();
    }

    /// <summary>Adds another sum.</summary>
    public void Add(ExactSum other)
    {
        Carry();
        other.Carry();
        for (int i = 0; i < Limbs; i++)
            _limbs[i] += other._limbs[i];
        Carry();
    }

    /// <summary>The sum, rounded once.</summary>
    public double Value
    {
        get
        {
            Carry();
            bool negative = _limbs[^1] < 0;
            Span<uint> digits = stackalloc uint[Limbs];
            ulong carry = negative ? 1UL : 0;
            for (int i = 0; i < Limbs; i++)
            {
                carry += negative ? ~(uint)_limbs[i] : (uint)_limbs[i];
                digits[i] = (uint)carry;
                carry >>= 32;
            }

            int top = digits.LastIndexOfAnyExcept(0u);
            if (top < 0)
                return 0;
            top = Math.Max(top, 2);
            UInt128 leading = ((UInt128)digits[top] << 64) | ((UInt128)digits[top - 1] << 32) | digits[top - 2];
            if (digits[..(top - 2)].ContainsAnyExcept(0u))
                leading |= 1; // breaks a tie to the right side
            double value = Math.ScaleB((double)leading, (32 * (top - 2)) + LowestExponent);
            return negative ? -value : value;
        }
    }

    public void Write(BinaryWriter to)
    {
        Carry();
        foreach (long limb in _limbs)
            to.Write(limb);
    }

    public static ExactSum Read(BinaryReader from)
    {
        var sum = new ExactSum();
        for (int i = 0; i < Limbs; i++)
            sum._limbs[i] = from.ReadInt64();
        return sum;
    }

    /// <summary>Brings every limb but the top one into [0, 2³²): the one form that a sum has.</summary>
    private void Carry()
    {
        for (int i = 0; i < Limbs - 1; i++)
        {
            _limbs[i + 1] += _limbs[i] >> 32;
            _limbs[i] &= uint.MaxValue;
        }

        _pending = 0;
    }
}
