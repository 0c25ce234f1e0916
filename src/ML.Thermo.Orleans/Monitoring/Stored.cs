namespace ML.Thermo.Cluster.Monitoring;

/// <summary>What a grain stores: bytes that carry their own version and checksums.</summary>
[GenerateSerializer]
[Alias("thermo.stored")]
public sealed class StoredBytes
{
    /// <summary>Null before anything was stored.</summary>
    [Id(0)]
    public byte[]? Content { get; set; }
}

/// <summary>What the first replica of a model said.</summary>
[GenerateSerializer]
[Alias("thermo.stored.setup")]
public sealed class StoredSetup
{
    /// <summary>Null before a replica came.</summary>
    [Id(0)]
    public MonitorSetup? Setup { get; set; }
}
