using System.Collections.Concurrent;
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
    private const int MostInPart = 1 << 20, MostKeys = 32, LongestPause = 20, MostMissed = 20;
    private static readonly TimeSpan s_range = TimeSpan.FromSeconds(1), s_patience = TimeSpan.FromSeconds(20), s_longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_givesUp = TimeSpan.FromMinutes(2), s_search = TimeSpan.FromSeconds(5);
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
        (long[] lanes, int slots) = await LanesAsync(cancellationToken).ConfigureAwait(false);
        var work = new Ranges(range.Count, slots, s_range, TimeProvider.System);
        double[] energies = new double[range.Count];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] all = [.. lanes.Select(LaneAsync)];
        await Task.WhenAll(all).ConfigureAwait(false);
        return energies;

        async Task LaneAsync(long key)
        {
            IDrawGrain grain = cluster.GetGrain<IDrawGrain>(key);
            int failures = 0, missed = 0;
            TimeSpan patience = Patience;
            while (await work.NextAsync(stop.Token).ConfigureAwait(false) is var (first, count) && count > 0)
            {
                try
                {
                    DrawAnswer answer = await grain.Draw(job, range.First + first, count).WaitAsync(patience, stop.Token).ConfigureAwait(false);
                    if (answer.Refusal is { } refusal)
                        throw new ClusterException($"Silo {answer.Silo} cannot make the draws: {refusal}");
                    if (answer.Missing is { } missing)
                    {
                        work.Again(first, count);
                        if (++missed > MostMissed)
                            throw new ClusterException($"Silo {answer.Silo} does not get {missing} from the cluster, though it was put there {missed} times.");
                        await PutAsync(missing == model ? energy.Network.Model.Bytes.ToArray() : data, missing, stop.Token).ConfigureAwait(false);
                        continue;
                    }

                    int made = answer.Energies!.Length;
                    answer.Energies.CopyTo(energies, first);
                    _bySilo.AddOrUpdate(answer.Silo, made, (_, before) => before + made);
                    work.Done(made);
                    if (made < count)
                        work.Again(first + made, count - made); // it took longer than expected
                    for (int i = 0; i < made; i++)
                        drawn?.Invoke();
                    (failures, missed) = (0, 0);
                }
                catch (Exception error) when (error is not ClusterException && !stop.IsCancellationRequested)
                {
                    work.Again(first, count);
                    patience = error is TimeoutException && patience < s_longest ? 2 * patience : patience;
                    Interlocked.Increment(ref _repeated);
                    if (work.Idle > s_givesUp + patience)
                    {
                        await stop.CancelAsync().ConfigureAwait(false);
                        throw new ClusterException($"No silo has made a draw for {work.Idle:c}: {ClusterException.Line(error)}", error);
                    }

                    key += MostKeys; // by another gateway, perhaps to another silo
                    grain = cluster.GetGrain<IDrawGrain>(key);
                    failures = Math.Min(failures + 1, LongestPause);
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
            _known = (energy, data, Convert.ToHexString(SHA256.HashData(energy.Network.Model.Bytes)), Convert.ToHexString(SHA256.HashData(data)));
            return _known.Value;
        }
    }

    /// <summary>Keys of workers, one for each range under way at once: as many of a silo as it works on at once, and one more that waits there. A silo that
    /// does not answer soon is left out.</summary>
    private async Task<(long[] Lanes, int Slots)> LanesAsync(CancellationToken cancellationToken)
    {
        long start = TimeProvider.System.GetTimestamp();
        var found = new Dictionary<string, (long Key, int Slots)>(StringComparer.Ordinal);
        int silos = 1;
        for (long key = 0; ; key++)
        {
            TimeSpan elapsed = TimeProvider.System.GetElapsedTime(start);
            if (found.Count >= Math.Max(silos, 1) || (found.Count > 0 && (elapsed > s_search || key >= MostKeys * silos)))
                return ([.. found.Values.SelectMany(of => Enumerable.Repeat(of.Key, of.Slots + 1))], found.Values.Sum(of => of.Slots));
            try
            {
                if (key == 0)
                {
                    silos = (await cluster.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true, cancellationToken)
                        .WaitAsync(s_search, cancellationToken).ConfigureAwait(false)).Count;
                }

                WorkerPlace place = await cluster.GetGrain<IDrawGrain>(key).Place().WaitAsync(s_search, cancellationToken).ConfigureAwait(false);
                found.TryAdd(place.Silo, (key, place.Slots));
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                if (elapsed > s_givesUp)
                    throw new ClusterException($"The cluster does not answer within {elapsed}: {ClusterException.Line(error)}", error);
                key -= key == 0 ? 1 : 0;
                await Task.Delay(100, cancellationToken).ConfigureAwait(false);
            }
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
