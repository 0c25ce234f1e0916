using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace ML.Thermo.AspNetCore.Serving;

/// <summary>What a page shows, sent again whenever it has changed.</summary>
internal static class Live
{
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(15); // proxies close what says nothing

    /// <summary>The first event comes at once.</summary>
    /// <param name="version">Rises with every change.</param>
    /// <param name="data">What is sent, as JSON.</param>
    /// <param name="interval">How often it is looked at.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">The browser is gone, or the service ends.</param>
    public static async IAsyncEnumerable<SseItem<string>> Events(
        Func<long> version, Func<string> data, TimeSpan interval, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(interval, time);
        long sent = -1, at = time.GetTimestamp();
        do
        {
            long now = version();
            if (now != sent)
            {
                (sent, at) = (now, time.GetTimestamp());
                yield return new SseItem<string>(data());
            }
            else if (time.GetElapsedTime(at) > s_silence)
            {
                at = time.GetTimestamp();
                yield return new SseItem<string>("", "still");
            }
        }
        while (await Next(timer, cancellation));
    }

    /// <summary>The end of either side ends the events, and is no error.</summary>
    private static async ValueTask<bool> Next(PeriodicTimer timer, CancellationToken cancellation)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
