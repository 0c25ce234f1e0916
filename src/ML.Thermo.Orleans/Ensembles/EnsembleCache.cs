using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Cluster.Ensembles;

/// <summary>What a silo keeps of the ensembles that it draws: networks cut and opened, the last few of them.</summary>
/// <param name="slots">Draws worked on at once.</param>
internal sealed class EnsembleCache(int slots) : IDisposable
{
    private const int MostOpen = 8, MostInPart = 1 << 20;
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(1), s_some = TimeSpan.FromMilliseconds(20);
    private readonly ConcurrentDictionary<string, Task<double[]>> _inWork = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _free = new(slots), _opening = new(1);
    private readonly Dictionary<string, Opened> _opened = new(StringComparer.Ordinal);
    private long _clock;

    /// <summary>Draws worked on at once.</summary>
    public int Slots => slots;

    /// <summary>Energies of the first draws of a range: as many as can be made in a second or so, at least one.</summary>
    /// <remarks>Asked for again while it is being made, it is made once: a caller that lost patience finds his work going on.</remarks>
    /// <exception cref="MissingBlobException">Model or data are not in the cluster.</exception>
    /// <exception cref="ThermoException">The draws cannot be made.</exception>
    public async Task<double[]> DrawAsync(DrawJob job, long first, int count, IGrainFactory cluster)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{job.Key}/{job.Seed}/{first}/{count}");
        var own = new TaskCompletionSource<double[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<double[]> made = _inWork.GetOrAdd(name, own.Task);
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

    public void Dispose()
    {
        foreach (Opened opened in _opened.Values)
            opened.Dispose();
        _free.Dispose();
        _opening.Dispose();
    }

    private async Task<double[]> MakeAsync(DrawJob job, long first, int count, IGrainFactory cluster)
    {
        Opened opened = await OpenAsync(job, cluster);
        try
        {
            await _free.WaitAsync();
            try
            {
                return await Task.Run(() => Make(opened.Ensemble, job.Seed, first, count));
            }
            finally
            {
                _free.Release();
            }
        }
        finally
        {
            lock (_opened)
                opened.Users--;
        }
    }

    private static double[] Make(NetworkEnsemble ensemble, ulong seed, long first, int count)
    {
        var energies = new List<double>(count);
        int some = 1;
        for (long start = Stopwatch.GetTimestamp(); energies.Count < count && (energies.Count == 0 || Stopwatch.GetElapsedTime(start) < s_most);)
        {
            // As many at a time as a fiftieth of a second or so has room for: small networks are drawn in less time than a call takes.
            long begun = Stopwatch.GetTimestamp();
            energies.AddRange(ensemble.Draw(seed, first + energies.Count, Math.Min(some, count - energies.Count), streams: 1));
            some *= Stopwatch.GetElapsedTime(begun) < s_some ? 2 : 1;
        }

        return [.. energies];
    }

    private async Task<Opened> OpenAsync(DrawJob job, IGrainFactory cluster)
    {
        if (Use() is { } known)
            return known;
        await _opening.WaitAsync();
        try
        {
            if (Use() is { } other)
                return other;
            byte[] model = await FetchAsync(job.Model, cluster), data = await FetchAsync(job.Data, cluster);
            Opened opened = await Task.Run(() => Opened.Of(job, model, data));
            lock (_opened)
            {
                KeyValuePair<string, Opened>[] oldest = [.. _opened.Where(of => of.Value.Users == 0).OrderBy(of => of.Value.Used)];
                foreach ((string key, Opened old) in oldest.Take(_opened.Count - MostOpen + 1))
                {
                    _opened.Remove(key);
                    old.Dispose();
                }

                _opened.Add(job.Key, opened);
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
                if (_opened.TryGetValue(job.Key, out Opened? found))
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

        return Convert.ToHexString(SHA256.HashData(bytes)) == hash ? bytes : throw new MissingBlobException(hash);
    }

    /// <summary>A network with its data, cut below the layers that are redrawn.</summary>
    private sealed class Opened(OnnxModel model, List<IReadOnlyDictionary<string, OrtValue>> batches, NetworkEnsemble ensemble) : IDisposable
    {
        public NetworkEnsemble Ensemble { get; } = ensemble;

        public int Users { get; set; }

        public long Used { get; set; }

        public static Opened Of(DrawJob job, byte[] bytes, byte[] data)
        {
            var model = OnnxModel.Read(bytes);
            var network = LayerGraph.Of(model);
            (List<IReadOnlyDictionary<string, OrtValue>> batches, EnergyOptions options) = EnsembleData.Read(data);
            var energy = NetworkEnergy.Of(network, batches, options);
            Layer[] layers = [.. job.Layers.Select(index => network.Layers.Single(layer => layer.Index == index))];
            return new(model, batches, new NetworkEnsemble(energy, layers, NetworkInitialization.Read(job.Initialization)));
        }

        public void Dispose()
        {
            Ensemble.Dispose();
            foreach (OrtValue value in batches.SelectMany(batch => batch.Values))
                value.Dispose();
            model.Dispose();
        }
    }
}
