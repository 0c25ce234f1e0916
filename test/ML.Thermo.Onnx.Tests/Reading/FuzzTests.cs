using System.Globalization;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Tests.Reading;

/// <summary>
/// Damaged models end in a model or in one typed refusal, whatever the damage. THERMO_FUZZ_MUTANTS sets the number of mutants (500).
/// </summary>
public class FuzzTests
{
    private static readonly int Mutants = int.Parse(Environment.GetEnvironmentVariable("THERMO_FUZZ_MUTANTS") ?? "500", CultureInfo.InvariantCulture);

    [Test]
    public void Mutants_of_generated_models_neither_crash_nor_hang_nor_take_memory() => Survive(Generated());

    [Test]
    public void Mutants_of_real_models_neither_crash_nor_hang_nor_take_memory()
    {
        List<byte[]> models = [.. SharedModels.Paths.Select(File.ReadAllBytes)];
        if (models.Count == 0)
            SharedModels.Find("mnist-8.onnx");
        Survive(models);
    }

    [Test]
    public void The_models_themselves_are_read_to_the_last_number()
    {
        foreach (byte[] bytes in Generated())
        {
            using OnnxModel model = OnnxModel.Read(bytes);
            ReadEverything(model, LayerGraph.Of(model));
        }
    }

    private static void Survive(IReadOnlyList<byte[]> models)
    {
        int seed = 0;
        int opened = 0;
        Task work = Task.Run(() =>
        {
            for (; seed < Mutants; seed++)
                opened += Survive(ModelMutator.Mutate(models, seed), seed) ? 1 : 0;
        });
        bool ended = work.Wait(TimeSpan.FromMinutes(1 + (Mutants / 100)));
        Assert.That(ended, $"mutant {seed} hangs");
        TestContext.Out.WriteLine($"{Mutants} mutants, of which {opened} could still be opened");
        Assert.That(opened, Is.InRange(Mutants / 20, Mutants * 19 / 20), "the damage is neither nothing nor everything");
    }

    /// <summary>Whether the mutant could be opened.</summary>
    private static bool Survive(byte[] mutant, int seed)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            using OnnxModel model = OnnxModel.Read(mutant);
            LayerGraph graph = LayerGraph.Of(model);
            Check();
            ReadEverything(model, graph);
            return true;
        }
        catch (ThermoException)
        {
            // The typed refusal that is asked for.
            Check();
            return false;
        }
        catch (Exception e) when (e is not AssertionException)
        {
            throw new AssertionException($"Mutant {seed} of {mutant.Length} bytes: {e}");
        }

        void Check()
        {
            long taken = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.That(taken, Is.LessThanOrEqualTo((2L * mutant.Length) + (64 << 20)), $"mutant {seed} of {mutant.Length} bytes");
        }
    }

    /// <summary>Looks at all there is, as far as it is not larger than the file can be; refusals of single values are fine.</summary>
    private static void ReadEverything(OnnxModel model, LayerGraph graph)
    {
        model.ReadMetadata();
        model.Graph.ReadValues();
        foreach (OnnxNode node in model.Graph.Nodes)
        {
            node.ReadMetadata();
            foreach (OnnxAttribute attribute in node.Attributes)
                _ = (attribute.Text, attribute.ReadIntegers(), attribute.ReadReals(), attribute.ReadTexts());
        }

        foreach (OnnxTensor tensor in model.Graph.Initializers.Where(t => t.Count < 1 << 20))
            Try(() => tensor.ToDoubles());
        foreach (ParameterTensor parameter in graph.Layers.SelectMany(l => l.Parameters).Where(p => p.Count < 1 << 16))
            Try(() => parameter.ToDoubles());
        foreach (Layer layer in graph.Layers.Where(l => l.BatchNormalization is not null))
            Try(() => layer.BatchNormalization!.Fold());
    }

    private static void Try(Action read)
    {
        try
        {
            read();
        }
        catch (ThermoException)
        {
            // Refused with a reason.
        }
    }

    /// <summary>Small models that between them use every part of the format that is read.</summary>
    private static List<byte[]> Generated() =>
    [
        new OnnxBuilder("cnn").Input("x", "N", 2, 8, 8).Weights("w", 4, 2, 3, 3).Weights("b", 4).Weights("g", 4).Weights("m", 4).Weights("v", [4], [1, 1, 1, 1])
            .Weights("f", 4, 3).Integers("shape", 0, -1)
            .Node("Conv", "x w b", "c", ("pads", new[] { 1, 1, 1, 1 })).Node("BatchNormalization", "c g b m v", "n", ("epsilon", 1e-5f)).Node("Relu", "n", "r")
            .Node("GlobalAveragePool", "r", "p").Node("Reshape", "p shape", "q").Node("Gemm", "q f", "y", ("alpha", 1f))
                .Declare("n", ElementType.Float, "N", 4, 8, 8).Output("y", "N", 3).Note("k", "v").ToModel(opset: 13),
        new OnnxBuilder("transformer").Input("ids", ElementType.Int64, "N", 8).Weights("table", 16, 4).Weights("q", 4, 4).Weights("k", 4, 4).Weights("g", 4)
            .Weights("b", 4)
            .Scalar("two", 2).Scalar("eps", 1e-5f).Scalar("half", 0.5f).Scalar("one", 1).Scalar("rsqrt2", 0.70710678f)
            .Node("Gather", "table ids", "e").Node("MatMul", "e q", "eq").Node("MatMul", "e k", "ek")
                .Node("Transpose", "ek", "ekt", ("perm", new[] { 0, 2, 1 })).Node("MatMul", "eq ekt", "s")
            .Node("Div", "s two", "sd").Node("Softmax", "sd", "p").Node("MatMul", "p e", "a").Node("Add", "a e", "x")
            .Node("ReduceMean", "x", "mu", ("axes", new[] { -1 })).Node("Sub", "x mu", "d").Node("Pow", "d two", "sq")
                .Node("ReduceMean", "sq", "var", ("axes", new[] { -1 }))
            .Node("Add", "var eps", "ve").Node("Sqrt", "ve", "sg").Node("Div", "d sg", "z").Node("Mul", "z g", "zg").Node("Add", "zg b", "l")
                .Node("MatMul", "l q", "h")
            .Node("Mul", "h half", "hh").Node("Mul", "h rsqrt2", "hr").Node("Erf", "hr", "he").Node("Add", "he one", "ho").Node("Mul", "hh ho", "y")
                .Output("y", "N", 8, 4).ToModel(),
        new OnnxBuilder("control").Input("x", "T", 1, 2).Input("c", ElementType.Bool).Weights("w", 1, 12, 2).Weights("r", 1, 12, 3).Weights("b", 1, 24)
            .NamedNode("if", "If", "c", "h", ("then_branch", new OnnxBuilder("then").Weights("v", 2, 2).Node("MatMul", "x v", "t").Output("t")),
                ("else_branch", new OnnxBuilder("else").Node("Identity", "x", "e").Output("e")))
            .Node("LSTM", "h w r b", "_ y", ("hidden_size", 3), ("activations", new[] { "Sigmoid", "Tanh", "Tanh" })).Node("mine::Act", "y", "z").Output("z")
            .Function("mine", "Act", "a", "o", OnnxBuilder.NodeMessage("Relu", "", "a", "o")).ToModel(),
        new OnnxBuilder("quantised").Input("x", ElementType.UInt8, 1, 1, 4, 4).Scalar("s", 0.5f).Initializer("z", TensorData.Of<byte>([], 3))
            .Initializer("w", TensorData.Typed(ElementType.Int8, [2, 1, 1, 1], [5, -6])).Weights("ws", [2], [1, 2])
                .Initializer("wz", TensorData.Of<sbyte>([2], 0, 0))
            .Node("QLinearConv", "x s z w ws wz s z", "y").Node("DequantizeLinear", "y s z", "f")
                .Initializer("n", TensorData.Of<byte>([1, 1, 8], 0x91, 0xF8, 0, 0, 0, 0, 0, 0))
            .Node("com.microsoft::MatMulNBits", "f n s", "o", ("K", 4), ("N", 1), ("bits", 4), ("block_size", 16)).Output("o")
                .OperatorSet("com.microsoft", 1).ToModel(),
        new OnnxBuilder("tensors").Input("x", "N", 3).Initializer("a", TensorData.TypedFloats([3, 3], new float[9], packed: false))
            .Initializer("h", TensorData.Typed(ElementType.Float16, [3], [1, 2, 3]))
            .Initializer("i", TensorData.Typed(ElementType.Int64, [3], [-1, 2, 300])).Initializer("t", TensorData.Texts([2], "p", "q"))
                .Initializer("e", TensorData.External(ElementType.Float, [3, 3], "weights.bin", 8, 36))
            .SparseInitializer("s", [3, 3], TensorData.Of([2], 5f, 6), TensorData.Of([2, 2], 0L, 1, 1, 0)).Integers("f", 3, 3)
            .Node("Constant", "", "k", ("value_floats", new[] { 1f, 2, 3 })).Node("ConstantOfShape", "f", "o", ("value", TensorData.Of([1], 0.5f)))
                .Node("Slice", "a f f", "l").Node("Concat", "a a", "aa", ("axis", 0))
            .Node("MatMul", "x a", "x1").Node("MatMul", "x1 s", "x2").Node("MatMul", "x2 o", "x3").Node("MatMul", "x3 e", "x4").Node("Add", "x4 k", "x5")
                .Node("Einsum", "x5 a", "y", ("equation", "bi,io->bo")).Output("y").ToModel(),
    ];
}
