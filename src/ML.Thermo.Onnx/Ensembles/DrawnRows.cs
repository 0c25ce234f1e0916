using System.Numerics.Tensors;
using ML.Thermo.Entropies;
using ML.Thermo.Transitions;

namespace ML.Thermo.Onnx.Ensembles;

/// <summary>The losses of all rows under the first draws of an ensemble, which tell how the rows move its energy and its variance.</summary>
/// <remarks>Every draw writes its own place, so that the sums do not depend on the number of streams.</remarks>
internal sealed class DrawnRows
{
    /// <summary>Losses that are kept: 32 MB.</summary>
    private const int Most = 1 << 22;
    private const int FewestDraws = 64, MostDraws = 512;

    /// <summary>Of which halves still tell something.</summary>
    private const int FewestRows = 8;

    private readonly double[] _losses;
    private readonly int _rows;

    /// <summary>Room for the first draws of at most so many.</summary>
    /// <param name="rows">Rows of the data.</param>
    /// <param name="draws">Most draws of the ensemble.</param>
    public DrawnRows(int rows, int draws)
    {
        (_rows, Draws) = (rows, Math.Min(draws, Math.Clamp(Most / rows, FewestDraws, MostDraws)));
        _losses = new double[(long)rows * Draws];
    }

    /// <summary>Draws whose losses are kept.</summary>
    public int Draws { get; }

    /// <summary>Keeps the losses of one draw, if it is one of the first.</summary>
    /// <param name="draw">Its number.</param>
    /// <param name="losses">By row.</param>
    public void Keep(long draw, ReadOnlySpan<double> losses)
    {
        if (draw < Draws)
            losses.CopyTo(Of((int)draw));
    }

    /// <summary>What the rows are in a state: their mean losses over the draws, covariances with the energy, own parts of its variance, and what these owe
    /// to the draws' finite number.</summary>
    /// <param name="state">A redrawn state on these rows.</param>
    /// <param name="made">Draws made so far; ≥ 2.</param>
    public State In(State state, int made)
    {
        int draws = Math.Min(made, Draws);
        double[] means = new double[_rows], shares = new double[_rows], own = new double[_rows], room = new double[_rows];
        for (int i = 0; i < draws; i++)
            TensorPrimitives.Add(means, Of(i), means);
        TensorPrimitives.Divide(means, draws, means);
        for (int i = 0; i < draws; i++)
        {
            TensorPrimitives.Subtract(Of(i), means, room);
            TensorPrimitives.MultiplyAdd(room, TensorPrimitives.Sum<double>(room) / _rows / (draws - 1), shares, shares);
            TensorPrimitives.MultiplyAdd(room, room, own, own);
        }

        TensorPrimitives.Divide(own, (double)(draws - 1) * _rows, own);
        return state with { RowEnergies = means, RowVariances = shares, RowOwnVariances = own, RowNoise = Noise(draws, means, shares, own) };
    }

    private RowNoise Noise(int draws, double[] means, double[] shares, double[] own)
    {
        double variance = TensorPrimitives.Sum<double>(shares) / _rows, mean = TensorPrimitives.Sum<double>(means) / _rows;
        double changes = 0, untrained = 0, both = 0;
        for (int i = 0; i < draws; i++)
        {
            ReadOnlySpan<double> losses = Of(i);
            double energy = (TensorPrimitives.Sum(losses) / _rows) - mean;
            for (int row = 0; row < _rows; row++)
            {
                double loss = losses[row] - means[row], change = loss - energy;
                double part = (2 * energy * loss) - (loss * loss / _rows) - (((2 * shares[row]) - own[row]) * energy * energy / variance);
                changes += change * change;
                untrained += part * part;
                both += change * part;
            }
        }

        double each = 1.0 / _rows / (draws - 1) / draws, scale = 1 / (variance * variance);
        double noise = untrained * each * scale;
        double all = EnergyMoments.FromSample([.. shares.Select((share, row) => (2 * share) - own[row])]).Variance.Value * scale;
        return new(changes * each, noise + Pairs(all - noise, draws, means, variance), both * each / variance);
    }

    /// <summary>
    /// Half of what pairs of rows add to the spread of the rows' parts in ln V. V is a mean over pairs, and what a row does with the others at hand is its
    /// own part and theirs with it: the spread counts the latter twice (so does any jackknife). A row's parts with either half of the rows have
    /// only its own part in common.
    /// </summary>
    private double Pairs(double spread, int draws, double[] means, double variance)
    {
        if (_rows < FewestRows)
            return 0;
        double[] products = new double[2 * _rows]; // of a row with the even and with the odd ones
        double noise = 0;
        for (int pass = 0; pass < 2; pass++)
        {
            for (int i = 0; i < draws; i++)
            {
                ReadOnlySpan<double> losses = Of(i);
                double even = 0, odd = 0;
                for (int row = 0; row < _rows; row += 2)
                    even += losses[row] - means[row];
                for (int row = 1; row < _rows; row += 2)
                    odd += losses[row] - means[row];
                double square = Math.Pow((even + odd) / _rows, 2) / variance;
                for (int row = 0; row < _rows; row++)
                {
                    double loss = losses[row] - means[row];
                    double first = loss * (even - (row % 2 == 0 ? loss : 0)) / Others(row, 0);
                    double second = loss * (odd - (row % 2 == 1 ? loss : 0)) / Others(row, 1);
                    if (pass == 0)
                    {
                        products[row] += first / (draws - 1);
                        products[_rows + row] += second / (draws - 1);
                    }
                    else
                    {
                        noise += (first - (products[row] * square)) * (second - (products[_rows + row] * square));
                    }
                }
            }
        }

        double firstMean = products.Take(_rows).Average(), secondMean = products.Skip(_rows).Average(), common = 0;
        for (int row = 0; row < _rows; row++)
            common += (products[row] - firstMean) * (products[_rows + row] - secondMean) / (_rows - 1);
        common -= noise / _rows / (draws - 1) / draws;
        return Math.Clamp(0.5 * (spread - (4 * common / (variance * variance))), 0, 0.5 * Math.Max(spread, 0));

        int Others(int row, int half) => ((_rows + 1 - half) / 2) - (row % 2 == half ? 1 : 0);
    }

    private Span<double> Of(int draw) => _losses.AsSpan(draw * _rows, _rows);
}
