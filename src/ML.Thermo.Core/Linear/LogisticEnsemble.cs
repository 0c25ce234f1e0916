using System.Runtime.Intrinsics;
using ML.Thermo.Energies;
using ML.Thermo.Entropies;
using ML.Thermo.Initialization;

namespace ML.Thermo.Linear;

/// <summary>
/// The binary cross-entropy E(w) = (1/n)Σ softplus(zᵢ) − tᵢzᵢ, z = Xw, t ∈ {0, 1}, of a linear model over its initialisation law.
/// </summary>
/// <remarks>
/// <para>The mean is exact for every law, by a rapidly converging cosine series of softplus. The variance is exact to 1e-9 for up
/// to three random parameters where their grid is affordable, and for normal parameters and up to 4096 rows where the Hermite
/// series of the double sum over rows converges; else it comes from draws, with a standard error. Higher cumulants are not computed
/// (NaN). The floor is the least cross-entropy that the random parameters can reach, zero for separable data.</para>
/// <para>At zero-mean laws ⟨E⟩ does not depend on the labels; the variance does.</para>
/// <para>Maturity: paper (cross-entropy with normal, uniform and mixed initialisation); the series are theorems, derived here from
/// the Fourier coefficients of softplus and Mehler's formula.</para>
/// </remarks>
public sealed class LogisticEnsemble : EnergyEnsemble
{
    /// <summary>Hermite coefficients a row in the double sum.</summary>
    private const int Degrees = 48;

    /// <summary>Rows up to which a quadrature over one parameter is affordable.</summary>
    private const int MostCurveRows = 20_000;

    /// <summary>Losses that a grid over the parameters may cost.</summary>
    private const double GridWork = 3e8;

    private readonly LabelledData _data;
    private readonly LinearOutputs _outputs;
    private readonly ulong _seed;
    private readonly double[] _signed;
    private readonly Lazy<Kernel> _kernel;
    private readonly Lazy<EnergyMoments> _moments;
    private readonly Lazy<GroundState> _ground;

    /// <summary>Joins data and law.</summary>
    /// <param name="data">n rows of d features; targets 0 or 1.</param>
    /// <param name="law">One entry a column.</param>
    /// <param name="seed">Seed of the draws behind <see cref="Moments"/> where the variance has no closed form.</param>
    /// <exception cref="InvalidLawException">The law has not one entry a column.</exception>
    /// <exception cref="UnusableDataException">A target is neither 0 nor 1.</exception>
    public LogisticEnsemble(LabelledData data, ParameterLaw law, ulong seed = 1)
    {
        _outputs = new LinearOutputs(data, law);
        _signed = LogisticRegression.Signed(data);
        (_data, _seed) = (data, seed);
        _kernel = new(() => new Kernel(_signed, data.Rows, data.Columns));
        _moments = new(FindMoments);
        _ground = new(FindGroundState);
    }

    /// <summary>Most threads that <see cref="Draw"/> uses, −1 for all. The draws do not depend on it.</summary>
    public int MaxDegreeOfParallelism { get; init; } = -1;

    /// <inheritdoc/>
    public override Estimate Mean => Estimate.Exact(_moments.IsValueCreated ? Moments.Mean.Value : FindMean());

    /// <inheritdoc/>
    public override EnergyMoments Moments => _moments.Value;

    /// <inheritdoc/>
    public override void Draw(ulong seed, long first, Span<double> energies, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        _kernel.Value.Energies(
            (index, parameters) => _outputs.Law.Draw(new RandomStream(seed, (ulong)index), parameters), first, energies, MaxDegreeOfParallelism, cancellation);
    }

    /// <summary>The parameters of least energy with the constant parameters kept, as <see cref="LogisticRegression"/> finds them;
    /// random ones are free, also beyond the bounds of a uniform law.</summary>
    public GroundState GroundState => _ground.Value;

    /// <inheritdoc/>
    public override EntropyEstimate? ExactEntropy(CancellationToken cancellation = default) => _outputs.Random.Count switch
    {
        0 => ConvexCurve.Unbounded(Status.PointState),
        1 when _data.Rows <= MostCurveRows => Curve().Entropy(RandomLaw, cancellation),
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
        double mean = _outputs.Average((row, output) => LogisticExpectation.Narrow(Signed(row, output)));
        double[,] hessian = LogisticRegression.Hessian(_data, [.. _outputs.Law.Means]);
        double[] gradient = new double[_data.Columns];
        _outputs.ForEach((row, output) =>
        {
            double slope = Energy.CrossEntropy.Slope(output.Mean, _data.Targets.Span[row]) / _data.Rows;
            for (int j = 0; j < gradient.Length; j++)
                gradient[j] += slope * _data.Row(row)[j];
        });
        IReadOnlyList<double> v = _outputs.Law.Variances;
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
        double mean = _outputs.Average((row, output) => LogisticExpectation.Wide(Signed(row, output)));
        if (!_outputs.Law.IsNormal || _data.Rows > PairwiseCovariance.MostRows)
            return (mean, double.NaN);
        double[] deviations = new double[_data.Rows], signs = [.. _data.Targets.ToArray().Select(t => 1 - (2 * t))];
        _outputs.ForEach((row, output) => deviations[row] = output.GaussianDeviation);
        return (mean, PairwiseCovariance.Variance(_data, _outputs.Law, deviations, [.. deviations.Select(s => s * s * ArcCosine(1))], (i, correlations) =>
        {
            double sum = 0;
            for (int j = i + 1; j < deviations.Length; j++)
                sum += deviations[j] * ArcCosine(signs[i] * signs[j] * correlations[j]);
            return (deviations[i] * sum, 0);
        }).Variance);
    }

    private InitializationLaw RandomLaw => _outputs.Law.Entries[_outputs.Random[0]];

    /// <summary>Cov(max(X, 0), max(Y, 0)) of standard normal X, Y of correlation r.</summary>
    private static double ArcCosine(double r) =>
        (Math.Sqrt(1 - (r * r)) + (r * ((Math.PI / 2) + Math.Asin(r))) - 1) / (2 * Math.PI);

    /// <summary>The law of aᵢ·w, minus the output for label one.</summary>
    private OutputLaw Signed(int row, OutputLaw output) =>
        new((1 - (2 * _data.Targets.Span[row])) * output.Mean, output.GaussianDeviation * output.GaussianDeviation, output.HalfWidths);

    private LogisticCurve Curve()
    {
        double[] features = _outputs.RandomFeatures(), offsets = _outputs.Offsets();
        for (int row = 0; row < offsets.Length; row++)
        {
            double sign = 1 - (2 * _data.Targets.Span[row]);
            (features[row], offsets[row]) = (sign * features[row], sign * offsets[row]);
        }

        return new LogisticCurve(features, offsets);
    }

    private double FindMean() => _outputs.Average((row, output) => LogisticExpectation.Softplus(Signed(row, output)));

    private EnergyMoments FindMoments()
    {
        double mean = FindMean();
        return new EnergyMoments(Estimate.Exact(mean), FindVariance(mean), Floor: GroundState.Energy);
    }

    private Estimate FindVariance(double mean)
    {
        if (_outputs.Random.Count == 0)
            return Estimate.Exact(0);
        if (_outputs.Random.Count == 1 && _data.Rows <= MostCurveRows)
            return Estimate.Exact(Curve().Moments(RandomLaw).Variance);
        return GridVariance(mean) ?? HermiteVariance() ?? MonteCarlo.Variance(this, mean, (double)_data.Rows * _data.Columns, _seed);
    }

    /// <summary>The variance by a product rule over the random parameters, refined until it stands still.</summary>
    private Estimate? GridVariance(double mean)
    {
        double last = double.NaN;
        for (int nodes = 16; _outputs.Random.Count <= 3; nodes *= 2)
        {
            double points = Math.Pow(nodes, _outputs.Random.Count);
            if (points > 1 << 22 || points * _data.Rows > GridWork)
                return null;
            var grid = new ParameterGrid(_outputs.Law, nodes);
            double[] energies = new double[grid.Count];
            _kernel.Value.Energies(grid.Parameters, 0, energies, -1, default);
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
        if (!_outputs.Law.IsNormal || _data.Rows > PairwiseCovariance.MostRows)
            return null;
        var series = new HermiteCovariance(_data.Rows, Degrees);
        double[] deviations = new double[_data.Rows];
        _outputs.ForEach((row, output) =>
        {
            OutputLaw law = Signed(row, output);
            deviations[row] = law.GaussianDeviation;
            series.Set(row, law.Mean, law.GaussianDeviation, _data.Targets.Span[row] == 1);
        });
        (double variance, double bound) = PairwiseCovariance.Variance(_data, _outputs.Law, deviations, series.Variances, series.LaterRows);
        return bound > 1e-6 * variance ? null : new Estimate(variance, bound > 1e-9 * variance ? bound : 0);
    }

    private GroundState FindGroundState()
    {
        if (_outputs.Random.Count == 0)
            return new GroundState(_outputs.Law.Means, _outputs.Average((row, output) => LogisticExpectation.Softplus(Signed(row, output))), Status.Defined);
        var free = new LabelledData(_outputs.RandomFeatures(), _data.Targets);
        GroundState state = LogisticRegression.Solve(free, _outputs.Offsets(), default);
        return state with { Parameters = _outputs.Complete(state.Parameters) };
    }

    /// <summary>softplus(a·w).</summary>
    private sealed unsafe class Kernel(double[] signed, int rows, int columns)
        : EnergyKernel(rows, columns, 1, (row, features) => Array.Copy(signed, row * columns, features, 0, columns))
    {
        protected override void AddTile(double* outputs, int first, int rows, double* sums, double* products)
        {
            for (int draw = 0; draw < OutputTile.Draws; draw += 8)
            {
                Vector512<double> sum = Vector512.Load(sums + draw), product = Vector512.Load(products + draw);
                for (int row = 0; row < rows; row++)
                {
                    var z = Vector512.Load(outputs + (row * OutputTile.Draws) + draw);
                    sum += Vector512.Max(z, Vector512<double>.Zero);
                    product *= Vector512<double>.One + Decay.Of(z);
                }

                sum.Store(sums + draw);
                product.Store(products + draw);
            }
        }
    }
}
