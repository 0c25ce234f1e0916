using Orleans.Concurrency;
using Orleans.Runtime;

namespace ML.Thermo.Cluster.Ensembles;

/// <summary>Makes draws on the silo that the call comes to.</summary>
/// <param name="cache">The silo's models.</param>
/// <param name="silo">Where this is.</param>
[StatelessWorker]
internal sealed class DrawGrain(EnsembleCache cache, ILocalSiloDetails silo) : Grain, IDrawGrain
{
    /// <inheritdoc/>
    public async Task<DrawAnswer> Draw(DrawJob job, long first, int count)
    {
        string name = silo.SiloAddress.ToString();
        try
        {
            return new(await cache.DrawAsync(job, first, count, GrainFactory), null, null, name);
        }
        catch (MissingBlobException missing)
        {
            return new(null, missing.Hash, null, name);
        }
        catch (Exception error) when (error is ThermoException or ArgumentException or FormatException)
        {
            return new(null, null, error.Message, name);
        }
    }

    /// <inheritdoc/>
    public Task<WorkerPlace> Place() => Task.FromResult(new WorkerPlace(silo.SiloAddress.ToString(), cache.Slots));
}

/// <summary>Keeps bytes for all silos, for as long as somebody asks for them.</summary>
internal sealed class BlobGrain : Grain, IBlobGrain
{
    private byte[]? _bytes;
    private long _written;

    /// <inheritdoc/>
    public Task Put(long offset, long total, byte[] part)
    {
        if (offset == 0 || _bytes is null || _bytes.Length != total)
            (_bytes, _written) = (new byte[total], 0);
        if (offset == _written)
        {
            part.CopyTo(_bytes, offset);
            _written += part.Length;
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<long?> Length() => Task.FromResult<long?>(_bytes is not null && _written == _bytes.Length ? _written : null);

    /// <inheritdoc/>
    public Task<byte[]?> Get(long offset, int count) =>
        Task.FromResult(_bytes is not null && offset + count <= _written ? _bytes.AsSpan((int)offset, count).ToArray() : null);
}

/// <summary>No silo has some bytes.</summary>
/// <param name="hash">Their hash.</param>
internal sealed class MissingBlobException(string hash) : Exception($"No silo has {hash}.")
{
    /// <summary>Of the bytes.</summary>
    public string Hash { get; } = hash;
}
