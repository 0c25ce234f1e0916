using System.Globalization;
using ML.Thermo.Cli.Output;
using ML.Thermo.Onnx.Compression;
using ML.Thermo.Sharing;

namespace ML.Thermo.Cli.Compression;

/// <summary>How small, or how good.</summary>
internal abstract record Goal
{
    /// <summary>No larger than a share of the original file.</summary>
    public sealed record Share(double Value) : Goal;

    /// <summary>No larger than so many bytes.</summary>
    public sealed record Bytes(long Value) : Goal;

    /// <summary>No more loss than this.</summary>
    public sealed record Loss(double Value) : Goal;

    /// <summary>No more bits a weight, on average.</summary>
    public sealed record AverageBits(double Value) : Goal;

    /// <summary>25%, 5MB, 400kB or 5000000.</summary>
    public static Goal ParseSize(string text)
    {
        string trimmed = text.Trim();
        (string number, double unit) = trimmed switch
        {
            _ when trimmed.EndsWith('%') => (trimmed[..^1], 0),
            _ when trimmed.EndsWith("MB", StringComparison.OrdinalIgnoreCase) => (trimmed[..^2], 1e6),
            _ when trimmed.EndsWith("kB", StringComparison.OrdinalIgnoreCase) => (trimmed[..^2], 1e3),
            _ => (trimmed, 1.0),
        };
        bool isNumber = double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value);
        if (!isNumber || !(value > 0 && value * Math.Max(unit, 1) < 1e18))
            throw new UsageException($"--size '{text}' is no size: expected a share such as 25%, or bytes such as 5MB, 400kB or 5000000.");
        return unit == 0 ? new Share(value / 100) : new Bytes((long)(value * unit));
    }

    /// <summary>The plan that meets it.</summary>
    public CompressedNetwork Of(CompressionPlan plan, CancellationToken cancellation)
    {
        try
        {
            return this switch
            {
                Share share => plan.At((long)(share.Value * plan.BytesBefore), cancellation),
                Bytes bytes => plan.At(bytes.Value, cancellation),
                AverageBits bits => plan.AtAverageBits(bits.Value, cancellation),
                Loss loss => plan.UpTo(loss.Value, cancellation),
                _ => throw new InvalidOperationException($"{this} is no known goal."),
            };
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new ThermoException(e.Message.Split(" (Parameter", 2)[0], e);
        }
    }
}

/// <summary>What <c>thermo compress</c> was asked for.</summary>
internal sealed record CompressRequest
{
    /// <summary>The network's file.</summary>
    public required string Model { get; init; }

    /// <summary>The rows' file; null for noise.</summary>
    public string? Data { get; init; }

    /// <summary>Rows of noise, or most rows of the data; null for the usual number.</summary>
    public int? Rows { get; init; }

    /// <summary>Free extents of the noise.</summary>
    public IReadOnlyDictionary<string, long> Extents { get; init; } = new Dictionary<string, long>();

    /// <summary>The widths.</summary>
    public required CompressionMenu Menu { get; init; }

    /// <summary>Loss, output, layers to keep, bath.</summary>
    public required CompressionOptions Options { get; init; }

    /// <summary>How small, or how good.</summary>
    public required Goal Goal { get; init; }

    /// <summary>Where the file goes; null for none.</summary>
    public FileTarget? Out { get; init; }

    /// <summary>The path of <see cref="Out"/>.</summary>
    public string? OutPath { get; init; }

    /// <summary>Chooses the noise.</summary>
    public ulong Seed { get; init; }

    /// <summary>The same by workers; null for this process.</summary>
    public CompressRequest By(IWorkers? workers) => this with { Options = Options with { Workers = workers } };
}
