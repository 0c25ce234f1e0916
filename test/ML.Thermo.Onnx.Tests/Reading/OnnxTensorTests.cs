using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Tests.Reading;

public class OnnxTensorTests
{
    private static readonly TestCaseData[] RawNumbers =
    [
        new(TensorData.Of<float>([3], 1.5f, -2, 0), new[] { 1.5, -2, 0 }),
        new(TensorData.Of([3], 1.5, -2, 1e300), new[] { 1.5, -2, 1e300 }),
        new(TensorData.Of([2], (Half)1.5, (Half)(-65504)), new[] { 1.5, -65504 }),
        new(TensorData.Of([2], long.MaxValue, -3L), new[] { (double)long.MaxValue, -3 }),
        new(TensorData.Of([2], int.MinValue, 7), new[] { (double)int.MinValue, 7 }),
        new(TensorData.Of<short>([2], -300, 300), new[] { -300.0, 300 }),
        new(TensorData.Of<sbyte>([2], -128, 127), new[] { -128.0, 127 }),
        new(TensorData.Of([1], ulong.MaxValue), new[] { (double)ulong.MaxValue }),
        new(TensorData.Of([1], uint.MaxValue), new[] { (double)uint.MaxValue }),
        new(TensorData.Of([1], ushort.MaxValue), new[] { 65535.0 }),
        new(TensorData.Of<byte>([2], 0, 255), new[] { 0.0, 255 }),
        new(TensorData.Of([2], true, false), new[] { 1.0, 0 }),
        new(TensorData.Raw(ElementType.BFloat16, [2], [0x80, 0x3F, 0x00, 0xC0]), new[] { 1.0, -2 }),
        new(TensorData.Raw(ElementType.UInt4, [3], [0x21, 0x0F]), new[] { 1.0, 2, 15 }),
        new(TensorData.Raw(ElementType.Int4, [3], [0x2F, 0x08]), new[] { -1.0, 2, -8 }),
        new(TensorData.Raw(ElementType.UInt2, [5], [0b11_10_01_00, 2]), new[] { 0.0, 1, 2, 3, 2 }),
        new(TensorData.Raw(ElementType.Int2, [4], [0b11_10_01_00]), new[] { 0.0, 1, -2, -1 }),
        // golden: the largest, the smallest and one, from the ONNX standard's table of float stored in 4 and 8 bits
        new(TensorData.Raw(ElementType.Float4E2M1, [4], [0x12, 0xF7]), new[] { 1.0, 0.5, 6, -6 }),
        new(TensorData.Raw(ElementType.Float8E4M3FN, [5], [0x7E, 0x01, 0x38, 0xFE, 0x7F]), new[] { 448, Math.Pow(2, -9), 1, -448, double.NaN }),
        new(TensorData.Raw(ElementType.Float8E4M3FNUZ, [4], [0x7F, 0x01, 0x40, 0x80]), new[] { 240, Math.Pow(2, -10), 1, double.NaN }),
        new(TensorData.Raw(ElementType.Float8E5M2, [5], [0x7B, 0x01, 0x3C, 0xFC, 0x7D]),
            new[] { 57344, Math.Pow(2, -16), 1, double.NegativeInfinity, double.NaN }),
        new(TensorData.Raw(ElementType.Float8E5M2FNUZ, [4], [0x7F, 0x01, 0x40, 0x80]), new[] { 57344, Math.Pow(2, -17), 1, double.NaN }),
        new(TensorData.Raw(ElementType.Float8E8M0, [4], [0, 127, 130, 255]), new[] { Math.Pow(2, -127), 1, 8, double.NaN }),
    ];

    private static readonly TestCaseData[] TypedNumbers =
    [
        new(TensorData.TypedFloats([3], [1.5f, -2, 0]), new[] { 1.5, -2, 0 }),
        new(TensorData.TypedFloats([3], [1.5f, -2, 0], packed: false), new[] { 1.5, -2, 0 }),
        new(TensorData.TypedDoubles([2], [1e300, -2]), new[] { 1e300, -2 }),
        new(TensorData.TypedDoubles([2], [1e300, -2], packed: false), new[] { 1e300, -2 }),
        new(TensorData.Typed(ElementType.Int64, [3], [-1, 1L << 40, 3]), new[] { -1, (double)(1L << 40), 3 }),
        new(TensorData.Typed(ElementType.Int32, [3], [-1, 2, 3], packed: false), new[] { -1.0, 2, 3 }),
        new(TensorData.Typed(ElementType.UInt64, [1], [7]), new[] { 7.0 }),
        new(TensorData.Typed(ElementType.Int8, [2], [-128, 5]), new[] { -128.0, 5 }),
        new(TensorData.Typed(ElementType.Bool, [2], [1, 0]), new[] { 1.0, 0 }),
        new(TensorData.Typed(ElementType.Float16, [2], [0x3E00, 0xC000]), new[] { 1.5, -2 }),
        new(TensorData.Typed(ElementType.BFloat16, [2], [0x3F80, 0xC000]), new[] { 1.0, -2 }),
        new(TensorData.Typed(ElementType.Float8E4M3FN, [1], [0x38]), new[] { 1.0 }),
        new(TensorData.Typed(ElementType.Int4, [3], [0x2F, 0x08]), new[] { -1.0, 2, -8 }),
    ];

    [TestCaseSource(nameof(RawNumbers))]
    public void Raw_elements_of_every_type_are_numbers(TensorData data, double[] expected)
    {
        OnnxTensor tensor = Read(data);
        Assert.That(tensor.IsContiguous);
        Assert.That(tensor.ToDoubles(), Is.EqualTo(expected));
    }

    [TestCaseSource(nameof(TypedNumbers))]
    public void Elements_stored_one_by_one_are_the_same_numbers(TensorData data, double[] expected) =>
        Assert.That(Read(data).ToDoubles(), Is.EqualTo(expected));

    [Test]
    public void Any_part_of_a_tensor_is_that_part_of_the_whole([Values] bool raw)
    {
        byte[] bytes = [.. Enumerable.Range(0, 500).Select(i => (byte)(i * 37))];
        OnnxTensor tensor = Read(raw
            ? TensorData.Raw(ElementType.Int4, [999], bytes)
            : TensorData.Typed(ElementType.Int4, [999], [.. bytes.Select(b => (long)b)]));
        double[] whole = tensor.ToDoubles();
        foreach ((int first, int count) in new[] { (0, 999), (1, 998), (2, 1), (333, 600), (998, 1), (999, 0), (7, 2) })
        {
            double[] part = new double[count];
            tensor.Read<double>(first, part);
            Assert.That(part, Is.EqualTo(whole[first..(first + count)]), $"{count} at {first}");
        }

        Assert.That(() => tensor.Read<double>(998, new double[2]), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_packed_run_of_floats_is_seen_in_place_like_raw_data()
    {
        Assert.That(Read(TensorData.TypedFloats([2], [1, 2])).Bytes.Length, Is.EqualTo(8));
        Assert.That(() => Read(TensorData.TypedFloats([2], [1, 2], packed: false)).Bytes.Length, Throws.TypeOf<InvalidOperationException>());
    }

    [Test]
    public void Texts_are_read_and_are_no_numbers()
    {
        OnnxTensor tensor = Read(TensorData.Texts([2], "red", "grün"));
        Assert.That(tensor.ToTexts(), Is.EqualTo(new[] { "red", "grün" }));
        Assert.That(() => tensor.ToDoubles(), Throws.TypeOf<OnnxFormatException>());
        Assert.That(() => Read(TensorData.Texts([3], "red")).ToTexts(), Throws.TypeOf<OnnxFormatException>());
    }

    [Test]
    public void Integers_keep_all_their_digits() =>
        Assert.That(Read(TensorData.Of([2], long.MaxValue, long.MinValue + 1)).ToIntegers(), Is.EqualTo(new[] { long.MaxValue, long.MinValue + 1 }));

    [Test]
    public void Fewer_or_more_elements_than_the_shape_says_are_refused()
    {
        Assert.That(() => Read(TensorData.Of([4], 1f, 2, 3)), Throws.TypeOf<OnnxFormatException>().With.Message.Contains("16 bytes"));
        Assert.That(() => Read(TensorData.Typed(ElementType.Int64, [4], [1, 2, 3])).ToDoubles(),
            Throws.TypeOf<OnnxFormatException>().With.Message.Contains("4 elements"));
        Assert.That(() => Read(TensorData.TypedFloats([2], [1, 2, 3])).ToDoubles(), Throws.TypeOf<OnnxFormatException>());
        Assert.That(() => Read(new TensorData(ElementType.Float, [2], wire => wire)).ToDoubles(),
            Throws.TypeOf<OnnxFormatException>().With.Message.Contains("0 are there"));
    }

    [Test]
    public void Absurd_shapes_are_refused_before_anything_is_allocated()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(() => Read(TensorData.Raw(ElementType.Float, [1L << 40, 1L << 40], [])),
            Throws.TypeOf<OnnxFormatException>().With.Message.Contains("counted"));
        Assert.That(() => Read(TensorData.Raw(ElementType.Float, [-1], [])), Throws.TypeOf<OnnxFormatException>().With.Message.Contains("[-1]"));
        Assert.That(() => Read(TensorData.Typed(ElementType.Int64, [1L << 50], [1])).ToDoubles(), Throws.TypeOf<OnnxFormatException>());
        Assert.That(() => Read(TensorData.Raw(ElementType.Float, [.. Enumerable.Repeat(1L, 65)], [0, 0, 0, 0])), Throws.TypeOf<OnnxFormatException>());
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1 << 20));
        Assert.That(Read(TensorData.Raw(ElementType.Float, [1L << 40, 0], [])).Count, Is.Zero);
    }

    [Test]
    public void Sparse_initialisers_are_recognised()
    {
        using OnnxModel model = OnnxModel.Read(
            new OnnxBuilder().SparseInitializer("s", [3, 4], TensorData.Of([2], 5f, 6), TensorData.Of([2], 1L, 11)).ToModel());
        OnnxSparseTensor sparse = model.Graph.SparseInitializers.Single();
        Assert.That(sparse.Name, Is.EqualTo("s"));
        Assert.That(sparse.Shape, Is.EqualTo(new[] { 3, 4 }));
        Assert.That(sparse.Values.ToDoubles(), Is.EqualTo(new[] { 5.0, 6 }));
    }

    private static OnnxTensor Read(TensorData data) => OnnxModel.Read(new OnnxBuilder().Initializer("t", data).ToModel()).Graph.Initializers[0];
}
