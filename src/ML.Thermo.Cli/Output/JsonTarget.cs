using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ML.Thermo.Cli.Output;

/// <summary>Where JSON goes: the output, or a file that appears only when it is complete.</summary>
/// <param name="path">A file, or <c>-</c> for the output.</param>
internal sealed class JsonTarget(string path)
{
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    private readonly FileTarget? _file = path == "-" ? null : new FileTarget("--json", path);

    public bool IsOutput => _file is null;

    /// <summary>Refuses a target that cannot be written, before long work is done for it.</summary>
    public void Check() => _file?.Check();

    /// <summary>Refuses to write over a file that is read.</summary>
    public void RefuseInput(string input) => _file?.RefuseInput(input);

    /// <summary>Writes one object.</summary>
    /// <param name="content">Writes the object's members.</param>
    /// <param name="output">The output, taken where the target is <c>-</c>.</param>
    public void Write(Action<Utf8JsonWriter> content, TextWriter output)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, Readable))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }

        memory.WriteByte((byte)'\n');
        if (_file is null)
            output.Write(Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length));
        else
            _file.Place(memory.GetBuffer().AsSpan(0, (int)memory.Length));
    }
}

/// <summary>JSON as the contract has it: full-precision doubles, and <c>null</c> for what is undefined.</summary>
internal static class JsonNumbers
{
    /// <summary>A number, or null where it is not finite.</summary>
    public static void WriteNumberOrNull(this Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }

    /// <summary>A value and, under <c>NAMEStandardError</c>, its error.</summary>
    public static void WriteEstimate(this Utf8JsonWriter json, string name, Estimate estimate)
    {
        json.WriteNumberOrNull(name, estimate.Value);
        json.WriteNumberOrNull($"{name}StandardError", estimate.StandardError);
    }

    /// <summary>An array of numbers.</summary>
    public static void WriteNumbers(this Utf8JsonWriter json, string name, IEnumerable<double> values)
    {
        json.WriteStartArray(name);
        foreach (double value in values)
        {
            if (double.IsFinite(value))
                json.WriteNumberValue(value);
            else
                json.WriteNullValue();
        }

        json.WriteEndArray();
    }

    /// <summary>An array of strings.</summary>
    public static void WriteStrings(this Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
