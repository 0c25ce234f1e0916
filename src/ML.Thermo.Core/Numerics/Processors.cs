namespace ML.Thermo.Numerics;

/// <summary>Loops that keep to a thread a processor.</summary>
/// <remarks>Without a bound a loop takes every thread that the pool starts, and where other work holds the processors the pool starts more and more of them:
/// 150 were seen drawing in a silo that had two processors, and whatever else it had to do waited for them.</remarks>
internal static class Processors
{
    /// <summary>For <see cref="Parallel"/>.</summary>
    public static readonly ParallelOptions All = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };
}
