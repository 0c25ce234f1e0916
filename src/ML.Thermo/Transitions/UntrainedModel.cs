using System.Numerics.Tensors;
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
    /// <param name="model">The trained model.</param>
    /// <param name="features">The rows.</param>
    /// <param name="isHeldOut">Whether training has not seen the rows: ΔE is then paired row by row.</param>
    /// <param name="options">Seed, draws, entropy.</param>
    /// <param name="cancellation">Stops draws and quadratures.</param>
    public static UntrainedModel Linear(
        ParameterLawState state, ScoredModel model, IFeatureSink features, bool isHeldOut, TransitionOptions options, CancellationToken cancellation)
    {
        (Energy energy, ParameterLaw law, int classes) = (model.Reading.Energy, InitialStates.Law(state, model), model.Trained.Outputs!.Count);
        EnergyEnsemble ensemble = Ensemble(energy, law, classes, features, options.Seed);
        State before = ensemble.ToState(options, null, cancellation);
        if (isHeldOut)
        {
            LabelledData? rows = features is MomentSums moments ? moments.Rows : ((RowKeeper)features).ToData();
            before = OnRows(before, rows, energy, ensemble, law, classes, options.Seed);
        }

        return new UntrainedModel(InitialStateKind.ParameterLaw, state.ToString(), before, LossLaws.Linear(energy, law, classes));
    }

    /// <summary>The state with what each row has in it; where rows are too many to keep, E states no error, because that of ΔE would be wrong.</summary>
    private static State OnRows(State state, LabelledData? rows, Energy energy, EnergyEnsemble ensemble, ParameterLaw law, int classes, ulong seed)
    {
        if (rows is null)
            return state with { Energy = state.Energy with { StandardError = double.NaN } };
        ParameterLaw all = classes > 1 ? new ParameterLaw([.. Enumerable.Repeat(law.Entries, classes).SelectMany(entries => entries)]) : law;
        (double[] means, double[] shares) = RowShares.Of(rows, ensemble, all, energy, classes, seed);
        return state with
        {
            RowEnergies = (classes > 1 ? null : LinearLosses.Of(energy).RowEnergies(new LinearSample(rows), law)) ?? means,
            RowVariances = state.Variance.Value > 0 ? shares : null,
        };
    }

    private static EnergyEnsemble Ensemble(Energy energy, ParameterLaw law, int classes, IFeatureSink features, ulong seed)
    {
        var loss = LinearLosses.Of(energy);
        LinearSample sample = features is MomentSums moments ? new LinearSample(moments.ToMoments()) : new LinearSample(((RowKeeper)features).ToData());
        return classes > 1 ? loss.ClassEnsemble(sample, classes, law, seed) : loss.Ensemble(sample, law, seed);
    }

    /// <summary>
    /// Predictions drawn for each row anew from those of all rows: labels, or for cross-entropy the trained predictions. The mean energy of m
    /// independent rows: its entropy is the central limit's. A row moves the energy twice, and the trained one too: ΔE is paired by what each row does.
    /// </summary>
    /// <param name="energy">The loss.</param>
    /// <param name="sample">The rows of the Type II state, whose predictions and labels are what is drawn and what is lost against.</param>
    /// <param name="pool">The trained predictions of these rows.</param>
    /// <param name="freshPoints">m.</param>
    public static UntrainedModel Marginal(Energy energy, Sample sample, PredictionPool? pool, long freshPoints)
    {
        LossLaw law = energy == Energy.CrossEntropy ? pool!.ToLaw() : LossLaws.Pooled(energy, sample.Targets);
        double[] losses = new double[sample.Rows]; // what a row adds to the energy: as a row, and as a prediction of others
        double mean = 0, variance = 0;
        ReadOnlySpan<double> targets = sample.Targets;
        for (int i = 0; i < losses.Length; i++)
        {
            RowMoments row = sample.Width > 1 ? law.OfClass((int)targets[i]) : law.Of(default, targets.Slice(i, 1));
            mean += row.Mean / losses.Length;
            variance += row.Variance / losses.Length;
            losses[i] = row.Mean + (energy == Energy.CrossEntropy ? pool!.MeanLosses[i] : row.Mean);
        }

        double error = Math.Sqrt(EnergyMoments.FromSample(losses).Variance.Value / losses.Length);
        State state = Pooled(new Estimate(mean, error), variance / freshPoints, EntropyMethod.CentralLimit, sample.Rows) with
        {
            RowEnergies = losses,
            IsErrorOfRows = true,
        };
        return new UntrainedModel(InitialStateKind.LabelMarginal, "predictions drawn from the marginal of the rows of Type II", state, law);
    }

    /// <summary>Models trained on permuted labels, measured against the true ones. The rows are those of the Type II state, so ΔE is paired row by row:
    /// its error is that of the rows and of the refits, the trained model kept.</summary>
    /// <param name="refits">Number of models.</param>
    /// <param name="fit">Trains model number i and measures it on the rows of the Type II state.</param>
    public static UntrainedModel Permuted(int refits, Func<int, (Sample Sample, OutputPool Pool)> fit)
    {
        double[] energies = new double[refits];
        double[]? rows = null;
        OutputPool? pool = null;
        for (int i = 0; i < refits; i++)
        {
            (Sample sample, pool) = fit(i);
            energies[i] = TensorPrimitives.Sum(sample.Losses) / sample.Rows;
            rows ??= new double[sample.Rows];
            if (rows.Length == sample.Rows)
                TensorPrimitives.Add(rows, sample.Losses, rows);
            else
                rows = []; // refits that leave out other rows: they cannot be paired
        }

        TensorPrimitives.Divide(rows, refits, rows);

        EnergyMoments moments = EnergyMoments.FromSample(energies);
        State state = Pooled(moments.Mean, moments.Variance.Value, EntropyMethod.Gaussian, refits) with { RowEnergies = rows };
        return new UntrainedModel(
            InitialStateKind.PermutedLabels, $"{refits} refits on permuted labels",
            refits < 30 ? state with { Status = state.Status | Status.SmallSample } : state, pool!.ToLaw());
    }

    /// <summary>A state that is an analogy: its variance depends on the rows twice, as those that are judged and as those that predictions come from, and
    /// states no error; nor does its entropy, nor a temperature behind it. ΔE keeps its own.</summary>
    private static State Pooled(Estimate energy, double v, EntropyMethod method, long size)
    {
        EntropyEstimate entropy = v > 0 && double.IsFinite(v)
            ? new EntropyEstimate(0.5 * Math.Log(2 * Math.PI * Math.E * v), double.NaN, method) { Bias = double.NaN }
            : v == 0 ? new EntropyEstimate(double.NegativeInfinity, 0, method, Status.PointState)
            : new EntropyEstimate(double.NaN, double.NaN, method, Status.Undefined);
        return new State
        {
            Kind = StateKind.TypeI,
            Energy = energy,
            Variance = new Estimate(v, double.NaN),
            Entropy = entropy,
            SampleSize = size,
            Status = Status.Analogy | entropy.Status,
        };
    }
}
