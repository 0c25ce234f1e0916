using System.IO.MemoryMappedFiles;

namespace ML.Thermo.Onnx.Reading;

/// <summary>Bytes that can be looked at in place, of any length: a mapped file or memory.</summary>
internal abstract class ByteSource : IDisposable
{
    public abstract long Length { get; }

    /// <summary>Maps a file; none of it is read before it is looked at.</summary>
    public static ByteSource Map(string path) => new MappedBytes(path);

    public static ByteSource Of(ReadOnlyMemory<byte> bytes) => new HeldBytes(bytes);

    /// <summary>A stretch of the bytes, valid until this source is disposed.</summary>
    public ReadOnlySpan<byte> Slice(long offset, int length)
    {
        if (offset < 0 || length < 0 || offset > Length - length)
            throw new ArgumentOutOfRangeException(nameof(offset), $"{length} bytes at {offset} are outside the {Length} that there are.");
        return SliceUnchecked(offset, length);
    }

    public abstract void Dispose();

    protected abstract ReadOnlySpan<byte> SliceUnchecked(long offset, int length);

    private sealed class HeldBytes(ReadOnlyMemory<byte> bytes) : ByteSource
    {
        public override long Length => bytes.Length;

        public override void Dispose()
        {
        }

        protected override ReadOnlySpan<byte> SliceUnchecked(long offset, int length) => bytes.Span.Slice((int)offset, length);
    }

    private sealed unsafe class MappedBytes : ByteSource
    {
        private readonly MemoryMappedFile _file;
        private readonly MemoryMappedViewAccessor _view;
        private byte* _start;

        public MappedBytes(string path)
        {
            FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            Length = stream.Length;
            _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            byte* start = null;
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            _start = start + _view.PointerOffset;
        }

        public override long Length { get; }

        public override void Dispose()
        {
            if (_start == null)
                return;
            _start = null;
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
        }

        protected override ReadOnlySpan<byte> SliceUnchecked(long offset, int length)
        {
            ObjectDisposedException.ThrowIf(_start == null, typeof(OnnxModel));
            return new(_start + offset, length);
        }
    }
}
