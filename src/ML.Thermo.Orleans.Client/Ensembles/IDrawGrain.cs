using Orleans.CodeGeneration;

namespace ML.Thermo.Cluster.Ensembles;

/// <summary>Makes draws of an ensemble on whatever silo the call comes to.</summary>
[Alias("thermo.draws")]
[Version(1)]
public interface IDrawGrain : IGrainWithIntegerKey
{
    /// <summary>Energies of the first draws of a range: as many as can be made in a second or so, at least one.</summary>
    /// <param name="job">What is drawn.</param>
    /// <param name="first">Number of the first draw.</param>
    /// <param name="count">How many.</param>
    [Alias("draw")]
    [ResponseTimeout("00:10:00")]
    Task<DrawAnswer> Draw(DrawJob job, long first, int count);

    /// <summary>The silo that calls to this key come to.</summary>
    [Alias("place")]
    Task<WorkerPlace> Place();
}

/// <summary>Bytes by their hash, for all silos.</summary>
[Alias("thermo.blob")]
[Version(1)]
public interface IBlobGrain : IGrainWithStringKey
{
    /// <summary>Takes a part.</summary>
    /// <param name="offset">Where it begins.</param>
    /// <param name="total">Length of the whole.</param>
    /// <param name="part">The bytes.</param>
    [Alias("put")]
    Task Put(long offset, long total, byte[] part);

    /// <summary>Length of the whole; null where it is not there, or not whole.</summary>
    [Alias("length")]
    Task<long?> Length();

    /// <summary>A part; null where it is not there any more.</summary>
    /// <param name="offset">Where it begins.</param>
    /// <param name="count">How many bytes.</param>
    [Alias("get")]
    Task<byte[]?> Get(long offset, int count);
}

/// <summary>An ensemble, in words that travel.</summary>
[GenerateSerializer]
[Alias("thermo.draws.job")]
public sealed record DrawJob
{
    /// <summary>SHA-256 of the model's file.</summary>
    [Id(0)]
    public required string Model { get; init; }

    /// <summary>SHA-256 of the data, labels and reading of the output.</summary>
    [Id(1)]
    public required string Data { get; init; }

    /// <summary>Numbers of the layers that are redrawn.</summary>
    [Id(2)]
    public required int[] Layers { get; init; }

    /// <summary>Rules of the assumed laws: layers, scheme, role.</summary>
    [Id(3)]
    public required string[][] Initialization { get; init; }

    /// <summary>Chooses the ensemble.</summary>
    [Id(4)]
    public required ulong Seed { get; init; }

    /// <summary>Name of what has the same cut network, whatever its seed.</summary>
    internal string Key => $"{Model}/{Data}/{string.Join(',', Layers)}/{string.Join(';', Initialization.Select(rule => string.Join(',', rule)))}";
}

/// <summary>A silo, as a worker.</summary>
/// <param name="Silo">Its address.</param>
/// <param name="Slots">Draws that it works on at once.</param>
[GenerateSerializer]
[Alias("thermo.draws.place")]
public sealed record WorkerPlace([property: Id(0)] string Silo, [property: Id(1)] int Slots);

/// <summary>What became of a range of draws.</summary>
/// <param name="Energies">Of the draws; null where there are none.</param>
/// <param name="Missing">Hash of what no silo has: it is to be put there again.</param>
/// <param name="Refusal">Why they cannot be made, here or elsewhere.</param>
/// <param name="Silo">Who made them.</param>
[GenerateSerializer]
[Alias("thermo.draws.answer")]
public sealed record DrawAnswer(
    [property: Id(0)] double[]? Energies, [property: Id(1)] string? Missing, [property: Id(2)] string? Refusal, [property: Id(3)] string Silo);
