using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Cluster;
using ML.Thermo.Cluster.Sharing;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Soak;

/// <summary>An ensemble by one thread of this process, and by two silos of one thread each, by turns; and what that says of more silos.</summary>
internal static class Efficiency
{
    private const int Silos = 2;
    private const double Seconds = 15, Range = 1, Hour = 3600;

    /// <summary>Prints both, and the model.</summary>
    /// <param name="rounds">How many turns; about half a minute each.</param>
    public static async Task MeasureAsync(int rounds)
    {
        using var redis = new RedisServer("--appendonly", "yes");
        (int Silo, int Gateway)[] ports = [.. Enumerable.Range(0, Silos).Select(_ => (RedisServer.FreePort(), RedisServer.FreePort()))];
        Child[] silos = [.. ports.Select((port, i) => Child.Start($"silo-{i}", "silo", redis.Connection, $"{port.Silo}", $"{port.Gateway}", "patient"))];
        try
        {
            using IHost host = await ThermoClient.ConnectAsync(
                new() { Gateways = [.. ports.Select(port => $"127.0.0.1:{port.Gateway}")], Cluster = "soak" }, TimeSpan.FromMinutes(2));
            using var model = OnnxModel.Open(Path.Combine(AppContext.BaseDirectory, "digits-mlp.onnx"));
            float[] pixels = [.. NumpyArray.ReadFile(Path.Combine(AppContext.BaseDirectory, "digits.npz"))[0].ToDoubles().Select(pixel => (float)pixel)];
            using var input = OrtValue.CreateTensorValueFromMemory(pixels, [pixels.Length / 64, 64]);
            var energy = NetworkEnergy.Of(LayerGraph.Of(model), [new Dictionary<string, OrtValue> { [model.Graph.Inputs[0].Name] = input }]);
            Layer[] layers = [.. energy.Network.Layers.Where(layer => layer.ParameterCount > 0)];
            using var one = new NetworkEnsemble(energy, layers, NetworkInitialization.Auto);
            var workers = new ClusterWorkers(host.Cluster());
            int draws = (int)(Seconds / One(500).TotalSeconds * 500);
            while (workers.BySilo.Count < Silos)
                one.Draw(new DrawRange(9, 0, draws / 4), workers); // the network is opened there
            var efficiencies = new List<double>();
            var here = new List<double>();
            var there = new List<double>();
            var threads = new List<double>();
            for (int round = 0; round < rounds; round++)
            {
                TimeSpan work = Environment.CpuUsage.TotalTime, alone = One(draws), before = Environment.CpuUsage.TotalTime, others = Cpu();
                work = before - work;
                long start = Stopwatch.GetTimestamp();
                one.Draw(new DrawRange(7, 0, draws), workers);
                TimeSpan together = Stopwatch.GetElapsedTime(start);
                efficiencies.Add(alone / (Silos * together));
                here.Add((Environment.CpuUsage.TotalTime - before) / work);
                there.Add((Cpu() - others) / work);
                threads.Add(alone / (Silos * One(draws, Silos)));
            }

            Print(draws, efficiencies, here, there, threads);
            await host.StopAsync();

            TimeSpan Cpu() => silos.Aggregate(TimeSpan.Zero, (sum, silo) => sum + silo.Cpu);

            TimeSpan One(int count, int streams = 1)
            {
                long start = Stopwatch.GetTimestamp();
                one.Draw(7, 0, count, streams);
                return Stopwatch.GetElapsedTime(start);
            }
        }
        finally
        {
            foreach (Child silo in silos)
                silo.Kill();
        }
    }

    private static void Print(int draws, List<double> efficiencies, List<double> here, List<double> there, List<double> threads)
    {
        int rounds = efficiencies.Count;
        foreach (List<double> list in new[] { efficiencies, here, there, threads })
            list.Sort();
        double efficiency = efficiencies[rounds / 2], client = here[rounds / 2];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{draws} draws of digits-mlp.onnx, one thread against two silos of one thread each: efficiency {efficiency:F3} ")
            + string.Create(CultureInfo.InvariantCulture, $"(median of {rounds} rounds by turns, {efficiencies[0]:F3} … {efficiencies[^1]:F3}); ")
            + string.Create(CultureInfo.InvariantCulture, $"of two threads of one process {threads[rounds / 2]:F3}; ")
            + string.Create(CultureInfo.InvariantCulture, $"CPU time beside that of one thread: the caller's {client:P2}, the silos' {there[rounds / 2]:P2}"));
        // What a range costs beside its draws is as measured; the caller's work comes on top where it is more than the silos'; the last range is waited for.
        foreach (int silos in new[] { 2, 4, 8, 16, 32, 64 })
        {
            double wall = Math.Max(Hour / efficiency / silos, client * Hour) + Range;
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"modelled, an hour's work of one thread by {silos} silos: {Hour / (silos * wall):F3}"));
        }
    }
}
