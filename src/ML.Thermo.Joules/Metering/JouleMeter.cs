using ML.Thermo.Joules.Attribution;
using ML.Thermo.Joules.Channels;

namespace ML.Thermo.Joules.Metering;

/// <summary>One window of work: from its start to <see cref="Stop"/>. Windows may be nested and concurrent.</summary>
/// <example><code>
/// using var meter = JouleMeter.Start();
/// // … the work …
/// Joules j = meter.Stop();
/// Console.WriteLine(j.TotalJoules is { } total ? $"{total:G4} J" : j.Basis.Reason);
/// </code></example>
[Maturity(Maturity.Estimator)]
public sealed class JouleMeter : IDisposable
{
    private readonly JouleMachine _machine;
    private readonly PowerPoints _points = new();
    private bool _ownsMachine;
    private Joules? _result;

    internal JouleMeter(JouleMachine machine, long began, EnergyChannel.Mark[] marks, CpuTimes processors, double overheadBefore)
    {
        (_machine, Began, Marks, Processors, OverheadBefore) = (machine, began, marks, processors, overheadBefore);
        JoulesBefore = machine.JoulesNow();
        _points.Add(began, 0);
    }

    internal long Began { get; }

    internal EnergyChannel.Mark[] Marks { get; }

    internal CpuTimes Processors { get; }

    internal double OverheadBefore { get; }

    internal double[] JoulesBefore { get; }

    /// <summary>Opens a window.</summary>
    /// <param name="options">What to measure and where, with sources of its own; null for the machine that all windows share.</param>
    public static JouleMeter Start(JouleOptions? options = null)
    {
        if (options is null)
            return JouleMachine.Shared.Start();
        JouleMeter meter = new JouleMachine(options).Start();
        meter._ownsMachine = true;
        return meter;
    }

    /// <summary>Measures an action.</summary>
    /// <param name="action">The work; asynchronous work must have ended when it returns.</param>
    /// <param name="options">What to measure and where; null for the machine that all windows share.</param>
    /// <exception cref="ArgumentNullException">There is no action.</exception>
    public static Joules Measure(Action action, JouleOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(action);
        using JouleMeter meter = Start(options);
        action();
        return meter.Stop();
    }

    /// <summary>What the window has cost up to now; it goes on.</summary>
    /// <exception cref="ObjectDisposedException">The machine was closed.</exception>
    public Joules Read() => _result ?? _machine.Read(this, ends: false);

    /// <summary>Ends the window; a second call gives the same result.</summary>
    /// <exception cref="ObjectDisposedException">The machine was closed before.</exception>
    public Joules Stop()
    {
        if (_result is null)
        {
            _result = _machine.Read(this, ends: true);
            if (_ownsMachine)
                _machine.Dispose();
        }

        return _result;
    }

    /// <summary>Ends the window if it is open.</summary>
    public void Dispose()
    {
        try
        {
            Stop();
        }
        catch (ObjectDisposedException)
        {
            // The machine was closed first: the window has ended with it.
        }
    }

    /// <summary>Notes how far the total has come.</summary>
    internal void Tick(long now, double joules) => _points.Add(now, joules);

    internal IReadOnlyList<(double Seconds, double Watts)> Power(TimeProvider time) => _points.ToPower(time);
}
