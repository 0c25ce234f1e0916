using System.Numerics.Tensors;
using ML.Thermo.Curvature;
using ML.Thermo.Energies;
using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Numerics;
using ML.Thermo.Transitions;

namespace ML.Thermo.Linear;

/// <summary>Temperatures of a linear system beside the one of its transition: along the initialisation scale, of the parameters
/// around the optimum, and the ratio of two of them that measures how uneven the curvature is.</summary>
[Maturity(Maturity.Estimator, "where Monte Carlo or finite differences enter, theorem where a closed form does; each method says more")]
public static class LinearTemperatures
{
    /// <summary>Step of ln σ where both sides are exact: the central difference is then off by about 10⁻⁶ of its value.</summary>
    private const double Step = 1e-3;

    /// <summary>Step of ln σ between two estimated entropies, whose noise is divided by it; S is nearly linear in ln σ over such a step.</summary>
    private const double WideStep = 0.2;

    private const int Batches = 8;

    /// <summary>T_diff = (d⟨E⟩/dσ)/(dS/dσ), loss units per nat: how energy and entropy of the untrained state grow together when every
    /// spread of the initialisation is multiplied by the same factor, here at factor 1.</summary>
    /// <param name="system">The system; its ground state is not needed.</param>
    /// <param name="options">Seed, draws, and the entropy that is differentiated.</param>
    /// <param name="progress">Receives the fraction done.</param>
    /// <param name="cancellation">Stops draws and quadratures.</param>
    /// <returns>Central differences in ln σ: of exact moments and entropies where there are any (error 0), else of estimates on common
    /// random numbers, with a jackknife error over eight batches. NaN where dS/dσ cannot be told from zero by two standard errors, or
    /// no parameter is random.</returns>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    [Maturity(Maturity.Theorem, "definition; for a p-homogeneous excess energy centred at the optimum T_diff = ⟨E⟩ − E₀, from h(rU) = ln r + h(U)")]
    [Maturity(Maturity.Estimator, "differences")]
    public static Estimate DifferentialTemperature(
        this LinearSystem system, TransitionOptions? options = null, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(system);
        options ??= new TransitionOptions();
        if (RandomParameters(system.Law) == 0)
            return Estimate.Undefined;
        double energySlope = system.Loss.EnergySlope(system.Sample, system.Law);
        if (!double.IsNaN(energySlope) && ExactEntropySlope(system, options, cancellation) is double entropySlope)
            return Defined(energySlope / entropySlope);
        IReadOnlyList<double[]> batches = SlopeBatches(system, options, progress, cancellation);
        Estimate below = Jackknife.Of(batches, slopes => slopes[1]);
        if (!(Math.Abs(below.Value) > Transition.UndefinedBelow * below.StandardError))
            return Estimate.Undefined;
        return Jackknife.Of(batches, slopes => (double.IsNaN(energySlope) ? slopes[0] : energySlope) / slopes[1]);
    }

    /// <summary>T_par = d⟨E⟩/dS_μ, loss units per nat, of parameters that fluctuate around the optimum with the spreads of the
    /// initialisation law: the bath temperature by equipartition. S_μ is the entropy of the parameters.</summary>
    /// <param name="system">The system.</param>
    /// <param name="options">Seed and draws, used for the mean absolute error only.</param>
    /// <param name="cancellation">Stops draws.</param>
    /// <returns>tr(VH)/d for squared error (exact) and cross-entropy (to second order in the spread; H at the optimum), with d the number
    /// of random parameters; for the absolute error, which has no curvature, (d⟨E⟩/d ln σ)/d. NaN where there is no optimum
    /// (separable classes) or no parameter is random.</returns>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    [Maturity(Maturity.Theorem, "S_μ = ½ ln det 2πeV, so dS_μ = d · d ln σ, for small spreads under cross-entropy")]
    public static Estimate ParameterTemperature(this LinearSystem system, TransitionOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(system);
        int random = RandomParameters(system.Law);
        if (random == 0 || !HasOptimum(system))
            return Estimate.Undefined;
        if (system.Loss.HasCurvature)
            return Defined(system.Loss.WeightedTrace(system.Sample, system.Law, () => system.GroundState) / random);
        ParameterLaw centred = Centred(system);
        double slope = system.Loss.EnergySlope(system.Sample, centred);
        return double.IsNaN(slope)
            ? Jackknife.Of(CentredBatches(system, centred, options ?? new TransitionOptions(), cancellation), moments => moments[2] / random)
            : Estimate.Exact(slope / random);
    }

    /// <summary>The equipartition ratio T_fluct/T_par = d·tr H²/(tr H)² ≥ 1 of the curvature H at the optimum, dimensionless: 1 where the
    /// loss is equally steep in all directions, d where it is flat in all but one. It is d over the participation ratio of H's
    /// eigenvalues and costs two traces; it foretells the steps of gradient descent on well-spread spectra, and coarsely on real data.</summary>
    /// <param name="system">The system.</param>
    /// <param name="options">Seed and draws, used for the mean absolute error only.</param>
    /// <param name="cancellation">Stops draws.</param>
    /// <returns>For squared error H = 2Σ needs no training; for cross-entropy H is taken at the optimum. The absolute error has no
    /// curvature: there the ratio of the two temperatures of a normal ensemble around the optimum is given, with one spread for all
    /// parameters, that of the same parameter entropy as the initialisation law. NaN where there is no optimum.</returns>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    [Maturity(Maturity.Theorem, "T_fluct = σ² tr H²/tr H and T_par = σ² tr H/d for small isotropic spreads")]
    public static Estimate EquipartitionRatio(this LinearSystem system, TransitionOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(system);
        if (!HasOptimum(system))
            return Estimate.Undefined;
        if (system.Loss.HasCurvature)
            return system.Loss.Traces(system.Sample, () => system.GroundState).EquipartitionRatio;
        if (RandomParameters(system.Law) == 0)
            return Estimate.Undefined;
        return OfJumps(system, options ?? new TransitionOptions(), cancellation);
    }

    /// <summary>T_fluct/T_par of an isotropic normal ensemble around the optimum, for an energy whose curvature is made of jumps.</summary>
    private static Estimate OfJumps(LinearSystem system, TransitionOptions options, CancellationToken cancellation)
    {
        double logVariance = system.Law.Variances.Where(variance => variance > 0).Average(Math.Log);
        var law = new ParameterLaw([.. system.GroundState.Parameters.Select(optimum => InitializationLaw.Normal(optimum, Math.Exp(logVariance / 2)))]);
        double floor = system.GroundState.Energy, slope = system.Loss.EnergySlope(system.Sample, law);
        double Ratio(double mean, double variance, double energySlope) => variance / (mean - floor) / (energySlope / law.Count);
        EnergyMoments moments = system.EnsembleOf(law).Moments;
        return moments.Variance.StandardError == 0 && !double.IsNaN(slope)
            ? Defined(Ratio(moments.Mean.Value, moments.Variance.Value, slope))
            : Jackknife.Of(CentredBatches(system, law, options, cancellation), means => Ratio(means[0], means[1], means[2]));
    }

    private static int RandomParameters(ParameterLaw law) => law.Variances.Count(variance => variance > 0);

    /// <summary>A quadratic energy always has an optimum, which then need not be found.</summary>
    private static bool HasOptimum(LinearSystem system) =>
        !system.Loss.NeedsRows || (system.GroundState.Status & (Status.Separable | Status.NotConverged)) == Status.Defined;

    private static Estimate Defined(double value) => double.IsFinite(value) ? Estimate.Exact(value) : Estimate.Undefined;

    /// <summary>The law with every mean moved to the optimum.</summary>
    private static ParameterLaw Centred(LinearSystem system) =>
        new([.. system.Law.Entries.Zip(system.GroundState.Parameters, (law, optimum) => law with { Mean = optimum })]);

    /// <summary>dS/d ln σ without a sample: of exact entropies, or of a closure on moments if one was chosen; null if there is neither.</summary>
    private static double? ExactEntropySlope(LinearSystem system, TransitionOptions options, CancellationToken cancellation)
    {
        bool isTooFine = options.Entropy is FiniteResolution resolved && IsTooFine(system, resolved, options, cancellation);

        double? Entropy(double factor)
        {
            EnergyEnsemble ensemble = system.EnsembleOf(system.Law.Scale(factor));
            if (options.Entropy is null || isTooFine)
                return ensemble.ExactEntropy(cancellation) is { StandardError: 0 } exact ? exact.Value : null;
            EnergyMoments moments = ensemble.Moments;
            bool enough = !options.Entropy.NeedsSample && moments.Variance.StandardError == 0;
            EntropyEstimate closure = enough ? options.Entropy.Estimate(moments, []) : default;
            return enough && double.IsFinite(closure.Value) ? closure.Value : null;
        }

        return Entropy(Math.Exp(Step)) is double wider && Entropy(Math.Exp(-Step)) is double narrower ? (wider - narrower) / (2 * Step) : null;
    }

    /// <summary>A batch of draws does not resolve ε. Where there is an exact law, S at a resolution so fine is its own up to a constant.</summary>
    private static bool IsTooFine(LinearSystem system, FiniteResolution resolved, TransitionOptions options, CancellationToken cancellation)
    {
        double[] sample = new double[options.Draws / Batches];
        system.Ensemble.Draw(options.Seed, 0, sample, cancellation);
        return double.IsNaN(resolved.Estimate(default, sample).Value);
    }

    /// <summary>d⟨E⟩/d ln σ and dS/d ln σ of each batch of draws.</summary>
    private static List<double[]> SlopeBatches(LinearSystem system, TransitionOptions options, IProgress<double>? progress, CancellationToken cancellation)
    {
        EnergyEnsemble wider = system.EnsembleOf(system.Law.Scale(Math.Exp(WideStep))), narrower = system.EnsembleOf(system.Law.Scale(Math.Exp(-WideStep)));
        IEntropyEstimator estimator = options.Entropy ?? new KozachenkoLeonenko();
        double[] above = new double[options.Draws / Batches], below = new double[above.Length];
        var slopes = new List<double[]>();
        for (int batch = 0; batch < Batches; batch++)
        {
            Draw(wider, options, batch, above, cancellation);
            Draw(narrower, options, batch, below, cancellation);
            double entropy = EntropyOf(estimator, above) - EntropyOf(estimator, below);
            slopes.Add([(TensorPrimitives.Average(above) - TensorPrimitives.Average(below)) / (2 * WideStep), entropy / (2 * WideStep)]);
            progress?.Report((batch + 1.0) / Batches);
        }

        return slopes;
    }

    /// <summary>⟨E⟩, Var E and d⟨E⟩/d ln σ of each batch of draws from a law centred at the optimum.</summary>
    private static List<double[]> CentredBatches(LinearSystem system, ParameterLaw centred, TransitionOptions options, CancellationToken cancellation)
    {
        EnergyEnsemble ensemble = system.EnsembleOf(centred);
        EnergyEnsemble wider = system.EnsembleOf(centred.Scale(Math.Exp(Step))), narrower = system.EnsembleOf(centred.Scale(Math.Exp(-Step)));
        double[] energies = new double[options.Draws / Batches];
        var moments = new List<double[]>();
        for (int batch = 0; batch < Batches; batch++)
        {
            Draw(ensemble, options, batch, energies, cancellation);
            EnergyMoments centre = EnergyMoments.FromSample(energies);
            Draw(wider, options, batch, energies, cancellation);
            double above = TensorPrimitives.Average(energies);
            Draw(narrower, options, batch, energies, cancellation);
            moments.Add([centre.Mean.Value, centre.Variance.Value, (above - TensorPrimitives.Average(energies)) / (2 * Step)]);
        }

        return moments;
    }

    private static void Draw(EnergyEnsemble ensemble, TransitionOptions options, int batch, Span<double> energies, CancellationToken cancellation) =>
        ensemble.Draw(options.Seed, (long)batch * energies.Length, energies, cancellation);

    private static double EntropyOf(IEntropyEstimator estimator, double[] sample) =>
        estimator.Estimate(EnergyMoments.FromSample(sample), sample).Differential;
}
