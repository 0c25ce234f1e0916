using System.Diagnostics;
using ML.Thermo.Joules.Attribution;
using ML.Thermo.Joules.Channels;
using ML.Thermo.Joules.Sources;

namespace ML.Thermo.Joules.Metering;

/// <summary>
/// The energy sources of a machine, opened once for any number of windows, nested and concurrent. While a window is open one timer reads the
/// counters often enough for none to wrap unseen. There is no lock file and no state outside the process.</summary>
/// <remarks>Thread-safe.</remarks>
[Maturity(Maturity.Estimator)]
public sealed class JouleMachine : IDisposable
{
    /// <summary>Name of the instruments: the counter <c>ml.thermo.joules</c> with the tags <c>component</c> and <c>status</c>.</summary>
    public const string MeterName = "ML.Thermo.Joules";

    private static readonly Lazy<JouleMachine> TheShared = new(() =>
    {
        var machine = new JouleMachine();
        JouleInstruments.Publish(machine);
        return machine;
    });

    private readonly Lock _lock = new();
    private readonly IReadOnlyList<SourceFinding> _sources;
    private readonly List<JouleMeter> _open = [];
    private readonly ProcessorClock _processors;
    private readonly ControlGroup _group;
    private ITimer? _timer;
    private bool _isDisposed;
    private double _overhead;

    /// <summary>Finds and opens the sources.</summary>
    /// <param name="options">What to measure and where; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The idle power is negative.</exception>
    public JouleMachine(JouleOptions? options = null)
        : this(options ?? new JouleOptions(), MachineSources.Find)
    {
    }

    /// <summary>Takes sources from elsewhere, as scripted ones.</summary>
    internal JouleMachine(JouleOptions options, Func<JouleOptions, IReadOnlyList<SourceFinding>> find)
    {
        Options = options;
        if (Options.IdleWatts is { } idle && !(idle >= 0 && double.IsFinite(idle)))
            throw new ArgumentOutOfRangeException(nameof(options), idle, "Expected idle watts ≥ 0.");
        _processors = new ProcessorClock(Options.ProcRoot);
        _group = new ControlGroup(Options.ProcRoot, Options.SysfsRoot);
        _sources = find(Options);
    }

    /// <summary>The machine with default options, opened when it is first used and never closed; it publishes the instruments.</summary>
    public static JouleMachine Shared => TheShared.Value;

    /// <summary>What to measure and where.</summary>
    public JouleOptions Options { get; }

    /// <summary>Every source that was looked for: open (<see cref="JouleStatus.Measured"/>), unreadable with the reason and the fix, absent, or left
    /// out.</summary>
    public IReadOnlyList<JouleComponent> Sources => [.. _sources.Select(source => source.Describe())];

    /// <summary>Opens a window.</summary>
    /// <exception cref="ObjectDisposedException">The machine is closed.</exception>
    public JouleMeter Start()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            long began = Stopwatch.GetTimestamp();
            if (_open.Count == 0)
            {
                foreach (SourceFinding source in _sources)
                    source.Channel?.Rebase();
                StartTimer();
            }

            CpuTimes processors = Processors();
            long now = Sample();
            var marks = new EnergyChannel.Mark[_sources.Count];
            for (int i = 0; i < marks.Length; i++)
                marks[i] = _sources[i].Channel?.Begin() ?? default;
            var meter = new JouleMeter(this, now, marks, processors, _overhead);
            _open.Add(meter);
            _overhead += Stopwatch.GetElapsedTime(began).TotalSeconds;
            return meter;
        }
    }

    /// <summary>Closes the sources; open windows end without a number.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _open.Clear();
            StopTimer();
            foreach (SourceFinding source in _sources)
                source.Dispose();
        }
    }

    /// <summary>J of every open source while windows were open, for the instruments.</summary>
    internal IReadOnlyList<(string Component, JouleStatus Status, double Joules)> Totals()
    {
        lock (_lock)
            return [.. _sources.Where(source => source.Channel is not null).Select(source => (source.Name, source.Channel!.GoodStatus, source.Channel.Joules))];
    }

    /// <summary>What a window has cost up to now.</summary>
    /// <param name="meter">The window.</param>
    /// <param name="ends">Whether it ends here.</param>
    internal Joules Read(JouleMeter meter, bool ends)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            long began = Stopwatch.GetTimestamp();
            long now = Sample();
            CpuTimes processors = Processors();
            double seconds = Options.Time.GetElapsedTime(meter.Began, now).TotalSeconds;
            meter.Tick(now, CountedJoules(meter));
            if (ends)
            {
                _open.Remove(meter); // the timer ends itself at its next tick: a window soon after this one finds it running
            }

            _overhead += Stopwatch.GetElapsedTime(began).TotalSeconds;
            var joules = new Joules
            {
                Seconds = seconds,
                Scope = Options.Scope,
                Components = Components(meter.Marks, seconds),
                OverheadSeconds = _overhead - meter.OverheadBefore,
                Power = meter.Power(Options.Time),
            };
            if (joules.TotalJoules is null)
                joules = joules with { Power = [] }; // what nothing measured is no zero
            return Options.AttributesProcess ? joules with { Process = Share(joules, meter.Processors, processors) } : joules;
        }
    }

    private List<JouleComponent> Components(EnergyChannel.Mark[] marks, double seconds)
    {
        var components = new List<JouleComponent>(marks.Length);
        for (int i = 0; i < marks.Length; i++)
        {
            if (_sources[i].IsExpected)
                components.Add(_sources[i].Since(marks[i], seconds));
        }

        return components;
    }

    private static JouleQuantity Unattributed(string reason) => new(null, null, JouleStatus.Unavailable, reason);

    private JouleQuantity Share(Joules joules, CpuTimes before, CpuTimes after)
    {
        // Time of CPUs divides what CPUs used; a GPU's joules are nobody's by that measure.
        JouleComponent[] processors = [.. joules.Components.Where(c =>
            c.IsMeasured && c.Scope == Options.Scope && !c.Name.StartsWith("gpu", StringComparison.Ordinal))];
        if (processors.Length == 0)
            return Unattributed("No joules of the CPU were measured, so there is nothing to share.");
        if (before.Busy is not { } busy || after.Busy is not { } busyAfter || CpuTimes.Own(before, after) is not var (own, isGroup))
            return Unattributed($"The times of processes are not known: expected {Options.ProcRoot}/stat and {Options.ProcRoot}/self/stat as Linux has them.");
        if (joules.Seconds <= 0)
            return Unattributed("The window has no length.");
        JouleQuantity share = ProcessShare.Of(
            processors.Sum(c => c.Joules!.Value), joules.Seconds, own, Math.Max(busyAfter.BusySeconds - busy.BusySeconds, 0), Options.IdleWatts);
        return isGroup && share.Value is not null
            ? share with { Reason = $"{share.Reason} CPU time of the control group, which holds this tree alone." } : share;
    }

    private CpuTimes Processors() => Options.AttributesProcess ? new(_processors.Machine(out _), _processors.ThisTree(), _group.Seconds()) : default;

    private double CountedJoules(JouleMeter meter)
    {
        double sum = 0;
        for (int i = 0; i < _sources.Count; i++)
        {
            if (_sources[i] is { Channel: { } channel } source && source.Scope == Options.Scope && source.Name != JouleComponent.Assumed)
                sum += channel.Joules - meter.JoulesBefore[i];
        }

        return sum;
    }

    private long Sample()
    {
        long now = Options.Time.GetTimestamp();
        foreach (SourceFinding source in _sources)
            source.Channel?.Sample(now);
        return now;
    }

    private void StartTimer()
    {
        if (_timer is not null)
            return;
        TimeSpan shortest = TimeSpan.MaxValue;
        foreach (SourceFinding source in _sources)
        {
            if (source.Channel is { } channel && channel.Period < shortest)
                shortest = channel.Period;
        }

        if (shortest < TimeSpan.MaxValue)
            _timer = Options.Time.CreateTimer(_ => Tick(), null, shortest, shortest);
    }

    private void StopTimer()
    {
        _timer?.Dispose();
        _timer = null;
    }

    private void Tick()
    {
        lock (_lock)
        {
            if (_isDisposed || _open.Count == 0)
            {
                StopTimer();
                return;
            }

            long began = Stopwatch.GetTimestamp(), now = Options.Time.GetTimestamp();
            foreach (SourceFinding source in _sources)
            {
                if (source.Channel is { } channel && Options.Time.GetElapsedTime(channel.LastTried, now) >= 0.9 * channel.Period)
                    channel.Sample(now);
            }

            foreach (JouleMeter meter in _open)
                meter.Tick(now, CountedJoules(meter));
            _overhead += Stopwatch.GetElapsedTime(began).TotalSeconds;
        }
    }

    /// <summary>J of every source when a window begins.</summary>
    internal double[] JoulesNow()
    {
        double[] joules = new double[_sources.Count];
        for (int i = 0; i < joules.Length; i++)
            joules[i] = _sources[i].Channel?.Joules ?? 0;
        return joules;
    }
}
