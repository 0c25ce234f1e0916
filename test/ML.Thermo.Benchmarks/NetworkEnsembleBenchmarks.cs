using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Tests;

namespace ML.Thermo.Benchmarks;

/// <summary>
/// Draws of network ensembles, redraw and loss included, against inference with constant weights (same data, one stream) and against a new
/// session a draw; and the temperatures of all layers against layers × draws inferences.
/// </summary>
internal static class NetworkEnsembleBenchmarks
{
    private const int Rows = 256, FewRows = 32, Draws = 100, ManyDraws = 1000;
    private static readonly int[] Two = [2, 2];

    public static IEnumerable<Comparison> Comparisons()
    {
        foreach ((string name, byte[] bytes, long[] shape, int layerDraws) in new[]
        {
            ("digits-cnn", Shipped("digits-cnn.onnx"), (long[])[1, 8, 8], ManyDraws),
            ("digits-transformer", Shipped("digits-transformer.onnx"), [1, 8, 8], Draws),
            ("CNN 8-16-10", Convolutional(), [1, 28, 28], Draws),
            ("MLP 784-256-128-10", Dense(), [784], Draws),
        })
        {
            using OnnxModel model = OnnxModel.Read(bytes, name);
            LayerGraph network = LayerGraph.Of(model);
            using OrtValue many = Data([Rows, .. shape]), few = Data([FewRows, .. shape]);
            NetworkEnergy onMany = Energy(network, many), onFew = Energy(network, few);
            using NetworkEnsemble ensemble = new(onMany, network.Layers), small = new(onFew, network.Layers);
            using SessionOptions options = PlainInference.Options();
            using PlainInference plain = new(bytes, many, options);
            yield return new($"{name}: {Draws} draws, {Rows} rows", "as many inferences, constant weights", () => ensemble.Draw(1, 0, Draws, streams: 1), () => plain.Run(Draws), 1.6);
            yield return new($"{name}: {Draws} draws, {FewRows} rows", "a new session a draw, redraw included", () => small.Draw(1, 0, Draws, streams: 1), () => NewSessions(bytes, few, small.Drawn), 1 / 2.5);
            yield return new($"{name}: {layerDraws} draws of each layer, {Rows} rows", "layers × draws inferences", () => Layers(onMany, network, layerDraws), () => plain.Run(network.Layers.Count(l => l.ParameterCount > 0) * layerDraws), 1);
        }
    }

    private static OrtValue Data(long[] shape) => OrtValue.CreateTensorValueFromMemory(TensorData.Draw(3, shape).Select(v => v * 100).ToArray(), shape);

    private static NetworkEnergy Energy(LayerGraph network, OrtValue input) => NetworkEnergy.Of(network, [new Dictionary<string, OrtValue> { [network.Model.Graph.Inputs[0].Name] = input }]);

    private static void Layers(NetworkEnergy energy, LayerGraph network, int draws)
    {
        foreach (Layer layer in network.Layers.Where(l => l.ParameterCount > 0))
        {
            using NetworkEnsemble ensemble = new(energy, [layer]);
            ensemble.Draw(1, 0, draws, streams: 1);
        }
    }

    /// <summary>Draws the weights, hands them to a new session, runs it once.</summary>
    private static void NewSessions(byte[] bytes, OrtValue input, IReadOnlyList<AssumedLaw> laws)
    {
        DrawnTensor[] parameters = [.. laws.Select(law => DrawnTensor.Of(law.Root.Tensor!))];
        for (int draw = 0; draw < Draws; draw++)
        {
            RandomStream random = new(1, (ulong)draw);
            using SessionOptions options = PlainInference.Options();
            for (int i = 0; i < parameters.Length; i++)
            {
                parameters[i].Draw(laws[i].Law!, random);
                options.AddInitializer(laws[i].Root.Name, parameters[i].Value);
            }

            using PlainInference plain = new(bytes, input, options);
            plain.Run(1);
        }

        Array.ForEach(parameters, parameter => parameter.Dispose());
    }

    private static byte[] Shipped(string file) => File.ReadAllBytes(ShippedNetworks.Find(file));

    private static byte[] Dense() => new OnnxBuilder().Input("x", "N", 784)
        .Weights("one.weight", 784, 256).Weights("one.bias", 256).Weights("two.weight", 256, 128).Weights("two.bias", 128).Weights("three.weight", 128, 10).Weights("three.bias", 10)
        .Node("Gemm", "x one.weight one.bias", "h1").Node("Relu", "h1", "r1").Node("Gemm", "r1 two.weight two.bias", "h2").Node("Relu", "h2", "r2")
        .Node("Gemm", "r2 three.weight three.bias", "z").Node("Softmax", "z", "y", ("axis", 1)).Output("y", "N", 10).ToModel();

    private static byte[] Convolutional() => new OnnxBuilder().Input("x", "N", 1, 28, 28)
        .Weights("one.weight", 8, 1, 5, 5).Weights("one.bias", 8).Weights("two.weight", 16, 8, 5, 5).Weights("two.bias", 16).Weights("head.weight", 10, 256).Weights("head.bias", 10)
        .Node("Conv", "x one.weight one.bias", "c1").Node("Relu", "c1", "r1").Node("MaxPool", "r1", "p1", ("kernel_shape", Two), ("strides", Two))
        .Node("Conv", "p1 two.weight two.bias", "c2").Node("Relu", "c2", "r2").Node("MaxPool", "r2", "p2", ("kernel_shape", Two), ("strides", Two))
        .Node("Flatten", "p2", "f").Node("Gemm", "f head.weight head.bias", "z", ("transB", 1)).Node("Softmax", "z", "y", ("axis", 1)).Output("y", "N", 10).ToModel();

    /// <summary>The network as it is, its output bound to memory.</summary>
    private sealed class PlainInference : IDisposable
    {
        private readonly InferenceSession _session;
        private readonly string[] _inputName, _outputName;
        private readonly OrtValue[] _input, _output;
        private readonly RunOptions _run = new();

        public PlainInference(byte[] model, OrtValue input, SessionOptions options)
        {
            _session = new InferenceSession(model, options);
            (_inputName, _outputName) = ([.. _session.InputNames], [.. _session.OutputNames]);
            _input = [input];
            long rows = input.GetTensorTypeAndShape().Shape[0];
            _output = [OrtValue.CreateTensorValueFromMemory(new float[rows * 10], [rows, 10])];
        }

        public static SessionOptions Options() => new() { IntraOpNumThreads = 1, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };

        public void Run(int times)
        {
            for (int i = 0; i < times; i++)
                _session.Run(_run, _inputName, _input, _outputName, _output);
        }

        public void Dispose()
        {
            _output[0].Dispose();
            _run.Dispose();
            _session.Dispose();
        }
    }
}
