using ML.Thermo.Sharing;

namespace ML.Thermo.Onnx.Compression.Roundings;

/// <summary>A weight rounded to a few bits, with one scale a channel of least squared error.</summary>
/// <remarks>
/// <para>4 and 8 bits are whole numbers c ∈ [−2ᵇ⁻¹, 2ᵇ⁻¹ − 1], value s·c, which has a zero. Other widths are halves of odd numbers, value
/// s·(2c − 2ᵇ + 1), c ∈ [0, 2ᵇ − 1], which lie even about zero: at 2 and 3 bits the squared error of a normal weight is 0.6 and 0.85 of that of levels with a
/// zero. 16 bits are half-precision floats.</para>
/// <para>The scale of a channel is its largest weight over the largest level, or a smaller one where clipping costs less than it gains.</para>
/// </remarks>
internal sealed class ChannelRounding
{
    private const int HalfPrecision = 16;
    private const int ClipSteps = 18;
    private const float ClipStep = 0.04f;

    private readonly CompressibleWeight _weight;
    private readonly sbyte[]? _levels; // null for the nearest ones

    private ChannelRounding(CompressibleWeight weight, int bits, float[] scales, sbyte[]? levels = null) =>
        (_weight, Bits, Scales, _levels) = (weight, bits, scales, levels);

    public int Bits { get; }

    /// <summary>One a channel; none for half-precision floats.</summary>
    public float[] Scales { get; }

    /// <summary>Whether the levels are odd multiples of the scale.</summary>
    public bool IsOdd => Bits is not (4 or 8 or HalfPrecision);

    /// <summary>Value = scale · (code − this), where codes are even numbers from 0.</summary>
    public int Middle => (1 << Bits) - 1;

    /// <summary>Rounds a weight.</summary>
    /// <param name="weight">Its numbers.</param>
    /// <param name="bits">The width.</param>
    /// <param name="compensation">How errors make up for each other; null for each number's nearest level.</param>
    public static ChannelRounding Of(CompressibleWeight weight, int bits, Compensation? compensation = null)
    {
        if (bits == HalfPrecision)
            return new(weight, bits, []);
        ChannelRounding rounding = new(weight, bits, new float[weight.Channels], compensation is null ? null : new sbyte[weight.Count]);
        float[] channel = new float[weight.Count / weight.Channels];
        for (int c = 0; c < weight.Channels; c++)
        {
            weight.Gather(c, channel);
            rounding.Scales[c] = rounding.BestScale(channel);
            if (compensation is not null)
                rounding.Scatter(compensation.Round(c, channel, rounding.Level, rounding.Scales[c]), c);
        }

        return rounding;
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static ChannelRounding Read(BinaryReader from, CompressibleWeight weight, int bits)
    {
        float[] scales = from.ReadAll<float>();
        return new(weight, bits, scales, from.ReadBoolean() ? from.ReadAll<sbyte>() : null);
    }

    /// <summary>Scales, and the levels that are not the nearest ones.</summary>
    public void Write(BinaryWriter to)
    {
        to.WriteAll<float>(Scales);
        to.Write(_levels is not null);
        if (_levels is not null)
            to.WriteAll<sbyte>(_levels);
    }

    /// <summary>The numbers that ONNX Runtime will make of the codes, bit for bit.</summary>
    public float[] Decode()
    {
        float[] values = _weight.Values, decoded = new float[values.Length];
        for (int i = 0; i < decoded.Length; i++)
            decoded[i] = Bits == HalfPrecision ? (float)(Half)values[i] : LevelOf(values, i) * Scales[_weight.ChannelOf(i)];
        return decoded;
    }

    /// <summary>A code a weight: the whole number itself as a signed byte, or the index of the odd level.</summary>
    public byte[] Codes()
    {
        float[] values = _weight.Values;
        byte[] codes = new byte[values.Length];
        for (int i = 0; i < codes.Length; i++)
        {
            int level = (int)LevelOf(values, i);
            codes[i] = IsOdd ? (byte)((level + Middle) / 2) : unchecked((byte)(sbyte)level);
        }

        return codes;
    }

    /// <summary>The sum of squared errors.</summary>
    public double SquaredError()
    {
        float[] values = _weight.Values, decoded = Decode();
        double sum = 0;
        for (int i = 0; i < values.Length; i++)
            sum += ((double)values[i] - decoded[i]) * ((double)values[i] - decoded[i]);
        return sum;
    }

    private void Scatter(sbyte[] levels, int channel)
    {
        int inner = _weight.Inner, stride = inner * _weight.Channels;
        for (int outer = 0, at = 0; at < levels.Length; outer++, at += inner)
            levels.AsSpan(at, inner).CopyTo(_levels.AsSpan((outer * stride) + (channel * inner)));
    }

    private float LevelOf(float[] values, int i) => _levels is null ? Level(values[i], Scales[_weight.ChannelOf(i)]) : _levels[i];

    private float BestScale(float[] channel)
    {
        float largest = 0;
        foreach (float value in channel)
            largest = MathF.Max(largest, MathF.Abs(value));
        float full = largest / (IsOdd ? Middle : (1 << (Bits - 1)) - 1), best = full;
        double least = double.PositiveInfinity;
        for (int step = 0; step < (Bits == 8 ? 1 : ClipSteps) && full > 0; step++)
        {
            float scale = full * (1 - (ClipStep * step));
            double error = 0;
            foreach (float value in channel)
            {
                double difference = value - (Level(value, scale) * scale);
                error += difference * difference;
            }

            if (error < least)
                (least, best) = (error, scale);
        }

        return best;
    }

    /// <summary>The nearest level, in units of the scale.</summary>
    private float Level(float value, float scale)
    {
        if (scale == 0)
            return 0;
        if (IsOdd)
            return Math.Clamp((2 * MathF.Floor(value / scale / 2)) + 1, -Middle, Middle);
        int top = (1 << (Bits - 1)) - 1;
        return Math.Clamp(MathF.Round(value / scale), -top - 1, top);
    }
}
