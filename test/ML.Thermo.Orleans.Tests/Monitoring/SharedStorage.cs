using System.Collections.Concurrent;
using Orleans.Runtime;
using Orleans.Storage;

namespace ML.Thermo.Tests.Monitoring;

/// <summary>A store that outlives silos, as a database does, and that refuses writes when it is told to.</summary>
internal sealed class SharedStorage : IGrainStorage
{
    private static readonly ConcurrentDictionary<string, (object State, string Tag)> s_states = new();
    private static int s_tag;

    /// <summary>What happens at a write: before it, whether it is refused, and behind it, whether its answer is lost.</summary>
    public static Func<string, Fate> Fates { get; set; } = _ => Fate.Written;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (s_states.TryGetValue($"{stateName}/{grainId}", out (object State, string Tag) found))
            (grainState.State, grainState.ETag, grainState.RecordExists) = (((Func<T>)found.State)(), found.Tag, true);
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        string key = $"{stateName}/{grainId}";
        Fate fate = Fates(key);
        if (fate == Fate.Refused)
            throw new IOException("MISCONF Redis is configured to save, and cannot");
        string? known = s_states.TryGetValue(key, out (object State, string Tag) found) ? found.Tag : null;
        if (known != grainState.ETag)
            throw new InconsistentStateException("another activation has written", known ?? "none", grainState.ETag ?? "none");
        string tag = $"{Interlocked.Increment(ref s_tag)}";
        object state = Copy(grainState.State!);
        s_states[key] = ((Func<T>)(() => (T)Copy(state)), tag);
        if (fate == Fate.AnswerLost)
            throw new TimeoutException("the answer is lost");
        (grainState.ETag, grainState.RecordExists) = (tag, true);
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        s_states.TryRemove($"{stateName}/{grainId}", out _);
        return Task.CompletedTask;
    }

    private static object Copy(object state) => state switch
    {
        Cluster.Monitoring.StoredBytes bytes => new Cluster.Monitoring.StoredBytes { Content = bytes.Content?.ToArray() },
        Cluster.Monitoring.StoredSetup setup => new Cluster.Monitoring.StoredSetup { Setup = setup.Setup },
        _ => state,
    };

    public enum Fate
    {
        Written,
        Refused,
        AnswerLost,
    }
}
