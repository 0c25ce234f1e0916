namespace ML.Thermo.Dynamics.Learning;

/// <summary>A cubic spline on equal intervals, Σ c(k) B(k)(x), continued as a line (or a constant) outside its range.</summary>
[Maturity(Maturity.Theorem, "B-splines: de Boor 1978")]
public sealed class UniformSpline
{
    private readonly double[] _coefficients;
    private readonly double[] _pieces; // four coefficients an interval, in the interval's own unit, rising powers
    private readonly double[] _integrals; // of the spline from Low to each knot
    private readonly double _width;
    private readonly bool _isConstantOutside;

    /// <summary>Takes coefficients.</summary>
    /// <param name="low">Where the range begins.</param>
    /// <param name="high">Where it ends, above <paramref name="low"/>.</param>
    /// <param name="coefficients">At least four; n coefficients make n − 3 intervals.</param>
    /// <param name="isConstantOutside">Whether it keeps its end values outside; else it keeps its end slopes.</param>
    /// <exception cref="ArgumentException">The range is empty, or there are fewer than four coefficients.</exception>
    public UniformSpline(double low, double high, ReadOnlySpan<double> coefficients, bool isConstantOutside = false)
    {
        if (!(high > low && double.IsFinite(high - low)))
            throw new ArgumentException($"A range from {low} to {high}: expected one that rises.", nameof(high));
        if (coefficients.Length < 4)
            throw new ArgumentException($"{coefficients.Length} coefficients: a cubic spline has at least 4.", nameof(coefficients));
        (Low, High, _coefficients, _isConstantOutside) = (low, high, coefficients.ToArray(), isConstantOutside);
        int intervals = coefficients.Length - 3;
        _width = (high - low) / intervals;
        _pieces = new double[4 * intervals];
        _integrals = new double[intervals + 1];
        for (int m = 0; m < intervals; m++)
        {
            double a = coefficients[m], b = coefficients[m + 1], c = coefficients[m + 2], d = coefficients[m + 3];
            Span<double> piece = _pieces.AsSpan(4 * m, 4);
            (piece[0], piece[1], piece[2], piece[3]) = ((a + (4 * b) + c) / 6, (c - a) / 2, (a - (2 * b) + c) / 2, (d - (3 * c) + (3 * b) - a) / 6);
            _integrals[m + 1] = _integrals[m] + (_width * (piece[0] + (piece[1] / 2) + (piece[2] / 3) + (piece[3] / 4)));
        }
    }

    /// <summary>Where the range begins.</summary>
    public double Low { get; }

    /// <summary>Where the range ends.</summary>
    public double High { get; }

    /// <summary>One coefficient a function of the basis.</summary>
    public ReadOnlySpan<double> Coefficients => _coefficients;

    internal ReadOnlySpan<double> Pieces => _pieces;

    internal ReadOnlySpan<double> Integrals => _integrals;

    internal double Width => _width;

    internal bool IsConstantOutside => _isConstantOutside;

    /// <summary>The spline at a place.</summary>
    /// <param name="x">Any number.</param>
    public double Value(double x)
    {
        double inside = Math.Clamp(x, Low, High);
        (int at, double t) = Locate(inside);
        double value = _pieces[at] + (t * (_pieces[at + 1] + (t * (_pieces[at + 2] + (t * _pieces[at + 3])))));
        return x == inside || _isConstantOutside ? value : value + ((x - inside) * SlopeAt(at, t));
    }

    /// <summary>Its slope at a place.</summary>
    /// <param name="x">Any number.</param>
    public double Slope(double x)
    {
        double inside = Math.Clamp(x, Low, High);
        (int at, double t) = Locate(inside);
        return x != inside && _isConstantOutside ? 0 : SlopeAt(at, t);
    }

    /// <summary>Its integral from <see cref="Low"/> to a place.</summary>
    /// <param name="x">Any number.</param>
    public double Integral(double x)
    {
        double inside = Math.Clamp(x, Low, High), outside = x - inside;
        (int at, double t) = Locate(inside);
        double value = _integrals[at / 4]
            + (_width * t * (_pieces[at] + (t * ((_pieces[at + 1] / 2) + (t * ((_pieces[at + 2] / 3) + (t * _pieces[at + 3] / 4)))))));
        return outside == 0 ? value : value + (outside * (Value(inside) + (_isConstantOutside ? 0 : 0.5 * outside * SlopeAt(at, t))));
    }

    /// <summary>The four functions of the basis that are not zero at a place, and the first one's number.</summary>
    internal static int Basis(double low, double width, int functions, double x, Span<double> values)
    {
        double at = (x - low) / width;
        int m = Math.Clamp((int)at, 0, functions - 4);
        double t = at - m, s = 1 - t;
        values[0] = s * s * s / 6;
        values[1] = ((t * t * ((3 * t) - 6)) + 4) / 6;
        values[2] = ((s * s * ((3 * s) - 6)) + 4) / 6;
        values[3] = t * t * t / 6;
        return m;
    }

    private (int At, double T) Locate(double x)
    {
        double at = (x - Low) / _width;
        int m = Math.Clamp((int)at, 0, (_pieces.Length / 4) - 1);
        return (4 * m, at - m);
    }

    private double SlopeAt(int at, double t) => (_pieces[at + 1] + (t * ((2 * _pieces[at + 2]) + (t * 3 * _pieces[at + 3])))) / _width;
}
