using ML.Thermo.Initialization;
using ML.Thermo.Refresh.Binning;

namespace ML.Thermo.Refresh.Alarms;

/// <summary>
/// Limits of an alarm, window by window, such that without drift each window gives alarm with probability 1/ARL where none before did. They are
/// drawn from the urn (dynamic probability control limits, Zhang and Woodall 2015): every particle has a law of its own that the reference leaves
/// possible, p ~ Dirichlet(balls), draws a window when one closes, and keeps the state of a detector. The limit is the k-th largest of M,
/// k/(M + 1) = 1/ARL; the k go on as copies of others, so that the particles stay those streams that had no alarm.
/// </summary>
/// <remarks>
/// Between order statistics of independent rows masses are Dirichlet whatever the rows' law, so the limits are right for losses of any law, on average
/// over references; copying makes particles alike in part, which errs by the order of 1/k. They depend on balls, sizes of the windows and seed alone:
/// whoever has the same takes the same table, and where sizes differ at least the laws, which are most of its memory. Windows above
/// <see cref="MostDrawn"/> rows draw normal means, right to first order in 1/rows.
/// </remarks>
internal sealed partial class AlarmLimits
{
    /// <summary>
    /// Windows that limits are drawn for. Later ones keep the last limit: those with luck in the reference have survived, so alarms are rarer.
    /// </summary>
    public const int MostWindows = 256;

    /// <summary>Largest ARL: more particles than windows are needed.</summary>
    public const double MostRunLength = 100_000;

    private const int MostDrawn = 4096, Particles = 20_000, MostRank = 10;
    private static readonly Dictionary<string, WeakReference<AlarmLimits>> s_shared = [];

    private readonly Lock _lock = new();
    private readonly string _key;
    private readonly Lazy<double[]> _laws;
    private readonly AlarmScores _scores;
    private readonly ulong _seed;
    private readonly int _rank, _count;
    private readonly List<(long Rows, double Limit)> _limits = [];
    private AlarmParticles? _particles;
    private (long Rows, Task<(AlarmParticles Particles, double Limit)> Drawn)? _ahead;
    private double _rows;

    private AlarmLimits(string key, PolyaUrn urn, AlarmScores scores, double runLength, ulong seed)
    {
        (_key, _scores, _seed) = (key, scores, seed);
        _rank = Math.Clamp((int)(Particles / runLength), 1, MostRank);
        _count = (int)Math.Ceiling(_rank * runLength) - 1;
        _laws = new(() => AlarmParticles.DrawLaws(urn, _count, seed));
    }

    private AlarmLimits(AlarmLimits shared) =>
        (_key, _laws, _scores, _seed, _rank, _count) = (shared._key, shared._laws, shared._scores, shared._seed, shared._rank, shared._count);

    /// <summary>The table of these balls, options and seed, which lives as long as somebody uses it.</summary>
    public static AlarmLimits Of(PolyaUrn urn, AlarmScores scores, bool bothWays, double runLength, ulong seed)
    {
        string key = string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"{runLength:R} {seed} {bothWays} {string.Join(' ', urn.Balls.ToArray())}");
        lock (s_shared)
        {
            if (s_shared.TryGetValue(key, out WeakReference<AlarmLimits>? known) && known.TryGetTarget(out AlarmLimits? limits))
                return limits;
            foreach (string gone in s_shared.Where(entry => !entry.Value.TryGetTarget(out _)).Select(entry => entry.Key).ToArray())
                s_shared.Remove(gone);
            limits = new AlarmLimits(key, urn, scores, runLength, seed);
            s_shared[key] = new WeakReference<AlarmLimits>(limits);
            return limits;
        }
    }

    /// <summary>Rows that a particle draws for a window: above a bound it draws normal means, which take about as long.</summary>
    public static long Drawn(long rows) => Math.Min(rows, MostDrawn);

    /// <summary>A table of one's own, for windows of other sizes than others have.</summary>
    public AlarmLimits Own() => new(this);

    /// <summary>The limit of the last window of a stream; NaN where the table goes on with windows of other sizes.</summary>
    /// <param name="sizes">Rows of the stream's windows, empty ones left out, at most <see cref="MostWindows"/>.</param>
    public double Limit(IReadOnlyList<long> sizes)
    {
        lock (_lock)
        {
            for (int t = 0; t < sizes.Count; t++)
            {
                if (t == _limits.Count)
                    Advance(sizes[t]);
                else if (_limits[t].Rows != sizes[t])
                    return double.NaN;
            }

            return _limits[sizes.Count - 1].Limit;
        }
    }

    /// <summary>Draws the limit of the window to come, on this thread, so that nobody waits for it then: it is used if that window has so many rows, and
    /// drawn again if not.</summary>
    /// <param name="sizes">Rows of the stream's windows until now.</param>
    /// <param name="rows">Those of the next, as far as one can tell.</param>
    public void DrawAhead(IReadOnlyList<long> sizes, long rows)
    {
        if (sizes.Count > 0 && double.IsNaN(Limit(sizes)))
            return;
        Task<(AlarmParticles Particles, double Limit)> draw;
        lock (_lock)
        {
            if (_limits.Count != sizes.Count || _limits.Count == MostWindows || _ahead?.Rows == rows)
                return;
            AlarmParticles? now = _particles?.Copy();
            (double before, int window) = (_rows, _limits.Count);
            draw = new(() =>
            {
                AlarmParticles next = now ?? NewParticles();
                return (next, Draw(next, rows, before, window));
            });
            _ahead = (rows, draw);
        }

        draw.RunSynchronously(TaskScheduler.Default);
    }

    private void Advance(long rows)
    {
        double limit;
        if (_ahead is { } ahead && ahead.Rows == rows)
            (_particles, limit) = ahead.Drawn.GetAwaiter().GetResult();
        else
            limit = Draw(_particles ??= NewParticles(), rows, _rows, _limits.Count);
        _ahead = null;
        _limits.Add((rows, limit));
        _rows += rows;
        if (_limits.Count == MostWindows)
            _particles = null; // nobody asks for a later limit
    }

    private AlarmParticles NewParticles() => new(_laws.Value, _scores, _count, _seed);

    private double Draw(AlarmParticles particles, long rows, double before, int window) =>
        particles.Advance(rows, before, _rank, rows > MostDrawn, (ulong)window);
}
