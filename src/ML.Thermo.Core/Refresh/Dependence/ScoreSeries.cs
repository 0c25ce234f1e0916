using System.Numerics.Tensors;
using MathNet.Numerics;

namespace ML.Thermo.Refresh.Dependence;

/// <summary>
/// Scores of rows in their order, as sums over blocks of 1, 2, 4, … rows: how much more the means of windows vary than those of as many independent rows.
/// </summary>
/// <param name="width">Scores a row.</param>
internal sealed class ScoreSeries(int width)
{
    /// <summary>Least blocks of a size that a variance is taken of.</summary>
    private const int LeastBlocks = 4;

    /// <summary>Blocks with which a design effect counts as known.</summary>
    public const int KnownBlocks = 8;

    private const double Significance = 0.01;
    private readonly List<Level> _levels = [];
    private readonly double[] _row = new double[width], _means = new double[width], _steps = new double[width];

    /// <summary>Rows seen.</summary>
    public long Rows => _levels.Count == 0 ? 0 : _levels[0].Blocks;

    /// <summary>Scores a row.</summary>
    public int Width => width;

    /// <summary>Adds the next row.</summary>
    /// <param name="scores">NaN where a score is not known, which stands for the mean so far.</param>
    public void Add(ReadOnlySpan<double> scores)
    {
        for (int j = 0; j < width; j++)
            _row[j] = double.IsNaN(scores[j]) ? _means[j] : scores[j];
        TensorPrimitives.Subtract(_row, _means, _steps);
        TensorPrimitives.Divide(_steps, Rows + 1.0, _steps);
        TensorPrimitives.Add(_means, _steps, _means);
        for (int level = 0; ; level++)
        {
            if (level == _levels.Count)
                _levels.Add(new Level(width));
            if (!_levels[level].Take(_row))
                return;
        }
    }

    /// <summary>
    /// Whether the rows depend on each other: in any score, at any size of blocks, by the variance of block means, at 1 % over all of them.
    /// </summary>
    /// <param name="ranges">The least and the largest value that each score can have.</param>
    /// <remarks>
    /// The variance must be too large for χ², the law of normal block means, and for chance meetings: where a few rows carry the variance of a score (losses
    /// with a heavy tail, a rare category, few empty cells), two of them in one block double it. So many rows as would make the variance if each lay at the
    /// end of its range fall into blocks at random; the pairs that meet are a Poisson number.
    /// </remarks>
    public bool IsDependent(IReadOnlyList<(double Least, double Most)> ranges)
    {
        int tests = width * Math.Max(Usable - 1, 1);
        for (int level = 1; level < Usable; level++)
        {
            double freedom = _levels[level].Blocks - 1;
            for (int j = 0; j < width; j++)
            {
                double effect = Effect(level, j);
                if (effect > 1 && SpecialFunctions.GammaUpperRegularized(freedom / 2, freedom * effect / 2) * tests <= Significance
                    && Meetings(effect, _levels[level].Blocks, Carriers(j, ranges[j])) * tests <= Significance)
                    return true;
            }
        }

        return false;
    }

    /// <summary>P(N ≥ m + (effect − 1)·rows/2) of a Poisson number N of mean m = rows(rows − 1)/(2·blocks): pairs that meet in a block.</summary>
    private static double Meetings(double effect, long blocks, double rows)
    {
        double mean = rows * Math.Max(rows - 1, 0.5) / (2 * blocks);
        return SpecialFunctions.GammaLowerRegularized(mean + ((effect - 1) * rows / 2), mean);
    }

    /// <summary>Rows that would make the variance of a score, if each lay as far from the mean as its range allows.</summary>
    private double Carriers(int score, (double Least, double Most) range)
    {
        double mean = _levels[0].Sums[score] / _levels[0].Blocks, far = Math.Max(range.Most - mean, mean - range.Least);
        return Math.Clamp(_levels[0].Variance(score, mean) * Rows / (far * far), 1, Rows);
    }

    /// <summary>
    /// Design effects of windows of so many rows, and the blocks that they come from; below <see cref="LeastBlocks"/> such windows, of the largest
    /// blocks.
    /// </summary>
    /// <param name="rows">Rows of a window.</param>
    public (double[] Effects, double Blocks) At(double rows)
    {
        double at = Math.Min(Math.Log2(Math.Max(rows, 1)), Usable - 1);
        int low = (int)at, high = Math.Min(low + 1, Usable - 1);
        double[] effects = [.. Enumerable.Range(0, width).Select(j => Math.Max(1, Effect(low, j) + ((at - low) * (Effect(high, j) - Effect(low, j)))))];
        return (effects, Math.Min(Rows / Math.Max(rows, 1), _levels[low].Blocks));
    }

    /// <summary>The largest design effects over all blocks from so many rows on, of which at least <see cref="KnownBlocks"/> are there.</summary>
    public double Largest(double rows, int score)
    {
        double largest = At(rows).Effects[score];
        for (int level = 1; level < Usable && _levels[level].Blocks >= KnownBlocks; level++)
        {
            if (1L << level >= rows)
                largest = Math.Max(largest, Effect(level, score));
        }

        return largest;
    }

    public void Write(BinaryWriter to)
    {
        to.Write(_levels.Count);
        foreach (Level level in _levels)
            level.Write(to);
    }

    public static ScoreSeries Read(BinaryReader from, int width)
    {
        var series = new ScoreSeries(width);
        int levels = from.ReadInt32();
        if (levels is < 0 or > 62)
            throw new UnusableDataException($"A reference claims {levels} sizes of blocks: it is damaged.");
        for (int level = 0; level < levels; level++)
            series._levels.Add(Level.Read(from, width));
        return series;
    }

    /// <summary>Sizes of blocks of which there are enough.</summary>
    private int Usable => Math.Max(_levels.Count(level => level.Blocks >= LeastBlocks), 1);

    /// <summary>Variance of the means of blocks times their rows, over the variance of one row; 1 where nothing varies.</summary>
    private double Effect(int level, int score)
    {
        if (_levels.Count == 0)
            return 1;
        double mean = _levels[0].Sums[score] / _levels[0].Blocks, variance = _levels[0].Variance(score, mean);
        return variance > 1e-20 * mean * mean && variance > 0 ? _levels[level].Variance(score, mean * Math.ScaleB(1, level)) / Math.ScaleB(variance, level) : 1;
    }

    /// <summary>Blocks of one size.</summary>
    private sealed class Level(int width)
    {
        private readonly double[] _squares = new double[width], _open = new double[width];

        public double[] Sums { get; } = new double[width];

        public long Blocks { get; private set; }

        /// <summary>Takes a block; with every second one it leaves the sum of the two in its place, for the next size.</summary>
        public bool Take(double[] block)
        {
            TensorPrimitives.Add(Sums, block, Sums);
            TensorPrimitives.MultiplyAdd(block, block, _squares, _squares);
            if (++Blocks % 2 != 0)
            {
                block.CopyTo(_open, 0);
                return false;
            }

            TensorPrimitives.Add(_open, block, block);
            return true;
        }

        /// <summary>Variance of the blocks' sums about a mean.</summary>
        public double Variance(int score, double mean) =>
            (_squares[score] - (2 * mean * Sums[score]) + (Blocks * mean * mean)) / Math.Max(Blocks - 1, 1);

        public void Write(BinaryWriter to)
        {
            to.Write(Blocks);
            foreach (double number in _squares.Concat(Sums))
                to.Write(number);
        }

        public static Level Read(BinaryReader from, int width)
        {
            var level = new Level(width) { Blocks = from.ReadInt64() };
            for (int j = 0; j < width; j++)
                level._squares[j] = from.ReadDouble();
            for (int j = 0; j < width; j++)
                level.Sums[j] = from.ReadDouble();
            return level;
        }
    }
}
