using System.Collections.Concurrent;
using ML.Thermo.Sharing;

namespace ML.Thermo.Cluster.Sharing;

/// <summary>
/// The silos of a cluster as workers: <c>new NetworkAnalysisOptions { Workers = new ClusterWorkers(client) }</c>, and alike for scans and compressions. Each
/// piece of work depends on its number alone, so the results are those of one machine to the last digit, whoever does which piece and however often.</summary>
/// <remarks>
/// <para>Ranges of about a second go out, one a thread of each silo and one more that waits there. Models and rows travel once, by their hash, and stay in each
/// silo's memory. A range whose silo does not answer is done again by another. A silo that joins while work goes on has its share within seconds, a minute at
/// most.</para>
/// <para>To the last digit on equal processors: ONNX Runtime chooses its kernels by the instructions that a processor has, and sums in another order may
/// differ in the last digits of a 32-bit output.</para>
/// </remarks>
/// <param name="cluster">A connected client.</param>
public sealed class ClusterWorkers(IGrainFactory cluster) : IWorkers
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly ConcurrentDictionary<string, long> _bySilo = new(StringComparer.Ordinal);
    private long _repeated;

    /// <summary>How long a range is waited for before another silo does it again; twice as long after each time that this was too short. Default 20
    /// seconds.</summary>
    public TimeSpan Patience { get; init; } = s_patience;

    /// <summary>Pieces done so far, by silo.</summary>
    public IReadOnlyDictionary<string, long> BySilo => _bySilo;

    /// <summary>Ranges that were done again, since their silo did not answer.</summary>
    public long Repeated => Interlocked.Read(ref _repeated);

    /// <inheritdoc/>
    public void Do(SharedWork work, long first, int count, Action<MadePieces> made, CancellationToken cancellationToken) =>
        Task.Run(() => DoAsync(work, first, count, made, cancellationToken), cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="Do"/>
    /// <exception cref="ClusterException">No silo answers, or none can do the pieces.</exception>
    public async Task DoAsync(SharedWork work, long first, int count, Action<MadePieces> made, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(made);
        using var run = new WorkRun(cluster, work, first, count, Patience)
        {
            Made = made,
            By = (silo, pieces) => _bySilo.AddOrUpdate(silo, pieces, (_, before) => before + pieces),
            Repeats = () => Interlocked.Increment(ref _repeated),
        };
        await run.RunAsync(cancellationToken).ConfigureAwait(false);
    }
}
