using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace ML.Thermo.Onnx.Reading;

/// <summary>Where the elements of a tensor are, and how they lie there.</summary>
internal abstract class TensorStorage
{
    /// <summary>Whether the elements lie together as raw bytes.</summary>
    public abstract bool IsContiguous { get; }

    /// <summary>Makes sure that all elements are there, before anything is allocated for them.</summary>
    public abstract void CheckIsWhole(OnnxTensor tensor);

    /// <summary>Raw bytes of contiguous elements.</summary>
    public virtual ReadOnlySpan<byte> Slice(OnnxTensor tensor, long offset, int length) => throw NotStored(tensor, "as bytes");

    /// <summary>The same, for one look: its memory is let go afterwards.</summary>
    public virtual BorrowedBytes Borrow(OnnxTensor tensor, long offset, int length) => throw NotStored(tensor, "as bytes");

    /// <summary>Elements that are stored one by one.</summary>
    public virtual void ReadTyped<T>(OnnxTensor tensor, long first, Span<T> destination)
        where T : unmanaged, INumber<T> => throw NotStored(tensor, "number by number");

    public virtual IReadOnlyList<string> ReadTexts(OnnxTensor tensor) => throw NotStored(tensor, "as text");

    private static OnnxFormatException NotStored(OnnxTensor tensor, string how) => new($"{tensor} is not stored {how}.");
}

/// <summary>Raw bytes inside the model; their number was checked when the model was opened.</summary>
internal sealed class RawStorage(ByteSource source, Extent extent) : TensorStorage
{
    public override bool IsContiguous => true;

    public override void CheckIsWhole(OnnxTensor tensor)
    {
    }

    public override ReadOnlySpan<byte> Slice(OnnxTensor tensor, long offset, int length) => source.Slice(extent.Start + offset, length);

    public override BorrowedBytes Borrow(OnnxTensor tensor, long offset, int length) => source.Borrow(extent.Start + offset, length);
}

/// <summary>Raw bytes in a file beside the model, mapped when first looked at.</summary>
internal sealed class ExternalStorage(ExternalFiles files, string location, long offset, long? length) : TensorStorage
{
    public override bool IsContiguous => true;

    public override void CheckIsWhole(OnnxTensor tensor)
    {
        if (length is { } stated && stated != tensor.ByteLength)
            throw new OnnxFormatException($"{tensor} takes {tensor.ByteLength} bytes, but {stated} are given for it in '{location}'.");
        long there = files.Open(location).Length;
        if (offset > there || tensor.ByteLength > there - offset)
            throw new OnnxFormatException($"{tensor} takes {tensor.ByteLength} bytes from byte {offset} of '{location}', which has {there}: the file is "
                + "truncated or another's.");
    }

    public override ReadOnlySpan<byte> Slice(OnnxTensor tensor, long start, int count)
    {
        CheckIsWhole(tensor);
        return files.Open(location).Slice(offset + start, count);
    }

    public override BorrowedBytes Borrow(OnnxTensor tensor, long start, int count)
    {
        CheckIsWhole(tensor);
        return files.Open(location).Borrow(offset + start, count);
    }
}

/// <summary>Elements stored one by one in a field of the tensor's message; their number was checked when the model was opened.</summary>
internal sealed class TypedStorage(ByteSource source, Extent message) : TensorStorage
{
    private const int BufferedNumbers = 256;

    public override bool IsContiguous => false;

    private ReadOnlySpan<byte> Source => source.Slice(0, (int)source.Length);

    public override void CheckIsWhole(OnnxTensor tensor)
    {
        // Counted when the model was opened.
    }

    public override void ReadTyped<T>(OnnxTensor tensor, long first, Span<T> destination)
    {
        long written = FixedWidth(tensor.ElementType) > 0 ? ReadFixed(tensor, first, destination) : ReadNumbers(tensor, first, destination);
        if (written < destination.Length)
            throw Mismatch(tensor, first + written);
    }

    public override IReadOnlyList<string> ReadTexts(OnnxTensor tensor)
    {
        List<string> texts = [];
        for (WireReader fields = new(Source, message); fields.Next();)
        {
            if (fields.Field != ElementType.Text.TypedField())
            {
                fields.Skip();
                continue;
            }

            Extent text = fields.Bytes();
            if (texts.Count == tensor.Count)
                throw Mismatch(tensor, tensor.Count + 1);
            texts.Add(Encoding.UTF8.GetString(source.Slice(text.Start, text.Length)));
        }

        return texts.Count == tensor.Count ? texts : throw Mismatch(tensor, texts.Count);
    }

    private static OnnxFormatException Mismatch(OnnxTensor tensor, long held) =>
        new($"{tensor} should hold {tensor.Count} elements, but {held} are there.");

    private static int FixedWidth(ElementType type) => type switch
    {
        ElementType.Float => sizeof(float),
        ElementType.Double => sizeof(double),
        _ => 0,
    };

    /// <summary>Elements in one stored number: several where they are smaller than a byte.</summary>
    private static int PerNumber(ElementType type) => type.Bits() is > 0 and < 8 and var bits ? 8 / bits : 1;

    private long ReadFixed<T>(OnnxTensor tensor, long first, Span<T> destination)
        where T : unmanaged, INumber<T>
    {
        int width = FixedWidth(tensor.ElementType);
        long position = 0;
        int written = 0;
        for (RepeatedFixed runs = new(Source, message, tensor.ElementType.TypedField(), width); runs.MoveNext() && written < destination.Length;)
        {
            long count = runs.Current.Length / width;
            int skipped = (int)Math.Clamp(first - position, 0, count);
            int taken = (int)Math.Min(count - skipped, destination.Length - written);
            ElementCodec.Decode(tensor.ElementType, runs.Current.Slice(skipped * width, taken * width), destination.Slice(written, taken));
            position += count;
            written += taken;
        }

        return written;
    }

    private long ReadNumbers<T>(OnnxTensor tensor, long first, Span<T> destination)
        where T : unmanaged, INumber<T>
    {
        int perNumber = PerNumber(tensor.ElementType);
        int width = Math.Max(1, tensor.ElementType.Bits() / 8);
        Span<byte> raw = stackalloc byte[BufferedNumbers * sizeof(long)];
        Span<T> decoded = stackalloc T[BufferedNumbers * 4];
        long skippedNumbers = first / perNumber;
        int skippedElements = (int)(first % perNumber);
        int written = 0;
        int buffered = 0;
        RepeatedNumbers numbers = new(Source, message, tensor.ElementType.TypedField());
        while (written < destination.Length && numbers.MoveNext())
        {
            if (skippedNumbers-- > 0)
                continue;
            BinaryPrimitives.WriteInt64LittleEndian(raw[(buffered++ * width)..], numbers.Current);
            if (buffered == BufferedNumbers - 1 || (buffered * perNumber) - skippedElements >= destination.Length - written)
                Flush(raw, decoded, destination);
        }

        if (buffered > 0)
            Flush(raw, decoded, destination);
        return written;

        void Flush(Span<byte> from, Span<T> through, Span<T> to)
        {
            ElementCodec.Decode(tensor.ElementType, from, through[..(buffered * perNumber)]);
            int taken = Math.Min((buffered * perNumber) - skippedElements, to.Length - written);
            through.Slice(skippedElements, taken).CopyTo(to[written..]);
            written += taken;
            (buffered, skippedElements) = (0, 0);
        }
    }
}
