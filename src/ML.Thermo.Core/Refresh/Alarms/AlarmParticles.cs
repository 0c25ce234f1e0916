using ML.Thermo.Initialization;
using ML.Thermo.Numerics;
using ML.Thermo.Refresh.Binning;

namespace ML.Thermo.Refresh.Alarms;

/// <summary>Streams without drift and without an alarm so far, as the reference leaves them possible: a law of counts each, and a detector's state.</summary>
internal sealed class AlarmParticles
{
    private const ulong Laws = 0x616C_6172_6D00_0000, Survivors = 0x616C_6172_6D00_0001, Windows = 0x616C_6172_6D00_0002;

    private readonly AlarmScores _scores;
    private readonly ulong _seed;
    private readonly int _bins, _count;
    private readonly double[] _laws; // cumulative masses by bin
    private readonly int[] _law; // which law a particle has: copies share one
    private readonly double[] _states;

    private AlarmParticles(AlarmParticles other)
    {
        (_laws, _scores, _count, _seed, _bins) = (other._laws, other._scores, other._count, other._seed, other._bins);
        (_law, _states) = ([.. other._law], [.. other._states]);
    }

    /// <param name="laws">Of <see cref="DrawLaws"/>, with these balls, count and seed.</param>
    /// <param name="scores">What a detector adds up.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">Of the draws.</param>
    public AlarmParticles(double[] laws, AlarmScores scores, int count, ulong seed)
    {
        (_laws, _scores, _count, _seed, _bins) = (laws, scores, count, seed, laws.Length / count);
        _law = [.. Enumerable.Range(0, count)];
        _states = new double[count * scores.Width];
        for (int i = 0; i < count; i++)
            scores.Start(_states.AsSpan(i * scores.Width, scores.Width));
    }

    /// <summary>The same particles, to go on from here without these.</summary>
    public AlarmParticles Copy() => new(this);

    /// <summary>Writes where they are.</summary>
    public void Write(BinaryWriter to)
    {
        foreach (int law in _law)
            to.Write(law);
        foreach (double number in _states)
            to.Write(number);
    }

    /// <summary>Goes where those are that were written, of the same laws, scores, count and seed.</summary>
    /// <exception cref="UnusableDataException">There is no such law.</exception>
    public void Read(BinaryReader from)
    {
        for (int i = 0; i < _count; i++)
        {
            _law[i] = from.ReadInt32();
            if (_law[i] < 0 || _law[i] >= _count)
                throw new UnusableDataException($"Stream {i} of an alarm's limits claims law {_law[i]}, of {_count}: they are damaged.");
        }

        for (int i = 0; i < _states.Length; i++)
            _states[i] = from.ReadDouble();
    }

    /// <summary>The laws that the reference leaves possible, one a particle: cumulative masses by bin. Nothing changes them, whatever windows come.</summary>
    public static double[] DrawLaws(PolyaUrn urn, int count, ulong seed)
    {
        int bins = urn.Balls.Length;
        double[] laws = new double[count * bins];
        Parallel.For(0, count, Processors.All, i => Law(urn.Balls, new RandomStream(seed ^ Laws, (ulong)i), laws.AsSpan(i * bins, bins)));
        return laws;
    }

    /// <summary>Every particle draws a window; those at or above the limit are replaced.</summary>
    /// <param name="rows">Rows of the window.</param>
    /// <param name="before">Rows of all windows before.</param>
    /// <param name="rank">The limit is the value of so many-th size.</param>
    /// <param name="isNormal">Means are drawn as normal ones.</param>
    /// <param name="window">Its number.</param>
    /// <returns>The limit.</returns>
    public double Advance(long rows, double before, int rank, bool isNormal, ulong window)
    {
        int width = _scores.Width;
        double[] values = new double[_count];
        Parallel.For(0, _count, Processors.All, i =>
        {
            Span<double> sums = stackalloc double[_scores.Count];
            var random = new RandomStream(_seed ^ Windows, (window * (ulong)_count) + (ulong)i);
            ReadOnlySpan<double> law = _laws.AsSpan(_law[i] * _bins, _bins);
            if (isNormal)
                NormalSums(law, rows, random, sums);
            else
                DrawnSums(law, (int)rows, random, sums);
            values[i] = _scores.Add(_states.AsSpan(i * width, width), sums, rows, before);
        });
        double limit = values.Order().ElementAt(_count - rank);
        Replace(values, limit, new RandomStream(_seed ^ Survivors, window));
        return limit;
    }

    private void Replace(double[] values, double limit, RandomStream random)
    {
        int width = _scores.Width;
        int[] survivors = [.. Enumerable.Range(0, _count).Where(i => values[i] < limit)];
        if (survivors.Length == 0)
            return; // nothing varies: no value is above another
        for (int i = 0; i < _count; i++)
        {
            if (values[i] < limit)
                continue;
            int other = survivors[random.NextInteger(survivors.Length)];
            _law[i] = _law[other];
            _states.AsSpan(other * width, width).CopyTo(_states.AsSpan(i * width, width));
        }
    }

    private void DrawnSums(ReadOnlySpan<double> law, int rows, RandomStream random, Span<double> sums)
    {
        Span<double> uniform = stackalloc double[64];
        for (int done = 0; done < rows; done += uniform.Length)
        {
            Span<double> some = uniform[..Math.Min(uniform.Length, rows - done)];
            random.FillUniform(some);
            foreach (double u in some)
            {
                int bin = (int)(u * _bins); // bins hold nearly equal masses: a step or two from here
                while (bin > 0 && law[bin - 1] >= u)
                    bin--;
                while (bin < _bins - 1 && law[bin] < u)
                    bin++;
                for (int j = 0; j < sums.Length; j++)
                    sums[j] += _scores.ByBin[j][bin];
            }
        }
    }

    /// <summary>Sums of many rows: normal with the law's own means and covariances.</summary>
    private void NormalSums(ReadOnlySpan<double> law, long rows, RandomStream random, Span<double> sums)
    {
        int width = sums.Length;
        Span<double> mean = stackalloc double[width], factor = stackalloc double[width * width];
        for (int k = 0; k < _bins; k++)
        {
            for (int j = 0; j < width; j++)
                mean[j] += (law[k] - (k > 0 ? law[k - 1] : 0)) * _scores.ByBin[j][k];
        }

        for (int k = 0; k < _bins; k++)
        {
            double mass = law[k] - (k > 0 ? law[k - 1] : 0);
            for (int j = 0; j < width; j++)
            {
                for (int i = 0; i <= j; i++)
                    factor[(j * width) + i] += mass * (_scores.ByBin[j][k] - mean[j]) * (_scores.ByBin[i][k] - mean[i]);
            }
        }

        Span<double> normal = stackalloc double[width];
        for (int j = 0; j < width; j++)
        {
            normal[j] = random.NextNormal();
            for (int i = 0; i <= j; i++) // Cholesky, row by row
            {
                double rest = factor[(j * width) + i];
                for (int l = 0; l < i; l++)
                    rest -= factor[(j * width) + l] * factor[(i * width) + l];
                double diagonal = factor[(i * width) + i];
                factor[(j * width) + i] = i == j ? Math.Sqrt(Math.Max(rest, 0)) : diagonal > 0 ? rest / diagonal : 0;
            }

            double deviation = 0;
            for (int i = 0; i <= j; i++)
                deviation += factor[(j * width) + i] * normal[i];
            sums[j] = (rows * mean[j]) + (Math.Sqrt(rows) * deviation);
        }
    }

    /// <summary>Cumulative masses of a Dirichlet draw with so many balls.</summary>
    private static void Law(ReadOnlySpan<long> balls, RandomStream random, Span<double> cumulative)
    {
        double sum = 0;
        for (int k = 0; k < balls.Length; k++)
            cumulative[k] = sum += Gamma(balls[k], random);
        for (int k = 0; k < balls.Length; k++)
            cumulative[k] /= sum;
    }

    /// <summary>A draw of the gamma law of an integer shape: a small one is quicker as a sum of exponentials.</summary>
    private static double Gamma(long shape, RandomStream random)
    {
        if (shape > 8)
            return random.NextGamma(shape);
        double product = 1;
        for (long i = 0; i < shape; i++)
            product *= random.NextDouble();
        return -Math.Log(product);
    }
}
