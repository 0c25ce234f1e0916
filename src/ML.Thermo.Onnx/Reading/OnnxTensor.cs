using System.Numerics;

namespace ML.Thermo.Onnx.Reading;

/// <summary>A constant tensor of a model: its name, type and shape; its elements stay in the file until they are read.</summary>
/// <remarks>
/// <para>Bytes and spans are valid until the model is disposed. Reading is safe from several threads at once.</para></remarks>
public sealed class OnnxTensor
{
    private const int DecodedAtOnce = 1 << 16;
    private readonly TensorStorage _storage;

    internal OnnxTensor(string name, ElementType elementType, long[] shape, TensorStorage storage)
    {
        Name = name;
        ElementType = elementType;
        Shape = shape;
        Count = Reading.Shape.Count(shape, $"Tensor '{name}'");
        _storage = storage;
    }

    /// <summary>The name that nodes call it by; empty for the tensor of an attribute.</summary>
    public string Name { get; }

    /// <summary>The type of its elements.</summary>
    public ElementType ElementType { get; }

    /// <summary>Its extents, each ≥ 0; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The product of the extents.</summary>
    public long Count { get; }

    /// <summary>Whether the elements are in a file beside the model.</summary>
    public bool IsExternal => _storage is ExternalStorage;

    /// <summary>Whether the elements lie together as raw little-endian bytes, so that <see cref="Bytes"/> can show them in place.</summary>
    public bool IsContiguous => _storage.IsContiguous;

    /// <summary>The elements in place, little-endian, below 8 bits packed from the low bits up.</summary>
    /// <exception cref="InvalidOperationException">The elements do not lie together (<see cref="IsContiguous"/>), or take more than 2³¹ − 1 bytes:
    /// take parts (<see cref="Slice"/>).</exception>
    /// <exception cref="OnnxFormatException">The external file is missing, too short or outside the model's folder.</exception>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            long length = ByteLength;
            return length <= int.MaxValue
                ? Slice(0, (int)length)
                : throw new InvalidOperationException($"{this} takes {length} bytes, more than one span holds: take parts of it.");
        }
    }

    /// <summary>Bytes that the elements take as raw data.</summary>
    /// <exception cref="OnnxFormatException">Elements of this type have no fixed size.</exception>
    public long ByteLength => ElementType.Bits() > 0
        ? ElementType.ByteLength(Count)
        : throw new OnnxFormatException($"{this}: elements of type {ElementType} have no fixed size.");

    /// <summary>Part of <see cref="Bytes"/>.</summary>
    /// <param name="offset">First byte, counted from the first element.</param>
    /// <param name="length">Number of bytes.</param>
    /// <exception cref="InvalidOperationException">The elements do not lie together (<see cref="IsContiguous"/>).</exception>
    /// <exception cref="OnnxFormatException">The external file is missing, too short or outside the model's folder.</exception>
    public ReadOnlySpan<byte> Slice(long offset, int length)
    {
        Check(offset, length);
        return _storage.Slice(this, offset, length);
    }

    /// <summary>Reads elements as numbers.</summary>
    /// <param name="first">Position of the first element, in row-major order.</param>
    /// <param name="destination">Takes as many elements as it is long. Numbers that its type cannot hold are rounded or saturated.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not that many elements.</exception>
    /// <exception cref="OnnxFormatException">The elements are no numbers, fewer than the shape says, or their external file cannot be used.</exception>
    public void Read<T>(long first, Span<T> destination)
        where T : unmanaged, INumber<T>
    {
        if (first < 0 || first > Count - destination.Length)
            throw new ArgumentOutOfRangeException(nameof(first), $"{destination.Length} elements at {first} are outside the {Count} of {this}.");
        if (!IsContiguous)
        {
            _storage.ReadTyped(this, first, destination);
            return;
        }

        int perByte = Math.Max(1, 8 / Math.Max(1, ElementType.Bits()));
        if (first % perByte != 0 && !destination.IsEmpty)
        {
            // A start inside a byte: decode the byte's other elements too, once.
            int before = (int)(first % perByte);
            Span<T> whole = stackalloc T[4];
            int taken = Math.Min(perByte - before, destination.Length);
            DecodeBytes(first - before, whole[..(before + taken)]);
            whole.Slice(before, taken).CopyTo(destination);
            destination = destination[taken..];
            first += taken;
        }

        DecodeBytes(first, destination);
    }

    /// <summary>All elements as numbers, in row-major order.</summary>
    /// <exception cref="OnnxFormatException">As <see cref="Read{T}"/>, or more elements than an array holds.</exception>
    public double[] ToDoubles() => ToArray<double>();

    /// <summary>All elements as integers, in row-major order.</summary>
    /// <exception cref="OnnxFormatException">As <see cref="Read{T}"/>, or more elements than an array holds.</exception>
    public long[] ToIntegers() => ToArray<long>();

    /// <summary>All elements of a text tensor, in row-major order.</summary>
    /// <exception cref="OnnxFormatException">The elements are no text, or not as many as the shape says.</exception>
    public IReadOnlyList<string> ToTexts()
    {
        if (ElementType != ElementType.Text)
            throw new OnnxFormatException($"{this} holds {ElementType}, not text.");
        return _storage.ReadTexts(this);
    }

    /// <inheritdoc/>
    public override string ToString() => $"tensor '{Name}' ({ElementType}[{string.Join(',', Shape)}])";

    /// <summary>All elements as numbers; nothing is allocated before it is known that they are there.</summary>
    internal T[] ToArray<T>()
        where T : unmanaged, INumber<T>
    {
        _storage.CheckIsWhole(this);
        if (Count > Array.MaxLength)
            throw new OnnxFormatException($"{this} has more elements than an array holds: read it in parts.");
        T[] values = new T[Count];
        Read<T>(0, values);
        return values;
    }

    /// <summary>As <see cref="Slice"/>, for one look: its memory is let go afterwards.</summary>
    internal BorrowedBytes Borrow(long offset, int length)
    {
        Check(offset, length);
        return _storage.Borrow(this, offset, length);
    }

    private void Check(long offset, int length)
    {
        if (!IsContiguous)
            throw new InvalidOperationException($"{this} is stored number by number, not as bytes: read it into a span.");
        if (offset < 0 || length < 0 || offset > ByteLength - length)
            throw new ArgumentOutOfRangeException(nameof(offset), $"{length} bytes at {offset} are outside the {ByteLength} of {this}.");
    }

    private void DecodeBytes<T>(long first, Span<T> destination)
        where T : unmanaged, INumber<T>
    {
        for (int done = 0; done < destination.Length; done += DecodedAtOnce)
        {
            Span<T> part = destination.Slice(done, Math.Min(DecodedAtOnce, destination.Length - done));
            long offset = ElementType.ByteLength(first + done);
            ElementCodec.Decode(ElementType, _storage.Slice(this, offset, (int)ElementType.ByteLength(part.Length)), part);
        }
    }
}
