namespace ML.Thermo.Onnx.Reading;

/// <summary>
/// What a reader may allocate for one file. A few bytes can claim to be millions of nodes; real models are mostly weights, which cost nothing.
/// </summary>
internal sealed class ReadBudget(long fileLength)
{
    private const long Basis = 48L << 20;
    private readonly long _limit = Basis + (2 * fileLength);
    private long _spent;

    /// <summary>Accounts for memory before it is taken.</summary>
    /// <exception cref="OnnxFormatException">The file would take more than twice its length and 48 MiB.</exception>
    public void Spend(long bytes)
    {
        _spent += bytes;
        if (_spent > _limit)
            throw new OnnxFormatException($"describing its graph would take over {_limit >> 20} MiB of memory, out of proportion to its length of "
                + $"{fileLength} bytes: the file is damaged or hostile.");
    }
}
