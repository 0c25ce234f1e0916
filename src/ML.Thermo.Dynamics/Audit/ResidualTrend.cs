namespace ML.Thermo.Dynamics.Audit;

/// <summary>
/// The line through a residual in time, with a Newey–West error, in constant memory: up to 8,192 rows are kept; of more, sums over blocks of a power of two
/// rows, whose scores then take the place of the rows'.
/// </summary>
internal sealed class ResidualTrend
{
    private const int MostBlocks = 8192;
    private readonly Sums[] _blocks = new Sums[MostBlocks];
    private Sums _last; // of the block that still takes rows, which stands behind those in _blocks
    private long _blockRows = 1;
    private int _count;
    private double _origin;

    /// <summary>Time from the first row to the last.</summary>
    public double Duration { get; private set; }

    public void Add(double time, double residual)
    {
        if (_last.Count == 0)
            _origin = time; // the first row of all: a block that is closed is followed by a row at once
        else if (_last.Count == _blockRows)
            Close();
        Duration = time - _origin;
        _last.Add(Duration, residual);
    }

    /// <summary>The least-squares line.</summary>
    public Line Fit()
    {
        int count = _count;
        if (_last.Count > 0)
            _blocks[count++] = _last; // a free place: full arrays are halved at once
        ReadOnlySpan<Sums> blocks = _blocks.AsSpan(0, count);
        Sums all = default;
        foreach (ref readonly Sums block in blocks)
            all.Add(block);
        double n = all.Count, meanTime = all.Time / n, meanResidual = all.Residual / n, spread = 0, product = 0;
        foreach (ref readonly Sums block in blocks)
        {
            spread += block.Spread(meanTime);
            product += block.Product(meanTime, meanResidual);
        }

        double slope = product / spread, squares = 0, about = 0;
        double[] scores = new double[count];
        for (int i = 0; i < count; i++)
        {
            scores[i] = blocks[i].Product(meanTime, meanResidual) - (slope * blocks[i].Spread(meanTime));
            squares += blocks[i].Squares(meanTime, meanResidual, slope);
            about += blocks[i].Squares(meanTime, meanResidual, 0);
        }

        int lag = (int)Math.Ceiling(Math.Floor(4 * Math.Pow(n / 100, 2.0 / 9)) / _blockRows);
        double variance = 0;
        for (int l = 0; l <= Math.Min(lag, count - 1); l++)
        {
            double sum = 0;
            for (int i = l; i < count; i++)
                sum += scores[i] * scores[i - l];
            variance += (l == 0 ? 1 : 2 * (1 - (l / (lag + 1.0)))) * sum;
        }

        return new Line(slope, Math.Sqrt(Math.Max(0, variance)) / spread, Math.Sqrt(Math.Max(0, squares) / n), Math.Max(0, about), spread);
    }

    private void Close()
    {
        _blocks[_count++] = _last;
        _last = default;
        if (_count == MostBlocks)
            Halve();
    }

    private void Halve()
    {
        for (int i = 0; i < MostBlocks / 2; i++)
        {
            Sums pair = _blocks[2 * i];
            pair.Add(_blocks[(2 * i) + 1]);
            _blocks[i] = pair;
        }

        _count = MostBlocks / 2;
        _blockRows *= 2;
    }

    /// <summary>A fitted line.</summary>
    /// <param name="Slope">Least squares.</param>
    /// <param name="Error">Newey–West.</param>
    /// <param name="Rms">About the line.</param>
    /// <param name="Squares">Sum of squares about the mean.</param>
    /// <param name="Spread">Σ(t − mean t)².</param>
    internal readonly record struct Line(double Slope, double Error, double Rms, double Squares, double Spread);

    private struct Sums
    {
        public long Count;
        public double Time, Residual;
        private double _timeSquares, _products, _residualSquares;

        public void Add(double time, double residual)
        {
            Count++;
            Time += time;
            Residual += residual;
            _timeSquares += time * time;
            _products += time * residual;
            _residualSquares += residual * residual;
        }

        public void Add(in Sums other)
        {
            Count += other.Count;
            Time += other.Time;
            Residual += other.Residual;
            _timeSquares += other._timeSquares;
            _products += other._products;
            _residualSquares += other._residualSquares;
        }

        /// <summary>Σ(t − a)².</summary>
        public readonly double Spread(double a) => Count == 1 ? (Time - a) * (Time - a) : _timeSquares - (2 * a * Time) + (Count * a * a);

        /// <summary>Σ(t − a)(R − b).</summary>
        public readonly double Product(double a, double b) =>
            Count == 1 ? (Time - a) * (Residual - b) : _products - (b * Time) - (a * Residual) + (Count * a * b);

        /// <summary>Σ(R − b − slope (t − a))².</summary>
        public readonly double Squares(double a, double b, double slope)
        {
            if (Count > 1)
                return _residualSquares - (2 * b * Residual) + (Count * b * b) - (2 * slope * Product(a, b)) + (slope * slope * Spread(a));
            double error = Residual - b - (slope * (Time - a));
            return error * error;
        }
    }
}
