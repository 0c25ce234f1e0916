using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Execution;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Tests;

namespace ML.Thermo.Benchmarks;

/// <summary>Watching all layers while a network runs, against the network alone with all of ONNX Runtime's optimisations, one thread, batch 1.</summary>
internal static class SignalBenchmarks
{
    private const int Runs = 2, Rounds = 61, StreamedRows = 12;

    private static readonly int[] PoolKernel = [3, 3];
    private static readonly int[] PoolStride = [2, 2];
    private static readonly long[] HeadsSecond = [0, 2, 1, 3];

    public static IEnumerable<Comparison> Comparisons()
    {
        foreach ((string name, byte[] model, double bar, double entropyBar) in Generated())
        {
            foreach (Comparison comparison in Of(name, OnnxModel.Read(model), bar, entropyBar))
                yield return comparison;
        }

        string folder = Environment.GetEnvironmentVariable("THERMO_MODELS") ?? "../shared/models";
        foreach ((string file, double bar, double entropyBar) in new[] { ("winml_SqueezeNet_fp16.onnx", 1.15, 1.25), ("ultraface_version-RFB-320.onnx", 1.4, 1.6) })
        {
            string path = Path.Combine(folder, file);
            if (!File.Exists(path))
                continue;
            foreach (Comparison comparison in Of(Path.GetFileNameWithoutExtension(file), OnnxModel.Open(path), bar, entropyBar))
                yield return comparison;
        }
    }

    private static IEnumerable<Comparison> Of(string name, OnnxModel model, double bar, double entropyBar)
    {
        using OnnxModel owned = model;
        LayerGraph graph = LayerGraph.Of(model);
        NetworkInputs inputs = NetworkInputs.Synthetic(model, 1, seed: 1, new Dictionary<string, long>());
        using NetworkBatch batch = inputs.Batches(1).Single();
        using SignalSession plain = new(model, [], new OperatorBackend(), ExecutionDevice.Cpu);
        using SignalSession floor = new(model, Taps(graph, 0), new Floor(), ExecutionDevice.Cpu);
        using SignalSession moments = Session(0), entropies = Session(new SignalOptions().EntropySample), outputs = Session(0, outputsOnly: true);
        yield return new($"{name}: ONNX Runtime's part, nothing summed", "plain inference", () => Repeat(floor), () => Repeat(plain), double.PositiveInfinity) { Rounds = Rounds };
        yield return new($"{name}: variances of outputs only", "plain inference", () => Repeat(outputs), () => Repeat(plain), bar) { Rounds = Rounds };
        yield return new($"{name}: variances of {graph.Layers.Count} layers", "plain inference", () => Repeat(moments), () => Repeat(plain), bar) { Rounds = Rounds };
        yield return new($"{name}: variances of {graph.Layers.Count} layers", "ONNX Runtime's part of it", () => Repeat(moments), () => Repeat(floor), 1.1) { Rounds = Rounds };
        yield return new($"{name}: the same with entropies", "plain inference", () => Repeat(entropies), () => Repeat(plain), entropyBar) { Rounds = Rounds };
        if (name.StartsWith("squeezenet", StringComparison.Ordinal))
        {
            NetworkInputs many = NetworkInputs.Synthetic(model, StreamedRows, seed: 1);
            using SignalAnalysis one = new(graph, new() { Streams = 1 }), two = new(graph, new() { Streams = 2 });
            yield return new($"{name}: two streams of plain inference (as fast as 2 x)", "one stream", () => PlainStreams(2), () => PlainStreams(1), double.PositiveInfinity) { Rounds = Rounds / 2 };
            yield return new($"{name}: two streams (bar: 1.8 x)", "one stream", () => two.Run(many.Batches(1)), () => one.Run(many.Batches(1)), 1 / 1.8) { Rounds = Rounds / 2 };
        }

        SignalSession Session(int histogramLimit, bool outputsOnly = false) =>
            new(model, Taps(graph, histogramLimit, outputsOnly), new OperatorBackend(), ExecutionDevice.Cpu);

        void Repeat(SignalSession session)
        {
            for (int i = 0; i < Runs; i++)
                session.Run(batch.Inputs).Dispose();
        }

        void PlainStreams(int streams) => Parallel.For(0, streams, new ParallelOptions { MaxDegreeOfParallelism = streams }, _ =>
        {
            for (int i = 0; i < StreamedRows / streams; i++)
                plain.Run(batch.Inputs).Dispose();
        });
    }

    /// <summary>The taps of all layers of the main graph.</summary>
    public static List<SignalTap> Taps(LayerGraph graph, int histogramLimit, bool outputsOnly = false)
    {
        IReadOnlyDictionary<Layer, int> axes = UnitAxes.Of(graph);
        List<SignalTap> taps = [];
        foreach (Layer layer in graph.Layers.Where(l => l.Path.Length == 0))
            LayerTap.Add(graph, layer, axes[layer], histogramLimit, taps, outputsOnly);
        return taps;
    }

    /// <summary>Networks of known architectures with drawn weights, and the bars for variances and for entropies.</summary>
    public static IEnumerable<(string Name, byte[] Model, double Bar, double EntropyBar)> Generated(int rows = 1)
    {
        yield return ("squeezenet-like", SqueezeNet(rows), 1.15, 1.25);
        yield return ("transformer-like", Transformer(rows), 1.05, 1.15);
        yield return ("mobilenet-like", MobileNet(rows), 1.4, 1.6);
    }

    /// <summary>Squeeze and expand convolutions with rectifiers on 224 × 224 images, as in SqueezeNet 1.1.</summary>
    private static byte[] SqueezeNet(int rows)
    {
        OnnxBuilder net = new OnnxBuilder("squeezenet").Input("x", rows, 3, 224, 224);
        string h = Convolve(net, "stem", "x", 3, 64, 3, stride: 2);
        (int Squeeze, int Expand, bool Pool)[] fires = [(16, 64, true), (16, 64, false), (32, 128, true), (32, 128, false), (48, 192, true), (48, 192, false), (64, 256, false), (64, 256, false)];
        int channels = 64;
        for (int i = 0; i < fires.Length; i++)
        {
            (int squeeze, int expand, bool pool) = fires[i];
            if (pool)
                net.Node("MaxPool", h, h = $"p{i}", ("kernel_shape", PoolKernel), ("strides", PoolStride));
            string s = Convolve(net, $"s{i}", h, channels, squeeze, 1);
            net.Node("Concat", $"{Convolve(net, $"e{i}", s, squeeze, expand, 1)} {Convolve(net, $"f{i}", s, squeeze, expand, 3)}", h = $"fire{i}", ("axis", 1));
            channels = 2 * expand;
        }

        return net.Node("GlobalAveragePool", Convolve(net, "head", h, channels, 1000, 1), "y").Output("y", rows, 1000, 1, 1).ToModel();
    }

    /// <summary>Inverted residual blocks with depthwise convolutions and clipped rectifiers, as in MobileNetV2.</summary>
    private static byte[] MobileNet(int rows)
    {
        OnnxBuilder net = new OnnxBuilder("mobilenet").Input("x", rows, 3, 224, 224).Scalar("zero", 0).Scalar("six", 6);
        string h = Convolve(net, "stem", "x", 3, 32, 3, stride: 2, activation: "Clip");
        int channels = 32;
        (int Width, int Stride)[] blocks = [(16, 1), (24, 2), (24, 1), (32, 2), (32, 1), (32, 1), (64, 2), (64, 1), (64, 1), (96, 1), (96, 1), (160, 2), (160, 1), (320, 1)];
        for (int i = 0; i < blocks.Length; i++)
        {
            (int width, int stride) = blocks[i];
            string wide = Convolve(net, $"w{i}", h, channels, 6 * channels, 1, activation: "Clip");
            string deep = Convolve(net, $"d{i}", wide, 6 * channels, 6 * channels, 3, stride, "Clip", group: 6 * channels);
            string narrow = Convolve(net, $"n{i}", deep, 6 * channels, width, 1, activation: "");
            if (stride == 1 && width == channels)
                net.Node("Add", $"{h} {narrow}", narrow = $"r{i}");
            (h, channels) = (narrow, width);
        }

        return net.Node("GlobalAveragePool", Convolve(net, "head", h, channels, 1280, 1, activation: "Clip"), "y").Output("y", rows, 1280, 1, 1).ToModel();
    }

    /// <summary>Four blocks of attention and a dense layer with GELU at width 256 on 128 positions.</summary>
    private static byte[] Transformer(int rows)
    {
        const int Width = 256, Heads = 4, Positions = 128;
        OnnxBuilder net = new OnnxBuilder("transformer").Input("h0", rows, Positions, Width).Integers("split", rows, Positions, Heads, Width / Heads).Integers("join", rows, Positions, Width)
            .Scalar("root", MathF.Sqrt(Width / Heads));
        for (int b = 0; b < 4; b++)
        {
            foreach ((string part, long[] order) in new (string, long[])[] { ("q", HeadsSecond), ("k", [0, 2, 3, 1]), ("v", HeadsSecond) })
                net.Node("Reshape", $"{Dense(net, $"{part}{b}", $"h{b}", Width, Width)} split", $"{part}s{b}").Node("Transpose", $"{part}s{b}", $"{part}t{b}", ("perm", order));
            net.Node("MatMul", $"qt{b} kt{b}", $"qk{b}").Node("Div", $"qk{b} root", $"scaled{b}").Node("Softmax", $"scaled{b}", $"p{b}", ("axis", -1)).Node("MatMul", $"p{b} vt{b}", $"c{b}")
                .Node("Transpose", $"c{b}", $"ct{b}", ("perm", HeadsSecond)).Node("Reshape", $"ct{b} join", $"cj{b}");
            net.Node("Add", $"h{b} {Dense(net, $"o{b}", $"cj{b}", Width, Width)}", $"r{b}").Weights($"g{b}", Width).Weights($"s{b}", Width).Node("LayerNormalization", $"r{b} g{b} s{b}", $"n{b}");
            net.Node("Gelu", Dense(net, $"u{b}", $"n{b}", Width, 4 * Width), $"a{b}");
            net.Node("Add", $"n{b} {Dense(net, $"d{b}", $"a{b}", 4 * Width, Width)}", $"rr{b}").Weights($"gg{b}", Width).Weights($"ss{b}", Width).Node("LayerNormalization", $"rr{b} gg{b} ss{b}", $"h{b + 1}");
        }

        return net.Output("h4", rows, Positions, Width).ToModel(opset: 20);
    }

    private static string Dense(OnnxBuilder net, string name, string input, int from, int to)
    {
        net.Weights($"{name}_w", [from, to], TensorData.Draw(name.Length, [to, from])).Weights($"{name}_b", to).Node("MatMul", $"{input} {name}_w", $"{name}_m").Node("Add", $"{name}_m {name}_b", name);
        return name;
    }

    private static string Convolve(OnnxBuilder net, string name, string input, int from, int to, int kernel, int stride = 1, string activation = "Relu", int group = 1)
    {
        int pad = kernel / 2;
        net.Weights($"{name}_w", to, from / group, kernel, kernel).Weights($"{name}_b", to)
            .Node("Conv", $"{input} {name}_w {name}_b", $"{name}_c", ("pads", new[] { pad, pad, pad, pad }), ("strides", new[] { stride, stride }), ("group", group));
        if (activation.Length == 0)
            return $"{name}_c";
        net.Node(activation, activation == "Clip" ? $"{name}_c zero six" : $"{name}_c", name);
        return name;
    }

    /// <summary>Makes every tensor visible that the taps look at, and takes one number of each: what it costs that ONNX Runtime can neither
    /// fuse nor reorder what is looked at.</summary>
    private sealed class Floor : ISignalBackend
    {
        public SignalBackend Kind => SignalBackend.Outputs;

        public void Configure(SessionOptions options)
        {
        }

        public IReadOnlyList<string> Attach(GraphPatch patch, SignalTap tap, string floats, string prefix)
        {
            patch.Initializer<long>(prefix + "flat", [1], [-1]).Initializer<long>(prefix + "first", [], [0])
                .Node("Reshape", [floats, prefix + "flat"], [prefix + "row"]).Node("Gather", [prefix + "row", prefix + "first"], [prefix + "value"]);
            return [prefix + "value"];
        }

        public ReadOnlySpan<double> Read(SignalTap tap, ReadOnlySpan<OrtValue> values) => throw new NotSupportedException("A floor finds nothing.");
    }
}
