using System.IO.Compression;
using System.Text;

namespace ML.Thermo.Loops.Diversity;

/// <summary>Repetition in text, beside the entropy of its tokens: these numbers are shown and never decide.</summary>
/// <remarks>
/// <para>Compression ratio and distinct n-grams may rise in the first generation of a collapse, because the first model breaks the long repeats of
/// real text. Compare with generation 1, or with real text passed through the same kind of model.</para></remarks>
/// <param name="Lines">How many lines or rows.</param>
/// <param name="DuplicateShare">Share of lines that occurred before.</param>
/// <param name="CompressionRatio">Bytes after Brotli (quality 5) over bytes before; NaN for no bytes.</param>
[Maturity(Maturity.Estimator, "descriptions of one text")]
public readonly record struct TextDiversity(long Lines, double DuplicateShare, double CompressionRatio)
{
    /// <summary>Reads a text.</summary>
    /// <param name="lines">At least one line.</param>
    /// <exception cref="UnusableDataException">There are none.</exception>
    public static TextDiversity Of(IEnumerable<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var packed = new CountingStream();
        long count = 0, bytes = 0;
        using (var brotli = new BrotliStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            foreach (string line in lines)
            {
                byte[] encoded = Encoding.UTF8.GetBytes(line + "\n");
                brotli.Write(encoded);
                seen.Add(line);
                count++;
                bytes += encoded.Length;
            }
        }

        return count == 0
            ? throw new UnusableDataException("The text has no lines: expected at least one.")
            : new TextDiversity(count, 1 - ((double)seen.Count / count), (double)packed.Length / bytes);
    }

    /// <summary>Counts what is written to it.</summary>
    private sealed class CountingStream : Stream
    {
        private long _length;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _length;

        public override long Position
        {
            get => _length;
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => _length += count;

        public override void Write(ReadOnlySpan<byte> buffer) => _length += buffer.Length;
    }
}
