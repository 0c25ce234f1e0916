using System.Diagnostics;
using System.Globalization;
using ML.Thermo.Onnx.Execution;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Benchmarks;

/// <summary>
/// By how much the peak of resident memory grows while a network runs at batch 32, with and without taps; each in a process of its own, whose
/// peak is set back before the first run. Linux keeps such a peak; elsewhere nothing is measured.
/// </summary>
internal static class SignalMemory
{
    private const int Rows = 32, Runs = 3;
    private const double Bar = 2.5;

    /// <summary>Starts the processes and compares. Returns the number of missed bars.</summary>
    public static int Run(TextWriter output)
    {
        if (!OperatingSystem.IsLinux())
        {
            output.WriteLine("memory: only Linux tells a process's peak");
            return 0;
        }

        int missed = 0;
        output.WriteLine($"{"growth of peak memory, batch 32, one stream",-58} {"ours",10} {"plain",10} {"ratio",8} {"bar",6}");
        foreach ((string name, _, _, _) in SignalBenchmarks.Generated())
        {
            double plain = Child(name, "plain");
            foreach (string what in new[] { "variances", "entropies" })
            {
                double ours = Child(name, what);
                missed += ours / plain > Bar ? 1 : 0;
                output.WriteLine($"{$"{name}: {what} of all layers",-58} {ours,8:F0}MB {plain,8:F0}MB {ours / plain,8:G3} {Bar,6:G3}{(ours / plain > Bar ? "  MISSED" : "")}");
            }
        }

        return missed;
    }

    /// <summary>What one process does: prints the growth in MB.</summary>
    public static void Measure(string name, string what, TextWriter output)
    {
        using OnnxModel model = OnnxModel.Read(SignalBenchmarks.Generated(Rows).First(g => g.Name == name).Model);
        LayerGraph graph = LayerGraph.Of(model);
        List<SignalTap> taps = what == "plain" ? [] : SignalBenchmarks.Taps(graph, what == "entropies" ? new SignalOptions().EntropySample : 0);
        using NetworkBatch batch = NetworkInputs.Synthetic(model, Rows, seed: 1).Batches(Rows).Single();
        using SignalSession session = new(model, taps, new OperatorBackend(), ExecutionDevice.Cpu);
        GC.Collect();
        File.WriteAllText("/proc/self/clear_refs", "5");
        double before = Peak();
        for (int i = 0; i < Runs; i++)
            session.Run(batch.Inputs).Dispose();
        output.WriteLine((Peak() - before).ToString("R", CultureInfo.InvariantCulture));
    }

    private static double Child(string name, string what)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Add(typeof(SignalMemory).Assembly.Location);
        foreach (string argument in new[] { "memory", name, what })
            start.ArgumentList.Add(argument);
        using Process child = Process.Start(start)!;
        string text = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return double.Parse(text, CultureInfo.InvariantCulture);
    }

    private static double Peak() =>
        double.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
}
