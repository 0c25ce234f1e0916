using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using ML.Thermo.Sharing;

namespace ML.Thermo.Cluster.Sharing;

/// <summary>What a silo keeps of the work that it does: models opened with their rows, the last few of them.</summary>
/// <param name="slots">Pieces worked on at once.</param>
internal sealed class WorkCache(int slots) : IDisposable
{
    private const int MostOpen = 8, MostInPart = 1 << 20, MostBytes = 1 << 24, MostInMessage = 90_000_000;
    private readonly ConcurrentDictionary<string, Task<MadePieces>> _inWork = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _free = new(slots), _opening = new(1);
    private readonly Dictionary<string, Opened> _opened = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _closing = new();
    private long _clock;

    /// <summary>Pieces worked on at once.</summary>
    public int Slots => slots;

    /// <summary>When a range has taken so long, what is made of it is handed over.</summary>
    public TimeSpan Most { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The first pieces of a range: as many as can be done in <see cref="Most"/> or so, at least one.</summary>
    /// <remarks>Asked for again while it is being done, it is done once: a caller that lost patience finds his work going on.</remarks>
    /// <exception cref="MissingBlobException">A file is not in the cluster.</exception>
    /// <exception cref="ThermoException">The pieces cannot be done.</exception>
    public async Task<MadePieces> DoAsync(WorkJob job, long first, int count, IGrainFactory cluster)
    {
        WorkKinds.Check(job.Kind);
        string name = string.Create(CultureInfo.InvariantCulture, $"{job.Calls}/{first}/{count}");
        var own = new TaskCompletionSource<MadePieces>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<MadePieces> made = _inWork.GetOrAdd(name, own.Task);
        if (made != own.Task)
            return await made;
        try
        {
            own.SetResult(await MakeAsync(job, first, count, cluster));
        }
        catch (Exception error)
        {
            own.SetException(error);
        }
        finally
        {
            _inWork.TryRemove(name, out _);
        }

        return await own.Task;
    }

    /// <summary>Closes what nobody works with, and has the rest closed by the last who does: a silo that ends may be in the middle of a pass.</summary>
    public void Dispose()
    {
        _closing.Cancel();
        lock (_opened)
        {
            foreach (Opened idle in _opened.Values.Where(opened => opened.Users == 0))
                idle.Work.Dispose();
            _opened.Clear();
        }
    }

    private async Task<MadePieces> MakeAsync(WorkJob job, long first, int count, IGrainFactory cluster)
    {
        Opened opened = await OpenAsync(job, cluster);
        try
        {
            await _free.WaitAsync();
            try
            {
                return await Task.Run(() => Make(opened.Work.Pieces(job.Call), first, count, _closing.Token));
            }
            finally
            {
                _free.Release();
            }
        }
        finally
        {
            lock (_opened)
            {
                if (--opened.Users == 0 && _closing.IsCancellationRequested)
                    opened.Work.Dispose();
            }
        }
    }

    private MadePieces Make(Pieces pieces, long first, int count, CancellationToken cancellation)
    {
        using var results = new MemoryStream();
        using var writer = new BinaryWriter(results);
        int made = 0;
        for (long start = Stopwatch.GetTimestamp(); made == 0
            || (made < count && results.Length < MostBytes && Stopwatch.GetElapsedTime(start) < Most); made++)
        {
            cancellation.ThrowIfCancellationRequested();
            pieces.Do(first + made, writer, cancellation);
            writer.Flush();
        }

        return results.Length <= MostInMessage ? new(first, made, results.ToArray())
            : throw new ClusterException($"Piece {first} of the work has {results.Length} bytes: expected at most {MostInMessage}, which a message bears.");
    }

    private async Task<Opened> OpenAsync(WorkJob job, IGrainFactory cluster)
    {
        if (Use() is { } known)
            return known;
        await _opening.WaitAsync();
        try
        {
            if (Use() is { } other)
                return other;
            List<byte[]> files = [];
            foreach (string hash in job.Files)
                files.Add(await FetchAsync(hash, cluster));
            Opened opened = new(await Task.Run(() => WorkKinds.Open(job, files)));
            lock (_opened)
            {
                if (_closing.IsCancellationRequested)
                {
                    opened.Work.Dispose();
                    throw new OperationCanceledException("The silo is ending.");
                }

                KeyValuePair<string, Opened>[] oldest = [.. _opened.Where(of => of.Value.Users == 0).OrderBy(of => of.Value.Used)];
                foreach ((string key, Opened old) in oldest.Take(_opened.Count - MostOpen + 1))
                {
                    _opened.Remove(key);
                    old.Work.Dispose();
                }

                _opened.Add(job.Opens, opened);
                (opened.Users, opened.Used) = (1, ++_clock);
            }

            return opened;
        }
        finally
        {
            _opening.Release();
        }

        Opened? Use()
        {
            lock (_opened)
            {
                if (_opened.TryGetValue(job.Opens, out Opened? found))
                    (found.Users, found.Used) = (found.Users + 1, ++_clock);
                return found;
            }
        }
    }

    private static async Task<byte[]> FetchAsync(string hash, IGrainFactory cluster)
    {
        IBlobGrain blob = cluster.GetGrain<IBlobGrain>(hash);
        if (await blob.Length() is not { } length)
            throw new MissingBlobException(hash);
        byte[] bytes = new byte[length];
        for (long offset = 0; offset < length; offset += MostInPart)
        {
            byte[] part = await blob.Get(offset, (int)Math.Min(MostInPart, length - offset)) ?? throw new MissingBlobException(hash);
            part.CopyTo(bytes, offset);
        }

        return SharedFile.HashOf(bytes) == hash ? bytes : throw new MissingBlobException(hash);
    }

    /// <summary>Models with their rows, and who works with them.</summary>
    private sealed class Opened(IOpenWork work)
    {
        public IOpenWork Work { get; } = work;

        public int Users { get; set; }

        public long Used { get; set; }
    }
}
