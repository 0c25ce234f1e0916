using System.Runtime.Intrinsics;
using ML.Thermo.Linear.Outputs;

namespace ML.Thermo.Linear.Logistic;

/// <summary>E(w) = (1/n)Σ softplus(aᵢw + oᵢ): the cross-entropy as a function of one parameter, convex and smooth.</summary>
internal sealed class LogisticCurve : ConvexCurve
{
    private const int Lanes = 8, BlockLength = 64 * Lanes;

    /// <summary>Within this distance of the minimum, in units of 1/max|a|, the partner is found by expansion: there energies are equal
    /// to rounding before parameters are.</summary>
    private const double Near = 1e-3;

    private readonly int _rows;
    private readonly double[] _features, _offsets; // padded to whole blocks by rows without loss
    private readonly double _largest, _minimizer, _curvature, _skew;

    /// <summary>Finds the minimum.</summary>
    /// <param name="features">aᵢ = ±xᵢ, minus for label one.</param>
    /// <param name="offsets">oᵢ.</param>
    public LogisticCurve(double[] features, double[] offsets)
    {
        _rows = features.Length;
        _features = new double[(_rows + BlockLength - 1) / BlockLength * BlockLength];
        _offsets = new double[_features.Length];
        Array.Fill(_offsets, double.NegativeInfinity);
        features.CopyTo(_features, 0);
        offsets.CopyTo(_offsets, 0);
        _largest = features.Max(Math.Abs);
        _minimizer = FindMinimizer();
        if (double.IsFinite(_minimizer))
            (_curvature, _skew) = Curvatures(_minimizer);
    }

    /// <inheritdoc/>
    public override double Minimizer => _minimizer;

    /// <inheritdoc/>
    public override (double Energy, double Slope) At(double w)
    {
        Vector512<double> energy = default, slope = default, zero = default, one = Vector512<double>.One;
        for (int block = 0; block < _features.Length; block += BlockLength)
        {
            Vector512<double> product = one; // of 64 factors ≤ 2: one logarithm a block
            for (int i = block; i < block + BlockLength; i += Lanes)
            {
                var a = Vector512.Create(_features, i);
                Vector512<double> z = (a * w) + Vector512.Create(_offsets, i), decay = Vector512.Exp(-Vector512.Abs(z));
                energy += Vector512.Max(z, zero);
                product *= one + decay;
                slope += a * Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(z, zero), one, decay) / (one + decay);
            }

            energy += Vector512.Log(product);
        }

        return (Vector512.Sum(energy) / _rows, Vector512.Sum(slope) / _rows);
    }

    /// <inheritdoc/>
    public override double Partner(double w, double energy)
    {
        double distance = w - _minimizer, ratio = _skew / (3 * _curvature) * distance;
        double mirrored = _minimizer - (distance * (1 + ratio + (ratio * ratio)));
        if (Math.Abs(distance) * _largest < Near)
            return mirrored;

        double step = Math.Sign(mirrored - _minimizer) == Math.Sign(distance) ? -distance : mirrored - _minimizer;
        double partner = _minimizer + step;
        (double height, double slope) = At(partner);
        for (; height < energy && double.IsFinite(partner); step *= 2)
        {
            partner = _minimizer + (2 * step);
            (height, slope) = At(partner);
        }

        // From outside Newton's method on a convex function falls towards the root and never passes it.
        while (height > energy)
        {
            double next = partner - ((height - energy) / slope);
            if (!(Math.Abs(next - partner) > 1e-14 * Math.Abs(partner)))
                break;
            partner = next;
            (height, slope) = At(partner);
        }

        return partner;
    }

    /// <summary>E″ and E‴.</summary>
    private (double Second, double Third) Curvatures(double w)
    {
        double second = 0, third = 0;
        for (int i = 0; i < _rows; i++)
        {
            double a = _features[i], p = 1 / (1 + Math.Exp(-((a * w) + _offsets[i])));
            second += a * a * p * (1 - p);
            third += a * a * a * p * (1 - p) * (1 - (2 * p));
        }

        return (second / _rows, third / _rows);
    }

    /// <summary>Newton's method inside a bracket.</summary>
    private double FindMinimizer()
    {
        bool rises = _features.Any(a => a > 0), falls = _features.Any(a => a < 0);
        if (!rises || !falls)
            return rises ? double.NegativeInfinity : falls ? double.PositiveInfinity : double.NaN;
        double low = -1 / _largest, high = 1 / _largest, w = 0;
        while (At(low).Slope > 0)
            low *= 2;
        while (At(high).Slope < 0)
            high *= 2;
        for (int iteration = 0; iteration < 200; iteration++)
        {
            double slope = At(w).Slope;
            (low, high) = slope < 0 ? (w, high) : (low, w);
            double newton = w - (slope / Curvatures(w).Second), next = newton > low && newton < high ? newton : low + ((high - low) / 2);
            if (Math.Abs(next - w) <= 1e-15 * Math.Abs(next) || slope == 0)
                break;
            w = next;
        }

        return w;
    }
}
