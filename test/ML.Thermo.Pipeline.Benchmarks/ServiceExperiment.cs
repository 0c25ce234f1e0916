using System.Diagnostics;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.AspNetCore;

namespace ML.Thermo.Benchmarks;

/// <summary>
/// What a monitor costs a request: one handler on Kestrel, twice, with and without the filter and with its state on disk; blocks of requests in turns, A B B A,
/// one connection. CPU is that of the process, client and server together, so the difference is the monitor's.
/// </summary>
/// <remarks>
/// A process of its own runs as a service does: its code is compiled in tiers, and 30,000 requests to each warm it up. Its idle threads sleep and do not spin,
/// since spinning is CPU that grows with the time of a request and is no work. Its content root is empty: ASP.NET watches all that lies below for changes of the
/// configuration, and every row that is written there costs a notification.
/// </remarks>
internal static class ServiceExperiment
{
    /// <summary>The argument that makes a process measure.</summary>
    public const string Measuring = "service-measuring";

    private const int Width = 20, BlockRequests = 100, ReferenceRows = 2000, WarmingRounds = 150;
    private const double MostMicroseconds = 20, MostRatio = 1.05;

    /// <summary>Says what it costs, and whether that is within the bars; measured in a process of its own.</summary>
    /// <param name="output">Where.</param>
    /// <param name="rounds">Of four blocks each.</param>
    public static bool Run(TextWriter output, int rounds)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(ServiceExperiment).Assembly.Location);
        start.ArgumentList.Add(Measuring);
        start.ArgumentList.Add($"{rounds}");
        start.Environment["DOTNET_TieredCompilation"] = "1";
        start.Environment["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0";
        using Process process = Process.Start(start)!;
        output.Write(process.StandardOutput.ReadToEnd());
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    /// <summary>What the process of its own does.</summary>
    /// <inheritdoc cref="Run"/>
    public static bool RunHere(TextWriter output, int rounds)
    {
        string folder = Directory.CreateTempSubdirectory("thermo-service-").FullName;
        try
        {
            return Measure(output, rounds, folder).GetAwaiter().GetResult();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<bool> Measure(TextWriter output, int rounds, string folder)
    {
        var context = new MLContext(1);
        Row[] rows = [.. new GeneratedRows(Width).Examples.Select(row => new Row { Features = row.Features, Label = row.Label })];
        IDataView data = context.Data.Cache(context.Data.LoadFromEnumerable(rows));
        var model = context.Regression.Trainers.OnlineGradientDescent().Fit(data);
        string file = Path.Combine(folder, "model.zip");
        context.Model.Save(model.Append(context.Thermo().Refresh(new() { WindowRows = 200 }).Fit(context.Data.TakeRows(model.Transform(data), ReferenceRows))), data.Schema, file);
        PredictionEngine<Row, Answer> engine = context.Model.CreatePredictionEngine<Row, Answer>(model);

        string root = Directory.CreateDirectory(Path.Combine(folder, "root")).FullName;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = root });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddThermoMonitor("generated", file, options => options.State = Path.Combine(folder, "generated.monitor"));
        await using WebApplication app = builder.Build();
        app.MapPost("/plain", (Row row) => engine.Predict(row)); // one request at a time, so one engine
        app.MapPost("/watched", (Row row) => engine.Predict(row)).ObservedBy<Row, Answer>("generated");
        await app.StartAsync();
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        using var client = new HttpClient { BaseAddress = new Uri(address) };

        List<double> plain = [], watched = [], added = [];
        Queue<Row> plainRows = new(rows.Skip(ReferenceRows)), watchedRows = new(rows.Skip(ReferenceRows)); // rows that come twice would be drift
        for (int round = -WarmingRounds; round < rounds; round++)
        {
            List<double> ofPlain = round < 0 ? [] : plain, ofWatched = round < 0 ? [] : watched;
            double a = await Block(client, "/plain", plainRows, ofPlain), b = await Block(client, "/watched", watchedRows, ofWatched),
                c = await Block(client, "/watched", watchedRows, ofWatched), d = await Block(client, "/plain", plainRows, ofPlain);
            if (round >= 0)
                added.Add((b + c - a - d) / 2);
        }

        int asked = app.Services.GetRequiredService<ThermoMonitors>().Sum(monitor => monitor.Snapshot()!.Refresh ? 1 : 0);
        await app.StopAsync();
        double cost = Quantile(added, 0.5), ratio = Quantile(watched, 0.5) / Quantile(plain, 0.5);
        output.WriteLine($"a request of {Width} numbers through an endpoint filter, {plain.Count} requests each, state on disk, windows of 200 judged, {(asked == 0 ? "no drift" : "DRIFT")}, " +
            $"{Environment.ProcessorCount} cores");
        output.WriteLine($"  added CPU a request, median of rounds  {cost,8:F1} µs   bar {MostMicroseconds:F0} µs{Missed(cost > MostMicroseconds)}   (quartiles {Quantile(added, 0.25):F1} to {Quantile(added, 0.75):F1})");
        output.WriteLine($"  p50 watched / plain                    {ratio,8:F3}      bar {MostRatio}{Missed(ratio > MostRatio)}   ({Quantile(watched, 0.5):F0} / {Quantile(plain, 0.5):F0} µs)");
        output.WriteLine($"  p99 watched, plain                     {Quantile(watched, 0.99):F0}, {Quantile(plain, 0.99):F0} µs");
        return cost <= MostMicroseconds && ratio <= MostRatio;
    }

    /// <summary>Sends a block; its CPU in microseconds a request.</summary>
    private static async Task<double> Block(HttpClient client, string address, Queue<Row> rows, List<double> latencies)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        for (int i = 0; i < BlockRequests; i++)
        {
            long start = Stopwatch.GetTimestamp();
            using HttpResponseMessage answer = await client.PostAsJsonAsync(address, rows.Dequeue());
            answer.EnsureSuccessStatusCode();
            latencies.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }

        return (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / BlockRequests;
    }

    private static double Quantile(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
    }

    private static string Missed(bool isMissed) => isMissed ? "  MISSED" : "";

    private sealed class Row
    {
        [VectorType(Width)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }

    private sealed class Answer
    {
        public float Score { get; set; }
    }
}
