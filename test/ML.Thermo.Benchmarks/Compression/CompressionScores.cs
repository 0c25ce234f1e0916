using System.Globalization;

namespace ML.Thermo.Benchmarks.Compression;

/// <summary>Realised losses by network, size and method, with one menu; and what two of them are of each other's, as a geometric mean over networks.</summary>
internal sealed class CompressionScores(TextWriter output, string menu)
{
    public const string Ours = "thermo", Nearest = "nearest", Uniform = "uniform";

    private const int Resamples = 4000;
    private readonly List<(string Network, double Bits, Dictionary<string, double> Losses)> _rows = [];

    public bool IsEmpty => _rows.Count == 0;

    public void Add(string network, double bits, Dictionary<string, double> losses)
    {
        _rows.Add((network, bits, losses));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{network,-28}{bits,4}  {string.Join("  ", losses.Select(loss => $"{loss.Key} {loss.Value:G3}"))}"));
        output.Flush();
    }

    public void Write()
    {
        output.WriteLine();
        output.WriteLine(menu);
        foreach (string rival in _rows.SelectMany(row => row.Losses.Keys).Distinct().Where(name => name != Ours))
            Write(Ours, rival);
        Write(Nearest, Uniform); // the widths alone, rounded alike
        foreach (IGrouping<string, (string, double, Dictionary<string, double> Losses)> network in _rows.GroupBy(row => row.Network))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {network.Key,-26}{Ours} / {Uniform} {Ratio(network, Ours, Uniform):F2}, {Nearest} / {Uniform} {Ratio(network, Nearest, Uniform):F2}"));
        }

        static double Ratio(IEnumerable<(string, double, Dictionary<string, double> Losses)> rows, string one, string other) =>
            Math.Exp(rows.Average(row => Math.Log(row.Losses[one] / row.Losses[other])));
    }

    private void Write(string method, string rival)
    {
        double[] means = [.. _rows.Where(row => row.Losses.ContainsKey(rival)).GroupBy(row => row.Network)
            .Select(group => group.Average(row => Math.Log(row.Losses[method] / row.Losses[rival])))];
        if (means.Length == 0)
            return;
        Random random = new(1);
        double[] resampled = [.. Enumerable.Range(0, Resamples).Select(_ => Enumerable.Range(0, means.Length).Average(_ => means[random.Next(means.Length)])).Order()];
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{method} / {rival,-20} {Math.Exp(means.Average()):F2} [{Math.Exp(resampled[(int)(0.025 * Resamples)]):F2}, {Math.Exp(resampled[(int)(0.975 * Resamples)]):F2}] over {means.Length} networks; worst {Math.Exp(means.Max()):F2}"));
    }
}
