using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Tests.Inputs;

public sealed class NetworkInputsTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("thermo-inputs").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Rows_of_an_npy_come_in_batches_in_order()
    {
        string path = Npy("x", "<f4", [5, 4], [.. Enumerable.Range(0, 20).Select(i => (float)i)]);
        using OnnxModel model = Model("N", 4);
        NetworkInputs inputs = NetworkInputs.Read(path, model);
        Assert.That(inputs.Rows, Is.EqualTo(5));
        Assert.That(Values(inputs, 2), Is.EqualTo(new[] { new[] { 0f, 1, 2, 3, 4, 5, 6, 7 }, [8, 9, 10, 11, 12, 13, 14, 15], [16, 17, 18, 19] }));
    }

    [Test]
    public void Doubles_and_integers_become_what_the_input_takes()
    {
        using OnnxModel model = Model("N", 2);
        Assert.That(Values(NetworkInputs.Read(Npy("d", "<f8", [1, 2], [0.5, -2.0]), model), 1)[0], Is.EqualTo(new[] { 0.5f, -2 }));
        Assert.That(Values(NetworkInputs.Read(Npy("i", "<i4", [1, 2], [7, -8]), model), 1)[0], Is.EqualTo(new[] { 7f, -8 }));
    }

    [Test]
    public void An_npz_gives_one_array_an_input_by_name()
    {
        string path = Path.Combine(_folder, "both.npz");
        using (ZipArchive archive = new(File.Create(path), ZipArchiveMode.Create))
        {
            Add(archive, "b.npy", Bytes<long>("<i8", [3, 1], [4, 5, 6]));
            Add(archive, "a.npy", Bytes<float>("<f4", [3, 2], [1, 2, 3, 4, 5, 6]));
        }

        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().Input("a", "N", 2).Input("b", ElementType.Int64, "N", 1)
            .Node("Cast", "b", "c", ("to", 1)).Node("Add", "a c", "y").Output("y", "N", 2).ToModel());
        NetworkBatch batch = NetworkInputs.Read(path, model).Batches(3).Single();
        Assert.That(batch.Inputs["a"].GetTensorDataAsSpan<float>().ToArray(), Is.EqualTo(new[] { 1f, 2, 3, 4, 5, 6 }));
        Assert.That(batch.Inputs["b"].GetTensorDataAsSpan<long>().ToArray(), Is.EqualTo(new[] { 4L, 5, 6 }));
        batch.Dispose();

        using OnnxModel other = OnnxModel.Read(new OnnxBuilder().Input("a", "N", 2).Input("z", "N", 1).Node("Add", "a z", "y").Output("y", "N", 2).ToModel());
        Assert.That(() => NetworkInputs.Read(path, other),
            Throws.TypeOf<ThermoException>().With.Message.Contains("'b' (Int64[3,1])").And.Message.Contains("'z' (Float[N,1])"));
    }

    [Test]
    public void A_table_with_a_heading_is_one_row_a_line()
    {
        using OnnxModel model = Model("N", 2, 2);
        Assert.That(Values(NetworkInputs.Read(Text("p;q;r;s\n1;2;3;4\n5;6;7;8.5\n"), model), 2)[0], Is.EqualTo(new[] { 1f, 2, 3, 4, 5, 6, 7, 8.5f }));
    }

    [Test]
    public void A_free_extent_of_a_row_is_what_the_columns_leave_for_it()
    {
        using OnnxModel model = Model("N", 2, "width");
        NetworkInputs inputs = NetworkInputs.Read(Text("1,2,3,4,5,6\n7,8,9,10,11,12\n"), model);
        using NetworkBatch batch = inputs.Batches(2).Single();
        Assert.That(batch.Inputs["x"].GetTensorTypeAndShape().Shape, Is.EqualTo(new long[] { 2, 2, 3 }));
        Assert.That(() => NetworkInputs.Read(Text("1,2,3,4,5\n"), model), Throws.TypeOf<UnusableDataException>().With.Message.Contains("5 columns"));
        using OnnxModel empty = Model("N", 0, "width");
        Assert.That(() => NetworkInputs.Read(Text("1,2\n"), empty), Throws.TypeOf<UnusableDataException>().With.Message.Contains("2 columns"));
    }

    [Test]
    public void Inputs_of_one_network_are_drawn_apart()
    {
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().Input("a", "N", 3).Input("b", "N", 3).Node("Add", "a b", "y").Output("y", "N", 3).ToModel());
        using NetworkBatch batch = NetworkInputs.Synthetic(model, 4, 1).Batches(4).Single();
        Assert.That(batch.Inputs["a"].GetTensorDataAsSpan<float>().ToArray(), Is.Not.EqualTo(batch.Inputs["b"].GetTensorDataAsSpan<float>().ToArray()));
    }

    [TestCase("1,2,3\n", "3 columns")]
    [TestCase("1,2\n3\n", "data row 2 has 1 numbers")]
    [TestCase("1,2\n3,x\n", "line 2, column 2: 'x'")]
    [TestCase("", "no data|columns")]
    public void A_table_that_does_not_fit_is_refused(string text, string expected)
    {
        using OnnxModel model = Model("N", 2);
        Assert.That(() => NetworkInputs.Read(Text(text), model), Throws.TypeOf<UnusableDataException>().With.Message.Matches(expected));
    }

    [Test]
    public void A_wrong_shape_lists_what_is_there_and_what_is_expected()
    {
        using OnnxModel model = Model("N", 4);
        Assert.That(() => NetworkInputs.Read(Npy("x", "<f4", [2, 3], new float[6]), model),
            Throws.TypeOf<UnusableDataException>().With.Message.Contains("[2,3]").And.Message.Contains("'x' (Float[N,4])"));
    }

    [Test]
    public void A_fixed_batch_is_respected_and_what_does_not_fill_one_is_said()
    {
        using OnnxModel model = Model(2, 3);
        NetworkInputs inputs = NetworkInputs.Read(Npy("x", "<f4", [5, 3], new float[15]), model);
        Assert.That((inputs.FixedBatch, inputs.RowsLeftOut), Is.EqualTo(((int?)2, 1L)));
        Assert.That(Values(inputs, 100).Select(v => v.Length), Is.EqualTo(new[] { 6, 6 }));
        Assert.That(() => NetworkInputs.Read(Npy("x", "<f4", [1, 3], new float[3]), model),
            Throws.TypeOf<UnusableDataException>().With.Message.Contains("exactly 2 rows"));
        Assert.That(NetworkInputs.Read(Npy("x", "<f4", [2, 3], new float[6]), model).Rows, Is.EqualTo(2));
        Assert.That(NetworkInputs.Synthetic(model, 3, 1).Rows, Is.EqualTo(4));
    }

    [Test]
    public void Synthetic_rows_do_not_depend_on_how_many_there_are()
    {
        using OnnxModel model = Model("N", "width");
        Dictionary<string, long> extents = new() { ["width"] = 6 };
        float[] few = Values(NetworkInputs.Synthetic(model, 3, 9, extents), 3)[0], many = Values(NetworkInputs.Synthetic(model, 500, 9, extents), 500)[0];
        Assert.That(many[..18], Is.EqualTo(few));
        Assert.That(many.Average(), Is.Zero.Within(4 / Math.Sqrt(3000)));
        Assert.That(many.Average(v => v * v), Is.EqualTo(1).Within(4 * Math.Sqrt(2 / 3000.0)));
        Assert.That(() => NetworkInputs.Synthetic(model, 3, 9, new Dictionary<string, long> { ["height"] = 2 }),
            Throws.TypeOf<ThermoException>().With.Message.Contains("free are: N, width"));
    }

    [Test]
    public void Inputs_of_text_are_refused()
    {
        using OnnxModel model = OnnxModel.Read(
            new OnnxBuilder().Input("t", ElementType.Text, "N", 1).Node("Identity", "t", "y").Output("y", ElementType.Text, "N", 1).ToModel());
        Assert.That(() => NetworkInputs.Synthetic(model, 3, 1), Throws.TypeOf<ThermoException>().With.Message.Contains("'t' (Text[N,1])"));
    }

    [TestCase(40, "truncated|cannot be read")]
    [TestCase(7, "cannot be read")]
    public void A_truncated_array_is_refused(int kept, string expected)
    {
        string path = Npy("x", "<f4", [100, 4], new float[400]);
        byte[] bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(kept == 40 ? bytes.Length - 8 : kept)]);
        Assert.That(() => NumpyArray.ReadFile(path), Throws.TypeOf<ThermoException>().With.Message.Matches(expected));
    }

    [TestCase("'descr': '>f4', 'fortran_order': False, 'shape': (1,)", "'>f4'")]
    [TestCase("'descr': '<f4', 'fortran_order': True, 'shape': (1,)", "by columns")]
    [TestCase("'descr': '<f4', 'fortran_order': False, 'shape': (9999999999, 9999999999)", "more elements")]
    [TestCase("'descr': '<f4', 'fortran_order': False, 'shape': (99999,)", "truncated")]
    [TestCase("'descr': '|O', 'fortran_order': False, 'shape': (1,)", "'|O'")]
    public void An_array_of_another_kind_is_refused(string header, string expected)
    {
        string path = Path.Combine(_folder, "odd.npy");
        File.WriteAllBytes(path, Npy($"{{{header}, }}", [0, 0, 0, 0]));
        Assert.That(() => NumpyArray.ReadFile(path), Throws.InstanceOf<ThermoException>().With.Message.Contains(expected));
    }

    private static OnnxModel Model(params Dimension[] shape) =>
        OnnxModel.Read(new OnnxBuilder().Input("x", shape).Node("Relu", "x", "y").Output("y", shape).ToModel());

    private static float[][] Values(NetworkInputs inputs, int size) => [.. inputs.Batches(size).Select(batch =>
    {
        using (batch)
            return batch.Inputs["x"].GetTensorDataAsSpan<float>().ToArray();
    })];

    private string Text(string text)
    {
        string path = Path.Combine(_folder, "table.csv");
        File.WriteAllText(path, text);
        return path;
    }

    private string Npy<T>(string name, string description, int[] shape, T[] values)
        where T : unmanaged
    {
        string path = Path.Combine(_folder, name + ".npy");
        File.WriteAllBytes(path, Bytes(description, shape, values));
        return path;
    }

    private static byte[] Bytes<T>(string description, int[] shape, T[] values)
        where T : unmanaged =>
        Npy($"{{'descr': '{description}', 'fortran_order': False, 'shape': ({string.Join(", ", shape)},), }}", MemoryMarshal.AsBytes<T>(values).ToArray());

    private static byte[] Npy(string header, byte[] data)
    {
        byte[] text = Encoding.ASCII.GetBytes(header.PadRight(117) + "\n");
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, (byte)(text.Length >> 8), .. text, .. data];
    }

    private static void Add(ZipArchive archive, string name, byte[] bytes)
    {
        using Stream stream = archive.CreateEntry(name).Open();
        stream.Write(bytes);
    }
}
