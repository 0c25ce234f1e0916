using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.Tests.Refresh.Monitoring;

/// <summary>Rows of a linear model with unit noise: y = x₁ + … + x₃ + noise, predicted by x₁ + … + x₃.</summary>
internal static class MonitorData
{
    public static readonly PredictionEnergy Values = new(PredictionKind.Value);

    public static IEnumerable<(double[] Features, double Prediction, double Label)> Rows(int count, ulong stream, double noise = 1, double shift = 0)
    {
        var random = new RandomStream(7, stream);
        for (int i = 0; i < count; i++)
        {
            double[] x = [random.NextNormal() + shift, random.NextNormal(), random.NextNormal()];
            yield return (x, x.Sum(), x.Sum() + (noise * random.NextNormal()));
        }
    }

    /// <summary>Few draws and a short run length, whose limits are drawn from a tenth of the streams: a window is judged in milliseconds.</summary>
    public static readonly DriftOptions Quick = new() { RunLength = 100, Draws = 199 };

    public static DriftReference Reference(int rows = 500, DriftOptions? options = null)
    {
        var builder = new DriftReferenceBuilder(Values.Inputs([new("a"), new("b"), new("c")]), options ?? Quick);
        foreach ((double[] features, double prediction, double label) in Rows(rows, 1))
            Values.Observe(builder, features, [prediction], label);
        return builder.Build();
    }

    public static void Feed(DriftMonitor monitor, IEnumerable<(double[] Features, double Prediction, double Label)> rows)
    {
        foreach ((double[] features, double prediction, double label) in rows)
            monitor.Observe(features, prediction, label);
    }

    public static byte[] Bytes(DriftWindow window)
    {
        using var stream = new MemoryStream();
        window.Save(stream);
        return stream.ToArray();
    }

    public static byte[] Bytes(DriftMonitor monitor)
    {
        using var stream = new MemoryStream();
        monitor.Save(stream);
        return stream.ToArray();
    }
}
