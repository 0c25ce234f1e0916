using System.Globalization;
using System.Runtime.InteropServices;

namespace ML.Thermo.Steps;

/// <summary>
/// Named values as text, the form in which numbers travel in a saved model: <c>name=value</c>, one by one or joined by semicolons.
/// </summary>
internal sealed class NamedValues
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public NamedValues()
    {
    }

    /// <summary>Reads <c>name=value</c> pairs.</summary>
    public NamedValues(IEnumerable<string> pairs)
    {
        foreach (string pair in pairs)
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new FormatException($"'{pair}' is not NAME=VALUE: the model's thermodynamic record is damaged.");
            _values[pair[..equals]] = pair[(equals + 1)..];
        }
    }

    /// <summary>The pairs, in the order in which they were set.</summary>
    public IEnumerable<string> Pairs => _values.Select(entry => $"{entry.Key}={entry.Value}");

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
}
