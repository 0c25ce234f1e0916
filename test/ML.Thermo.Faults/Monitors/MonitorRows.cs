using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.Faults.Monitors;

/// <summary>A monitor, and the rows that every process gives it: row i is the same for all.</summary>
internal static class MonitorRows
{
    private static readonly PredictionEnergy s_values = new(PredictionKind.Value);
    private static readonly Lazy<DriftReference> s_reference = new(NewReference);

    /// <summary>Opens the monitor of a file, or makes one without a file.</summary>
    public static DriftMonitor Open(string? file)
    {
        var options = new MonitorOptions { WindowRows = 50 };
        return file is null ? new DriftMonitor(s_reference.Value, s_values, options) : DriftMonitor.Open(file, s_reference.Value, s_values, options);
    }

    /// <summary>Gives it row i.</summary>
    public static void Observe(DriftMonitor monitor, long row)
    {
        (double[] x, double prediction, double label) = Row(2, row);
        monitor.Observe(x, prediction, label);
    }

    /// <summary>The state after so many rows, as bytes, of a monitor that nothing ever happened to.</summary>
    public static byte[] Untroubled(long rows)
    {
        using DriftMonitor monitor = Open(null);
        for (long i = 0; i < rows; i++)
            Observe(monitor, i);
        return Bytes(monitor);
    }

    /// <summary>All that a monitor knows, but for what it lost.</summary>
    public static byte[] Bytes(DriftMonitor monitor)
    {
        MonitorSnapshot snapshot = monitor.Snapshot();
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(snapshot.Rows);
        writer.Write(snapshot.Windows);
        writer.Write(snapshot.Sequential.EValue);
        writer.Write(snapshot.Sequential.Detector);
        writer.Write(snapshot.Report?.PValue ?? -1);
        snapshot.Open.Save(bytes);
        return bytes.ToArray();
    }

    private static DriftReference NewReference()
    {
        var builder = new DriftReferenceBuilder(s_values.Inputs([new("a"), new("b")]), new DriftOptions { Draws = 199 });
        for (long i = 0; i < 200; i++)
        {
            (double[] x, double prediction, double label) = Row(1, i);
            s_values.Observe(builder, x, [prediction], label);
        }

        return builder.Build();
    }

    private static (double[] X, double Prediction, double Label) Row(ulong seed, long row)
    {
        var random = new RandomStream(seed, (ulong)row);
        double[] x = [random.NextNormal(), random.NextNormal()];
        return (x, x.Sum(), x.Sum() + random.NextNormal());
    }
}
