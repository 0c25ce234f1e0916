using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ML.Thermo.Numerics;

/// <summary>Neumaier's compensated sum: the error does not grow with the number of terms.</summary>
internal struct CompensatedSum
{
    private double _sum;
    private double _lost;

    /// <summary>The sum so far.</summary>
    public readonly double Value => double.IsFinite(_lost) ? _sum + _lost : _sum;

    /// <summary>Adds a term.</summary>
    public void Add(double term)
    {
        double total = _sum + term;
        _lost += Math.Abs(_sum) >= Math.Abs(term) ? _sum - total + term : term - total + _sum;
        _sum = total;
    }

    /// <summary>The sum of many terms: eight compensated sums side by side, the same eight on every machine.</summary>
    public static double Of(ReadOnlySpan<double> terms)
    {
        Vector512<double> sum = Vector512<double>.Zero, lost = Vector512<double>.Zero;
        ReadOnlySpan<Vector512<double>> blocks = MemoryMarshal.Cast<double, Vector512<double>>(terms);
        foreach (Vector512<double> term in blocks)
        {
            Vector512<double> total = sum + term, part = total - sum;
            lost += sum - (total - part) + (term - part); // Knuth's exact error of one addition
            sum = total;
        }

        var all = default(CompensatedSum);
        for (int lane = 0; lane < Vector512<double>.Count; lane++)
        {
            all.Add(sum[lane]);
            all._lost += lost[lane];
        }

        foreach (double term in terms[(blocks.Length * Vector512<double>.Count)..])
            all.Add(term);
        return all.Value;
    }
}
