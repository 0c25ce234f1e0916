namespace ML.Thermo.Dynamics.Audit;

/// <summary>
/// The line through a residual in time, with a Newey–West error, in constant memory: up to 8,192 rows are kept; of more, sums over blocks of a power of two
/// rows, whose scores then take the place of the rows'.
/// </summary>
internal sealed class ResidualTrend
{
    private const int MostBlocks = 8192;
    private readonly Blocks _blocks = new();
    private Sums _last; // of the block that still takes rows, which stands behind those in _blocks
    private long _blockRows = 1;
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
        int count = _blocks.Count + (_last.Count > 0 ? 1 : 0);
        Sums all = default;
        for (int i = 0; i < count; i++)
            all.Add(Block(i));
        double n = all.Count, meanTime = all.Time / n, meanResidual = all.Residual / n, spread = 0, product = 0;
        for (int i = 0; i < count; i++)
        {
            Sums block = Block(i);
            spread += block.Spread(meanTime);
            product += block.Product(meanTime, meanResidual);
        }

        double slope = product / spread, squares = 0, about = 0;
        double[] scores = new double[count];
        for (int i = 0; i < count; i++)
        {
            Sums block = Block(i);
            scores[i] = block.Product(meanTime, meanResidual) - (slope * block.Spread(meanTime));
            squares += block.Squares(meanTime, meanResidual, slope);
            about += block.Squares(meanTime, meanResidual, 0);
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

        return new Line(slope, Math.Sqrt(Math.Max(0, variance)) / spread, Math.Sqrt(Math.Max(0, squares) / n), Math.Max(0, about), spread, Growth(count));
    }

    /// <summary>The size at the end over the largest of the first half of time; 0 where the end is not near the largest of all.</summary>
    private double Growth(int count)
    {
        double early = 0, most = 0, last = 0;
        for (int i = 0; i < count; i++)
        {
            Sums block = Block(i);
            last = Math.Sqrt(block.ResidualSquares / block.Count);
            most = Math.Max(most, last);
            if (block.Time / block.Count <= 0.5 * Duration)
                early = Math.Max(early, last);
        }

        return last < 0.5 * most ? 0 : early > 0 ? last / early : double.PositiveInfinity;
    }

    private Sums Block(int i) => i < _blocks.Count ? _blocks.At(i, _blockRows) : _last;

    private void Close()
    {
        _blocks.Add(_last);
        _last = default;
        if (_blocks.Count == MostBlocks)
        {
            _blocks.Halve();
            _blockRows *= 2;
        }
    }

    /// <summary>A fitted line.</summary>
    /// <param name="Slope">Least squares.</param>
    /// <param name="Error">Newey–West.</param>
    /// <param name="Rms">About the line.</param>
    /// <param name="Squares">Sum of squares about the mean.</param>
    /// <param name="Spread">Σ(t − mean t)².</param>
    /// <param name="Growth">Size at the end over the largest of the first half; 0 where it has come down again.</param>
    internal readonly record struct Line(double Slope, double Error, double Rms, double Squares, double Spread, double Growth);

    private struct Sums
    {
        public long Count;
        public double Time, Residual, TimeSquares, Products, ResidualSquares;

        public void Add(double time, double residual)
        {
            Count++;
            Time += time;
            Residual += residual;
            TimeSquares += time * time;
            Products += time * residual;
            ResidualSquares += residual * residual;
        }

        public void Add(in Sums other)
        {
            Count += other.Count;
            Time += other.Time;
            Residual += other.Residual;
            TimeSquares += other.TimeSquares;
            Products += other.Products;
            ResidualSquares += other.ResidualSquares;
        }

        /// <summary>Σ(t − a)².</summary>
        public readonly double Spread(double a) => Count == 1 ? (Time - a) * (Time - a) : TimeSquares - (2 * a * Time) + (Count * a * a);

        /// <summary>Σ(t − a)(R − b).</summary>
        public readonly double Product(double a, double b) =>
            Count == 1 ? (Time - a) * (Residual - b) : Products - (b * Time) - (a * Residual) + (Count * a * b);

        /// <summary>Σ(R − b − slope (t − a))².</summary>
        public readonly double Squares(double a, double b, double slope)
        {
            if (Count > 1)
                return ResidualSquares - (2 * b * Residual) + (Count * b * b) - (2 * slope * Product(a, b)) + (slope * slope * Spread(a));
            double error = Residual - b - (slope * (Time - a));
            return error * error;
        }
    }

    /// <summary>Full blocks, a column a sum: they grow with the rows, and stay on the young heap.</summary>
    private sealed class Blocks
    {
        private readonly double[][] _columns = [.. Enumerable.Range(0, 5).Select(_ => new double[64])];

        public int Count { get; private set; }

        public Sums At(int i, long rows) => new()
        {
            Count = rows,
            Time = _columns[0][i],
            Residual = _columns[1][i],
            TimeSquares = _columns[2][i],
            Products = _columns[3][i],
            ResidualSquares = _columns[4][i],
        };

        public void Add(in Sums block)
        {
            if (Count == _columns[0].Length)
                Grow();
            double[][] columns = _columns;
            columns[0][Count] = block.Time;
            columns[1][Count] = block.Residual;
            columns[2][Count] = block.TimeSquares;
            columns[3][Count] = block.Products;
            columns[4][Count] = block.ResidualSquares;
            Count++;
        }

        /// <summary>Neighbours become one block.</summary>
        public void Halve()
        {
            Count /= 2;
            foreach (double[] column in _columns)
            {
                for (int i = 0; i < Count; i++)
                    column[i] = column[2 * i] + column[(2 * i) + 1];
            }
        }

        private void Grow()
        {
            for (int c = 0; c < _columns.Length; c++)
                Array.Resize(ref _columns[c], 2 * Count);
        }
    }
}
