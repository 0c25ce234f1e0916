using Microsoft.Extensions.Time.Testing;
using ML.Thermo.Joules;
using ML.Thermo.Joules.Channels;
using ML.Thermo.Joules.Metering;
using ML.Thermo.Joules.Sources;

namespace ML.Thermo.Tests;

/// <summary>A counter that says what a test wants.</summary>
internal sealed class ScriptedCounter(Func<CounterRead> read) : ICounter
{
    public CounterRead Read() => read();

    public void Dispose()
    {
    }
}

/// <summary>Machines of scripted counters on a clock that is turned by hand.</summary>
internal static class Scripted
{
    public const ulong Range = 262143328850;

    public static SourceFinding Source(string name, Func<CounterRead> read, TimeProvider time, ulong? range = Range, double watts = 1000, bool neverWraps = false) =>
        new(name, "script", JouleScope.Components, JouleStatus.Measured)
        {
            Channel = new CounterChannel(new ScriptedCounter(read), new CounterLimits(range, neverWraps, watts), time)
            {
                ResolutionSeconds = 1e-3,
                Period = TimeSpan.FromSeconds(Math.Min(1, (range ?? Range) / 1e6 / (4 * watts))),
                UnitsPerJoule = 1e6,
                HasPhaseError = true,
            },
        };

    public static JouleMachine Machine(FakeTimeProvider time, params SourceFinding[] sources) =>
        new(new JouleOptions { Time = time, ProcRoot = "/no/such/proc" }, _ => sources);

    /// <summary>One window between two readings.</summary>
    public static JouleComponent Window(ulong before, ulong after, double seconds, ulong? range = Range, bool neverWraps = false)
    {
        var time = new FakeTimeProvider();
        ulong now = before;
        using JouleMachine machine = Machine(time, Source("cpu-package-0", () => CounterRead.Of(now), time, range, neverWraps: neverWraps));
        using JouleMeter meter = machine.Start();
        now = after;
        time.Advance(TimeSpan.FromSeconds(seconds));
        return meter.Stop().Components.Single();
    }
}
