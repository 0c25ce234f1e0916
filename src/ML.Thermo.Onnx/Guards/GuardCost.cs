using System.Diagnostics;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Onnx.Guards;

/// <summary>What reading the layers adds to the run of a network.</summary>
public static class GuardCost
{
    private const int RowsAtOnce = 64, Repeats = 7, MostRepeats = 5000;

    /// <summary>Small networks run so long, until the code that reads them is compiled as well as it will be.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.7);

    /// <summary>Time of a run with the guard's layers read over that of a plain one, best of seven or more of each in turn; 1 where no layer is
    /// read.</summary>
    /// <param name="guard">The guard.</param>
    /// <param name="network">Its network.</param>
    /// <param name="data">Rows; one batch of them is run.</param>
    /// <param name="cancellation">Checked between runs.</param>
    public static double Measure(NetworkGuard guard, OnnxModel network, NetworkInputs data, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(guard);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        HashSet<string> layers = [.. guard.Layers];
        if (layers.Count == 0)
            return 1;
        LayerGraph graph = LayerGraph.Of(network);
        using LayerProbe plain = new(graph, _ => false, entropies: false);
        using LayerProbe read = new(graph, layer => layers.Contains(layer.Name), entropies: false, device: null, savesMemory: false);
        using NetworkBatch batch = data.Batches(RowsAtOnce).First();
        double least = double.PositiveInfinity, guarded = double.PositiveInfinity;
        long start = Stopwatch.GetTimestamp();
        for (int repeat = 0; repeat <= Repeats || (repeat < MostRepeats && Stopwatch.GetElapsedTime(start) < WarmUp); repeat++) // the first only warms up
        {
            cancellation.ThrowIfCancellationRequested();
            (double without, double with) = (Seconds(plain), Seconds(read));
            if (repeat > 0)
                (least, guarded) = (Math.Min(least, without), Math.Min(guarded, with));
        }

        return guarded / least;

        double Seconds(LayerProbe probe)
        {
            long began = Stopwatch.GetTimestamp();
            probe.Read(batch, static _ => { });
            return Stopwatch.GetElapsedTime(began).TotalSeconds;
        }
    }
}
