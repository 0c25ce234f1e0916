using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace ML.Thermo.Steps;

/// <summary>
/// Named values as text, the form in which numbers travel in a saved model: <c>name=value</c>, one by one or joined by semicolons; the last is the
/// CRC-32 of the others, so that no changed byte becomes another number.
/// </summary>
internal sealed class NamedValues
{
    private const string Checksum = "checksum";
    private const long FirstFormatWithChecksum = 2;
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly bool _isChecked;

    public NamedValues()
    {
    }

    /// <summary>Reads <c>name=value</c> pairs.</summary>
    /// <exception cref="FormatException">One is no such pair, or they are not those of their checksum.</exception>
    public NamedValues(IReadOnlyList<string> pairs)
    {
        foreach (string pair in pairs)
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new FormatException($"'{pair}' is not NAME=VALUE: the model's thermodynamic record is damaged.");
            _values[pair[..equals]] = pair[(equals + 1)..];
        }

        if (!_values.Remove(Checksum, out string? expected))
            return;
        string found = ChecksumOf(pairs.SkipLast(1));
        if (!pairs[^1].StartsWith(Checksum, StringComparison.Ordinal) || found != expected)
            throw new FormatException($"The model's thermodynamic record has the checksum {found}, expected {expected}: it is damaged.");
        _isChecked = true;
    }

    /// <summary>The pairs, in the order in which they were set, and their checksum.</summary>
    public IEnumerable<string> Pairs
    {
        get
        {
            string[] pairs = [.. _values.Select(entry => $"{entry.Key}={entry.Value}")];
            return [.. pairs, $"{Checksum}={ChecksumOf(pairs)}"];
        }
    }

    /// <summary>One value.</summary>
    /// <exception cref="FormatException">It is missing.</exception>
    public string this[string name]
    {
        get => _values.TryGetValue(name, out string? value)
            ? value
            : throw new FormatException($"The model's thermodynamic record has no '{name}': it is damaged.");
        set => _values[name] = value;
    }

    public static NamedValues Parse(string text) => new(text.Split(';', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Compares the format with the newest one that is read.</summary>
    /// <param name="what">Whose it is, for the message: "The model's monitor".</param>
    /// <param name="newest">The newest.</param>
    /// <exception cref="NotSupportedException">A newer version wrote it.</exception>
    /// <exception cref="FormatException">It lacks the checksum that its format has: it is damaged.</exception>
    public void CheckFormat(string what, long newest)
    {
        long format = Integer("format");
        if (format > newest)
            throw new NotSupportedException($"{what} has format {format}; this version of ML.Thermo reads up to format {newest}: update the package.");
        if (format >= FirstFormatWithChecksum && !_isChecked)
            throw new FormatException($"{what} has format {format} and no checksum: it is damaged.");
    }

    public bool Has(string name) => _values.ContainsKey(name);

    public void Set(string name, double value) => this[name] = value.ToString("R", CultureInfo.InvariantCulture);

    public void Set(string name, ReadOnlySpan<double> values) => this[name] = Convert.ToBase64String(MemoryMarshal.AsBytes(values));

    public double Number(string name) => double.Parse(this[name], CultureInfo.InvariantCulture);

    public long Integer(string name) => long.Parse(this[name], CultureInfo.InvariantCulture);

    public T Name<T>(string name)
        where T : struct, Enum => Enum.Parse<T>(this[name]);

    public double[] Numbers(string name) => MemoryMarshal.Cast<byte, double>(Convert.FromBase64String(this[name])).ToArray();

    /// <summary>The pairs in one text, which may stand in a string literal: numbers, names and laws have no quotes, backslashes or semicolons.</summary>
    public override string ToString() => string.Join(';', Pairs);

    private static string ChecksumOf(IEnumerable<string> pairs) =>
        Crc32.HashToUInt32(Encoding.UTF8.GetBytes(string.Join(';', pairs))).ToString("x8", CultureInfo.InvariantCulture);
}
