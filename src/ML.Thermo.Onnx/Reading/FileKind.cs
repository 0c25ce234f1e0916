using System.Text;

namespace ML.Thermo.Onnx.Reading;

/// <summary>What a file that is no ONNX model probably is.</summary>
internal static class FileKind
{
    public const int Looked = 1024;

    /// <summary>A few words, or an empty text where nothing is recognised.</summary>
    public static string Guess(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("PK\u0003\u0004"u8))
            return "a zip archive, such as a PyTorch checkpoint or an ML.NET model";
        if (head.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'H', (byte)'D', (byte)'F']))
            return "an HDF5 file, such as a Keras model";
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
            return "a gzip archive: unpack it first";
        if (head.Length > 8 && head[4..8].SequenceEqual("TFL3"u8))
            return "a TensorFlow Lite model";
        if (head.Length > 8 && head[4..8].SequenceEqual("ORTM"u8))
            return "a model in ONNX Runtime's own .ort format";
        return IsText(head) ? Text(Encoding.UTF8.GetString(head).TrimStart('\uFEFF', ' ', '\t', '\r', '\n')) : "";
    }

    private static string Text(string text)
    {
        if (text.StartsWith("version https://git-lfs", StringComparison.Ordinal))
            return "a Git LFS pointer: fetch the real file with 'git lfs pull'";
        if (text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase))
            return "an HTML page, such as a download that failed";
        return text.StartsWith('{') || text.StartsWith('[') ? "JSON text" : "a text file";
    }

    private static bool IsText(ReadOnlySpan<byte> head)
    {
        foreach (byte b in head)
        {
            if (b < 0x20 && b is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f'))
                return false;
        }

        return true;
    }
}
