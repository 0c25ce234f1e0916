using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Sharing;

namespace ML.Thermo.Onnx.Sharing;

/// <summary>Batches of rows as bytes, from which workers make them again one at a time.</summary>
internal sealed class SharedBatches
{
    private const long MostBytes = int.MaxValue - (1 << 20);
    private readonly byte[] _bytes;
    private readonly long[] _starts;

    /// <summary>What <see cref="Write"/> wrote.</summary>
    public SharedBatches(byte[] bytes)
    {
        _bytes = bytes;
        using BinaryReader from = Packed.Reader(bytes);
        List<long> starts = [];
        while (from.BaseStream.Position < bytes.Length)
        {
            starts.Add(from.BaseStream.Position + sizeof(long));
            from.BaseStream.Position += sizeof(long) + from.ReadInt64();
        }

        _starts = [.. starts];
    }

    /// <summary>How many.</summary>
    public int Count => _starts.Length;

    /// <summary>A batch, which the caller disposes.</summary>
    /// <param name="index">Its number.</param>
    public NetworkBatch this[int index]
    {
        get
        {
            using BinaryReader from = Packed.Reader(_bytes);
            from.BaseStream.Position = _starts[index];
            int rows = from.ReadInt32();
            var inputs = new Dictionary<string, OrtValue>(StringComparer.Ordinal);
            for (int left = from.ReadInt32(); left > 0; left--)
                Read(from, inputs);
            return new NetworkBatch(inputs, rows);
        }
    }

    /// <summary>All batches, which the caller disposes.</summary>
    public NetworkBatch[] All() => [.. Enumerable.Range(0, Count).Select(index => this[index])];

    /// <summary>The bytes of some batches.</summary>
    /// <param name="batches">Inputs by name, and rows of each.</param>
    /// <exception cref="ThermoException">An input holds texts, or the rows are too large.</exception>
    public static byte[] Write(IEnumerable<(IReadOnlyDictionary<string, OrtValue> Inputs, int Rows)> batches) => Packed.Of(to =>
    {
        foreach ((IReadOnlyDictionary<string, OrtValue> inputs, int rows) in batches)
        {
            byte[] batch = Packed.Of(part =>
            {
                part.Write(rows);
                part.Write(inputs.Count);
                foreach ((string name, OrtValue value) in inputs.OrderBy(input => input.Key, StringComparer.Ordinal))
                    WriteInput(part, name, value);
            });
            if (to.BaseStream.Position + batch.LongLength > MostBytes)
                throw new ThermoException("The rows take more than 2 GiB: workers take no more; give fewer rows.");
            to.Write(batch.LongLength);
            to.Write(batch);
        }
    });

    private static void WriteInput(BinaryWriter to, string name, OrtValue value)
    {
        OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();
        if (info.ElementDataType == TensorElementType.String)
            throw new ThermoException($"The input '{name}' holds texts: workers take numbers only.");
        to.Write(name);
        to.Write((int)info.ElementDataType);
        to.WriteAll<long>(info.Shape);
        to.WriteAll<byte>(value.GetTensorMutableRawData());
    }

    private static void Read(BinaryReader from, Dictionary<string, OrtValue> inputs)
    {
        string name = from.ReadString();
        var type = (TensorElementType)from.ReadInt32();
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, type, from.ReadAll<long>());
        from.BaseStream.ReadExactly(value.GetTensorMutableRawData()[..from.ReadInt32()]);
        inputs.Add(name, value);
    }
}
