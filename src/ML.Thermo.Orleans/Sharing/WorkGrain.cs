using ML.Thermo.Sharing;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace ML.Thermo.Cluster.Sharing;

/// <summary>Does pieces of work on the silo that the call comes to.</summary>
/// <param name="cache">What the silo has open.</param>
/// <param name="silo">Where this is.</param>
[StatelessWorker]
internal sealed class WorkGrain(WorkCache cache, ILocalSiloDetails silo) : Grain, IWorkGrain
{
    /// <inheritdoc/>
    public async Task<WorkAnswer> Do(WorkJob job, long first, int count)
    {
        string name = silo.SiloAddress.ToString();
        try
        {
            MadePieces made = await cache.DoAsync(job, first, count, GrainFactory);
            return new(made.Count, made.Results, null, null, name);
        }
        catch (MissingBlobException missing)
        {
            return new(0, null, missing.Hash, null, name);
        }
        catch (Exception error) when (error is ThermoException or ArgumentException or FormatException or InvalidOperationException or IOException)
        {
            return new(0, null, null, error.Message, name);
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
    /// <remarks>Callers may put the same bytes at the same time: nobody undoes what another has written.</remarks>
    public Task Put(long offset, long total, byte[] part)
    {
        if (_bytes is null || _bytes.Length != total)
            (_bytes, _written) = (new byte[total], 0);
        if (offset <= _written && _written < total)
        {
            part.CopyTo(_bytes, offset);
            _written = Math.Max(_written, offset + part.Length);
            if (_written == total && SharedFile.HashOf(_bytes) != this.GetPrimaryKeyString())
                (_bytes, _written) = (null, 0); // of two files, or damaged: to be put again
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
