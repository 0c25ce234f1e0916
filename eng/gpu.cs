#:property PublishAot=false
// Compares CUDA with the CPU: the same networks, data and seeds through thermo layers on both, built with the GPU package of ONNX Runtime.
// dotnet run eng/gpu.cs                     the networks of test/data/networks
// dotnet run eng/gpu.cs -- FOLDER           those and every .onnx file of FOLDER, on noise
// Exit code 0: all agree, or skipped with the reason; 1: a number differs.
using System.Diagnostics;
using System.Text.Json;

string root = Directory.GetCurrentDirectory(), data = Path.Combine(root, "test", "data", "networks"), thermo = Path.Combine(root, "artifacts", "gpu", "bin", "ML.Thermo.Cli", "release", "thermo.dll");
if (!File.Exists(Path.Combine(data, "digits.npz")))
    return Skip("there is no test/data/networks here: run it in the root of a checkout");

// Its own folder for all outputs, so that the checkout stays built for the CPU.
(int code, string said, string _) = Run("dotnet", "build", "src/ML.Thermo.Cli", "-c", "Release", "-p:OnnxRuntimeFlavor=Gpu", "--artifacts-path", "artifacts/gpu", "-v", "quiet", "--nologo");
if (code != 0)
    return Skip($"the command line cannot be built with Microsoft.ML.OnnxRuntime.Gpu: {said.Split('\n').FirstOrDefault(line => line.Contains("error", StringComparison.Ordinal))?.Trim()}");
string[] tiny = ["layers", Path.Combine(data, "digits-mlp.onnx"), "--synthetic", "--rows", "16", "--signals-only", "--quiet"];
(code, _, string refused) = Run("dotnet", [thermo, .. tiny, "--device", "cuda"]);
if (code != 0)
    return Skip(refused.Trim());

int differing = 0;
Console.WriteLine($"{"network",-36} {"cpu",9} {"cuda",9} {"cpu/cuda",9} {"largest difference",20}");
foreach (string model in Directory.GetFiles(data, "*.onnx").Order().Concat(args.SelectMany(folder => Directory.GetFiles(folder, "*.onnx").Order())))
{
    string[] inputs = Path.GetDirectoryName(model) == data
        ? ["--data", Path.Combine(data, "digits.npz"), "--labels", Path.Combine(data, "digits-labels.npy")]
        : ["--synthetic", "--energy", "ce", "--rows", "16"];
    string[] common = [thermo, "layers", model, .. inputs, "--precision", "0", "--draws", "256", "--quiet", "--json", "-"];
    (int onCpu, string cpu, string cpuError) = Run("dotnet", [.. common, "--device", "cpu"]);
    (int onCuda, string cuda, string cudaError) = Run("dotnet", [.. common, "--device", "cuda"]);
    string name = Path.GetFileName(model);
    if (onCpu != 0)
    {
        Console.WriteLine($"{name,-36} left out: the CPU refuses it: {cpuError.Trim()}");
        continue;
    }

    if (onCuda != 0)
    {
        Console.WriteLine($"{name,-36} FAILED on cuda: {cudaError.Trim()}");
        differing++;
        continue;
    }

    // Equal seeds draw equal weights, so only the arithmetic in single precision differs.
    Dictionary<string, double> expected = Numbers(cpu), found = Numbers(cuda);
    (string key, double difference) = expected.Select(pair => (pair.Key, Difference(pair.Value, found.GetValueOrDefault(pair.Key, double.NaN)))).DefaultIfEmpty(("", 0)).MaxBy(pair => pair.Item2);
    bool differs = difference > 0.01;
    differing += differs ? 1 : 0;
    Console.WriteLine($"{name,-36} {Seconds(cpu),8:F2}s {Seconds(cuda),8:F2}s {Seconds(cpu) / Seconds(cuda),9:F2} {difference,20:P3}{(differs ? $"  DIFFERS: {key}" : "")}");
}

return differing == 0 ? 0 : 1;

static int Skip(string reason)
{
    Console.WriteLine($"SKIPPED, nothing was compared: {reason}");
    return 0;
}

static double Seconds(string json) => JsonDocument.Parse(json).RootElement.GetProperty("seconds").GetDouble();

static double Difference(double expected, double found) => double.IsNaN(found) ? double.PositiveInfinity : Math.Abs(found - expected) / Math.Max(Math.Abs(expected), 1e-3);

// Energies, entropies and variances of the network and its layers, by name.
static Dictionary<string, double> Numbers(string json)
{
    JsonElement report = JsonDocument.Parse(json).RootElement;
    Dictionary<string, double> numbers = [];
    Add("network", report.GetProperty("network"), "deltaEnergy", "deltaEntropy");
    foreach (JsonElement layer in report.GetProperty("layers").EnumerateArray())
    {
        string name = $"{layer.GetProperty("index")} {layer.GetProperty("name")}";
        Add(name, layer.GetProperty("transition"), "deltaEnergy", "deltaEntropy");
        Add(name, layer.GetProperty("signal"), "inputVariance", "outputVariance");
    }

    return numbers;

    void Add(string of, JsonElement from, params string[] names)
    {
        foreach (string name in names.Where(name => from.ValueKind == JsonValueKind.Object && from.GetProperty(name).ValueKind == JsonValueKind.Number))
            numbers[$"{name} of {of}"] = from.GetProperty(name).GetDouble();
    }
}

static (int Code, string Output, string Error) Run(string program, params string[] arguments)
{
    using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
    process.WaitForExit();
    return (process.ExitCode, output.Result, error.Result);
}
