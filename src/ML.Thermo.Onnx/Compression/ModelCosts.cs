using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Execution;

namespace ML.Thermo.Onnx.Compression;

/// <summary>What a model costs to load and to run in ONNX Runtime on this machine, one thread.</summary>
/// <param name="LoadSeconds">Opening a session, s: the median of three.</param>
/// <param name="RunSeconds">One batch, s: the median of up to 21 runs.</param>
/// <param name="PeakBytes">Growth of the process's memory at its highest while loading and running; null where the system does not tell (it does on
/// Linux).</param>
/// <remarks>Another process on the machine changes the times, and nothing here corrects for it.</remarks>
[Maturity(Maturity.Estimator, "medians")]
public sealed record ModelCosts(double LoadSeconds, double RunSeconds, long? PeakBytes)
{
    private const int Loads = 3, MostRuns = 21;
    private const double Patience = 1;

    /// <summary>Measures a file.</summary>
    /// <param name="path">The .onnx file.</param>
    /// <param name="batch">Inputs of one run, by name.</param>
    /// <param name="dequantizeAtLoad">Whether ONNX Runtime makes floats of the weights when it loads the file (<c>session.disable_quant_qdq=1</c>): the speed
    /// and the memory of floats again.</param>
    /// <exception cref="ThermoException">ONNX Runtime cannot load or run the file.</exception>
    public static ModelCosts Measure(string path, IReadOnlyDictionary<string, OrtValue> batch, bool dequantizeAtLoad = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(batch);
        using SessionOptions options = ExecutionDevice.Cpu.CreateSessionOptions();
        if (dequantizeAtLoad)
            options.AddSessionConfigEntry("session.disable_quant_qdq", "1");
        try
        {
            long? before = ResetPeak();
            double[] loads = new double[Loads], runs;
            loads[0] = Seconds(() => new InferenceSession(path, options), out InferenceSession session);
            using (session)
                runs = Runs(session, batch);
            long? peak = before is { } from && Memory("VmHWM") is { } to ? Math.Max(to - from, 0) : null;
            for (int i = 1; i < Loads; i++)
            {
                loads[i] = Seconds(() => new InferenceSession(path, options), out InferenceSession again);
                again.Dispose();
            }

            return new(Median(loads), Median(runs), peak);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ThermoException($"ONNX Runtime cannot load or run '{path}': {e.Message}", e);
        }
    }

    private static double[] Runs(InferenceSession session, IReadOnlyDictionary<string, OrtValue> batch)
    {
        List<double> seconds = [];
        HashSet<string> taken = [.. session.InputNames];
        Dictionary<string, OrtValue> inputs = batch.Where(input => taken.Contains(input.Key)).ToDictionary();
        using RunOptions run = new();
        for (int i = 0; i < MostRuns && (i < 3 || seconds.Sum() < Patience); i++)
        {
            seconds.Add(Seconds(() => session.Run(run, inputs, session.OutputNames), out IDisposableReadOnlyCollection<OrtValue> outputs));
            outputs.Dispose();
        }

        return [.. seconds];
    }

    private static double Seconds<T>(Func<T> work, out T result)
    {
        long start = Stopwatch.GetTimestamp();
        result = work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    /// <summary>Sets the high-water mark to what is in use, and tells that; null where it cannot be set.</summary>
    private static long? ResetPeak()
    {
        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
            return Memory("VmRSS");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long? Memory(string name)
    {
        string? line = File.Exists("/proc/self/status")
            ? File.ReadLines("/proc/self/status").FirstOrDefault(text => text.StartsWith(name, StringComparison.Ordinal)) : null;
        return line is not null && long.TryParse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], NumberStyles.None,
            CultureInfo.InvariantCulture, out long kilobytes) ? kilobytes * 1024 : null;
    }
}
