using ML.Thermo.Initialization;

namespace ML.Thermo.Scans.Sequences;

/// <summary>A scan of the sampling temperature from samples.</summary>
internal sealed class TemperatureSamples(
    INextTokenModel model,
    IReadOnlyList<int> prompt,
    ControlGrid grid,
    SequenceOptions sequences,
    ScanOptions options,
    Action<int, int[]>? seen,
    IProgress<double>? progress,
    CancellationToken cancellation)
{
    public ScanReport Scan()
    {
        var sums = new LikelihoodSums(grid, options, [.. grid.Values.Select(_ => (long)sequences.Samples)]);
        var sampler = new SequenceSampler(model, prompt, grid.Values, sequences);
        SequenceSums[] points = [.. grid.Values.Select(_ => new SequenceSums())];
        int done = 0;
        for (int k = 0; k < grid.Count; k++)
        {
            for (int first = 0; first < sequences.Samples; first += sequences.Batch)
            {
                cancellation.ThrowIfCancellationRequested();
                int count = Math.Min(sequences.Batch, sequences.Samples - first), at = first;
                ulong name = (ulong)k << 32;
                foreach (DrawnSequence drawn in sampler.Draw(k, count, i => new RandomStream(options.Seed, name + (ulong)(at + i))))
                {
                    sums.Add(k, drawn.Logs.AsSpan(0, grid.Count));
                    points[k].Add(drawn.Energy, drawn.Entropy, drawn.Variance, grid.Values[k], -drawn.Logs[^1]);
                    seen?.Invoke(k, drawn.Tokens);
                }

                done += count;
                progress?.Report(done / ((double)grid.Count * sequences.Samples));
            }
        }

        return sums.Report([.. points.Select((point, k) => point.ToPoint(grid, k))]);
    }
}
