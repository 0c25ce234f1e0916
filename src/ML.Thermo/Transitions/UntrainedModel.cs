using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear;
using ML.Thermo.Linear.Outputs;
using ML.Thermo.Measurement;
using ML.Thermo.RowLosses;
using ML.Thermo.Steps;

namespace ML.Thermo.Transitions;

/// <summary>The model before training: its Type I state, and the law of a row's loss.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Detail">In words.</param>
/// <param name="State">The Type I state.</param>
/// <param name="Row">The law of a row's loss.</param>
internal sealed record UntrainedModel(InitialStateKind Kind, string Detail, State State, LossLaw Row)
{
    /// <summary>A linear model with random parameters.</summary>
    /// <param name="state">The law.</param>
    /// <param name="energy">The loss.</param>
    /// <param name="law">The law of one output's weights, then of its bias.</param>
    /// <param name="classes">Number of outputs.</param>
    /// <param name="features">The training rows.</param>
    /// <param name="options">Seed, draws, entropy.</param>
    /// <param name="cancellation">Stops draws and quadratures.</param>
    public static UntrainedModel Linear(
        ParameterLawState state, Energy energy, ParameterLaw law, int classes, IFeatureSink features, TransitionOptions options, CancellationToken cancellation)
    {
        State before = Ensemble(energy, law, classes, features, options.Seed).ToState(options, null, cancellation);
        return new UntrainedModel(InitialStateKind.ParameterLaw, state.ToString(), before, LossLaws.Linear(energy, law, classes));
    }

    private static EnergyEnsemble Ensemble(Energy energy, ParameterLaw law, int classes, IFeatureSink features, ulong seed)
    {
        var loss = LinearLosses.Of(energy);
        LinearSample sample = features is MomentSums moments ? new LinearSample(moments.ToMoments()) : new LinearSample(((RowKeeper)features).ToData());
        return classes > 1 ? loss.ClassEnsemble(sample, classes, law, seed) : loss.Ensemble(sample, law, seed);
    }

    /// <summary>
    /// Predictions drawn for each row anew: from the training labels, or for cross-entropy from the trained predictions. The mean energy of n
    /// independent rows: its entropy is the central limit's.
    /// </summary>
    public static UntrainedModel Marginal(Energy energy, Sample sample)
    {
        ReadOnlySpan<double> drawn = energy == Energy.CrossEntropy ? sample.Outputs : sample.Targets;
        LossLaw law = LossLaws.Pooled(energy, drawn, sample.Width);
        double mean = 0, variance = 0;
        double[] target = new double[sample.Width];
        for (int i = 0; i < sample.Rows; i++)
        {
            Array.Clear(target);
            if (sample.Width > 1)
                target[(int)sample.Targets[i]] = 1;
            else
                target[0] = sample.Targets[i];
            RowMoments row = law.Of(default, target);
            mean += row.Mean / sample.Rows;
            variance += row.Variance / sample.Rows;
        }

        var spread = Estimate.Exact(variance / sample.Rows);
        State state = Pooled(Estimate.Exact(mean), spread, EntropyMethod.CentralLimit, sample.Rows);
        return new UntrainedModel(InitialStateKind.LabelMarginal, "predictions drawn from the marginal of the training rows", state, law);
    }

    /// <summary>Models trained on permuted labels, measured against the true ones.</summary>
    /// <param name="energy">The loss.</param>
    /// <param name="refits">Number of models.</param>
    /// <param name="fit">Trains model number i and measures it on the training rows.</param>
    public static UntrainedModel Permuted(Energy energy, int refits, Func<int, Sample> fit)
    {
        var outputs = new List<double>();
        double[] energies = new double[refits];
        int width = 1;
        for (int i = 0; i < refits; i++)
        {
            Sample sample = fit(i);
            energies[i] = sample.Losses(energy).Average();
            outputs.AddRange(sample.Outputs);
            width = sample.Width;
        }

        EnergyMoments moments = EnergyMoments.FromSample(energies);
        State state = Pooled(moments.Mean, moments.Variance, EntropyMethod.Gaussian, refits);
        LossLaw law = LossLaws.Pooled(energy, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(outputs), width);
        return new UntrainedModel(
            InitialStateKind.PermutedLabels, $"{refits} refits on permuted labels",
            refits < 30 ? state with { Status = state.Status | Status.SmallSample } : state, law);
    }

    private static State Pooled(Estimate energy, Estimate variance, EntropyMethod method, long size)
    {
        double v = variance.Value;
        EntropyEstimate entropy = v > 0 && double.IsFinite(v)
            ? new EntropyEstimate(0.5 * Math.Log(2 * Math.PI * Math.E * v), 0.5 * variance.StandardError / v, method) { Bias = double.NaN }
            : v == 0 ? new EntropyEstimate(double.NegativeInfinity, 0, method, Status.PointState)
            : new EntropyEstimate(double.NaN, double.NaN, method, Status.Undefined);
        return new State
        {
            Kind = StateKind.TypeI,
            Energy = energy,
            Variance = variance,
            Entropy = entropy,
            SampleSize = size,
            Status = Status.Analogy | entropy.Status,
        };
    }
}
