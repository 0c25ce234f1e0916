using ML.Thermo.Numerics;

namespace ML.Thermo.Onnx.Weights;

/// <summary>
/// Where the eigenvalues of W·Wᵀ lie and how many: either all of them (one replica, each of weight 1) or several independent
/// quadratures whose nodes carry fractional counts, so that every functional Σ f(λ) has an estimate from each.
/// </summary>
/// <param name="Replicas">At least one.</param>
/// <param name="Dimension">How many eigenvalues there are; every replica's weights add up to it.</param>
/// <param name="Total">Σλ = Σw², exact.</param>
/// <param name="TopResidual">Bound on the distance from the largest node to an eigenvalue; 0 when exact.</param>
/// <param name="Noise">Eigenvalues below this cannot be told from zero.</param>
internal sealed record SpectralMeasure(
    IReadOnlyList<SpectralMeasure.Replica> Replicas, int Dimension, double Total, double TopResidual, double Noise)
{
    /// <summary>λ_max.</summary>
    public double Largest { get; } = Replicas.Max(replica => replica.Values.DefaultIfEmpty(0).Max());

    /// <summary>All eigenvalues at once, in ascending order.</summary>
    public static SpectralMeasure Direct(double[] eigenvalues, double total, double noise) =>
        new([new(eigenvalues, [.. Enumerable.Repeat(1.0, eigenvalues.Length)])], eigenvalues.Length, total, TopResidual: 0, noise);

    /// <summary>Σ f over the replicas, with the standard error of their mean; exact for one replica.</summary>
    public Estimate Average(Func<Replica, double> functional)
    {
        double[] values = [.. Replicas.Select(functional)];
        return values.Length == 1 ? Estimate.Exact(values[0]) : SampleMean.Of(values);
    }

    /// <summary>All nodes in ascending order, each with its count (weights of a replica divided by the number of replicas).</summary>
    public Replica Pooled() => Pool(Replicas, share: 1.0 / Replicas.Count);

    /// <summary>The same replica index of every block put together: the spectrum of the block-diagonal map.</summary>
    public static SpectralMeasure Union(IReadOnlyList<SpectralMeasure> blocks)
    {
        if (blocks.Count == 1)
            return blocks[0];
        int replicas = blocks[0].Replicas.Count;
        double largest = blocks.Max(block => block.Largest);
        return new(
            [.. Enumerable.Range(0, replicas).Select(r => Pool([.. blocks.Select(block => block.Replicas[r])], share: 1))],
            blocks.Sum(block => block.Dimension),
            blocks.Sum(block => block.Total),
            blocks.First(block => block.Largest == largest).TopResidual,
            blocks.Max(block => block.Noise));
    }

    private static Replica Pool(IReadOnlyList<Replica> replicas, double share)
    {
        if (replicas.Count == 1)
            return replicas[0];
        double[] values = [.. replicas.SelectMany(replica => replica.Values)];
        double[] weights = [.. replicas.SelectMany(replica => replica.Weights.Select(weight => weight * share))];
        Array.Sort(values, weights);
        return new(values, weights);
    }

    /// <summary>Ascending nodes λ ≥ 0 and how many eigenvalues each stands for.</summary>
    internal sealed record Replica(double[] Values, double[] Weights)
    {
        public double Sum(Func<double, double> f)
        {
            double sum = 0;
            for (int i = 0; i < Values.Length; i++)
                sum += Weights[i] * f(Values[i]);
            return sum;
        }
    }
}
