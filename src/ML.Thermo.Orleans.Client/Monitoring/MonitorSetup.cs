using ML.Thermo.Energies;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.Cluster.Monitoring;

/// <summary>What a model is watched against, and how: all replicas of a model have the same.</summary>
[GenerateSerializer]
[Alias("thermo.monitor.setup")]
public sealed record MonitorSetup
{
    /// <summary>What <see cref="DriftReference.Save"/> wrote.</summary>
    [Id(0)]
    public required byte[] Reference { get; init; }

    /// <summary>Name of the <see cref="PredictionKind"/>; null where energies are observed as numbers.</summary>
    [Id(1)]
    public string? Prediction { get; init; }

    /// <summary>Name of the loss; null where energies are observed as numbers.</summary>
    [Id(2)]
    public string? Energy { get; init; }

    /// <summary><see cref="MonitorOptions.WindowRows"/>.</summary>
    [Id(3)]
    public int WindowRows { get; init; }

    /// <summary><see cref="MonitorOptions.WindowTime"/>.</summary>
    [Id(4)]
    public TimeSpan? WindowTime { get; init; }

    /// <summary><see cref="MonitorOptions.Lateness"/>.</summary>
    [Id(5)]
    public TimeSpan Lateness { get; init; }

    /// <summary>Name of the <see cref="MonitorOptions.Rule"/>.</summary>
    [Id(6)]
    public required string Rule { get; init; }

    /// <summary><see cref="MonitorOptions.WaitingRows"/>.</summary>
    [Id(7)]
    public int WaitingRows { get; init; }

    /// <summary><see cref="MonitorOptions.WaitingWindows"/>.</summary>
    [Id(8)]
    public int WaitingWindows { get; init; }

    /// <summary><see cref="MonitorOptions.FinalShare"/>.</summary>
    [Id(9)]
    public double FinalShare { get; init; }

    /// <summary>How long windows of event time wait for a replica that is silent.</summary>
    [Id(10)]
    public TimeSpan ReplicaTimeout { get; init; }

    /// <summary>Most rows of a summary: a sixteenth of a window, so that a window by rows is at most that much larger than asked for.</summary>
    internal int SummaryRows => Math.Max(1, WindowRows / 16);

    internal static MonitorSetup Of(DriftReference reference, PredictionEnergy? predictions, MonitorOptions options, TimeSpan replicaTimeout)
    {
        using var bytes = new MemoryStream();
        reference.Save(bytes);
        return new MonitorSetup
        {
            Reference = bytes.ToArray(),
            Prediction = predictions?.Kind.ToString(),
            Energy = predictions?.Energy.Name,
            WindowRows = options.WindowRows,
            WindowTime = options.WindowTime,
            Lateness = options.Lateness,
            Rule = options.Rule.ToString(),
            WaitingRows = options.WaitingRows,
            WaitingWindows = options.WaitingWindows,
            FinalShare = options.FinalShare,
            ReplicaTimeout = replicaTimeout,
        };
    }

    internal DriftReference ToReference()
    {
        using var bytes = new MemoryStream(Reference);
        return DriftReference.Load(bytes);
    }

    internal PredictionEnergy? ToPredictions() =>
        Prediction is null ? null : new PredictionEnergy(Enum.Parse<PredictionKind>(Prediction), Energies.Energy.Parse(Energy!));

    internal MonitorOptions ToOptions(string? name) => new()
    {
        WindowRows = WindowRows,
        WindowTime = WindowTime,
        Lateness = Lateness,
        Rule = Enum.Parse<RefreshRule>(Rule),
        WaitingRows = WaitingRows,
        WaitingWindows = WaitingWindows,
        FinalShare = FinalShare,
        Name = name,
    };

    /// <summary>What differs from another setup, in words; null where nothing does.</summary>
    internal string? Difference(MonitorSetup other)
    {
        if (!Reference.AsSpan().SequenceEqual(other.Reference))
            return "another reference";
        MonitorSetup same = other with { Reference = Reference };
        return this == same ? null : string.Join(", ", typeof(MonitorSetup).GetProperties().Where(property => property.Name != nameof(Reference)
            && !Equals(property.GetValue(this), property.GetValue(other))).Select(property => $"{property.Name} {property.GetValue(other) ?? "none"}"));
    }
}
