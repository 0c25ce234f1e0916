using Microsoft.ML.Data;
using ML.Thermo.Steps;

namespace ML.Thermo.RowLosses;

/// <summary>(z − t)² of outputs z pooled over rows: from their mean and central moments, exactly.</summary>
internal sealed class PooledSquared(double mean, double variance, double third, double fourth) : LossLaw
{
    public override bool ReadsFeatures => false;

    public static PooledSquared Over(ReadOnlySpan<double> outputs)
    {
        double pivot = outputs[0], mean = 0, second = 0, third = 0, fourth = 0; // equal outputs have a variance of zero exactly
        foreach (double z in outputs)
            mean += (z - pivot) / outputs.Length;
        mean += pivot;
        foreach (double z in outputs)
        {
            double d = z - mean, square = d * d;
            second += square;
            third += square * d;
            fourth += square * square;
        }

        int n = outputs.Length;
        return new PooledSquared(mean, second / n, third / n, fourth / n);
    }

    public override RowMoments Of(in VBuffer<float> features, ReadOnlySpan<double> target)
    {
        double d = target[0] - mean;
        double spread = fourth - (variance * variance) + (4 * d * ((d * variance) - third));
        return new RowMoments(variance + (d * d), Math.Max(spread, 0));
    }

    public override void Write(NamedValues entries) => entries.Set("pooled", [mean, variance, third, fourth]);

    public static PooledSquared Read(NamedValues entries)
    {
        double[] m = entries.Numbers("pooled");
        return new PooledSquared(m[0], m[1], m[2], m[3]);
    }
}

/// <summary>
/// |z − t| of pooled outputs: ⟨e⟩ by sums over the sorted outputs, Var e = ⟨(z − t)²⟩ − ⟨e⟩². Exact up to 4096 outputs; more are joined
/// in groups of neighbours, which leaves the mean exact for t outside a group and within a group's width otherwise.
/// </summary>
internal sealed class PooledAbsolute : LossLaw
{
    private const int MostPlaces = 4096;

    private readonly double[] _places, _below; // sorted outputs of equal weight; sums of those before each
    private readonly double _mean, _variance;

    private PooledAbsolute(double[] places, double variance)
    {
        _places = places;
        _below = new double[places.Length + 1];
        for (int i = 0; i < places.Length; i++)
            _below[i + 1] = _below[i] + places[i];
        _mean = _below[^1] / places.Length;
        _variance = variance;
    }

    public override bool ReadsFeatures => false;

    public static PooledAbsolute Over(ReadOnlySpan<double> outputs)
    {
        double[] sorted = outputs.ToArray();
        Array.Sort(sorted);
        int count = Math.Min(sorted.Length, MostPlaces);
        double mean = sorted.Average();
        double[] places = [.. Enumerable.Range(0, count).Select(i =>
            sorted[(int)((long)i * sorted.Length / count)..(int)((long)(i + 1) * sorted.Length / count)].Average())];
        return new PooledAbsolute(places, sorted.Average(z => (z - mean) * (z - mean)));
    }

    public override RowMoments Of(in VBuffer<float> features, ReadOnlySpan<double> target)
    {
        double t = target[0], d = t - _mean;
        if (double.IsNaN(t))
            return new RowMoments(double.NaN, double.NaN);
        int at = Array.BinarySearch(_places, t), n = _places.Length;
        int k = at < 0 ? ~at : at; // places before t
        double mean = (((2 * k) - n) * t / n) + ((_below[n] - (2 * _below[k])) / n);
        return new RowMoments(mean, Math.Max(_variance + (d * d) - (mean * mean), 0));
    }

    public override void Write(NamedValues entries)
    {
        entries.Set("pooled", _places);
        entries.Set("spread", _variance);
    }

    public static PooledAbsolute Read(NamedValues entries) => new(entries.Numbers("pooled"), entries.Number("spread"));
}
