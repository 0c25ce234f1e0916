using System.Runtime.ExceptionServices;

namespace ML.Thermo.Sharing;

/// <summary>Independent parts of one piece of work, side by side.</summary>
internal static class Workers
{
    /// <summary>As many workers as the machine has use for.</summary>
    public const int Unlimited = -1;

    /// <summary>Does all parts. The first failure comes out as it was thrown, and not inside another.</summary>
    /// <param name="parts">How many.</param>
    /// <param name="workers">Most at the same time, or <see cref="Unlimited"/>.</param>
    /// <param name="part">Does one, by its number.</param>
    /// <param name="cancellation">Stops between parts.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Run(int parts, int workers, Action<int> part, CancellationToken cancellation)
    {
        try
        {
            Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellation }, part);
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.Flatten().InnerExceptions[0]);
        }
    }
}
