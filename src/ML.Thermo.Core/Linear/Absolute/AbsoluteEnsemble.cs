using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear.Outputs;
using ML.Thermo.Transitions;

namespace ML.Thermo.Linear.Absolute;

/// <summary>The mean absolute error E(w) = (1/n)Σ|yᵢ − xᵢ·w| of a linear model over its initialisation law.</summary>
/// <remarks>
/// <para>The mean is exact for every law: folded normals for normal parameters, corner sums and the cosine series of |z| where
/// some are uniform. The variance is exact for normal parameters and up to 4096 rows (a double sum over rows, by Price's theorem)
/// and for one random parameter; else it comes from draws, with a standard error. Higher cumulants are not computed (NaN). The
/// floor is the least absolute deviation that the random parameters can reach, constant parameters kept.</para>
/// <para>With one random parameter E(w) is piecewise linear and the entropy exact; where E has a flat bottom of positive
/// probability the distribution has an atom and S = −∞ (<see cref="Status.Atoms"/>).</para></remarks>
[Maturity(Maturity.Paper, "MAE with normal, uniform and mixed initialisation; the closed forms are theorems (Leone, Nelson and Nottingham 1961 for " +
    "folded normals; Price 1958)")]
public sealed class AbsoluteEnsemble : OutputEnsemble
{

    /// <summary>Joins data and law.</summary>
    /// <param name="data">n rows of d features, n targets.</param>
    /// <param name="law">One entry a column.</param>
    /// <param name="seed">Seed of the draws behind <see cref="EnergyEnsemble.Moments"/> where the variance has no closed form.</param>
    /// <exception cref="InvalidLawException">The law has not one entry a column.</exception>
    public AbsoluteEnsemble(LabelledData data, ParameterLaw law, ulong seed = 1)
        : base(data, law, seed)
    {
    }

    /// <inheritdoc/>
    public override EntropyEstimate? ExactEntropy(CancellationToken cancellation = default) => Outputs.Random.Count switch
    {
        0 => ConvexCurve.Unbounded(Status.PointState),
        1 => Curve().Entropy(RandomLaw, cancellation),
        _ => null,
    };

    /// <summary>
    /// The limit of narrow laws: ⟨E⟩ → E(m) up to exponentially small terms and Var E → Σⱼ vⱼ((1/n)Σᵢ sgn(rᵢ)xᵢⱼ)², with r the
    /// residuals at the mean parameters.
    /// </summary>
    /// <returns>Mean in loss units and variance in loss units squared; the variance is NaN if some residual at the mean vanishes.</returns>
    /// <remarks>Good to a relative error of e^(−r²/2s²), where s is the standard deviation of an output and r the smallest |residual|.</remarks>
    public (double Mean, double Variance) NarrowLimit()
    {
        double[] gradient = new double[Data.Columns];
        bool kink = false;
        double mean = Outputs.Average((row, output) =>
        {
            double residual = output.Mean - Data.Targets.Span[row];
            kink |= residual == 0 && output.Variance > 0;
            for (int j = 0; j < gradient.Length; j++)
                gradient[j] += Math.Sign(residual) * Data.Row(row)[j] / Data.Rows;
            return Math.Abs(residual);
        });
        return (mean, kink ? double.NaN : gradient.Select((g, j) => g * g * Outputs.Law.Variances[j]).Sum());
    }

    /// <summary>
    /// The limit of wide laws: ⟨E⟩ → (1/n)Σ E|xᵢ·δ|, with δ the parameters' deviations from their means; √(2/π) times the mean
    /// output deviation for normal parameters. So ⟨E⟩ grows like the scale σ of the law, S like ln σ, and T like σ/ln σ.
    /// </summary>
    /// <returns>The limit of ⟨E⟩, loss units; its relative error falls like the square of (targets / output deviations).</returns>
    public double WideLimit() =>
        Outputs.Average((_, output) => AbsoluteExpectation.Mean(new OutputLaw(0, output.GaussianDeviation * output.GaussianDeviation, output.HalfWidths)));

    private AbsoluteCurve Curve() => new(Outputs.RandomFeatures(), FreeTargets());

    /// <summary>The targets less what the constant parameters explain.</summary>
    private double[] FreeTargets() => [.. Outputs.Offsets().Select((offset, row) => Data.Targets.Span[row] - offset)];

    private protected override EnergyKernel CreateKernel() => new AbsoluteKernel(Data);

    private protected override double MeanOf(int row, OutputLaw output) => AbsoluteExpectation.Mean(
        new OutputLaw(output.Mean - Data.Targets.Span[row], output.GaussianDeviation * output.GaussianDeviation, output.HalfWidths));

    private protected override Estimate FindVariance(double mean) => Outputs.Random.Count switch
    {
        0 => Estimate.Exact(0),
        1 => Estimate.Exact(Curve().Moments(RandomLaw).Variance),
        _ when Outputs.Law.IsNormal && Data.Rows <= PairwiseCovariance.MostRows => Estimate.Exact(NormalVariance()),
        _ => DrawnVariance(mean),
    };

    private double NormalVariance()
    {
        double[] deviations = new double[Data.Rows], offsets = new double[Data.Rows], slopes = new double[Data.Rows], diagonal = new double[Data.Rows];
        Outputs.ForEach((row, output) =>
        {
            double s = deviations[row] = output.GaussianDeviation, t = offsets[row] = s == 0 ? 0 : (output.Mean - Data.Targets.Span[row]) / s;
            double slope = slopes[row] = AbsoluteExpectation.Slope(t);
            diagonal[row] = s * s * AbsoluteExpectation.Covariance(t, t, slope, slope, 1);
        });
        return PairwiseCovariance.Variance(Data, Outputs.Law, deviations, diagonal, (i, correlations) =>
        {
            double sum = 0;
            for (int j = i + 1; j < deviations.Length; j++)
                sum += deviations[j] * AbsoluteExpectation.Covariance(offsets[i], offsets[j], slopes[i], slopes[j], correlations[j]);
            return (deviations[i] * sum, 0);
        }).Variance;
    }

    private protected override GroundState FindGroundState()
    {
        if (Outputs.Random.Count == 0)
            return new GroundState(Outputs.Law.Means, NarrowLimit().Mean, Status.Defined);
        GroundState free = LeastAbsoluteDeviations.Solve(new LabelledData(Outputs.RandomFeatures(), FreeTargets()));
        return free with { Parameters = Outputs.Complete(free.Parameters) };
    }

    /// <summary>|x·w − y|.</summary>
    private sealed unsafe class AbsoluteKernel(LabelledData data) : EnergyKernel(data.Rows, data.Columns + 1, 1, (row, features) =>
    {
        data.Row(row).CopyTo(features);
        features[^1] = data.Targets.Span[row];
    })
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)] // or a cold process stays in instrumented code for most of a long call
        protected override void AddTile(double* outputs, int first, int rows, double* sums, double* products)
        {
            for (int draw = 0; draw < OutputTile.Draws; draw += 8)
            {
                var sum = Vector512.Load(sums + draw);
                for (int row = 0; row < rows; row++)
                    sum += Vector512.Abs(Vector512.Load(outputs + (row * OutputTile.Draws) + draw));
                sum.Store(sums + draw);
            }
        }
    }
}
