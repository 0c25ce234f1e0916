namespace ML.Thermo.Refresh.Nulls;

/// <summary>How rare the rarest of several statistics is, by their values in calibrating draws: −ln of its share of draws at least as large, over its share of
/// the rate.</summary>
/// <remarks>Beyond the largest draw the tail goes on as an exponential one. Any function of calibrating draws alone keeps a re-labelling test exact.</remarks>
internal sealed class Surprise
{
    private readonly double[][] _sorted;
    private readonly double[] _scales, _weights;

    /// <param name="draws">Statistics of each calibrating draw.</param>
    /// <param name="shares">What share of false alarms each statistic is to have.</param>
    public Surprise(double[][] draws, double[] shares)
    {
        _weights = [.. shares.Select(share => Math.Log(share))];
        _sorted = new double[draws[0].Length][];
        for (int s = 0; s < _sorted.Length; s++)
        {
            _sorted[s] = Array.ConvertAll(draws, draw => draw[s]);
            Array.Sort(_sorted[s]);
        }

        int tail = Math.Max(draws.Length / 10, 1);
        _scales = [.. _sorted.Select(values => Math.Max(values[^tail..].Average() - values[^tail], 0))];
    }

    public double Of(double[] statistics)
    {
        double most = double.NegativeInfinity;
        for (int s = 0; s < statistics.Length; s++)
        {
            double[] values = _sorted[s];
            if (values[^1] <= 0)
                continue; // nothing of the kind is watched, or nothing of it varies
            int below = Array.BinarySearch(values, statistics[s]);
            below = below < 0 ? ~below : below;
            while (below > 0 && values[below - 1] == statistics[s])
                below--;
            double log = Math.Log((1.0 + values.Length) / (1 + values.Length - below));
            if (below == values.Length && _scales[s] > 0)
                log += (statistics[s] - values[^1]) / _scales[s];
            most = Math.Max(most, log + _weights[s]);
        }

        return most;
    }
}
