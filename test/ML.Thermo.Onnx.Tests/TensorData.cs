using System.Runtime.InteropServices;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Tests;

/// <summary>A constant tensor of a test model: its type, shape and the way its elements are stored.</summary>
public sealed record TensorData(ElementType Type, long[] Shape, Func<Wire, Wire> Content)
{
    /// <summary>Elements as raw little-endian bytes, as most exporters write them.</summary>
    public static TensorData Of<T>(long[] shape, params T[] values)
        where T : unmanaged => Raw(TypeOf<T>(), shape, MemoryMarshal.AsBytes<T>(values).ToArray());

    public static TensorData Raw(ElementType type, long[] shape, byte[] bytes) => new(type, shape, wire => wire.Bytes(9, bytes));

    /// <summary>Integers, codes of small floats or booleans in the typed field of the element type, packed or one field each.</summary>
    public static TensorData Typed(ElementType type, long[] shape, long[] numbers, bool packed = true)
    {
        int field = type switch { ElementType.Int64 => 7, ElementType.UInt32 or ElementType.UInt64 => 11, _ => 5 };
        return new(type, shape, wire => packed ? wire.Packed(field, numbers) : numbers.Aggregate(wire, (w, number) => w.Number(field, number)));
    }

    /// <summary>Floats in <c>float_data</c>, packed into one run or one field each.</summary>
    public static TensorData TypedFloats(long[] shape, float[] values, bool packed = true) => new(ElementType.Float, shape, wire => packed
        ? wire.Bytes(4, MemoryMarshal.AsBytes<float>(values).ToArray())
        : values.Aggregate(wire, (w, value) => w.Single(4, value)));

    /// <summary>Doubles in <c>double_data</c>, packed into one run or one field each.</summary>
    public static TensorData TypedDoubles(long[] shape, double[] values, bool packed = true) => new(ElementType.Double, shape, wire => packed
        ? wire.Bytes(10, MemoryMarshal.AsBytes<double>(values).ToArray())
        : values.Aggregate(wire, (w, value) => w.Double(10, value)));

    public static TensorData Texts(long[] shape, params string[] values) =>
        new(ElementType.Text, shape, wire => values.Aggregate(wire, (w, value) => w.Text(6, value)));

    /// <summary>Elements in a file beside the model.</summary>
    public static TensorData External(ElementType type, long[] shape, string location, long offset = 0, long? length = null) => new(type, shape, wire =>
    {
        Entry("location", location);
        Entry("offset", $"{offset}");
        if (length is { } stated)
            Entry("length", $"{stated}");
        return wire.Number(14, 1);

        void Entry(string key, string value) => wire.Message(13, new Wire().Text(1, key).Text(2, value));
    });

    /// <summary>Numbers in [−1/√n, 1/√n) that depend on the seed alone; n is what one output sums over.</summary>
    public static float[] Draw(int seed, long[] shape)
    {
        Random random = new(seed);
        float[] values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        double bound = 1 / Math.Sqrt(shape.Length > 1 ? (double)values.Length / shape[0] : values.Length);
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)(bound * ((2 * random.NextDouble()) - 1));
        return values;
    }

    public Wire Message(string name)
    {
        Wire wire = new();
        foreach (long extent in Shape)
            wire.Number(1, extent);
        wire.Number(2, (int)Type);
        if (name.Length > 0)
            wire.Text(8, name);
        return Content(wire);
    }

    private static ElementType TypeOf<T>() => default(T) switch
    {
        float => ElementType.Float,
        double => ElementType.Double,
        Half => ElementType.Float16,
        long => ElementType.Int64,
        int => ElementType.Int32,
        short => ElementType.Int16,
        sbyte => ElementType.Int8,
        ulong => ElementType.UInt64,
        uint => ElementType.UInt32,
        ushort => ElementType.UInt16,
        byte => ElementType.UInt8,
        bool => ElementType.Bool,
        _ => throw new ArgumentException($"No element type for {typeof(T).Name}."),
    };
}
