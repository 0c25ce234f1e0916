using System.Runtime.InteropServices;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Weights;

namespace ML.Thermo.Tests.Reading;

public class ExternalDataTests
{
    private string _folder = "";

    [SetUp]
    public void Make_a_folder() => _folder = Directory.CreateTempSubdirectory("thermo-external").FullName;

    [TearDown]
    public void Remove_it() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_tensor_is_read_from_its_place_in_a_file_beside_the_model()
    {
        File.WriteAllBytes(Path.Combine(_folder, "weights.bin"), [9, 9, 9, 9, .. MemoryMarshal.AsBytes<float>([1, 2, 3])]);
        using OnnxModel model = Open(TensorData.External(ElementType.Float, [3], "weights.bin", offset: 4, length: 12));

        OnnxTensor tensor = model.Graph.Initializers[0];
        Assert.That(tensor.IsExternal);
        Assert.That(tensor.ToDoubles(), Is.EqualTo(new double[] { 1, 2, 3 }));
        Assert.That(MemoryMarshal.Cast<byte, float>(tensor.Bytes)[2], Is.EqualTo(3));
        Assert.That(Open(TensorData.External(ElementType.Float, [3], "./weights.bin", offset: 4)).Graph.Initializers[0].ToDoubles(), Has.Length.EqualTo(3),
            "the length may be left out");
    }

    [Test]
    public void The_graph_is_there_even_where_the_file_is_not()
    {
        using OnnxModel model = Open(TensorData.External(ElementType.Float, [3], "gone.bin"));
        OnnxTensor tensor = model.Graph.Initializers[0];
        Assert.That(tensor.Count, Is.EqualTo(3));
        Assert.That(() => tensor.ToDoubles(), Throws.TypeOf<OnnxFormatException>().With.Message.Contains("gone.bin").And.Message.Contains("missing"));
    }

    [TestCase("../secret")]
    [TestCase("data/../../secret")]
    [TestCase("..\\secret")]
    [TestCase("/etc/passwd")]
    [TestCase("\\\\server\\share")]
    [TestCase("C:\\secret")]
    [TestCase("")]
    public void A_path_that_leaves_the_models_folder_is_refused_before_any_read(string location) =>
        Assert.That(() => Open(TensorData.External(ElementType.Float, [3], location)), Throws.TypeOf<OnnxFormatException>().With.Message.Contains("refused"));

    [Test]
    public void A_link_out_of_the_models_folder_is_refused_and_a_link_inside_is_not()
    {
        string outside = Path.GetTempFileName();
        File.WriteAllBytes(outside, new byte[12]);
        File.WriteAllBytes(Path.Combine(_folder, "inside.bin"), new byte[12]);
        File.CreateSymbolicLink(Path.Combine(_folder, "out.bin"), outside);
        File.CreateSymbolicLink(Path.Combine(_folder, "in.bin"), "inside.bin");
        try
        {
            Assert.That(() => Open(TensorData.External(ElementType.Float, [3], "out.bin")).Graph.Initializers[0].ToDoubles(),
                Throws.TypeOf<OnnxFormatException>().With.Message.Contains("link"));
            Assert.That(Open(TensorData.External(ElementType.Float, [3], "in.bin")).Graph.Initializers[0].ToDoubles(), Is.EqualTo(new double[3]));
        }
        finally
        {
            File.Delete(outside);
        }
    }

    [Test]
    public void A_model_and_its_data_may_both_be_links_into_one_store()
    {
        string store = Directory.CreateDirectory(Path.Combine(_folder, "blobs")).FullName;
        string snapshot = Directory.CreateDirectory(Path.Combine(_folder, "snapshot")).FullName;
        File.WriteAllBytes(Path.Combine(store, "1"), Model(TensorData.External(ElementType.Float, [1], "model.data")));
        File.WriteAllBytes(Path.Combine(store, "2"), new byte[4]);
        File.CreateSymbolicLink(Path.Combine(snapshot, "model.onnx"), "../blobs/1");
        File.CreateSymbolicLink(Path.Combine(snapshot, "model.data"), "../blobs/2");

        using OnnxModel model = OnnxModel.Open(Path.Combine(snapshot, "model.onnx"));
        Assert.That(model.Graph.Initializers[0].ToDoubles(), Is.EqualTo(new double[1]));
    }

    [TestCase(8L, null, "truncated")]
    [TestCase(long.MaxValue, null, "truncated")]
    [TestCase(0L, 8L, "8 are given")]
    public void A_file_or_a_length_that_is_too_short_is_refused(long offset, long? length, string message)
    {
        File.WriteAllBytes(Path.Combine(_folder, "weights.bin"), new byte[16]);
        using OnnxModel model = Open(TensorData.External(ElementType.Float, [3], "weights.bin", offset, length));
        OnnxTensor tensor = model.Graph.Initializers[0];
        Assert.That(() => tensor.Bytes.Length, Throws.TypeOf<OnnxFormatException>().With.Message.Contains(message));
    }

    [Test]
    public void Terabytes_that_are_not_there_are_refused_before_they_are_allocated()
    {
        File.WriteAllBytes(Path.Combine(_folder, "weights.bin"), new byte[16]);
        using OnnxModel model = Open(TensorData.External(ElementType.Float, [1L << 28], "weights.bin"));
        long before = GC.GetAllocatedBytesForCurrentThread();
        OnnxTensor tensor = model.Graph.Initializers[0];
        Assert.That(() => tensor.ToDoubles(), Throws.TypeOf<OnnxFormatException>());
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1 << 20));
    }

    [Test]
    public void A_tensor_of_several_gigabytes_is_read_in_parts()
    {
        const long Count = 3L << 28;
        using (FileStream file = File.Create(Path.Combine(_folder, "weights.bin")))
        {
            // A hole of three gigabytes with one number behind it.
            file.Seek((Count - 1) * sizeof(float), SeekOrigin.Begin);
            file.Write(BitConverter.GetBytes(7f));
        }

        using OnnxModel model = Open(TensorData.External(ElementType.Float, [3, 1L << 28], "weights.bin"));
        OnnxTensor tensor = model.Graph.Initializers[0];
        double[] last = new double[2];
        tensor.Read<double>(Count - 2, last);
        Assert.That(last, Is.EqualTo(new double[] { 0, 7 }));
        Assert.That(() => tensor.Bytes.Length, Throws.TypeOf<InvalidOperationException>().With.Message.Contains("parts"));
        Assert.That(tensor.Slice(tensor.ByteLength - 4, 4).Length, Is.EqualTo(4));
    }

    [Test]
    public void Bytes_that_are_borrowed_are_those_that_are_read_in_place()
    {
        File.WriteAllBytes(Path.Combine(_folder, "weights.bin"), [.. Enumerable.Range(0, 20).Select(i => (byte)i)]);
        OnnxModel model = Open(TensorData.External(ElementType.Float, [4], "weights.bin", offset: 3));
        OnnxTensor tensor = model.Graph.Initializers[0], held = OnnxModel.Read(
            new OnnxBuilder().Initializer("t", TensorData.Of<float>([4], 1, 2, 3, 4)).ToModel()).Graph.Initializers[0];
        using (BorrowedBytes borrowed = tensor.Borrow(4, 8), none = tensor.Borrow(16, 0), inMemory = held.Borrow(4, 8))
        using (Assert.EnterMultipleScope())
        {
            Assert.That(borrowed.Span.ToArray(), Is.EqualTo(new byte[] { 7, 8, 9, 10, 11, 12, 13, 14 }));
            Assert.That(none.Span.Length, Is.Zero);
            Assert.That(inMemory.Span.ToArray(), Is.EqualTo(held.Slice(4, 8).ToArray()));
        }

        Assert.That(() => tensor.Borrow(12, 8), Throws.TypeOf<ArgumentOutOfRangeException>());
        model.Dispose();
        Assert.That(() => tensor.Borrow(4, 8), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void Weights_in_a_file_are_looked_at_in_parts_and_found_as_in_an_array()
    {
        const int Width = 2100; // more than one part, and no whole number of them
        float[] weights = new float[Width * Width];
        for (int i = 0; i < weights.Length; i++)
            weights[i] = MathF.Sin(i) + (1e-7f * i);
        File.WriteAllBytes(Path.Combine(_folder, "weights.bin"), [1, 2, 3, 4, .. MemoryMarshal.AsBytes<float>(weights)]);
        File.WriteAllBytes(Path.Combine(_folder, "model.onnx"), new OnnxBuilder().Input("x", "N", Width)
            .Initializer("w", TensorData.External(ElementType.Float, [Width, Width], "weights.bin", offset: 4))
            .Node("MatMul", "x w", "y").Output("y", "N", Width).ToModel());
        using OnnxModel model = OnnxModel.Open(Path.Combine(_folder, "model.onnx"));
        ParameterTensor weight = LayerGraph.Of(model).Layers.Single().Weight!;
        WeightAnalysisOptions options = new() { LeavesOutSpectra = true };

        WeightAnalysis inFile = WeightAnalysis.Of(WeightMatrix.Of(weight), options);
        WeightAnalysis inArray = WeightAnalysis.Of(new WeightMatrix(weights, weight.Layout!), options);

        Assert.That(inFile.Entries, Is.EqualTo(inArray.Entries), "to the last bit");
        Assert.That(inFile.Fitted, Is.EqualTo(inArray.Fitted), "by a sample that the same pass takes");
    }

    [Test]
    public void Moments_of_weights_whose_file_is_too_short_are_refused()
    {
        File.WriteAllBytes(Path.Combine(_folder, "weights.bin"), new byte[100]);
        File.WriteAllBytes(Path.Combine(_folder, "model.onnx"), new OnnxBuilder().Input("x", "N", 8)
            .Initializer("w", TensorData.External(ElementType.Float, [8, 8], "weights.bin")).Node("MatMul", "x w", "y").Output("y", "N", 8).ToModel());
        using OnnxModel model = OnnxModel.Open(Path.Combine(_folder, "model.onnx"));
        ParameterTensor weight = LayerGraph.Of(model).Layers.Single().Weight!;

        Assert.That(() => EntryMoments.Of(WeightMatrix.Of(weight)), Throws.TypeOf<OnnxFormatException>().With.Message.Contains("truncated"));
    }

    [Test]
    public void A_model_in_memory_needs_to_be_told_its_folder()
    {
        byte[] bytes = Model(TensorData.External(ElementType.Float, [1], "weights.bin"));
        File.WriteAllBytes(Path.Combine(_folder, "weights.bin"), new byte[4]);
        Assert.That(() => OnnxModel.Read(bytes).Graph.Initializers[0].ToDoubles(), Throws.TypeOf<OnnxFormatException>().With.Message.Contains("folder"));
        Assert.That(OnnxModel.Read(bytes, folder: _folder).Graph.Initializers[0].ToDoubles(), Has.Length.EqualTo(1));
    }

    private static byte[] Model(TensorData tensor) => new OnnxBuilder().Initializer("t", tensor).ToModel();

    private OnnxModel Open(TensorData tensor)
    {
        string path = Path.Combine(_folder, "model.onnx");
        File.WriteAllBytes(path, Model(tensor));
        return OnnxModel.Open(path);
    }
}
