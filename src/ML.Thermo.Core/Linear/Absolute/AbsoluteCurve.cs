using ML.Thermo.Linear.Outputs;

namespace ML.Thermo.Linear.Absolute;

/// <summary>E(w) = c + Σ aᵢ|w − kᵢ|: the mean absolute error as a function of one parameter, convex and piecewise linear.</summary>
internal sealed class AbsoluteCurve : ConvexCurve
{
    private readonly double[] _knots, _energies, _slopes; // the slope of piece j lies between knots j − 1 and j
    private readonly int _first, _last;

    /// <summary>Sorts the knots.</summary>
    /// <param name="features">n features x; a row with x = 0 adds a constant.</param>
    /// <param name="targets">n targets r of the model r ≈ x·w.</param>
    public AbsoluteCurve(double[] features, double[] targets)
    {
        int rows = features.Length;
        double constant = 0;
        var weights = new SortedDictionary<double, double>();
        for (int i = 0; i < rows; i++)
        {
            if (features[i] == 0)
                constant += Math.Abs(targets[i]) / rows;
            else
                weights[targets[i] / features[i]] = weights.GetValueOrDefault(targets[i] / features[i]) + (Math.Abs(features[i]) / rows);
        }

        _knots = [.. weights.Keys];
        double total = weights.Values.Sum(), slope = -total;
        _energies = new double[_knots.Length];
        _slopes = new double[_knots.Length + 1];
        for (int j = 0; j < _knots.Length; j++)
        {
            _energies[j] = j == 0
                ? constant + weights.Sum(knot => knot.Value * (knot.Key - _knots[0]))
                : _energies[j - 1] + (slope * (_knots[j] - _knots[j - 1]));
            _slopes[j] = slope;
            slope += 2 * weights[_knots[j]];
            if (Math.Abs(slope) < 1e-13 * total)
                slope = 0; // equal weights on both sides of a flat piece
        }

        if (_knots.Length == 0)
            return;
        _slopes[^1] = total;
        _first = Array.FindIndex(_slopes, value => value >= 0) - 1;
        _last = Array.FindIndex(_slopes, value => value > 0) - 1;
    }

    /// <inheritdoc/>
    public override double Minimizer => _knots.Length == 0 ? double.NaN : _knots[_first];

    /// <inheritdoc/>
    public override (double Low, double High) Bottom => _knots.Length == 0 ? (double.NaN, double.NaN) : (_knots[_first], _knots[_last]);

    /// <inheritdoc/>
    public override IReadOnlyList<double> Knots => _knots;

    /// <inheritdoc/>
    public override (double Energy, double Slope) At(double w)
    {
        int piece = Piece(w), knot = Math.Min(piece, _knots.Length - 1);
        return (_energies[knot] + (_slopes[piece] * (w - _knots[knot])), _slopes[piece]);
    }

    /// <inheritdoc/>
    public override double Partner(double w, double energy)
    {
        bool goRight = w < Minimizer;
        // The first knot away from the minimum whose energy is at least E bounds the piece; beyond the last knot the outer piece.
        int low = goRight ? _last : 0, high = goRight ? _knots.Length : _first + 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (goRight ? _energies[middle] >= energy : _energies[middle] <= energy)
                high = middle;
            else
                low = middle + 1;
        }

        int knot = Math.Min(low, _knots.Length - 1);
        return _slopes[low] == 0 ? _knots[knot] : _knots[knot] + ((energy - _energies[knot]) / _slopes[low]);
    }

    /// <summary>Number of knots left of w.</summary>
    private int Piece(double w)
    {
        int index = Array.BinarySearch(_knots, w);
        return index < 0 ? ~index : index;
    }
}
