using System.Text.Json;

namespace ML.Thermo.Layers;

/// <summary>One input of a network and where it comes from.</summary>
/// <param name="Name">The network's name of the input.</param>
/// <param name="Column">The column.</param>
/// <param name="Shape">Extents of one row.</param>
internal sealed record BoundInput(string Name, string Column, long[] Shape)
{
    /// <summary>Numbers of one row.</summary>
    public int Length => (int)Shape.Aggregate(1L, (a, b) => checked(a * b));
}

/// <summary>All that a saved model says of a network, save the network itself where that is embedded.</summary>
internal sealed record NetworkRecord
{
    public const int CurrentFormat = 1;

    public int Format { get; init; } = CurrentFormat;

    /// <summary>Full path of the file that the network came from.</summary>
    public required string Path { get; init; }

    /// <summary>SHA-256 of the file, hexadecimal; null in models of the first version.</summary>
    public string? Hash { get; init; }

    public required bool IsEmbedded { get; init; }

    public required string Device { get; init; }

    public required int BatchSize { get; init; }

    public required IReadOnlyList<BoundInput> Inputs { get; init; }

    /// <summary>Names of the watched layers.</summary>
    public required IReadOnlyList<string> Layers { get; init; }

    /// <summary>Names of the temperature, entropy and efficiency columns.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>The hash of a network's file; of tensors that it keeps in files beside it only the names are in it.</summary>
    public static string HashOf(string file)
    {
        using FileStream stream = File.OpenRead(file);
        return Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(stream));
    }

    /// <summary>As a text that may stand between quotes in an expression.</summary>
    public string ToText() => Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(this));

    /// <summary>Reads what <see cref="ToText"/> wrote.</summary>
    /// <exception cref="NotSupportedException">A newer version wrote it.</exception>
    public static NetworkRecord Parse(ReadOnlySpan<char> text)
    {
        byte[] json = Convert.FromBase64String(text.ToString());
        using var document = JsonDocument.Parse(json);
        int format = document.RootElement.GetProperty(nameof(Format)).GetInt32();
        return format <= CurrentFormat
            ? document.Deserialize<NetworkRecord>()!
            : throw new NotSupportedException(
                $"The model's layer columns have format {format}; this version of ML.Thermo.OnnxLayers reads up to format {CurrentFormat}: "
                + "update the package.");
    }
}
