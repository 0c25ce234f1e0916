using ML.Thermo.Energies;

namespace ML.Thermo.Langevin;

/// <summary>Which parameters of a chain become the model.</summary>
public enum ChainParameters
{
    /// <summary>The mean over the steps after the warm-up, in a bath the posterior mean.</summary>
    Mean,

    /// <summary>The last step's: one draw of the Boltzmann law; without heat where descent has come to.</summary>
    Last,

    /// <summary>The ground state, where the chain comes to when it is quenched after it was measured: the most probable parameters of the Boltzmann
    /// law.</summary>
    Ground,
}

/// <summary>The choices behind a trainer with a thermostat.</summary>
[Maturity(Maturity.Estimator)]
public record LangevinTrainerOptions
{
    /// <summary>Name of the label column.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>Name of the feature column, a known-size vector of Single.</summary>
    public string FeatureColumnName { get; init; } = "Features";

    /// <summary>Name of the example weight column, a Single ≥ 0; null gives every row weight 1.</summary>
    public string? ExampleWeightColumnName { get; init; }

    /// <summary>
    /// The heat bath, loss units. Null is, for n rows, a bath at 1/n nats for a classifier: with the default penalty the chain draws from the Bayesian
    /// posterior of normal weights with standard deviation 2.5; and at c ln n/n for a regression, c the energy that the label's spread amounts to
    /// (its variance, its
    /// mean absolute deviation). Watanabe's temperature of the learning coefficient is ln n/n nats.
    /// </summary>
    public Bath? Bath { get; init; }

    /// <summary>η, parameter units squared per loss unit; null takes a quarter of the longest step that is stable, roughly.</summary>
    public double? LearningRate { get; init; }

    /// <summary>
    /// Whether weights are learned of features with standard deviation one about their mean (sparse ones keep their mean), and folded back into the
    /// model: the step size, the penalty and the bath then mean the same whatever the units. Turn it off for a posterior of the raw features.
    /// </summary>
    public bool StandardizesFeatures { get; init; } = true;

    /// <summary>
    /// λ ≥ 0 of the penalty (λ/2)|w|², loss units per weight squared; the bias is spared. Null is 0 for a regression, and for a classifier 0.16 over the
    /// total weight of the rows: with the default bath a normal prior of standard deviation 2.5 on standardised features, rstanarm's default for
    /// logistic regression. Without one, separable classes have no Boltzmann law.
    /// </summary>
    public double? L2Regularization { get; init; }

    /// <summary>Number of passes over the data, ≥ 1; null takes 100, and more where those are fewer than 4,000 steps.</summary>
    public int? NumberOfIterations { get; init; }

    /// <summary>Rows of a minibatch, ≥ 1; with all rows the gradient has no noise of its own.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Share of the passes over which the bath is annealed and nothing is measured.</summary>
    public double WarmUp { get; init; } = 0.5;

    /// <summary>Whether steps average their noise, which takes out the bias of the step size.</summary>
    public bool IsCorrected { get; init; } = true;

    /// <summary>Whether minibatches correct the last whole gradient; without, their noise heats the chain (plain SGLD, and at T = 0 plain SGD).</summary>
    public bool ReducesVariance { get; init; } = true;

    /// <summary>
    /// Which parameters become the model. Null takes the ground state where no bath is named, else the mean in the bath, and the last without heat. A mean over
    /// a chain of the default length has a chance error as wide as the posterior itself in directions that many correlated features leave flat.
    /// </summary>
    public ChainParameters? Parameters { get; init; }

    /// <summary>Chooses noise and order of the rows.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Receives the start (epoch 0) and every epoch, on the thread that trains.</summary>
    public Action<TrainingEpoch>? Observer { get; init; }

    /// <summary>Stops training between steps.</summary>
    public CancellationToken Cancellation { get; init; }

    internal void Check()
    {
        ArgumentException.ThrowIfNullOrEmpty(LabelColumnName);
        ArgumentException.ThrowIfNullOrEmpty(FeatureColumnName);
        if (ExampleWeightColumnName is "")
            throw new ArgumentException("The name of the example weight column is empty: expected a name, or null for none.", nameof(ExampleWeightColumnName));
        ArgumentOutOfRangeException.ThrowIfLessThan(NumberOfIterations ?? 1, 1, nameof(NumberOfIterations));
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        InRange(LearningRate ?? 1, double.Epsilon, double.MaxValue, nameof(LearningRate), "a finite number > 0");
        InRange(L2Regularization ?? 0, 0, double.MaxValue, nameof(L2Regularization), "a finite number ≥ 0");
        InRange(WarmUp, 0, double.BitDecrement(1), nameof(WarmUp), "a share, 0 ≤ w < 1");
        InRange(Bath?.Start ?? 0, 0, double.MaxValue, nameof(Bath), "finite temperatures ≥ 0");
        InRange(Bath?.End ?? 0, 0, double.MaxValue, nameof(Bath), "finite temperatures ≥ 0");
    }

    private static void InRange(double value, double least, double most, string name, string expected)
    {
        if (!(value >= least && value <= most))
            throw new ArgumentOutOfRangeException(name, value, $"Expected {expected}.");
    }
}

/// <summary>The choices behind a regression trainer with a thermostat.</summary>
[Maturity(Maturity.Estimator)]
public sealed record LangevinRegressionOptions : LangevinTrainerOptions
{
    /// <summary>The loss, <see cref="Energy.MeanSquared"/> or <see cref="Energy.MeanAbsolute"/>.</summary>
    public Energy Energy { get; init; } = Energy.MeanSquared;
}
