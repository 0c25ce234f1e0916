using System.Runtime.CompilerServices;

namespace ML.Thermo.Cli.Dynamics;

/// <summary>At most 2,000 rows of an audit, evenly taken, for the page's pictures: memory stays constant.</summary>
internal sealed class LawCurves(IReadOnlyList<string> parts)
{
    private const int Most = 2000;
    private readonly int _width = parts.Count + 3;
    private double[] _numbers = [];
    private int _count;
    private long _seen, _stride = 1;

    /// <summary>Names of the energies.</summary>
    public IReadOnlyList<string> Parts => parts;

    /// <summary>Time, residual, series that must not fall, then the energies; made anew at every call.</summary>
    public IReadOnlyList<double[]> Rows => [.. _numbers.Chunk(_width).Take(_count)];

    /// <summary>Rows for each one kept.</summary>
    public long Stride => _stride;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(double time, double residual, double series, ReadOnlySpan<double> energies)
    {
        if ((_seen++ & (_stride - 1)) == 0) // the stride is a power of two
            Keep(time, residual, series, energies);
    }

    private void Keep(double time, double residual, double series, ReadOnlySpan<double> energies)
    {
        if (_count == Most)
        {
            for (int i = 0; i < Most / 2; i++)
                _numbers.AsSpan(2 * i * _width, _width).CopyTo(_numbers.AsSpan(i * _width));
            _count = Most / 2;
            _stride *= 2;
            if (((_seen - 1) & (_stride - 1)) != 0)
                return;
        }

        if (_numbers.Length == _count * _width)
            Array.Resize(ref _numbers, Math.Clamp(2 * _count, 64, Most) * _width);
        Span<double> row = _numbers.AsSpan(_count++ * _width, _width);
        (row[0], row[1], row[2]) = (time, residual, series);
        energies.CopyTo(row[3..]);
    }
}
