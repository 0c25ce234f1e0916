using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear.Outputs;
using ML.Thermo.Transitions;

namespace ML.Thermo.Linear.Logistic;

/// <summary>
/// The binary cross-entropy E(w) = (1/n)Σ softplus(zᵢ) − tᵢzᵢ, z = Xw, t ∈ {0, 1}, of a linear model over its initialisation law.</summary>
/// <remarks>
/// <para>The mean is exact for every law, by a rapidly converging cosine series of softplus. The variance is exact to 1e-9 for up
/// to three random parameters where their grid is affordable, and for normal parameters and up to 4096 rows where the Hermite
/// series of the double sum over rows converges; else it comes from draws, with a standard error. Higher cumulants are not computed
/// (NaN). The floor is the least cross-entropy that the random parameters can reach, zero for separable data.</para>
/// <para>At zero-mean laws ⟨E⟩ does not depend on the labels; the variance does.</para></remarks>
[Maturity(Maturity.Paper, "cross-entropy with normal, uniform and mixed initialisation; the series are theorems, derived here from the Fourier " +
    "coefficients of softplus and Mehler's formula")]
public sealed class LogisticEnsemble : OutputEnsemble
{
    /// <summary>Hermite coefficients a row in the double sum.</summary>
    private const int Degrees = 48;

    /// <summary>Rows up to which a quadrature over one parameter is affordable.</summary>
    private const int MostCurveRows = 20_000;

    /// <summary>Losses that a grid over the parameters may cost.</summary>
    private const double GridWork = 3e8;

    private readonly double[] _signed;

    /// <summary>Joins data and law.</summary>
    /// <param name="data">n rows of d features; targets 0 or 1.</param>
    /// <param name="law">One entry a column.</param>
    /// <param name="seed">Seed of the draws behind <see cref="EnergyEnsemble.Moments"/> where the variance has no closed form.</param>
    /// <exception cref="InvalidLawException">The law has not one entry a column.</exception>
    /// <exception cref="UnusableDataException">A target is neither 0 nor 1.</exception>
    public LogisticEnsemble(LabelledData data, ParameterLaw law, ulong seed = 1)
        : base(data, law, seed) => _signed = LogisticRegression.Signed(data);

    /// <inheritdoc/>
    public override EntropyEstimate? ExactEntropy(CancellationToken cancellation = default) => Outputs.Random.Count switch
    {
        0 => ConvexCurve.Unbounded(Status.PointState),
        1 when Data.Rows <= MostCurveRows => Curve().Entropy(RandomLaw, cancellation),
        _ => null,
    };

    /// <summary>
    /// The limit of narrow laws: ⟨E⟩ by the moments of the outputs to the sixth order, and Var E → g·Vg + ½ tr(HVHV), with
    /// gradient g and Hessian H of E at the mean parameters.
    /// </summary>
    /// <returns>Mean in nats and variance in nats squared. Asymptotic: for output deviations s the error of the mean is 1e-9 at
    /// s = 0.1 and 1e-5 at s = 0.5; the relative error of the variance is about s².</returns>
    public (double Mean, double Variance) NarrowLimit()
    {
        double mean = Outputs.Average((row, output) => LogisticExpectation.Narrow(Signed(row, output)));
        double[,] hessian = LogisticRegression.Hessian(Data, [.. Outputs.Law.Means]);
        double[] gradient = new double[Data.Columns];
        Outputs.ForEach((row, output) =>
        {
            double slope = Energy.CrossEntropy.Slope(output.Mean, Data.Targets.Span[row]) / Data.Rows;
            for (int j = 0; j < gradient.Length; j++)
                gradient[j] += slope * Data.Row(row)[j];
        });
        IReadOnlyList<double> v = Outputs.Law.Variances;
        double variance = 0;
        for (int j = 0; j < gradient.Length; j++)
        {
            variance += v[j] * gradient[j] * gradient[j];
            for (int k = 0; k < gradient.Length; k++)
                variance += 0.5 * hessian[j, k] * hessian[j, k] * v[j] * v[k];
        }

        return (mean, variance);
    }

    /// <summary>
    /// The limit of wide laws, where softplus becomes max(z, 0): ⟨E⟩ → (1/n)Σ E max(±zᵢ, 0), with two more terms for normal
    /// parameters, and the variance by the arc-cosine kernel sᵢsⱼ/2π [√(1−r²) + r(π/2 + asin r)].
    /// </summary>
    /// <returns>Mean in nats; variance in nats squared, its leading term only (means of the parameters are neglected), NaN for laws
    /// that are not normal and for more than 4096 rows. For output deviations s the error of the mean is 40/s⁵ for normal
    /// parameters and about 1/s else; the relative error of the variance is about 1/s².</returns>
    public (double Mean, double Variance) WideLimit()
    {
        double mean = Outputs.Average((row, output) => LogisticExpectation.Wide(Signed(row, output)));
        if (!Outputs.Law.IsNormal || Data.Rows > PairwiseCovariance.MostRows)
            return (mean, double.NaN);
        double[] deviations = new double[Data.Rows], signs = [.. Data.Targets.ToArray().Select(t => 1 - (2 * t))];
        Outputs.ForEach((row, output) => deviations[row] = output.GaussianDeviation);
        return (mean, PairwiseCovariance.Variance(Data, Outputs.Law, deviations, [.. deviations.Select(s => s * s * ArcCosine(1))], (i, correlations) =>
        {
            double sum = 0;
            for (int j = i + 1; j < deviations.Length; j++)
                sum += deviations[j] * ArcCosine(signs[i] * signs[j] * correlations[j]);
            return (deviations[i] * sum, 0);
        }).Variance);
    }

    /// <summary>Cov(max(X, 0), max(Y, 0)) of standard normal X, Y of correlation r.</summary>
    private static double ArcCosine(double r) =>
        (Math.Sqrt(1 - (r * r)) + (r * ((Math.PI / 2) + Math.Asin(r))) - 1) / (2 * Math.PI);

    /// <summary>The law of aᵢ·w, minus the output for label one.</summary>
    private OutputLaw Signed(int row, OutputLaw output) =>
        new((1 - (2 * Data.Targets.Span[row])) * output.Mean, output.GaussianDeviation * output.GaussianDeviation, output.HalfWidths);

    private LogisticCurve Curve()
    {
        double[] features = Outputs.RandomFeatures(), offsets = Outputs.Offsets();
        for (int row = 0; row < offsets.Length; row++)
        {
            double sign = 1 - (2 * Data.Targets.Span[row]);
            (features[row], offsets[row]) = (sign * features[row], sign * offsets[row]);
        }

        return new LogisticCurve(features, offsets);
    }

    private protected override EnergyKernel CreateKernel() => new LogisticKernel(_signed, Data.Rows, Data.Columns);

    private protected override double MeanOf(int row, OutputLaw output) => LogisticExpectation.Softplus(Signed(row, output));

    private protected override Estimate FindVariance(double mean)
    {
        if (Outputs.Random.Count == 0)
            return Estimate.Exact(0);
        if (Outputs.Random.Count == 1 && Data.Rows <= MostCurveRows)
            return Estimate.Exact(Curve().Moments(RandomLaw).Variance);
        return GridVariance(mean) ?? HermiteVariance() ?? DrawnVariance(mean);
    }

    /// <summary>The variance by a product rule over the random parameters, refined until it stands still.</summary>
    private Estimate? GridVariance(double mean)
    {
        double last = double.NaN;
        for (int nodes = 16; Outputs.Random.Count <= 3; nodes *= 2)
        {
            double points = Math.Pow(nodes, Outputs.Random.Count);
            if (points > 1 << 22 || points * Data.Rows > GridWork)
                return null;
            var grid = new ParameterGrid(Outputs.Law, nodes);
            double[] energies = new double[grid.Count];
            Kernel.Energies(grid.Parameters, 0, energies, -1, default);
            double variance = grid.Average(energies, energy => (energy - mean) * (energy - mean));
            if (Math.Abs(variance - last) < 1e-6 * variance) // each doubling squares the error
                return Estimate.Exact(variance);
            last = variance;
        }

        return null;
    }

    /// <summary>The double sum over rows by Mehler's formula, with what its tail can hide; null where that is too much.</summary>
    private Estimate? HermiteVariance()
    {
        if (!Outputs.Law.IsNormal || Data.Rows > PairwiseCovariance.MostRows)
            return null;
        var series = new HermiteCovariance(Data.Rows, Degrees);
        double[] deviations = new double[Data.Rows];
        Outputs.ForEach((row, output) =>
        {
            OutputLaw law = Signed(row, output);
            deviations[row] = law.GaussianDeviation;
            series.Set(row, law.Mean, law.GaussianDeviation, Data.Targets.Span[row] == 1);
        });
        (double variance, double bound) = PairwiseCovariance.Variance(Data, Outputs.Law, deviations, series.Variances, series.LaterRows);
        return bound > 1e-6 * variance ? null : new Estimate(variance, bound > 1e-9 * variance ? bound : 0);
    }

    private protected override GroundState FindGroundState()
    {
        if (Outputs.Random.Count == 0)
            return new GroundState(Outputs.Law.Means, Outputs.Average((row, output) => LogisticExpectation.Softplus(Signed(row, output))), Status.Defined);
        var free = new LabelledData(Outputs.RandomFeatures(), Data.Targets);
        GroundState state = LogisticRegression.Solve(free, Outputs.Offsets(), default);
        return state with { Parameters = Outputs.Complete(state.Parameters) };
    }

    /// <summary>softplus(a·w).</summary>
    private sealed unsafe class LogisticKernel(double[] signed, int rows, int columns)
        : EnergyKernel(rows, columns, 1, (row, features) => Array.Copy(signed, row * columns, features, 0, columns))
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)] // or a cold process stays in instrumented code for most of a long call
        protected override void AddTile(double* outputs, int first, int rows, double* sums, double* products)
        {
            for (int draw = 0; draw < OutputTile.Draws; draw += 8)
            {
                Vector512<double> sum = Vector512.Load(sums + draw), product = Vector512.Load(products + draw);
                for (int row = 0; row < rows; row++)
                {
                    var z = Vector512.Load(outputs + (row * OutputTile.Draws) + draw);
                    sum += Vector512.Max(z, Vector512<double>.Zero);
                    product *= Vector512<double>.One + ExpNegativeAbs.Of(z);
                }

                sum.Store(sums + draw);
                product.Store(products + draw);
            }
        }
    }
}
