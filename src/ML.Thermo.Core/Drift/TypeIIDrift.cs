using ML.Thermo.Linear;

namespace ML.Thermo.Drift;

/// <summary>
/// Drift: parameters fixed, data move, II → II′. ΔE = E′ − E, ΔS = S′ − S, T = ΔE/ΔS; positive ΔE is loss that drift has added and a
/// refresh would release.
/// </summary>
/// <remarks>
/// <para>A drift is held as the <see cref="Transition"/> that would undo it, from the shifted state to the reference: so its ΔE is E′ − E and
/// its T that of (1). Energy and entropy of one state come from the same losses; their covariance enters the errors of T and β.</para>
/// <para>Maturity: paper (data-shift state, refresh); the finite and the small form are theorems of the central limit.</para>
/// </remarks>
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
    /// <returns>2V(E′ − E)/(V′ − V); NaN where the variance did not move. Maturity: theorem (first order).</returns>
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

    /// <summary>
    /// What a warm refresh of a linear model releases under squared loss, from moments alone: ΔE = (w − ŵ)·Σ(w − ŵ), and T as of Gaussian
    /// residuals, the logarithmic mean of the losses before and after. Maturity: theorem (ΔE), estimator (T).
    /// </summary>
    /// <param name="current">Moments of the moved data.</param>
    /// <param name="parameters">w, the old parameters.</param>
    /// <returns>Loss of the old parameters, least loss, and T.</returns>
    public static (double Energy, double RefreshedEnergy, double Temperature) Warm(SecondMoments current, ReadOnlySpan<double> parameters)
    {
        double least = LeastSquares.Solve(current).Energy, stale = current.Energy(parameters);
        return (stale, least, LogarithmicMean.Of(Math.Max(stale, least), least));
    }

    private static void Check(State state, string name)
    {
        if (state.Kind != StateKind.TypeII)
            throw new ArgumentException("Drift is between Type II states: expected fixed parameters and random data.", name);
    }
}
