using ML.Thermo.Initialization;

namespace ML.Thermo.Loops.Simulation;

/// <summary>One loop of finitely many rows.</summary>
/// <param name="map">Fresh law and temperature; its own fresh share must be zero, for fresh rows are drawn apart.</param>
/// <param name="rows">n.</param>
/// <param name="freshRows">k of them are fresh; a fraction is the chance of one more.</param>
/// <param name="policy">Which rows are trained on.</param>
/// <param name="random">The loop's own stream.</param>
internal sealed class SimulatedLoop(CategoricalLoop map, long rows, double freshRows, RefillPolicy policy, RandomStream random)
{
    private readonly double[] _training = new double[map.Classes], _sampled = new double[map.Classes], _work = new double[map.Classes];
    private readonly long[] _sum = new long[map.Classes];
    private readonly Queue<long[]> _kept = new();
    private bool _started;
    private long _rows;

    /// <summary>The law of the rows that the next model is trained on.</summary>
    public ReadOnlySpan<double> Training => _training;

    /// <summary>The law from which the generated rows of the last generation came.</summary>
    public ReadOnlySpan<double> Sampled => _sampled;

    /// <summary>Draws a generation; the first is real.</summary>
    public void Advance()
    {
        long[] counts = policy.Window != int.MaxValue && _kept.Count == policy.Window ? Oldest() : new long[map.Classes];
        if (!_started)
        {
            _started = true;
            map.Fresh.Span.CopyTo(_sampled);
            Multinomial.Add(map.Fresh.Span, rows, random, _work, counts);
        }
        else
        {
            long fresh = (long)freshRows;
            if (freshRows > fresh && random.NextDouble() < freshRows - fresh)
                fresh++;
            map.Next(_training, _sampled);
            Multinomial.Add(map.Fresh.Span, fresh, random, _work, counts);
            Multinomial.Add(_sampled, rows - fresh, random, _work, counts);
        }

        for (int i = 0; i < counts.Length; i++)
            _sum[i] += counts[i];
        _rows += rows;
        if (policy.Window != int.MaxValue)
            _kept.Enqueue(counts);
        for (int i = 0; i < _training.Length; i++)
            _training[i] = (double)_sum[i] / _rows;
    }

    /// <summary>Takes the generation that leaves the window out of the sum; the model that draws the next one still had it.</summary>
    private long[] Oldest()
    {
        long[] counts = _kept.Dequeue();
        for (int i = 0; i < counts.Length; i++)
            _sum[i] -= counts[i];
        _rows -= rows;
        Array.Clear(counts);
        return counts;
    }
}
