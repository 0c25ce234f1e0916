using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Layers;
using Orleans.Runtime;

namespace ML.Thermo.Cluster.Ensembles;

/// <summary>
/// The silos of a cluster as workers: <c>new NetworkAnalysisOptions { Workers = new ClusterWorkers(client) }</c>. Each draw depends on its number alone, so
/// the energies are those of one machine to the last digit, whoever makes which draw and however often.</summary>
/// <remarks>
/// <para>Ranges of about a second go out, one a thread of each silo and one more that waits there. Model and data travel once, by their hash, and stay in each
/// silo's memory. A range whose silo does not answer is done again by another.</para>
/// <para>To the last digit on equal processors: ONNX Runtime chooses its kernels by the instructions that a processor has, and sums in another order may
/// differ in the last digits of a 32-bit output.</para>
/// </remarks>
/// <param name="cluster">A connected client.</param>
public sealed class ClusterWorkers(IGrainFactory cluster) : IEnsembleWorkers
{
    private const int MostInPart = 1 << 20, MostAttempts = 20, MostKeys = 32;
    private static readonly TimeSpan s_range = TimeSpan.FromSeconds(1), s_patience = TimeSpan.FromSeconds(20), s_longest = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<string, long> _bySilo = new(StringComparer.Ordinal);
    private (NetworkEnergy Energy, byte[] Data, string Model, string DataHash)? _known;

    /// <summary>How long a range is waited for before another silo does it again; twice as long after each time that this was too short. Default 20
    /// seconds.</summary>
    public TimeSpan Patience { get; init; } = s_patience;

    /// <summary>Draws made so far, by silo.</summary>
    public IReadOnlyDictionary<string, long> BySilo => _bySilo;

    /// <summary>Ranges that were done again, since their silo did not answer.</summary>
    public long Repeated => Interlocked.Read(ref _repeated);

    private long _repeated;

    /// <inheritdoc/>
    public double[] Draw(
        NetworkEnergy energy, IReadOnlyList<Layer> layers, NetworkInitialization initialization, DrawRange range, Action? drawn,
        CancellationToken cancellationToken) =>
        Task.Run(() => DrawAsync(energy, layers, initialization, range, drawn, cancellationToken), cancellationToken).GetAwaiter().GetResult();

    /// <summary>Energies of a range of draws, as <see cref="NetworkEnsemble.Draw"/> gives them.</summary>
    /// <inheritdoc cref="Draw"/>
    /// <exception cref="ClusterException">No silo answers, or none can make the draws.</exception>
    public async Task<double[]> DrawAsync(
        NetworkEnergy energy, IReadOnlyList<Layer> layers, NetworkInitialization initialization, DrawRange range, Action? drawn = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(energy);
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(initialization);
        (_, byte[] data, string model, string dataHash) = Known(energy);
        var job = new DrawJob
        {
            Model = model,
            Data = dataHash,
            Layers = [.. layers.Select(layer => layer.Index)],
            Initialization = initialization.Written,
            Seed = range.Seed,
        };
        long[] lanes = await LanesAsync(cancellationToken).ConfigureAwait(false);
        var work = new Ranges(range.Count, lanes.Length, s_range);
        double[] energies = new double[range.Count];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] all = [.. lanes.Select(LaneAsync)];
        await Task.WhenAll(all).ConfigureAwait(false);
        return energies;

        async Task LaneAsync(long key)
        {
            IDrawGrain grain = cluster.GetGrain<IDrawGrain>(key);
            int failures = 0;
            TimeSpan patience = Patience;
            while (await work.NextAsync(stop.Token).ConfigureAwait(false) is var (first, count) && count > 0)
            {
                long start = Stopwatch.GetTimestamp();
                try
                {
                    DrawAnswer answer = await grain.Draw(job, range.First + first, count).WaitAsync(patience, stop.Token).ConfigureAwait(false);
                    if (answer.Refusal is { } refusal)
                        throw new ClusterException($"Silo {answer.Silo} cannot make the draws: {refusal}");
                    if (answer.Missing is { } missing)
                    {
                        work.Again(first, count);
                        await PutAsync(missing == model ? energy.Network.Model.Bytes.ToArray() : data, missing, stop.Token).ConfigureAwait(false);
                        continue;
                    }

                    answer.Energies!.CopyTo(energies, first);
                    _bySilo.AddOrUpdate(answer.Silo, count, (_, before) => before + count);
                    work.Done(count, Stopwatch.GetElapsedTime(start));
                    for (int i = 0; i < count; i++)
                        drawn?.Invoke();
                    failures = 0;
                }
                catch (Exception error) when (error is not ClusterException && !stop.IsCancellationRequested)
                {
                    work.Again(first, count);
                    patience = error is TimeoutException && patience < s_longest ? 2 * patience : patience;
                    Interlocked.Increment(ref _repeated);
                    if (++failures >= MostAttempts)
                    {
                        await stop.CancelAsync().ConfigureAwait(false);
                        throw new ClusterException($"No silo answers after {failures} attempts: {error.Message}", error);
                    }

                    await Task.Delay(TimeSpan.FromMilliseconds(100 * failures), stop.Token).ConfigureAwait(false);
                }
                catch (ClusterException)
                {
                    await stop.CancelAsync().ConfigureAwait(false);
                    throw;
                }
            }
        }
    }

    private (NetworkEnergy Energy, byte[] Data, string Model, string DataHash) Known(NetworkEnergy energy)
    {
        lock (_bySilo)
        {
            if (_known is { } known && known.Energy == energy)
                return known;
            if (energy.Network.Model.Graph.Initializers.FirstOrDefault(tensor => tensor.IsExternal) is { } external)
                throw new ClusterException($"The model keeps '{external.Name}' in a file beside it: workers take models that are one file.");
            byte[] data = EnsembleData.Write(energy);
            _known = (energy, data, Convert.ToHexStringLower(SHA256.HashData(energy.Network.Model.Bytes)), Convert.ToHexStringLower(SHA256.HashData(data)));
            return _known.Value;
        }
    }

    /// <summary>Keys of workers, one for each range under way at once: as many of a silo as it works on at once, and one more that waits there.</summary>
    private async Task<long[]> LanesAsync(CancellationToken cancellationToken)
    {
        try
        {
            int silos = (await cluster.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true, cancellationToken).WaitAsync(s_patience, cancellationToken).ConfigureAwait(false)).Count;
            var found = new Dictionary<string, (long Key, int Slots)>(StringComparer.Ordinal);
            for (long key = 0; found.Count < silos && key < MostKeys * silos; key++)
            {
                WorkerPlace place = await cluster.GetGrain<IDrawGrain>(key).Place().WaitAsync(s_patience, cancellationToken).ConfigureAwait(false);
                found.TryAdd(place.Silo, (key, place.Slots));
            }

            return [.. found.Values.SelectMany(of => Enumerable.Repeat(of.Key, of.Slots + 1))];
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw new ClusterException($"The cluster does not answer: {error.Message}", error);
        }
    }

    private async Task PutAsync(byte[] bytes, string hash, CancellationToken cancellationToken)
    {
        IBlobGrain blob = cluster.GetGrain<IBlobGrain>(hash);
        if (await blob.Length().WaitAsync(s_patience, cancellationToken).ConfigureAwait(false) is not null)
            return;
        for (int offset = 0; offset < bytes.Length; offset += MostInPart)
        {
            await blob.Put(offset, bytes.Length, bytes[offset..Math.Min(bytes.Length, offset + MostInPart)]).WaitAsync(s_patience, cancellationToken)
                .ConfigureAwait(false);
        }
    }
}
