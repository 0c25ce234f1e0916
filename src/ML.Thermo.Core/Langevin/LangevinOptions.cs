namespace ML.Thermo.Langevin;

/// <summary>The choices behind a Langevin chain.</summary>
[Maturity(Maturity.Estimator)]
public sealed record LangevinOptions
{
    /// <summary>Number of passes over the data, ≥ 1.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>η &gt; 0, parameter units squared per loss unit; stable below two over the largest curvature.</summary>
    public required double StepSize { get; init; }

    /// <summary>The heat bath.</summary>
    public Bath Bath { get; init; } = Bath.Zero;

    /// <summary>Share of the epochs over which the bath is annealed and nothing is measured, 0 ≤ w &lt; 1.</summary>
    public double WarmUp { get; init; } = 0.5;

    /// <summary>
    /// Whether each step averages its noise with the step before it (Leimkuhler and Matthews 2013). In a quadratic well the variance is then
    /// T/a for every stable step size; without, the chain overheats to T/(a(1 − ηa/2)).
    /// </summary>
    public bool IsCorrected { get; init; } = true;

    /// <summary>E₀ where it is known, loss units; null searches for it from the mean parameters.</summary>
    public double? GroundEnergy { get; init; }

    /// <summary>Chooses noise and order of the minibatches.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Receives the start (epoch 0) and every epoch, while the chain runs.</summary>
    public Action<TrainingEpoch>? Observer { get; init; }

    /// <summary>Stops the chain between steps.</summary>
    public CancellationToken Cancellation { get; init; }

    internal int WarmUpEpochs => (int)Math.Min(Math.Ceiling(WarmUp * Epochs), Epochs - 1);

    internal void Check()
    {
        if (Epochs < 1)
            throw new ThermoException($"The number of epochs is {Epochs}: expected at least 1.");
        if (!(StepSize > 0 && double.IsFinite(StepSize)))
            throw new ThermoException($"The step size is {StepSize}: expected a finite number > 0.");
        if (!(WarmUp >= 0 && WarmUp < 1))
            throw new ThermoException($"The warm-up is {WarmUp}: expected a share of the epochs, 0 ≤ w < 1.");
        Bath.Check();
    }
}
