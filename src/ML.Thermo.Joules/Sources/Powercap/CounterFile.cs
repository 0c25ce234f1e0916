using System.Buffers.Text;
using Microsoft.Win32.SafeHandles;
using ML.Thermo.Joules.Channels;

namespace ML.Thermo.Joules.Sources.Powercap;

/// <summary>
/// A decimal counter in a virtual file, whose handle stays open: reading from the start gives a fresh value without opening it again.
/// </summary>
internal sealed class CounterFile : ICounter
{
    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private readonly byte[] _buffer = new byte[32];

    /// <summary>Opens the file.</summary>
    /// <exception cref="IOException">It does not exist, or is no file.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public CounterFile(string path)
    {
        _path = path;
        _handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    /// <inheritdoc/>
    public CounterRead Read()
    {
        int length;
        try
        {
            length = RandomAccess.Read(_handle, _buffer, 0);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            return CounterRead.Failed($"{_path} cannot be read any more ({error.Message.TrimEnd('.')})");
        }

        ReadOnlySpan<byte> text = _buffer.AsSpan(0, length).TrimEnd("\n\r \0"u8);
        bool isNumber = Utf8Parser.TryParse(text, out ulong value, out int used) && used == text.Length && char.IsAsciiDigit((char)text[0]);
        return isNumber && length < _buffer.Length ? CounterRead.Of(value)
            : CounterRead.Failed($"{_path} holds '{Printable(text)}': expected a whole number ≥ 0");
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private static string Printable(ReadOnlySpan<byte> text)
    {
        Span<char> shown = stackalloc char[text.Length];
        for (int i = 0; i < text.Length; i++)
            shown[i] = text[i] is >= 0x20 and < 0x7f ? (char)text[i] : '?';
        return shown.ToString();
    }
}
