using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Cluster;
using ML.Thermo.Cluster.Sharing;
using ML.Thermo.Onnx.Compression;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.LanguageModels;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Scans;
using ML.Thermo.Scans.Sequences;
using ML.Thermo.Sharing;

namespace ML.Thermo.Soak;

/// <summary>Work by one thread of this process, and by two silos of one thread each, by turns; and what that says of more silos.</summary>
internal static class Efficiency
{
    private const int Silos = 2, FirstDraws = 500, FirstOutputs = 32, BatchRows = 40;
    private const double Seconds = 15, Range = 1, Hour = 3600;

    /// <summary>Measures the draws of an ensemble.</summary>
    /// <param name="rounds">How many turns; about half a minute each.</param>
    public static async Task DrawsAsync(int rounds)
    {
        using var model = OnnxModel.Open(Path.Combine(AppContext.BaseDirectory, "digits-mlp.onnx"));
        float[] pixels = [.. NumpyArray.ReadFile(Path.Combine(AppContext.BaseDirectory, "digits.npz"))[0].ToDoubles().Select(pixel => (float)pixel)];
        using var input = OrtValue.CreateTensorValueFromMemory(pixels, [pixels.Length / 64, 64]);
        var energy = NetworkEnergy.Of(LayerGraph.Of(model), [new Dictionary<string, OrtValue> { [model.Graph.Inputs[0].Name] = input }]);
        Layer[] layers = [.. energy.Network.Layers.Where(layer => layer.ParameterCount > 0)];
        using var one = new NetworkEnsemble(energy, layers, NetworkInitialization.Auto);
        await MeasureAsync(rounds, "draws of digits-mlp.onnx", FirstDraws, (count, threads, workers) =>
        {
            if (workers is null)
                one.Draw(7, 0, count, threads);
            else
                one.Draw(new DrawRange(7, 0, count), workers);
        });
    }

    /// <summary>Measures the outputs of a language model, scanned over eight temperatures; what adds them up is the caller's.</summary>
    /// <param name="rounds">How many turns; about half a minute each.</param>
    public static async Task OutputsAsync(int rounds)
    {
        using CausalModel model = CausalModel.Open(Path.Combine(AppContext.BaseDirectory, "kjv-char.onnx"));
        int[] prompt = TokenText.Characters(Path.Combine(AppContext.BaseDirectory, "kjv-char.txt")).Encode("and the lord ");
        var grid = ControlGrid.Parse("temperature", ".2..5:8log");
        await MeasureAsync(rounds, "outputs of kjv-char.onnx at each of eight temperatures", FirstOutputs, (count, threads, workers) =>
            SequenceScan.Temperatures(
                model, prompt, grid, new SequenceOptions { Samples = count, MostEnumerated = 0 }, new ScanOptions { Threads = threads, Workers = workers }));
    }

    /// <summary>Measures the plan of a compression: every layer of a transformer at every width, on more rows than it has, so that it takes a while. Here it
    /// is done by as many threads as there are processors.</summary>
    /// <param name="rounds">How many turns; about half a minute each.</param>
    public static async Task CompressionsAsync(int rounds)
    {
        using var model = OnnxModel.Open(Path.Combine(AppContext.BaseDirectory, "glyph-vit.onnx"));
        NetworkBatch[] batches = [.. NetworkInputs.Read(Path.Combine(AppContext.BaseDirectory, "glyphs.npz"), model).Batches(BatchRows)];
        await MeasureAsync(rounds, $"batches of {BatchRows} rows through all layers and widths of glyph-vit.onnx", batches.Length, (count, _, workers) =>
        {
            IReadOnlyDictionary<string, OrtValue>[] rows = [.. Enumerable.Range(0, count).Select(i => batches[i % batches.Length].Inputs)];
            NetworkCompression.Plan(LayerGraph.Of(model), rows, CompressionMenu.Fine, new CompressionOptions { Workers = workers });
        }, alone: Environment.ProcessorCount);
        foreach (NetworkBatch batch in batches)
            batch.Dispose();
    }

    private static async Task MeasureAsync(int rounds, string what, int first, Action<int, int, IWorkers?> work, int alone = 1)
    {
        using var redis = new RedisServer("--appendonly", "yes");
        (int Silo, int Gateway)[] ports = [.. Enumerable.Range(0, Silos).Select(_ => (RedisServer.FreePort(), RedisServer.FreePort()))];
        Child[] silos = [.. ports.Select((port, i) => Child.Start($"silo-{i}", "silo", redis.Connection, $"{port.Silo}", $"{port.Gateway}", "patient"))];
        try
        {
            using IHost host = await ThermoClient.ConnectAsync(
                new() { Gateways = [.. ports.Select(port => $"127.0.0.1:{port.Gateway}")], Cluster = "soak" }, TimeSpan.FromMinutes(2));
            var workers = new ClusterWorkers(host.Cluster());
            One(first); // the network is opened here
            int count = (int)(Seconds / One(first).TotalSeconds * first);
            while (workers.BySilo.Count < Silos)
                work(count, 1, workers); // and there
            var efficiencies = new List<double>();
            var here = new List<double>();
            var there = new List<double>();
            var threads = new List<double>();
            for (int round = 0; round < rounds; round++)
            {
                TimeSpan spent = Environment.CpuUsage.TotalTime, took = One(count), before = Environment.CpuUsage.TotalTime, others = Cpu();
                spent = before - spent;
                long start = Stopwatch.GetTimestamp();
                work(count, 1, workers);
                TimeSpan together = Stopwatch.GetElapsedTime(start);
                efficiencies.Add(alone * took / (Silos * together));
                here.Add((Environment.CpuUsage.TotalTime - before) / spent);
                there.Add((Cpu() - others) / spent);
                if (alone == 1)
                    threads.Add(took / (Silos * One(count, Silos)));
            }

            Print($"{count} {what}, {(alone == 1 ? "one thread" : $"{alone} threads")}", efficiencies, here, there, threads);
            await host.StopAsync();

            TimeSpan Cpu() => silos.Aggregate(TimeSpan.Zero, (sum, silo) => sum + silo.Cpu);

            TimeSpan One(int pieces, int streams = 1)
            {
                long start = Stopwatch.GetTimestamp();
                work(pieces, streams, null);
                return Stopwatch.GetElapsedTime(start);
            }
        }
        finally
        {
            foreach (Child silo in silos)
                silo.Kill();
        }
    }

    private static void Print(string work, List<double> efficiencies, List<double> here, List<double> there, List<double> threads)
    {
        int rounds = efficiencies.Count;
        foreach (List<double> list in new[] { efficiencies, here, there, threads })
            list.Sort();
        double efficiency = efficiencies[rounds / 2], client = here[rounds / 2];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{work} against two silos of one thread each: efficiency {efficiency:F3} ")
            + string.Create(CultureInfo.InvariantCulture, $"(median of {rounds} rounds by turns, {efficiencies[0]:F3} … {efficiencies[^1]:F3}); ")
            + (threads.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"of two threads of one process {threads[rounds / 2]:F3}; "))
            + string.Create(CultureInfo.InvariantCulture, $"CPU time beside that here: the caller's {client:P2}, the silos' {there[rounds / 2]:P2}"));
        // What a range costs beside its draws is as measured; the caller's work comes on top where it is more than the silos'; the last range is waited for.
        foreach (int silos in new[] { 2, 4, 8, 16, 32, 64 })
        {
            double wall = Math.Max(Hour / efficiency / silos, client * Hour) + Range;
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"modelled, an hour's work of one thread by {silos} silos: {Hour / (silos * wall):F3}"));
        }
    }
}
