using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace ML.Thermo.Langevin;

/// <summary>
/// ML.NET's maximum entropy model with given parameters. Its constructor is closed and its trainers do not arrive at given weights, but ML.NET reads what it
/// wrote: a model of the right shape is saved, its weights are replaced in the file, and the file is loaded. Exact in single precision.
/// </summary>
internal static class SoftmaxModel
{
    private const int BlockAddress = 0x10; // in the header of each of ML.NET's model files: where its numbers begin
    private const string File = "/Model/Model.key";

    /// <summary>Makes the transformer.</summary>
    /// <param name="context">A context of our own.</param>
    /// <param name="shape">One that ML.NET made, of the right columns, features and classes, and no weight of which is zero.</param>
    /// <param name="outputs">Weights, then the bias, of each class.</param>
    /// <exception cref="NotSupportedException">ML.NET writes such models in another form than version 5.0.1.</exception>
    public static MulticlassPredictionTransformer<MaximumEntropyModelParameters> Of(
        MLContext context, MulticlassPredictionTransformer<MaximumEntropyModelParameters> shape, IReadOnlyList<double[]> outputs)
    {
        using var file = new MemoryStream();
        context.Model.Save(shape, null, file);
        using (var archive = new ZipArchive(file, ZipArchiveMode.Update, leaveOpen: true))
        {
            ZipArchiveEntry entry = archive.Entries.SingleOrDefault(entry => entry.FullName.Replace('\\', '/').EndsWith(File, StringComparison.Ordinal))
                ?? throw Unknown($"there is no {File}");
            using Stream stream = entry.Open();
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            Replace(bytes, outputs);
            stream.Position = 0;
            stream.Write(bytes);
        }

        file.Position = 0;
        ITransformer loaded = context.Model.Load(file, out _);
        if (loaded is not MulticlassPredictionTransformer<MaximumEntropyModelParameters> model)
            throw Unknown($"it was loaded as {loaded.GetType().Name}");
        return Has(model.Model, outputs) ? model : throw Unknown("its weights are not those that were put in");
    }

    /// <summary>The bytes of a number, features, classes, biases, then of a dense matrix two zeros, the number of weights, and the weights.</summary>
    private static void Replace(Span<byte> file, IReadOnlyList<double[]> outputs)
    {
        int features = outputs[0].Length - 1, classes = outputs.Count;
        Span<byte> block = file[(int)BinaryPrimitives.ReadInt64LittleEndian(file[BlockAddress..])..];
        Span<int> counts = MemoryMarshal.Cast<byte, int>(block);
        if (counts[0] != sizeof(float) || counts[1] != features || counts[2] != classes
            || counts[3 + classes] != 0 || counts[4 + classes] != 0 || counts[5 + classes] != features * classes)
            throw Unknown($"{features} features and {classes} classes are not where they were");
        Span<float> numbers = MemoryMarshal.Cast<byte, float>(block);
        Span<float> weights = numbers[(6 + classes)..];
        for (int k = 0; k < classes; k++)
        {
            numbers[3 + k] = (float)outputs[k][features];
            for (int j = 0; j < features; j++)
                weights[(k * features) + j] = (float)outputs[k][j];
        }
    }

    private static bool Has(MaximumEntropyModelParameters model, IReadOnlyList<double[]> outputs)
    {
        VBuffer<float>[] weights = [];
        model.GetWeights(ref weights, out int classes);
        return classes == outputs.Count
            && model.GetBiases().Zip(outputs).All(pair => pair.First == (float)pair.Second[^1])
            && weights.Zip(outputs).All(pair => pair.First.DenseValues().Zip(pair.Second).All(values => values.First == (float)values.Second));
    }

    private static NotSupportedException Unknown(string what) =>
        new($"This version of Microsoft.ML writes a maximum entropy model in another form than version 5.0.1 ({what}): "
            + "update ML.Thermo, or take an earlier Microsoft.ML.");
}
