using System.Runtime.CompilerServices;

namespace ML.Thermo.Cli.Dynamics;

/// <summary>At most 2,000 rows of an audit, evenly taken, for the page's pictures: memory stays constant.</summary>
internal sealed class LawCurves(IReadOnlyList<string> parts)
{
    private const int Most = 2000;
    private readonly List<double[]> _rows = [];
    private long _seen, _stride = 1;

    /// <summary>Names of the energies.</summary>
    public IReadOnlyList<string> Parts => parts;

    /// <summary>Time, residual, series that must not fall, then the energies.</summary>
    public IReadOnlyList<double[]> Rows => _rows;

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
        if (_rows.Count == Most)
        {
            for (int i = 0; i < Most / 2; i++)
                _rows[i] = _rows[2 * i];
            _rows.RemoveRange(Most / 2, Most / 2);
            _stride *= 2;
            if (((_seen - 1) & (_stride - 1)) != 0)
                return;
        }

        _rows.Add([time, residual, series, .. energies]);
    }
}
