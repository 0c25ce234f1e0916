using ML.Thermo.Novelty;

namespace ML.Thermo.Benchmarks.Guards;

/// <summary>
/// Two readings of a layer's output: its variance over all units and places, and that around each channel's own mean, where a batch norm's offsets do not count.
/// Each by the guard's own law, without its statistics of the input.
/// </summary>
internal static class TemperatureReadings
{
    private const double Silent = 1e-30;

    /// <summary>Strangeness by each reading, and by both.</summary>
    public static IReadOnlyDictionary<string, Func<NetworkReadings, double[]>> Learn(NetworkReadings known) => new Dictionary<string, Func<NetworkReadings, double[]>>
    {
        ["outputs, as they are"] = Law(known, (of, row) => Row(of, row, Variance)),
        ["outputs, channel-centred"] = Law(known, (of, row) => Row(of, row, Centred)),
        ["outputs, both"] = Law(known, (of, row) => [.. Row(of, row, Variance), .. Row(of, row, Centred)]),
    };

    private static Func<NetworkReadings, double[]> Law(NetworkReadings known, Func<NetworkReadings, int, double[]> reading)
    {
        FluctuationLaw law = FluctuationLaw.Of([.. Enumerable.Range(0, known.Logits.Length).Select(row => reading(known, row))]);
        return fresh => [.. Enumerable.Range(0, fresh.Logits.Length).Select(row => law.Strangeness(reading(fresh, row)))];
    }

    private static double[] Row(NetworkReadings of, int row, Func<double[][], double> temperature) =>
        [.. Enumerable.Range(0, of.Layers).Select(layer => Math.Log(Math.Max(temperature(of.Map(layer, row)), Silent)))];

    private static double Variance(double[][] map) => Variance([.. map.SelectMany(channel => channel)]);

    /// <summary>The mean of the channels' own variances; of single numbers the variance over channels.</summary>
    private static double Centred(double[][] map) => map[0].Length == 1 ? Variance(map) : map.Average(Variance);

    private static double Variance(double[] values)
    {
        double mean = values.Average();
        return values.Average(value => (value - mean) * (value - mean));
    }
}
