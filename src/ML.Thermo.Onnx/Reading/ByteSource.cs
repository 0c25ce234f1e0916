using System.IO.MemoryMappedFiles;

namespace ML.Thermo.Onnx.Reading;

/// <summary>Bytes that can be looked at in place, of any length: a mapped file or memory.</summary>
internal abstract class ByteSource : IDisposable
{
    private const int CopiedAtOnce = 1 << 24;

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

    /// <summary>
    /// A stretch of the bytes that lets its memory go when it is disposed, so that a pass over a large file in parts takes no more memory than a part:
    /// pages that were looked at by <see cref="Slice"/> count as the process's own until the source is disposed.
    /// </summary>
    public BorrowedBytes Borrow(long offset, int length)
    {
        _ = Slice(offset, length); // is it there?
        return BorrowUnchecked(offset, length);
    }

    /// <summary>Copies all of it, by <see cref="Borrow"/>.</summary>
    public void CopyTo(Span<byte> destination)
    {
        for (long start = 0; start < Length; start += CopiedAtOnce)
        {
            using BorrowedBytes part = Borrow(start, (int)Math.Min(CopiedAtOnce, Length - start));
            part.Span.CopyTo(destination[(int)start..]);
        }
    }

    public abstract void Dispose();

    protected virtual BorrowedBytes BorrowUnchecked(long offset, int length) => new(this, offset, length);

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

        protected override BorrowedBytes BorrowUnchecked(long offset, int length) =>
            length == 0 ? base.BorrowUnchecked(offset, 0) : new(_file.CreateViewAccessor(offset, length, MemoryMappedFileAccess.Read), length);

        protected override ReadOnlySpan<byte> SliceUnchecked(long offset, int length)
        {
            ObjectDisposedException.ThrowIf(_start == null, typeof(OnnxModel));
            return new(_start + offset, length);
        }
    }
}

/// <summary>A stretch of a <see cref="ByteSource"/>, mapped by itself or looked at where it lies.</summary>
internal sealed unsafe class BorrowedBytes : IDisposable
{
    private readonly MemoryMappedViewAccessor? _view;
    private readonly ByteSource? _source;
    private readonly long _offset;
    private readonly int _length;
    private readonly byte* _start;

    public BorrowedBytes(ByteSource source, long offset, int length) => (_source, _offset, _length) = (source, offset, length);

    public BorrowedBytes(MemoryMappedViewAccessor view, int length)
    {
        (_view, _length) = (view, length);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += view.PointerOffset;
    }

    /// <summary>Valid until this is disposed.</summary>
    public ReadOnlySpan<byte> Span => _source is null ? new(_start, _length) : _source.Slice(_offset, _length);

    public void Dispose()
    {
        _view?.SafeMemoryMappedViewHandle.ReleasePointer();
        _view?.Dispose();
    }
}
