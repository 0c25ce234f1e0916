using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ML.Thermo.Files;

/// <summary>JSON that names its format and its version, and whose last member is a checksum of the others.</summary>
internal static class CheckedJson
{
    private const string Checksum = "checksum";

    /// <summary>The text of an object, with its checksum.</summary>
    /// <param name="root">Begins with <c>format</c> and <c>version</c>; it gets the checksum.</param>
    public static string Write(JsonObject root)
    {
        root[Checksum] = ChecksumOf(root);
        return root.ToJsonString();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isNot">For messages, what it is where it cannot be read: "'a.json' is no guard".</param>
    /// <param name="format">Its format.</param>
    /// <param name="version">Its version.</param>
    /// <param name="read">Makes the thing; whatever a wrong member makes it throw is a sentence afterwards.</param>
    /// <exception cref="UnusableDataException">It is of another format or version, damaged, or holds what nothing can be made of.</exception>
    public static T Read<T>(string text, string isNot, string format, int version, Func<JsonObject, T> read)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            if (JsonNode.Parse(text) is not JsonObject root || (string?)root["format"] != format)
                throw new FormatException($"expected the format '{format}'.");
            if ((int?)root["version"] != version)
                throw new FormatException($"its version is {root["version"]}, and this program reads version {version}.");
            string? expected = (string?)root[Checksum];
            root.Remove(Checksum);
            string found = ChecksumOf(root);
            if (expected != found)
                throw new FormatException($"it is damaged: its checksum is {found}, expected {expected ?? "one, and there is none"}.");
            return read(root);
        }
        catch (Exception e) when (e is JsonException or NullReferenceException or InvalidOperationException or FormatException or ArgumentException
            or ThermoException or OverflowException)
        {
            throw new UnusableDataException($"{isNot}: {e.Message}");
        }
    }

    private static string ChecksumOf(JsonObject root) =>
        Crc64.HashToUInt64(Encoding.UTF8.GetBytes(root.ToJsonString())).ToString("x16", CultureInfo.InvariantCulture);
}
