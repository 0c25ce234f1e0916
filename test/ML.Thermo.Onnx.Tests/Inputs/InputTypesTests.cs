using System.Runtime.InteropServices;
using System.Text;
using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Tests.Inputs;

/// <summary>Numbers in every type that an input or an array may have, and rows that lie on any axis.</summary>
public sealed class InputTypesTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("thermo-types").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase(ElementType.Int8, "-128", "127")]
    [TestCase(ElementType.Int16, "-32768", "32767")]
    [TestCase(ElementType.Int32, "-2147483648", "2147483647")]
    [TestCase(ElementType.Int64, "-9223372036854775808", "9223372036854774784")] // 2⁶³ − 1 is no double
    [TestCase(ElementType.UInt8, "0", "255")]
    [TestCase(ElementType.UInt16, "0", "65535")]
    [TestCase(ElementType.UInt32, "0", "4294967295")]
    [TestCase(ElementType.UInt64, "0", "18446744073709549568")]
    [TestCase(ElementType.Double, "-1.7976931348623157E+308", "1.7976931348623157E+308")]
    [TestCase(ElementType.Float, "-3.4028234663852886E+38", "0.10000000149011612")]
    [TestCase(ElementType.Float16, "-65504", "0.0999755859375")]
    [TestCase(ElementType.BFloat16, "-3.3895313892515355E+38", "0.10009765625")]
    [TestCase(ElementType.Bool, "0", "1")]
    public void An_input_takes_the_numbers_of_its_type_to_the_last(ElementType type, string low, string high) =>
        Assert.That(Taken(type, low, high).Select(x => x.ToString("R", null)), Is.EqualTo(new[] { low, high }.Select(x => double.Parse(x, null).ToString("R", null))));

    [TestCase(ElementType.Int8, "-129", "128")]
    [TestCase(ElementType.Int16, "-32769", "32768")]
    [TestCase(ElementType.Int32, "-2147483649", "2147483648")]
    [TestCase(ElementType.Int64, "-9223372036854777856", "9223372036854775808")]
    [TestCase(ElementType.UInt8, "-1", "256")]
    [TestCase(ElementType.UInt16, "-1", "65536")]
    [TestCase(ElementType.UInt32, "-1", "4294967296")]
    [TestCase(ElementType.UInt64, "-1", "18446744073709551616")]
    [TestCase(ElementType.Int64, "0.5", "-1.5")]
    [TestCase(ElementType.Float, "-3.5e38", "1e300")]
    [TestCase(ElementType.Float16, "-65520", "1e5")]
    [TestCase(ElementType.BFloat16, "-3.4e38", "1e39")]
    public void A_number_that_does_not_fit_the_type_is_refused_and_never_becomes_another(ElementType type, string one, string other)
    {
        foreach (string number in new[] { one, other })
            Assert.That(() => Taken(type, number, "0"), Throws.TypeOf<UnusableDataException>().With.Message.Contains("'x'"), number);
    }

    [Test]
    public void Any_number_but_zero_is_true() => Assert.That(Taken(ElementType.Bool, "-0.25", "7"), Is.EqualTo([1.0, 1]));

    private static readonly object[][] s_stored =
    [
        ["<f8", ElementType.Double, Bytes<double>(0.1, -1e300), new[] { 0.1, -1e300 }], ["<f4", ElementType.Float, Bytes<float>(0.1f, -2), new[] { (double)0.1f, -2 }],
        ["<f2", ElementType.Float16, Bytes((Half)0.1, (Half)(-65504)), new[] { 0.0999755859375, -65504 }],
        ["<i8", ElementType.Int64, Bytes<long>(-5, 1L << 40), new[] { -5, (double)(1L << 40) }], ["<i4", ElementType.Int32, Bytes<int>(-5, int.MaxValue), new[] { -5.0, int.MaxValue }],
        ["<i2", ElementType.Int16, Bytes<short>(-5, 300), new[] { -5.0, 300 }], ["|i1", ElementType.Int8, Bytes<sbyte>(-128, 127), new[] { -128.0, 127 }],
        ["<u8", ElementType.UInt64, Bytes<ulong>(1UL << 63, 3), new[] { 9223372036854775808.0, 3 }], ["<u4", ElementType.UInt32, Bytes<uint>(uint.MaxValue, 3), new[] { 4294967295.0, 3 }],
        ["<u2", ElementType.UInt16, Bytes<ushort>(65535, 3), new[] { 65535.0, 3 }], ["|u1", ElementType.UInt8, Bytes<byte>(255, 3), new[] { 255.0, 3 }],
        ["|b1", ElementType.Bool, Bytes<byte>(1, 0), new[] { 1.0, 0 }],
    ];

    [TestCaseSource(nameof(s_stored))]
    public void Arrays_of_every_type_are_read_as_the_numbers_that_they_hold(string description, ElementType type, byte[] stored, double[] expected)
    {
        NumpyArray array = NumpyArray.ReadFile(Array("a", description, "2,", stored)).Single();
        Assert.That((array.Name, array.ElementType, array.Shape), Is.EqualTo(("a", type, new long[] { 2 })));
        Assert.That(array.ToDoubles(), Is.EqualTo(expected));
    }

    [TestCase("<f8", 8, 3, 2)]
    [TestCase("<f4", 4, 3, 2)]
    [TestCase("<f2", 2, 3, 2)]
    [TestCase("<f4", 4, 0, 1)]
    public void The_row_of_a_number_that_is_not_finite_is_named(string description, int size, int at, int row)
    {
        byte[] stored = new byte[6 * size];
        stored.AsSpan(at * size, size).Fill(0xFF); // NaN in all three; rows of two
        using OnnxModel model = Model(ElementType.Double, "N", 2);
        string path = Array("a", description, "3, 2", stored);
        Assert.That(() => NetworkInputs.Read(path, model), Throws.TypeOf<UnusableDataException>().With.Message.Contains($"row {row}:"));
    }

    [Test]
    public void Whole_numbers_of_64_bits_pass_uncut()
    {
        using OnnxModel model = Model(ElementType.Int64, "N", 2);
        using NetworkBatch batch = NetworkInputs.Read(Array("a", "<i8", "1, 2", Bytes(long.MaxValue, long.MinValue + 1)), model).Batches(1).Single();
        Assert.That(batch.Inputs["x"].GetTensorDataAsSpan<long>().ToArray(), Is.EqualTo(new[] { long.MaxValue, long.MinValue + 1 }));
    }

    [Test]
    public void Rows_of_a_middle_axis_are_cut_and_repeated_with_all_that_lies_on_both_sides()
    {
        // Element [a, r, b] is 100a + 10r + b.
        NetworkInput input = Made([2, 3, 2], 1, [0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121]);
        Assert.That((input.Rows, input.HasRows, input.HasEqualRows), Is.EqualTo((3L, true, false)));
        Assert.That(Numbers(input.Slice(1, 2)), Is.EqualTo([10.0, 11, 20, 21, 110, 111, 120, 121]));
        Assert.That(input.Row(1), Is.EqualTo([10.0, 11, 110, 111]));
        NetworkInput repeated = input.Repeated(2, 4);
        Assert.That((repeated.Name, repeated.Shape, repeated.RowAxis, repeated.HasEqualRows), Is.EqualTo(("x", new long[] { 2, 4, 2 }, 1, true)));
        Assert.That(Numbers(repeated.Slice(0, 4)), Is.EqualTo([20.0, 21, 20, 21, 20, 21, 20, 21, 120, 121, 120, 121, 120, 121, 120, 121]));
        using OrtValue slice = input.Slice(0, 2);
        Assert.That(slice.GetTensorTypeAndShape().Shape, Is.EqualTo(new long[] { 2, 2, 2 }));
    }

    [TestCase(new double[] { 1, 2, 1, 2, 3, 4, 3, 4 }, true)]
    [TestCase(new double[] { 1, 2, 1, 2, 3, 4, 3, 5 }, false)]
    [TestCase(new double[] { 1, 2, 7, 2, 3, 4, 3, 4 }, false)]
    public void Rows_are_equal_if_all_their_parts_are(double[] values, bool expected) =>
        Assert.That(Made([2, 2, 2], 1, values).HasEqualRows, Is.EqualTo(expected));

    [Test]
    public void What_has_no_rows_is_given_whole()
    {
        NetworkInput input = Made([2, 2], -1, [1, 2, 3, 4]);
        Assert.That((input.Rows, input.HasRows, input.HasEqualRows), Is.EqualTo((1L, false, true)));
        Assert.That(Numbers(input.Slice(7, 3)), Is.EqualTo([1.0, 2, 3, 4]));
        Assert.That(input.Row(5), Is.EqualTo([1.0, 2, 3, 4]));
        Assert.That(input.Repeated(3, 9), Is.SameAs(input));
    }

    [Test]
    public void More_numbers_than_an_array_holds_are_refused_before_any_is_drawn()
    {
        using OnnxModel model = Model(ElementType.Float, "N", "width");
        Assert.That(
            () => NetworkInputs.Synthetic(model, 2, 1, new Dictionary<string, long> { ["width"] = 3_000_000_000 }),
            Throws.TypeOf<ThermoException>().With.Message.Contains("[2,3000000000]").And.Message.Contains("6000000000 numbers"));
    }

    private static NetworkInput Made(long[] shape, int rowAxis, double[] values)
    {
        using OnnxModel model = Model(ElementType.Float, "a", "b", "c");
        return NetworkInput.Of(model.Graph.Inputs[0], shape, rowAxis, values);
    }

    private static double[] Numbers(OrtValue value)
    {
        using (value)
            return TensorNumbers.Of(value);
    }

    /// <summary>What an input of two numbers a row holds of a table with one row.</summary>
    private double[] Taken(ElementType type, string first, string second)
    {
        string path = Path.Combine(_folder, "x.csv");
        File.WriteAllText(path, $"{first};{second}\n");
        using OnnxModel model = Model(type, "N", 2);
        using NetworkBatch batch = NetworkInputs.Read(path, model).Batches(1).Single();
        return TensorNumbers.Of(batch.Inputs["x"]);
    }

    private static OnnxModel Model(ElementType type, params Dimension[] shape) =>
        OnnxModel.Read(new OnnxBuilder().Input("x", type, shape).Node("Identity", "x", "y").Output("y", type, shape).ToModel());

    private string Array(string name, string description, string shape, byte[] stored)
    {
        byte[] text = Encoding.ASCII.GetBytes($"{{'descr': '{description}', 'fortran_order': False, 'shape': ({shape}), }}".PadRight(117) + "\n");
        string path = Path.Combine(_folder, name + ".npy");
        File.WriteAllBytes(path, [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, (byte)(text.Length >> 8), .. text, .. stored]);
        return path;
    }

    private static byte[] Bytes<T>(params T[] values)
        where T : unmanaged => MemoryMarshal.AsBytes<T>(values).ToArray();
}
