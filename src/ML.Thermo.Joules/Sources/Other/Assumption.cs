using ML.Thermo.Joules.Attribution;
using ML.Thermo.Joules.Channels;

namespace ML.Thermo.Joules.Sources.Other;

/// <summary>Watts that the user supplies; there is no such source unless they do.</summary>
internal static class Assumption
{
    public static IEnumerable<SourceFinding> Find(JouleOptions options)
    {
        if (options.AssumedWatts is not { } watts)
            yield break;
        var clock = new ProcessorClock(options.ProcRoot);
        if (clock.Machine(out string? failure) is null)
        {
            yield return new(JouleComponent.Assumed, watts.Formula, JouleScope.Components, JouleStatus.Unavailable)
            {
                Reason = $"The load of the processors is not known: {failure}.",
            };
            yield break;
        }

        yield return new(JouleComponent.Assumed, watts.Formula, JouleScope.Components, JouleStatus.Estimated)
        {
            Reason = watts.Formula + ".",
            Channel = new AssumedChannel(watts, clock, options.Time)
            {
                ResolutionSeconds = 0.01,
                Period = TimeSpan.FromSeconds(1),
                GoodStatus = JouleStatus.Estimated
            },
        };
    }
}
