using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Tests.Inputs;

/// <summary>Arrays that are damaged, that claim more than they hold, or that inflate out of proportion.</summary>
public sealed class NumpyFileTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("thermo-numpy").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_zipped_array_whose_checksum_is_wrong_is_refused([Values] CompressionLevel level)
    {
        string path = Zip(level, ("x", Npy("(3, 2)", [1, 2, 3, 4, 5, 6])));
        byte[] bytes = File.ReadAllBytes(path);
        int directory = bytes.AsSpan().LastIndexOf("PK\x01\x02"u8);
        bytes[directory + 16] ^= 1; // CRC-32 of the entry, in the central directory
        File.WriteAllBytes(path, bytes);
        Assert.That(() => NumpyArray.ReadFile(path), Throws.TypeOf<ThermoException>().With.Message.Contains("CRC-32"));
    }

    [TestCase("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", "stand behind it")]
    [TestCase("{'descr': '<f4', 'fortran_order': False, 'shape': (9, 2), }", "truncated")]
    [TestCase("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), 'shape': (2, 3)}", "each once")]
    [TestCase("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), 'more': 1}", "each once")]
    [TestCase("{'descr': '<f4', 'fortran_order': False}", "each once")]
    [TestCase("{'descr': '<f4', 'fortran_order': True, 'shape': (3, 2)}", "by columns")]
    [TestCase("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,)}", "[('a', '<f4')]")]
    [TestCase("{'descr': '<f4', 'fortran_order': False, 'shape': (4000000000, 4000000000)}", "more elements")]
    [TestCase("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904,)}", "truncated")]
    public void A_header_that_its_numbers_do_not_fit_is_refused(string header, string expected)
    {
        string path = Path.Combine(_folder, "x.npy");
        File.WriteAllBytes(path, Npy(header, [1, 2, 3, 4, 5, 6], isWhole: true));
        Assert.That(() => NumpyArray.ReadFile(path), Throws.InstanceOf<ThermoException>().With.Message.Contains(expected));
    }

    [Test]
    public void Names_are_compared_before_anything_is_inflated()
    {
        byte[] large = Npy("(20000000,)", new float[20_000_000]);
        string path = Zip(CompressionLevel.Fastest, ("a", large), ("b", large));
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().Input("x", "N", 2).Node("Neg", "x", "y").Output("y", "N", 2).ToModel());
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(() => NetworkInputs.Read(path, model), Throws.TypeOf<ThermoException>().With.Message.Contains("'a'").And.Message.Contains("named like it"));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(8 << 20));
    }

    [Test]
    public void A_header_of_the_second_format_has_four_bytes_of_length()
    {
        string path = Path.Combine(_folder, "x.npy");
        byte[] first = Npy("(2, 2)", [1, 2, 3, 4]), second = [.. first[..6], 2, 0, first[8], first[9], 0, 0, .. first[10..]];
        File.WriteAllBytes(path, second);
        Assert.That(NumpyArray.ReadFile(path).Single().ToDoubles(), Is.EqualTo([1.0, 2, 3, 4]));
        second[10] = 0x20; // two million bytes
        File.WriteAllBytes(path, second);
        Assert.That(() => NumpyArray.ReadFile(path), Throws.TypeOf<ThermoException>().With.Message.Contains("claims a header of 2097"));
        File.WriteAllBytes(path, [0x92, .. first[1..]]);
        Assert.That(() => NumpyArray.ReadFile(path), Throws.TypeOf<ThermoException>().With.Message.Contains("is no NumPy array"));
        File.WriteAllBytes(path, Npy("{'descr': '<f4', 'fortran_order': False, 'shape': 4}", [1, 2, 3, 4], isWhole: true));
        Assert.That(() => NumpyArray.ReadFile(path), Throws.TypeOf<ThermoException>().With.Message.Contains("has the shape 4"));
    }

    [Test]
    public void Two_arrays_of_one_name_are_refused() => Assert.That(
        () => NumpyArray.ReadFile(Zip(CompressionLevel.Fastest, ("x", Npy("(1,)", [1])), ("y", Npy("(1,)", [2])), ("x", Npy("(1,)", [3])))),
        Throws.TypeOf<ThermoException>().With.Message.Contains("two arrays 'x'"));

    [Test]
    public void Arrays_of_different_numbers_of_rows_and_of_none_are_refused()
    {
        using OnnxModel two = OnnxModel.Read(new OnnxBuilder().Input("a", "N", 2).Input("b", "N", 2).Node("Add", "a b", "y").Output("y", "N", 2).ToModel());
        Assert.That(
            () => NetworkInputs.Read(Zip(CompressionLevel.Fastest, ("a", Npy("(3, 2)", new float[6])), ("b", Npy("(2, 2)", new float[4]))), two),
            Throws.TypeOf<UnusableDataException>().With.Message.Contains("'a' has 3, 'b' has 2"));
        using OnnxModel one = OnnxModel.Read(new OnnxBuilder().Input("x", "N", 2).Node("Neg", "x", "y").Output("y", "N", 2).ToModel());
        string path = Path.Combine(_folder, "none.npy");
        File.WriteAllBytes(path, Npy("(0, 2)", []));
        Assert.That(() => NetworkInputs.Read(path, one), Throws.TypeOf<UnusableDataException>().With.Message.Contains("at least one row"));
    }

    [Test]
    public void What_inflates_out_of_proportion_is_refused_before_it_is_inflated()
    {
        string path = Zip(CompressionLevel.Fastest, ("x", Npy("(70000000, 1)", new float[70_000_000])));
        Assert.That(() => NumpyArray.ReadFile(path), Throws.TypeOf<ThermoException>().With.Message.Contains("would inflate"));
    }

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    public void Numbers_that_are_not_finite_are_refused_by_row(float strange)
    {
        string path = Path.Combine(_folder, "x.npy");
        File.WriteAllBytes(path, Npy("(3, 2)", [1, 2, 3, strange, 5, 6]));
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().Input("x", "N", 2).Node("Neg", "x", "y").Output("y", "N", 2).ToModel());
        Assert.That(() => NetworkInputs.Read(path, model), Throws.TypeOf<UnusableDataException>().With.Message.Contains("row 2"));
    }

    [TestCase("1,1e400\n")]
    [TestCase("1,NaN\n")]
    [TestCase("\"1,5\",\"2,5\"\n")]
    public void Cells_that_no_reader_should_take_are_refused(string line)
    {
        string path = Path.Combine(_folder, "x.csv");
        File.WriteAllText(path, $"1,2\n{line}");
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().Input("x", "N", 2).Node("Neg", "x", "y").Output("y", "N", 2).ToModel());
        Assert.That(() => NetworkInputs.Read(path, model), Throws.TypeOf<UnusableDataException>().With.Message.Contains("line 2"));
    }

    private static byte[] Npy(string header, float[] numbers, bool isWhole = false)
    {
        byte[] text = Encoding.ASCII.GetBytes((isWhole ? header : $"{{'descr': '<f4', 'fortran_order': False, 'shape': {header}, }}").PadRight(117) + "\n");
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, (byte)(text.Length >> 8), .. text, .. MemoryMarshal.AsBytes<float>(numbers)];
    }

    private string Zip(CompressionLevel level, params (string Name, byte[] Bytes)[] entries)
    {
        string path = Path.Combine(_folder, "x.npz");
        using ZipArchive archive = new(File.Create(path), ZipArchiveMode.Create);
        foreach ((string name, byte[] bytes) in entries)
        {
            using Stream entry = archive.CreateEntry($"{name}.npy", level).Open();
            entry.Write(bytes);
        }

        return path;
    }
}
