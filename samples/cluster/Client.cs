using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Cluster;
using ML.Thermo.Cluster.Monitoring;
using ML.Thermo.Cluster.Sharing;
using ML.Thermo.Energies;
using ML.Thermo.Onnx.Compression;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.Samples.Cluster;

/// <summary>Watches a model from three replicas, and finds a network's temperature and its compression on three silos.</summary>
internal static class Client
{
    private static readonly PredictionEnergy s_values = new(PredictionKind.Value);
    private static readonly MonitorOptions s_windows = new() { WindowRows = 320 };

    public static async Task RunAsync(Machines machines, bool hasPage)
    {
        using IHost host = await ThermoClient.ConnectAsync(machines.Configuration, TimeSpan.FromMinutes(1));
        await WatchAsync(host.Cluster(), machines, hasPage);
        await ShareAsync(host.Cluster());
        if (machines.HasDashboard)
        {
            Console.WriteLine("Enter ends it.");
            Console.ReadLine();
        }

        await host.StopAsync();
    }

    private static async Task WatchAsync(IClusterClient cluster, Machines machines, bool hasPage)
    {
        DriftReference reference = Reference();
        var options = new ClusterMonitorOptions { Monitor = s_windows, HandoverTime = TimeSpan.FromMilliseconds(200), ResendTime = TimeSpan.FromSeconds(3) };
        ClusterMonitor[] replicas = await Task.WhenAll(Enumerable.Range(0, 3).Select(i =>
            ClusterMonitor.JoinAsync(cluster, "prices", reference, s_values, options with { Replica = $"replica {i}" })));
        await using WebApplication? page = hasPage ? await VerdictPage.StartAsync(replicas[0], reference, s_windows.WindowRows) : null;
        await ObserveAsync(replicas, noise: 1, seed: 2);
        Console.WriteLine($"the world is as it was: {Said(await replicas[0].ReadAsync())}");
        if (machines.IsOnRedis)
        {
            machines.Kill(2);
            Console.WriteLine("the third silo is killed; what it has acknowledged is in Redis, what it has not is sent again");
        }

        await ObserveAsync(replicas, noise: 2, seed: 3);
        Console.WriteLine($"the noise doubles:      {Said(await replicas[0].ReadAsync())}");
        Console.WriteLine($"rows acknowledged to the three replicas: {string.Join(", ", replicas.Select(replica => replica.Counts.RowsAcknowledged))}");
        if (hasPage)
        {
            Console.WriteLine("Look at the page; Enter goes on.");
            Console.ReadLine();
        }

        foreach (ClusterMonitor replica in replicas)
            await replica.DisposeAsync();

        static string Said(MonitorVerdict verdict) => string.Create(CultureInfo.InvariantCulture,
            $"{verdict.Rows} rows, {verdict.Windows} windows, p {verdict.PValue:G2}, refresh: {verdict.Refresh}");
    }

    private static async Task ShareAsync(IClusterClient cluster)
    {
        using var model = OnnxModel.Open(Path.Combine(AppContext.BaseDirectory, "digits-mlp.onnx"));
        NumpyArray pixels = NumpyArray.ReadFile(Path.Combine(AppContext.BaseDirectory, "digits.npz"))[0];
        using var input = OrtValue.CreateTensorValueFromMemory(pixels.ToDoubles().Select(pixel => (float)pixel).ToArray(), [pixels.Shape[0], 64]);
        Dictionary<string, OrtValue>[] rows = [new() { [model.Graph.Inputs[0].Name] = input }];
        var energy = NetworkEnergy.Of(LayerGraph.Of(model), rows);
        var workers = new ClusterWorkers(cluster);
        var options = new NetworkAnalysisOptions { Draws = 1000 };
        NetworkThermodynamics there = await Task.Run(() => NetworkAnalysis.Run(energy, options with { Workers = workers }));
        NetworkThermodynamics here = await Task.Run(() => NetworkAnalysis.Run(energy, options));
        Console.WriteLine($"digits-mlp.onnx, T of the network by {workers.BySilo.Count} silos: {there.Network.Transition.Temperature}");
        Console.WriteLine($"the same draws by this process alone:  {here.Network.Transition.Temperature}; "
            + $"{here.Network.Energies.Zip(there.Network.Energies).Count(pair => pair.First.Equals(pair.Second))} of {here.Network.Energies.Length} "
            + "energies are equal to the last digit");

        var plan = new CompressionOptions { Workers = workers };
        byte[] small = await Task.Run(() => NetworkCompression.Plan(LayerGraph.Of(model), rows, CompressionMenu.Fine, plan).AtAverageBits(5).ToBytes());
        byte[] own = await Task.Run(() => NetworkCompression.Plan(LayerGraph.Of(model), rows, CompressionMenu.Fine).AtAverageBits(5).ToBytes());
        Console.WriteLine($"compressed to five bits a weight by silos: {small.Length} bytes of {model.Bytes.Length}, "
            + $"{(small.AsSpan().SequenceEqual(own) ? "the same file as by this process alone" : "another file than by this process: a fault")}");
    }

    private static async Task ObserveAsync(ClusterMonitor[] replicas, double noise, int seed)
    {
        int row = 0;
        foreach ((double[] features, double prediction, double label) in Rows(seed, noise).Take(2000))
            replicas[row++ % replicas.Length].Observe(features, prediction, label);
        await Task.WhenAll(replicas.Select(replica => replica.FlushAsync(TimeSpan.FromMinutes(2))));
    }

    private static DriftReference Reference()
    {
        var builder = new DriftReferenceBuilder(s_values.Inputs([new("size"), new("rooms"), new("age")]));
        foreach ((double[] features, double prediction, double label) in Rows(seed: 1, noise: 1).Take(1000))
            s_values.Observe(builder, features, [prediction], label);
        return builder.Build();
    }

    /// <summary>Rows of a linear model; what it predicts is right but for the noise.</summary>
    private static IEnumerable<(double[] Features, double Prediction, double Label)> Rows(int seed, double noise)
    {
        var random = new Random(seed);
        while (true)
        {
            double[] x = [Normal(), Normal(), Normal()];
            yield return (x, x.Sum(), x.Sum() + (noise * Normal()));
        }

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }
}
