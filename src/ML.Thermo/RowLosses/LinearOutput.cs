using System.Numerics.Tensors;
using Microsoft.ML.Data;
using ML.Thermo.Initialization;
using ML.Thermo.Steps;

namespace ML.Thermo.RowLosses;

/// <summary>
/// The law of one linear output z = w·x + b at a row x, parameters drawn from their law: mean m·x + m_b, variance Σ vⱼxⱼ² + v_b, fourth
/// cumulant Σ κⱼxⱼ⁴ + κ_b. Exact for every law with independent symmetric entries.
/// </summary>
/// <remarks>Sums over the features are single precision, as the features are.</remarks>
internal sealed class LinearOutput
{
    private readonly float[] _means, _variances, _fourths; // one entry stands for all
    private readonly double _biasMean, _biasVariance, _biasFourth;
    private readonly ParameterLaw _law;

    /// <param name="law">The law of the weights, then of the bias.</param>
    public LinearOutput(ParameterLaw law)
    {
        _law = law;
        IReadOnlyList<InitializationLaw> weights = [.. law.Entries.Take(law.Count - 1)];
        InitializationLaw bias = law.Entries[^1];
        bool same = weights.All(entry => entry == weights[0]);
        Dimension = weights.Count;
        IEnumerable<InitializationLaw> entries = same ? weights.Take(1) : weights;
        _means = Unless(0, [.. entries.Select(entry => (float)entry.Mean)]);
        _variances = [.. entries.Select(entry => (float)entry.Variance)];
        _fourths = Unless(0, [.. entries.Select(entry => (float)entry.FourthCumulant)]);
        (_biasMean, _biasVariance, _biasFourth) = (bias.Mean, bias.Variance, bias.FourthCumulant);
    }

    /// <summary>d, the number of features.</summary>
    public int Dimension { get; }

    /// <summary>Mean, variance and fourth cumulant of z.</summary>
    public (double Mean, double Variance, double Fourth) At(in VBuffer<float> features)
    {
        ReadOnlySpan<float> x = features.GetValues();
        ReadOnlySpan<int> indices = features.IsDense ? default : features.GetIndices();
        double variance = _variances.Length == 1
            ? _variances[0] * (double)TensorPrimitives.SumOfSquares(x)
            : Weighted(_variances, x, indices, power: 2);
        double mean = _means.Length switch
        {
            0 => 0,
            1 => _means[0] * (double)TensorPrimitives.Sum(x),
            _ => Weighted(_means, x, indices, power: 1),
        };
        double fourth = _fourths.Length == 0 ? 0 : Weighted(_fourths, x, indices, power: 4);
        return (_biasMean + mean, _biasVariance + variance, _biasFourth + fourth);
    }

    public void Write(NamedValues entries)
    {
        bool same = _variances.Length == 1;
        entries["weights"] = same ? _law.Entries[0].ToString()! : string.Join('|', _law.Entries.Take(Dimension));
        entries["dimension"] = $"{Dimension}";
        entries["bias"] = _law.Entries[^1].ToString()!;
    }

    public static LinearOutput Read(NamedValues entries)
    {
        InitializationLaw[] weights = [.. entries["weights"].Split('|').Select(Law)];
        int dimension = (int)entries.Integer("dimension");
        IEnumerable<InitializationLaw> all = weights.Length == 1 ? Enumerable.Repeat(weights[0], dimension) : weights;
        return new LinearOutput(new ParameterLaw([.. all, Law(entries["bias"])]));
    }

    private static InitializationLaw Law(string text) => InitializationScheme.Parse(text).For(1);

    private static float[] Unless(float value, float[] values) => Array.TrueForAll(values, entry => entry == value) ? [] : values;

    private static double Weighted(float[] weights, ReadOnlySpan<float> x, ReadOnlySpan<int> indices, int power)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double weight = weights[weights.Length == 1 ? 0 : indices.IsEmpty ? i : indices[i]], square = (double)x[i] * x[i];
            sum += weight * (power switch { 1 => x[i], 2 => square, _ => square * square });
        }

        return sum;
    }
}
