namespace ML.Thermo.Loops;

/// <summary>From what the share against a sampling temperature was found.</summary>
public enum TemperatureRule
{
    /// <summary>Rows are drawn at T = 1, or hotter from equally frequent categories: none is needed.</summary>
    None,

    /// <summary>The loop over the given shares was iterated.</summary>
    Reference,

    /// <summary>λ_s of equally frequent categories. With a favourite among them more is needed, and only their shares tell how much.</summary>
    Coexistence,
}

/// <summary>What a number of fresh rows a generation achieves.</summary>
/// <param name="FreshRows">k.</param>
/// <param name="Resampling">What sampling n rows keeps of any quadratic diversity.</param>
/// <param name="Temperature">S*/S(q) at that share; NaN where no shares are known.</param>
/// <param name="Enough">Whether both needs are met.</param>
[Maturity(Maturity.Theorem, "for the models of ResamplingLaw and CategoricalLoop, each alone")]
public readonly record struct AchievedRetention(double FreshRows, double Resampling, double Temperature, bool Enough);

/// <summary>How many fresh rows a generation keep the data of a closed loop alive.</summary>
/// <remarks>
/// <para>Two needs, of which the larger counts: finitely many rows lose diversity by chance, and a sampler that is colder or hotter than one distorts it.
/// Each is exact where the other is absent; where both are at work simulate (<see cref="Simulation.LoopSimulation"/>).</para></remarks>
[Maturity(Maturity.Theorem, "each need for its model; their maximum is an estimator")]
public sealed record LoopPlan
{
    /// <summary>What was asked.</summary>
    public required LoopPlanOptions Options { get; init; }

    /// <summary>Fresh rows against chance, not rounded; NaN where even n fresh rows keep less than asked for.</summary>
    public required double ResamplingRows { get; init; }

    /// <summary>Fresh share against the sampling temperature.</summary>
    public required double TemperatureShare { get; init; }

    /// <summary>Where <see cref="TemperatureShare"/> comes from.</summary>
    public required TemperatureRule TemperatureRule { get; init; }

    /// <summary>The larger need as a share of n.</summary>
    public required double CriticalShare { get; init; }

    /// <summary>Fresh rows a generation, not rounded.</summary>
    public double CriticalRowsExact => CriticalShare * Options.Rows;

    /// <summary>Fresh rows a generation, rounded up; null where n rows are too few for what was asked.</summary>
    public long? CriticalRows => double.IsNaN(CriticalShare) ? null : (long)Math.Ceiling(CriticalRowsExact - 1e-9);

    /// <summary>Weights of <see cref="CriticalRows"/> fresh rows among n; null where none are needed or n are too few.</summary>
    public FreshWeight? Weight => CriticalRows is > 0 and long rows ? FreshWeight.Of(rows, Options.Rows - rows) : null;

    /// <summary>What the fresh rows at hand achieve; null where their number is open.</summary>
    public AchievedRetention? Available { get; init; }

    /// <summary>Where the loop over the given shares comes to rest at <see cref="CriticalShare"/>; null without shares or temperature.</summary>
    public FixedPoint? FixedPoint { get; init; }

    /// <summary>1 − T, which is <em>not</em> safe, and λ_s of as many equally frequent categories; null without temperature or number.</summary>
    public (double Stability, double Coexistence)? UniformThresholds { get; init; }
}
