using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace ML.Thermo.Joules.Sources.Windows;

/// <summary>One channel of an energy meter.</summary>
/// <param name="Index">Its place in a measurement.</param>
/// <param name="Name">Such as <c>RAPL_Package0_PKG</c>.</param>
internal sealed record MeterChannel(int Index, string Name)
{
    /// <summary>The component that it is; null for one that is contained in another or unknown.</summary>
    public string? Component => EnergyMeterBytes.ChannelName().Match(Name) is not { Success: true } match ? null
        : match.Groups["part"].Value == "PKG" ? $"cpu-package-{match.Groups["package"].Value}"
        : match.Groups["part"].Value == "DRAM" ? $"dram-{match.Groups["package"].Value}"
        : null;
}

/// <summary>The bytes that Windows' Energy Meter Interface delivers: EMI_METADATA_V2 and EMI_CHANNEL_V2 of emi.h, as Microsoft documents them.</summary>
internal static partial class EnergyMeterBytes
{
    /// <summary>J of one pWh: 1e-12 · 3600.</summary>
    public const double JoulesPerPicowattHour = 3.6e-9;

    // Both begin with maker and model, 16 UTF-16 characters each, and a revision.
    private const int Revision = 64, ChannelCount = 66, FirstChannel = 68, ChannelHead = 6, MeasurementLength = 16;

    /// <summary>The channels of a meter of version 2; each is a unit (4 bytes), the length of its name in bytes (2) and the name.</summary>
    /// <exception cref="FormatException">The bytes end too early, or a unit is not picowatt hours.</exception>
    public static IReadOnlyList<MeterChannel> Channels(ReadOnlySpan<byte> metadata)
    {
        if (metadata.Length < FirstChannel)
            throw new FormatException($"The metadata of an energy meter have {metadata.Length} bytes: expected at least {FirstChannel}.");
        int count = BinaryPrimitives.ReadUInt16LittleEndian(metadata[ChannelCount..]);
        var channels = new List<MeterChannel>(count);
        int at = FirstChannel;
        for (int i = 0; i < count; i++)
        {
            if (metadata.Length < at + ChannelHead)
                throw new FormatException($"The metadata of an energy meter end within channel {i} of {count}.");
            uint unit = BinaryPrimitives.ReadUInt32LittleEndian(metadata[at..]);
            if (unit != 0)
                throw new FormatException($"Channel {i} of an energy meter counts in unit {unit}: expected 0, picowatt hours.");
            int length = BinaryPrimitives.ReadUInt16LittleEndian(metadata[(at + 4)..]);
            if (metadata.Length < at + ChannelHead + length || length % 2 != 0)
                throw new FormatException($"The metadata of an energy meter end within the name of channel {i} of {count}.");
            // Drivers pad names with spaces.
            string name = new string(MemoryMarshal.Cast<byte, char>(metadata.Slice(at + ChannelHead, length))).TrimEnd('\0', ' ');
            channels.Add(new MeterChannel(i, name));
            at += ChannelHead + length;
        }

        return channels;
    }

    /// <summary>The energy of one channel, pWh, and its time, in units of 100 ns.</summary>
    /// <exception cref="FormatException">There is no such channel in the bytes.</exception>
    public static (ulong PicowattHours, ulong Ticks) Measurement(ReadOnlySpan<byte> bytes, int channel)
    {
        if (channel < 0 || bytes.Length < (channel + 1) * MeasurementLength)
            throw new FormatException($"A measurement of {bytes.Length} bytes has no channel {channel}.");
        ReadOnlySpan<byte> entry = bytes[(channel * MeasurementLength)..];
        return (BinaryPrimitives.ReadUInt64LittleEndian(entry), BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]));
    }

    [GeneratedRegex("^RAPL_Package(?<package>[0-9]+)_(?<part>PKG|DRAM|PP0|PP1)$", RegexOptions.ExplicitCapture, 1000)]
    internal static partial Regex ChannelName();
}
