namespace ML.Thermo.Onnx.Reading;

/// <summary>
/// How many numbers that a file does not hold are worked out for it. A few bytes can ask for a matrix of any size; models that are shipped without
/// their weights ask for some ten million in a hundred kilobytes.
/// </summary>
internal sealed class FillLimit
{
    /// <summary>Most for one file.</summary>
    public const long Most = 1L << 26;

    private const long Least = 1L << 16, BytesSquaredANumber = 64;
    private long _left;

    /// <param name="fileLength">Bytes of the model: the square of a short file's length is the limit, so that 10 KB never cost seconds.</param>
    public FillLimit(long fileLength)
    {
        Value = Math.Clamp((long)Math.Min((double)fileLength * fileLength / BytesSquaredANumber, Most), Least, Most);
        _left = Value;
    }

    /// <summary>Numbers for all layers together.</summary>
    public long Value { get; }

    /// <summary>Accounts for numbers before they are made; false where there are too many.</summary>
    public bool TrySpend(long numbers)
    {
        if (numbers > _left)
            return false;
        _left -= numbers;
        return true;
    }

    /// <summary>A sum that stays at 2⁶² where it would be larger.</summary>
    public static long Sum(IEnumerable<long> terms) => terms.Aggregate(0L, (a, b) => Math.Min(a, 1L << 61) + Math.Min(b, 1L << 61));
}
