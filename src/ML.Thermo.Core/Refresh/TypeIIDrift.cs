using ML.Thermo.Data;
using ML.Thermo.Linear.Squared;
using ML.Thermo.Transitions;

namespace ML.Thermo.Refresh;

/// <summary>
/// Drift: parameters fixed, data move, II → II′. ΔE = E′ − E, ΔS = S′ − S, T = ΔE/ΔS; positive ΔE is loss that drift has added and a
/// refresh would release.</summary>
/// <remarks>
/// <para>A drift is held as the <see cref="Transition"/> that would undo it, from the shifted state to the reference: so its ΔE is E′ − E and
/// its T that of (1). Energy and entropy of one state come from the same losses; their covariance enters the errors of T and β.</para></remarks>
[Maturity(Maturity.Paper, "data-shift state, refresh; the finite and the small form are theorems of the central limit")]
public static class TypeIIDrift
{
    /// <summary>The drift between two Type II states of equal m: finite shifts, T = (E′ − E)/(S′ − S).</summary>
    /// <param name="reference">The state before.</param>
    /// <param name="current">The state after.</param>
    /// <exception cref="ArgumentException">A state is not of Type II.</exception>
    public static Transition Between(State reference, State current)
    {
        Check(reference, nameof(reference));
        Check(current, nameof(current));
        return new Transition(current, reference);
    }

    /// <summary>Small shifts: T = dE/dS with dS = ½ dV/V, loss units per nat; agrees with the finite form as the shift goes to zero.</summary>
    /// <param name="reference">The state before, of positive variance.</param>
    /// <param name="current">The state after.</param>
    /// <returns>2V(E′ − E)/(V′ − V); NaN where the variance did not move.</returns>
    [Maturity(Maturity.Theorem, "first order")]
    public static double SmallShiftTemperature(State reference, State current)
    {
        Check(reference, nameof(reference));
        Check(current, nameof(current));
        double energy = current.Energy.Value - reference.Energy.Value, variance = reference.Variance.Value;
        double entropy = 0.5 * (current.Variance.Value - variance) / variance;
        return entropy == 0 ? double.NaN : energy / entropy;
    }

    /// <summary>
    /// The exact drift of squared Gaussian residuals of mean zero, v → v′: ΔE = v′ − v, ΔS = ln(v′/v), T = their logarithmic mean, for every m.
    /// </summary>
    /// <param name="before">v &gt; 0, loss units.</param>
    /// <param name="after">v′ &gt; 0, loss units.</param>
    /// <param name="freshPoints">m ≥ 1.</param>
    public static Transition GaussianResiduals(double before, double after, long freshPoints) =>
        Between(TypeIIState.GaussianResiduals(before, freshPoints), TypeIIState.GaussianResiduals(after, freshPoints));

    /// <summary>What a warm refresh releases, II′ → II″: from the stale parameters to the retrained ones, on the same data.</summary>
    /// <param name="stale">Losses of the old parameters on the moved data.</param>
    /// <param name="refreshed">Losses of the new parameters on moved data that they were not trained on.</param>
    public static Transition Warm(State stale, State refreshed)
    {
        Check(stale, nameof(stale));
        Check(refreshed, nameof(refreshed));
        return new Transition(stale, refreshed);
    }

    /// <summary>
    /// A cold refresh, II′ → I → II″: the parameters are redrawn, which costs energy (heating, ΔE usually negative), and trained on the moved
    /// data (training). ΔE and ΔS of both legs add up to those of the warm refresh; their temperatures do not.
    /// </summary>
    /// <param name="stale">Losses of the old parameters on the moved data.</param>
    /// <param name="initial">The Type I state on the moved data.</param>
    /// <param name="refreshed">Losses of the new parameters on moved data.</param>
    /// <exception cref="ArgumentException">A state is of the wrong type.</exception>
    public static (Transition Heating, Transition Training) Cold(State stale, State initial, State refreshed)
    {
        Check(stale, nameof(stale));
        Check(refreshed, nameof(refreshed));
        return initial.Kind == StateKind.TypeI
            ? (new Transition(stale, initial), new Transition(initial, refreshed))
            : throw new ArgumentException("A cold refresh passes through a Type I state: expected parameters at random.", nameof(initial));
    }

    /// <summary>What a warm refresh of a linear model would release under squared loss, from moments alone.</summary>
    /// <param name="current">Moments of n &gt; d + 1 rows of moved data, d columns.</param>
    /// <param name="parameters">w, the old parameters.</param>
    /// <exception cref="UnusableDataException">There are not more than d + 1 rows.</exception>
    public static WarmRefresh Warm(SecondMoments current, ReadOnlySpan<double> parameters)
    {
        ArgumentNullException.ThrowIfNull(current);
        double n = current.Count, d = current.Columns;
        if (n <= d + 1)
            throw new UnusableDataException($"{current.Count} rows for {current.Columns} columns: a refreshed model's loss on fresh rows needs at least " +
                $"{current.Columns + 2}.");
        double least = LeastSquares.Solve(current).Energy;
        return new WarmRefresh(current.Energy(parameters), least, least * n / (n - d) * (1 + (d / (n - d - 1))));
    }

    private static void Check(State state, string name)
    {
        if (state.Kind != StateKind.TypeII)
            throw new ArgumentException("Drift is between Type II states: expected fixed parameters and random data.", name);
    }
}

/// <summary>A warm refresh of a linear model under squared loss: the old parameters against those retrained on the moved data.</summary>
/// <param name="StaleEnergy">E(w), mean loss of the old parameters, loss units.</param>
/// <param name="LeastEnergy">E(ŵ), mean loss of the retrained ones on the rows they were trained on.</param>
/// <param name="FreshEnergy">Their mean loss on rows to come: v̂(1 + d/(n − d − 1)), v̂ = E(ŵ)n/(n − d), for normal features.</param>
[Maturity(Maturity.Theorem, "ΔE = (w − ŵ)·Σ(w − ŵ) on the rows themselves")]
[Maturity(Maturity.Estimator, "loss on rows to come, temperature")]
public readonly record struct WarmRefresh(double StaleEnergy, double LeastEnergy, double FreshEnergy)
{
    /// <summary>What a refresh would release, loss units; negative where so few rows would train a worse model.</summary>
    public double Release => StaleEnergy - FreshEnergy;

    /// <summary>T of the refresh for Gaussian residuals: the logarithmic mean of the two losses, loss units per nat.</summary>
    public double Temperature => LogarithmicMean.Of(StaleEnergy, FreshEnergy);
}
