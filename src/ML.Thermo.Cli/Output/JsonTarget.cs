using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ML.Thermo.Cli.Output;

/// <summary>Where JSON goes: the output, or a file that appears only when it is complete.</summary>
/// <param name="file">The file, or null for the output.</param>
internal sealed class JsonTarget(FileTarget? file)
{
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    public bool IsOutput => file is null;

    /// <summary>Writes one object.</summary>
    /// <param name="content">Writes the object's members.</param>
    /// <param name="output">The output, taken where there is no file.</param>
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
        if (file is null)
            output.Write(Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length));
        else
            file.Place(memory.GetBuffer().AsSpan(0, (int)memory.Length));
    }
}
