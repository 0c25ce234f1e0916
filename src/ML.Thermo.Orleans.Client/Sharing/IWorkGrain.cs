using ML.Thermo.Sharing;
using Orleans.CodeGeneration;

namespace ML.Thermo.Cluster.Sharing;

/// <summary>Does pieces of work on whatever silo the call comes to.</summary>
[Alias("thermo.work")]
[Version(1)]
public interface IWorkGrain : IGrainWithIntegerKey
{
    /// <summary>The first pieces of a range: as many as can be done in a second or so, at least one.</summary>
    /// <param name="job">What they are pieces of.</param>
    /// <param name="first">Number of the first.</param>
    /// <param name="count">How many.</param>
    [Alias("do")]
    [ResponseTimeout("00:10:00")]
    Task<WorkAnswer> Do(WorkJob job, long first, int count);

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

/// <summary>Work, with its files by their hashes.</summary>
[GenerateSerializer]
[Alias("thermo.work.job")]
public sealed record WorkJob
{
    [NonSerialized]
    private string? _opens, _calls;

    /// <summary>What is done, and the version of its form.</summary>
    [Id(0)]
    public required string Kind { get; init; }

    /// <summary>SHA-256 of models and rows.</summary>
    [Id(1)]
    public required string[] Files { get; init; }

    /// <summary>What else has to be known before the first piece.</summary>
    [Id(2)]
    public required byte[] Setup { get; init; }

    /// <summary>What changes from one call to the next.</summary>
    [Id(3)]
    public required byte[] Call { get; init; }

    /// <summary>Name of what is opened for it.</summary>
    internal string Opens => _opens ??= $"{Kind}/{string.Join('/', Files)}/{SharedFile.HashOf(Setup)}";

    /// <summary>Name of the call.</summary>
    internal string Calls => _calls ??= $"{Opens}/{SharedFile.HashOf(Call)}";

    /// <summary>Work in words that travel.</summary>
    internal static WorkJob Of(SharedWork work) => new()
    {
        Kind = work.Kind,
        Files = [.. work.Files.Select(file => file.Hash)],
        Setup = work.Setup,
        Call = work.Call,
    };
}

/// <summary>A silo, as a worker.</summary>
/// <param name="Silo">Its address.</param>
/// <param name="Slots">Pieces that it works on at once.</param>
[GenerateSerializer]
[Alias("thermo.work.place")]
public sealed record WorkerPlace([property: Id(0)] string Silo, [property: Id(1)] int Slots);

/// <summary>What became of a range of pieces.</summary>
/// <param name="Made">How many of the first are done.</param>
/// <param name="Results">Of those, one behind the other; null where there are none.</param>
/// <param name="Missing">Hash of what no silo has: it is to be put there again.</param>
/// <param name="Refusal">Why they cannot be done, here or elsewhere.</param>
/// <param name="Silo">Who did them.</param>
[GenerateSerializer]
[Alias("thermo.work.answer")]
public sealed record WorkAnswer(
    [property: Id(0)] int Made, [property: Id(1)] byte[]? Results, [property: Id(2)] string? Missing, [property: Id(3)] string? Refusal,
    [property: Id(4)] string Silo);
