using System.Diagnostics;
using System.Text.Json.Serialization;
using ML.Thermo.Display;
using ML.Thermo.Entropies;
using ML.Thermo.Numerics;

namespace ML.Thermo.Transitions;

/// <summary>
/// The passage between two states, usually training (Type I → Type II): energies and entropies released, and the temperature
/// at which both states have equal free energy.</summary>
/// <remarks>
/// <para>ΔE = E₁ − E₂ (loss units), ΔS = S₁ − S₂ (nats), T = ΔE/ΔS (loss units per nat), β = ΔS/ΔE.</para>
/// <para>T has a pole at ΔS = 0, where β passes smoothly through zero; negative temperatures are results. The status says when
/// ΔS cannot be told from zero.</para></remarks>
[Maturity(Maturity.Paper, "T from ΔE and ΔS; coexistence reading and errors are reconstructed")]
[DebuggerDisplay("T = {Temperature.Value} ± {Temperature.StandardError}, ΔE = {DeltaEnergy.Value}, ΔS = {DeltaEntropy.Value}, {Status}")]
[JsonConverter(typeof(ResultJsonConverter))]
[TypeFormatterSource(typeof(TransitionDisplay))]
public sealed class Transition
{
    /// <summary>|ΔS| below this many standard errors leaves the temperature undefined.</summary>
    public const double UndefinedBelow = 2;

    /// <summary>|ΔS| below this many standard errors is near the pole of T.</summary>
    public const double NearPoleBelow = 4;

    /// <summary>What the last bits of two entropies can make of their difference, relative to both.</summary>
    private const double RoundingOfEntropies = 16.0 / (1L << 52);

    /// <summary>Of a variance that T_fluct and d_eff state an error with.</summary>
    private const double LargestVarianceError = 0.15;

    /// <summary>Creates the transition between any two states.</summary>
    /// <param name="from">The state left (untrained, or before the shift).</param>
    /// <param name="to">The state reached (trained, or after the shift).</param>
    /// <exception cref="ArgumentNullException">A state is null.</exception>
    public Transition(State from, State to)
        : this(from, to, null)
    {
    }

    /// <summary>The same with errors over rows that are not at hand any more.</summary>
    internal Transition(State from, State to, RowErrors? errors)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        From = from;
        To = to;
        IsPaired = from.Kind == StateKind.TypeI && to.Kind == StateKind.TypeII && from.RowEnergies is not null
            && from.RowEnergies.Count == to.RowEnergies?.Count;
        Rows = IsPaired ? RowInfluences.Of(from, to) : null;
        RowErrors = Rows?.Errors ?? errors;
        DeltaEnergy = RowErrors is not { } paired ? Difference(from.Energy, to.Energy)
            : new(from.Energy.Value - to.Energy.Value, Math.Sqrt(paired.Change + (from.IsErrorOfRows ? 0 : Square(from.Energy.StandardError))));
        DeltaEntropy = Difference(
            new Estimate(from.Entropy.Differential, from.Entropy.StandardError),
            new Estimate(to.Entropy.Differential, to.Entropy.StandardError));
        Covariance = from.EnergyEntropyCovariance + to.EnergyEntropyCovariance;
        if (RowErrors is { } rows && (to.EntropyFollowsVariance || to.Entropy.Method == EntropyMethod.FiniteResolution))
        {
            double share = to.EntropyFollowsVariance ? 0.5 : 0.5 * from.Variance.Value / (from.Variance.Value + to.Variance.Value); // of a normal law
            DeltaEntropy = DeltaEntropy with { StandardError = Math.Sqrt(OfVariances(share, -share) + Square(from.Entropy.StandardError)) };
            Covariance = from.EnergyEntropyCovariance + rows.WithChange(share, -share);
        }

        Status = from.Status | to.Status | from.Entropy.Status | to.Entropy.Status;

        double least = double.IsNaN(DeltaEntropy.StandardError) ? to.Entropy.StandardError : DeltaEntropy.StandardError; // where a part is not known
        double margin = Math.Abs(DeltaEntropy.Value) / least; // exact ΔS: infinite, or NaN at ΔS = 0
        bool indeterminate = DeltaEntropy.Value == 0 && DeltaEnergy.Value == 0; // 0/0, as between a state and itself
        double rounding = RoundingOfEntropies * (Math.Abs(from.Entropy.Differential) + Math.Abs(to.Entropy.Differential));
        bool isRounding = DeltaEntropy.Value != 0 && Math.Abs(DeltaEntropy.Value) <= rounding;
        if (!DeltaEntropy.IsDefined || !DeltaEnergy.IsDefined || margin < UndefinedBelow || indeterminate || isRounding)
            Status |= Status.Undefined;
        else if (margin < NearPoleBelow || DeltaEntropy.Value == 0)
            Status |= Status.NearPole;

        Temperature = Status.HasFlag(Status.Undefined) ? Estimate.Undefined : Ratio(DeltaEnergy, DeltaEntropy);
        Beta = Ratio(DeltaEntropy, DeltaEnergy);
        if (Temperature.Value < 0)
            Status |= Status.Negative;
        if (from.Kind == StateKind.TypeI && to.Kind == StateKind.TypeII)
            Status |= EnergyStatus();
        _intervals = new(() => TemperatureBootstrap.Of(this));
    }

    private readonly Lazy<(ConfidenceInterval Temperature, ConfidenceInterval TrainedEntropy)?> _intervals;

    /// <summary>The state left.</summary>
    public State From { get; }

    /// <summary>The state reached.</summary>
    public State To { get; }

    /// <summary>ΔE = E₁ − E₂, loss units: the latent heat T·ΔS of the transition.</summary>
    public Estimate DeltaEnergy { get; }

    /// <summary>ΔS = S₁ − S₂, nats.</summary>
    public Estimate DeltaEntropy { get; }

    /// <summary>T = ΔE/ΔS, loss units per nat; error by the delta method. NaN where the status is <see cref="Status.Undefined"/>.</summary>
    public Estimate Temperature { get; }

    /// <summary>β = ΔS/ΔE = 1/T, nats per loss unit; it passes through zero where T has its pole.</summary>
    public Estimate Beta { get; }

    /// <summary>Covariance of ΔE and ΔS as estimates, loss units × nats.</summary>
    public double Covariance { get; }

    /// <summary>What must be known before the temperature is trusted; the flags of both states are included.</summary>
    public Status Status { get; }

    /// <summary>Whether both states were taken on the same rows, so that ΔE is a mean of differences.</summary>
    internal bool IsPaired { get; }

    /// <summary>What each of those rows does to ΔE and to both variances; null where the states are of different rows.</summary>
    internal RowInfluences? Rows { get; }

    /// <summary>What follows from them for errors; kept where the rows are not.</summary>
    internal RowErrors? RowErrors { get; }

    /// <summary>An interval for T at a nominal 95 %, by resampling the rows behind the trained state (bootstrap-t). Null where T is undefined, or the
    /// state does not keep its rows, has fewer than five or more than 200,000. It says what the rows leave open: not the choice of the
    /// parameters, nor that other training rows would have given others.</summary>
    public ConfidenceInterval? TemperatureConfidence => _intervals.Value?.Temperature;

    /// <summary>The same for S of the trained state, nats.</summary>
    public ConfidenceInterval? TrainedEntropyConfidence => _intervals.Value?.TrainedEntropy;

    /// <summary>T_G = ΔE / (½ ln(V₁/V₂)), loss units per nat: T with Gaussian entropies. NaN for a point state.</summary>
    [Maturity(Maturity.Estimator)]
    public Estimate GaussianTemperature => WithVariances(
        0.5 * Math.Log(From.Variance.Value / To.Variance.Value), 0.5 / From.Variance.Value, -0.5 / To.Variance.Value);

    /// <summary>T_res = ΔE / (½ ln(1 + V₁/V₂)), loss units per nat: ½ ln(1 + V₁/V₂) is the largest entropy that a first state of that variance can
    /// have at the resolution of the second's noise, reached by a normal law. It has the sign of ΔE and no pole. NaN for a point state.</summary>
    [Maturity(Maturity.Estimator)]
    public Estimate ResolvedTemperature
    {
        get
        {
            double sum = From.Variance.Value + To.Variance.Value;
            return WithVariances(
                0.5 * SpecialFunctions.LogOnePlus(From.Variance.Value / To.Variance.Value), 0.5 / sum, (0.5 / sum) - (0.5 / To.Variance.Value));
        }
    }

    /// <summary>T_fluct = Var E / (⟨E⟩ − E₀) of the first state, loss units; needs no entropy. NaN where E₀ is not known; no error where that of Var E
    /// is above 15 %. Its error is that of the draws, at the given rows; where E₀ is the trained energy on rows that both states share, of these too.</summary>
    public Estimate FluctuationTemperature => OfExcess(variancePower: 1, excessPower: -1, 1);

    /// <summary>d_eff = 2(⟨E⟩ − E₀)²/Var E of the first state: the number of quadratic degrees of freedom with the same mean and spread. It counts
    /// parameters only for an ensemble centred at the optimum.</summary>
    public Estimate EffectiveDegreesOfFreedom => OfExcess(variancePower: -1, excessPower: 2, 2);

    /// <summary>F₁(T) − F₂(T) = ΔE − T·ΔS, loss units: positive where the second state is the stable one.</summary>
    /// <param name="temperature">T, loss units per nat.</param>
    public double FreeEnergyDifference(double temperature) => DeltaEnergy.Value - (temperature * DeltaEntropy.Value);

    /// <summary>
    /// Fieller's confidence set for T, exact for normal errors also near the pole: the temperatures t with
    /// (ΔE − tΔS)² ≤ z²(var ΔE − 2t cov + t² var ΔS).
    /// </summary>
    /// <param name="z">Normal quantile; 1.96 gives 95 %.</param>
    /// <returns>Bounds of the set. If <c>Bounded</c> is false the set is everything outside (Lower, Upper), or the whole line
    /// when the bounds are NaN.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="z"/> is not positive.</exception>
    public (double Lower, double Upper, bool Bounded) TemperatureInterval(double z = 1.959963984540054)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(z);
        double varE = Square(DeltaEnergy.StandardError), varS = Square(DeltaEntropy.StandardError), z2 = z * z;
        double a = Square(DeltaEntropy.Value) - (z2 * varS);
        double b = (DeltaEnergy.Value * DeltaEntropy.Value) - (z2 * Covariance);
        double c = Square(DeltaEnergy.Value) - (z2 * varE);
        double root = Math.Sqrt((b * b) - (a * c));
        double first = (b - root) / a, second = (b + root) / a;
        return (Math.Min(first, second), Math.Max(first, second), a > 0);
    }

    /// <summary>Covariance of two temperatures by what both transitions share: their rows, or else the one trained state. Draws are independent.</summary>
    internal double TemperatureCovariance(Transition other)
    {
        double t = Temperature.Value, u = other.Temperature.Value, shared = 0;
        bool isOneState = To == other.To;
        if (Rows is { } rows && other.Rows is { } others && rows.Count == others.Count && To.EntropyFollowsVariance && other.To.EntropyFollowsVariance)
            shared = rows.Covariance(t, others, u) + (isOneState ? 0.25 * t * u * Tail(rows.Errors.Trained) : 0);
        else if (isOneState)
            shared = Square(To.Energy.StandardError) + (t * u * Square(To.Entropy.StandardError)) - ((t + u) * To.EnergyEntropyCovariance);
        return shared / (DeltaEntropy.Value * other.DeltaEntropy.Value);
    }

    /// <summary>One line: <c>ΔE 0.795 ± 0.012, ΔS 3.57 ± 0.11, T 0.2228 ± 0.0081 (Defined)</c>.</summary>
    public override string ToString() => $"ΔE {DeltaEnergy}, ΔS {DeltaEntropy}, T {Temperature} ({string.Join(", ", Status.Names())})";

    private Estimate Ratio(Estimate above, Estimate below)
    {
        double ratio = above.Value / below.Value;
        double variance = Square(above.StandardError) + Square(ratio * below.StandardError) - (2 * ratio * Covariance);
        return double.IsNaN(ratio) ? Estimate.Undefined : new Estimate(ratio, Math.Sqrt(Math.Max(variance, 0)) / Math.Abs(below.Value));
    }

    private static Estimate Difference(Estimate a, Estimate b) =>
        new(a.Value - b.Value, Math.Sqrt(Square(a.StandardError) + Square(b.StandardError)));

    /// <summary>ΔE over a function s of both variances, given with its derivatives; the error by the delta method.</summary>
    private Estimate WithVariances(double s, double perFrom, double perTo)
    {
        double t = DeltaEnergy.Value / s;
        if (!double.IsFinite(s) || !double.IsFinite(t))
            return Estimate.Undefined;
        double drawn = Square(perFrom * From.Variance.StandardError), withFrom = perFrom * From.MeanVarianceCovariance;
        (double ofFrom, double ofTo) = (perFrom * From.Variance.Value, perTo * To.Variance.Value);
        double variances = drawn + (RowErrors is null ? Square(perTo * To.Variance.StandardError) : OfVariances(ofFrom, ofTo));
        double covariance = withFrom + (RowErrors?.WithChange(ofFrom, ofTo) ?? (-perTo * To.MeanVarianceCovariance));
        double variance = Square(DeltaEnergy.StandardError) + (t * t * variances) - (2 * t * covariance);
        return new(t, Math.Sqrt(Math.Max(variance, 0)) / Math.Abs(s));
    }

    /// <summary>factor · Varᵃ · (⟨E⟩ − E₀)ᵇ of the first state.</summary>
    private Estimate OfExcess(int variancePower, int excessPower, double factor)
    {
        double v = From.Variance.Value, excess = From.Energy.Value - From.GroundEnergy;
        double value = factor * Math.Pow(v, variancePower) * Math.Pow(excess, excessPower);
        if (!double.IsFinite(value) || v == 0)
            return Estimate.Undefined;
        double relative = Square(variancePower * From.Variance.StandardError / v) + Square(excessPower * From.Energy.StandardError / excess)
            + (2 * variancePower * excessPower * From.MeanVarianceCovariance / (v * excess));
        if (RowErrors is { } rows && From.GroundEnergy == To.Energy.Value)
        {
            double perExcess = excessPower / excess;
            relative += (perExcess * perExcess * rows.Change) + rows.Variance(variancePower, 0) + (2 * perExcess * rows.WithChange(variancePower, 0));
        }

        bool isKnown = From.Variance.StandardError <= LargestVarianceError * v; // draws of a heavy tail that lack it understate their own error
        return new(value, isKnown ? Math.Abs(value) * Math.Sqrt(Math.Max(relative, 0)) : double.NaN);
    }

    /// <summary>Squared error, over the rows that both states share, of what moves by so much with ln V₁ and ln V₂. The error of V₂ is that of its state, which
    /// knows more of the losses' tails than their squares say.</summary>
    private double OfVariances(double perUntrained, double perTrained) =>
        RowErrors!.Value.Variance(perUntrained, perTrained) + (perTrained * perTrained * Tail(RowErrors.Value.Trained));

    /// <summary>What the trained state knows of Var ln V₂ beyond what its rows' squares say.</summary>
    private double Tail(double ofRows) => Square(To.Variance.StandardError / To.Variance.Value) - ofRows;

    private Status EnergyStatus() =>
        !DeltaEnergy.IsDefined ? Status.Defined
        : Math.Abs(DeltaEnergy.Value) < UndefinedBelow * DeltaEnergy.StandardError ? Status.EnergyUnresolved
        : DeltaEnergy.Value >= 0 ? Status.Defined
        : Temperature.Value > 0 ? Status.EnergyRises | Status.Reversed
        : Status.EnergyRises;

    private static double Square(double x) => x * x;
}
