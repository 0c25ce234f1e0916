namespace ML.Thermo.Loops;

/// <summary>Models that are retrained on their own output, in one question.</summary>
[Maturity(Maturity.Theorem, "see LoopPlan")]
public static class ClosedLoop
{
    /// <summary>How many fresh rows a generation keep the diversity of the data.</summary>
    /// <param name="options">Rows, and what is known of temperature and categories.</param>
    /// <param name="cancellation">Stops between generations of the map.</param>
    /// <exception cref="ArgumentException">A number is out of range, or a temperature other than one comes without categories.</exception>
    /// <example>
    /// <code>
    /// LoopPlan plan = ClosedLoop.Plan(new LoopPlanOptions { Rows = 10_000, Retain = 0.95 });
    /// Console.WriteLine(plan.CriticalRows); // 10 fresh rows a generation
    /// </code>
    /// </example>
    public static LoopPlan Plan(LoopPlanOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        LoopArguments.Rows(options.Rows);
        LoopArguments.Retention(options.Retain);
        if (options.FreshAvailable is double fresh && !(fresh >= 0 && fresh <= options.Rows))
            throw new ArgumentException($"There are {fresh} fresh rows at hand: expected from 0 to the {options.Rows} of a generation.", nameof(options));
        double temperature = options.Temperature ?? 1;
        LoopArguments.Temperature(temperature);
        double[]? reference = options.Reference is null ? null : LoopArguments.Law([.. options.Reference], nameof(options));
        int? classes = reference?.Count(share => share > 0) ?? options.Classes;
        if (classes is < 2)
            throw new ArgumentException($"There is {classes} category: expected at least 2; one category has no diversity to keep.", nameof(options));
        if (temperature != 1 && classes is null)
            throw new ArgumentException($"The sampling temperature is {temperature}: expected the categories' shares or at least their number with "
                + "it.", nameof(options));

        (double share, TemperatureRule rule) =
            temperature == 1 ? (0, TemperatureRule.None)
            : reference is not null ? (CriticalShare.Of(reference, temperature, options.Retain, cancellation: cancellation), TemperatureRule.Reference)
            : temperature < 1 ? (LoopThresholds.Coexistence(classes!.Value, temperature), TemperatureRule.Coexistence)
            : (0, TemperatureRule.None);
        double resampling = ResamplingRows(options), critical = Math.Max(resampling / options.Rows, share); // NaN stays NaN
        return new LoopPlan
        {
            Options = options,
            ResamplingRows = resampling,
            TemperatureShare = share,
            TemperatureRule = rule,
            CriticalShare = critical,
            Available = options.FreshAvailable is double rows ? Achieved(options, reference, temperature, share, rows, cancellation) : null,
            FixedPoint = rule == TemperatureRule.Reference && !double.IsNaN(critical)
                ? new CategoricalLoop(reference, temperature, critical)
                    .FixedPointFrom(CriticalShare.Start(reference, temperature, critical), cancellation)
                : null,
            UniformThresholds = temperature < 1 ? (LoopThresholds.Stability(temperature), LoopThresholds.Coexistence(classes!.Value, temperature)) : null,
        };
    }

    /// <summary>Rows that accumulate need none once n keeps enough by itself. A window keeps at least what the last generation alone would.</summary>
    private static double ResamplingRows(LoopPlanOptions options) =>
        options.Policy == RefillPolicy.Accumulate && ResamplingLaw.AccumulateLimit(options.Rows) >= options.Retain ? 0
        : ResamplingLaw.FreshRows(options.Rows, options.Retain);

    private static AchievedRetention Achieved(
        LoopPlanOptions options, double[]? reference, double temperature, double share, double fresh, CancellationToken cancellation)
    {
        double chance = options.Policy == RefillPolicy.Accumulate
            ? Math.Max(ResamplingLaw.AccumulateLimit(options.Rows), ResamplingLaw.Stationary(options.Rows, fresh))
            : ResamplingLaw.Stationary(options.Rows, fresh);
        double kept = temperature == 1 ? 1
            : reference is null ? double.NaN
            : new CategoricalLoop(reference, temperature, fresh / options.Rows)
                .FixedPointFrom(CriticalShare.Start(reference, temperature, fresh / options.Rows), cancellation).Retention;
        return new AchievedRetention(fresh, chance, kept, chance >= options.Retain && fresh / options.Rows >= share);
    }
}
