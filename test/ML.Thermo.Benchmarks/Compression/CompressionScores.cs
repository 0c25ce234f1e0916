using System.Globalization;

namespace ML.Thermo.Benchmarks.Compression;

/// <summary>Realised losses by network, size and method; and what the bath's are of each other's, as a geometric mean over networks.</summary>
internal sealed class CompressionScores(TextWriter output)
{
    public const string Ours = "thermo";

    private const int Resamples = 4000;
    private readonly List<(string Network, double Bits, Dictionary<string, double> Losses)> _rows = [];

    public void Add(string network, double bits, Dictionary<string, double> losses)
    {
        _rows.Add((network, bits, losses));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{network,-28}{bits,4}  {string.Join("  ", losses.Select(loss => $"{loss.Key} {loss.Value:G3}"))}"));
    }

    public void Write()
    {
        output.WriteLine();
        foreach (string rival in _rows.SelectMany(row => row.Losses.Keys).Distinct().Where(name => name != Ours))
        {
            double[] means = [.. _rows.Where(row => row.Losses.ContainsKey(rival)).GroupBy(row => row.Network)
                .Select(group => group.Average(row => Math.Log(row.Losses[Ours] / row.Losses[rival])))];
            Random random = new(1);
            double[] resampled = [.. Enumerable.Range(0, Resamples).Select(_ => Enumerable.Range(0, means.Length).Average(_ => means[random.Next(means.Length)])).Order()];
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{Ours} / {rival,-16} {Math.Exp(means.Average()):F2} [{Math.Exp(resampled[(int)(0.025 * Resamples)]):F2}, {Math.Exp(resampled[(int)(0.975 * Resamples)]):F2}] over {means.Length} networks; worst {Math.Exp(means.Max()):F2}"));
        }
    }
}
