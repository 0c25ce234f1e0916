using Microsoft.ML.Data;
using ML.Thermo.Steps;

namespace ML.Thermo.RowLosses;

/// <summary>
/// −Σ tₖ ln pₖ of pooled predictions p: ⟨e⟩ = −t·m, Var e = t·Ct with m and C the mean and covariance of ln p. Exact. Two classes serve
/// a logit.
/// </summary>
internal sealed class PooledCrossEntropy(double[] means, double[] covariance) : LossLaw
{
    private readonly int _classes = means.Length;

    public override bool ReadsFeatures => false;

    public override RowMoments Of(in VBuffer<float> features, ReadOnlySpan<double> target)
    {
        if (target.Length == 1)
            return Of(features, [1 - target[0], target[0]]);
        double mean = 0, variance = 0;
        for (int j = 0; j < _classes; j++)
        {
            if (target[j] == 0)
                continue; // a class that is no part of the target adds nothing, however improbable
            mean -= target[j] * means[j];
            for (int k = 0; k < _classes; k++)
                variance += target[k] == 0 ? 0 : target[j] * target[k] * covariance[(j * _classes) + k];
        }

        return new RowMoments(mean, Math.Max(variance, 0));
    }

    public override RowMoments OfClass(int number) => new(-means[number], Math.Max(covariance[(number * _classes) + number], 0));

    public override void Write(NamedValues entries)
    {
        entries.Set("pooled", means);
        entries.Set("spread", covariance);
    }

    public static PooledCrossEntropy Read(NamedValues entries) => new(entries.Numbers("pooled"), entries.Numbers("spread"));
}

/// <summary>
/// The same for many classes, in memory and time that grow as their number: m and the variances of ln pₖ are those of all pooled predictions,
/// so a label's energy is exact; the variance of a target of several classes is that of t·ln p over some of the pooled predictions.
/// </summary>
/// <param name="means">K means of ln p.</param>
/// <param name="variances">K variances.</param>
/// <param name="some">Rows of ln p − m of some predictions.</param>
internal sealed class SparseCrossEntropy(double[] means, double[] variances, float[] some) : LossLaw
{
    private readonly int _classes = means.Length;

    public override bool ReadsFeatures => false;

    public override RowMoments Of(in VBuffer<float> features, ReadOnlySpan<double> target)
    {
        int only = target.IndexOf(1);
        if (only >= 0)
            return OfClass(only);
        double mean = 0, squares = 0;
        for (int k = 0; k < _classes; k++)
            mean -= target[k] * means[k];
        int rows = some.Length / _classes;
        for (int row = 0; row < rows; row++)
        {
            double sum = 0;
            ReadOnlySpan<float> shifts = some.AsSpan(row * _classes, _classes);
            for (int k = 0; k < _classes; k++)
                sum += target[k] * shifts[k];
            squares += sum * sum;
        }

        return new RowMoments(mean, squares / rows);
    }

    public override RowMoments OfClass(int number) => new(-means[number], variances[number]);

    public override void Write(NamedValues entries)
    {
        entries.Set("pooled", means);
        entries.Set("variances", variances);
        entries["some"] = Convert.ToBase64String(System.Runtime.InteropServices.MemoryMarshal.AsBytes(some.AsSpan()));
    }

    public static SparseCrossEntropy Read(NamedValues entries) => new(
        entries.Numbers("pooled"), entries.Numbers("variances"),
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(entries["some"])).ToArray());
}
