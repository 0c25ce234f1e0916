using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ML.Thermo.Onnx.Ensembles;

namespace ML.Thermo.Cluster.Ensembles;

/// <summary>The data of an energy as bytes: batches, labels or targets, reading of the output.</summary>
internal static class EnsembleData
{
    private const int Format = 1;

    public static byte[] Write(NetworkEnergy energy)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(Format);
        writer.Write(energy.Options.Meaning.ToString());
        writer.Write(energy.Options.Output ?? "");
        writer.Write(energy.Options.Labels?.Count ?? -1);
        foreach (long label in energy.Options.Labels ?? [])
            writer.Write(label);
        writer.Write(energy.Options.Targets?.Count ?? -1);
        foreach (double target in energy.Options.Targets ?? [])
            writer.Write(target);
        writer.Write(energy.Batches.Count);
        foreach (IReadOnlyDictionary<string, OrtValue> batch in energy.Batches)
        {
            writer.Write(batch.Count);
            foreach ((string name, OrtValue value) in batch.OrderBy(input => input.Key, StringComparer.Ordinal))
                Write(writer, name, value);
        }

        writer.Flush();
        return bytes.ToArray();
    }

    public static (List<IReadOnlyDictionary<string, OrtValue>> Batches, EnergyOptions Options) Read(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        if (reader.ReadInt32() is not Format and var format)
            throw new ClusterException($"The data have format {format}: this silo reads format {Format}; update the older of the two.");
        OutputMeaning meaning = Enum.Parse<OutputMeaning>(reader.ReadString());
        string output = reader.ReadString();
        var options = new EnergyOptions { Meaning = meaning, Output = output.Length > 0 ? output : null };
        int labels = reader.ReadInt32();
        if (labels >= 0)
            options = options with { Labels = [.. Enumerable.Range(0, labels).Select(_ => reader.ReadInt64())] };
        int targets = reader.ReadInt32();
        if (targets >= 0)
            options = options with { Targets = [.. Enumerable.Range(0, targets).Select(_ => reader.ReadDouble())] };
        var batches = new List<IReadOnlyDictionary<string, OrtValue>>();
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            var batch = new Dictionary<string, OrtValue>(StringComparer.Ordinal);
            for (int inputs = reader.ReadInt32(); inputs > 0; inputs--)
                Read(reader, batch);
            batches.Add(batch);
        }

        return (batches, options);
    }

    private static void Write(BinaryWriter to, string name, OrtValue value)
    {
        OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();
        if (info.ElementDataType == TensorElementType.String)
            throw new ClusterException($"The input '{name}' holds texts: workers take numbers only.");
        ReadOnlySpan<byte> content = value.GetTensorMutableRawData();
        to.Write(name);
        to.Write((int)info.ElementDataType);
        to.Write(info.Shape.Length);
        foreach (long extent in info.Shape)
            to.Write(extent);
        to.Write(content.Length);
        to.Write(content);
    }

    private static void Read(BinaryReader from, Dictionary<string, OrtValue> batch)
    {
        string name = from.ReadString();
        var type = (TensorElementType)from.ReadInt32();
        long[] shape = new long[from.ReadInt32()];
        for (int i = 0; i < shape.Length; i++)
            shape[i] = from.ReadInt64();
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, type, shape);
        from.BaseStream.ReadExactly(value.GetTensorMutableRawData()[..from.ReadInt32()]);
        batch.Add(name, value);
    }
}
