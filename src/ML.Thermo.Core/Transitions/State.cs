using System.Diagnostics;
using System.Text.Json.Serialization;
using ML.Thermo.Display;
using ML.Thermo.Entropies;

namespace ML.Thermo.Transitions;

/// <summary>Which variable is random in a state.</summary>
public enum StateKind
{
    /// <summary>Parameter-initialisation state: data fixed, parameters drawn from their initialisation law.</summary>
    TypeI,

    /// <summary>Data-shift state: parameters fixed (trained), data fresh.</summary>
    TypeII,
}

/// <summary>
/// The distribution of a system's energy in one state, by its moments and its entropy. A state does not know how it was
/// made: closed form, Monte Carlo ensemble, imported network or trained model.</summary>
/// <remarks>
/// <para>Energies are mean losses per sample, in loss units; entropy S = −∫ p(E) ln p(E) dE in nats (differential entropy of
/// the energy: it can be negative, and shifts by ln c when the loss is multiplied by c).</para></remarks>
[Maturity(Maturity.Paper, "states with energy and entropy; the energy-axis entropy is this project's reconstruction")]
[DebuggerDisplay("{Kind}: E = {Energy.Value}, S = {Entropy.Value} nats, {Status}")]
[JsonConverter(typeof(ResultJsonConverter))]
[TypeFormatterSource(typeof(StateDisplay))]
public sealed record State
{
    /// <summary>Type I (parameters random) or Type II (data random).</summary>
    public required StateKind Kind { get; init; }

    /// <summary>⟨E⟩, loss units.</summary>
    public required Estimate Energy { get; init; }

    /// <summary>Var E, loss units squared; ≥ 0.</summary>
    public required Estimate Variance { get; init; }

    /// <summary>Third cumulant of E, loss units cubed; NaN where it was not computed.</summary>
    public double ThirdCumulant { get; init; } = double.NaN;

    /// <summary>S, nats; −∞ for a point state.</summary>
    public required EntropyEstimate Entropy { get; init; }

    /// <summary>E₀, the lowest energy the system can take in this ensemble, loss units; NaN where it is not known.</summary>
    public double GroundEnergy { get; init; } = double.NaN;

    /// <summary>Covariance of the estimates of energy and entropy (they can come from the same sample), loss units × nats.</summary>
    public double EnergyEntropyCovariance { get; init; }

    /// <summary>Number of draws or data points behind the estimates; zero for a closed form.</summary>
    public long SampleSize { get; init; }

    /// <summary>Mean energy of each row in this state, loss units; null where it was not kept. A Type I state has it where it was taken on the
    /// very rows of the Type II state that it is compared with: ΔE is then a mean of differences, row by row, and its error is theirs. Of
    /// predictions drawn from all rows: what the row adds to the mean, as one that is judged and as a prediction of others.</summary>
    [JsonIgnore]
    public IReadOnlyList<double>? RowEnergies { get; init; }

    /// <summary>Cov(ℓᵢ, E) of each row's loss and the energy over the parameters, of which Var E is the mean; loss units squared. Null where it was not
    /// kept. It says how the rows move the variance of the state, so that errors cover that other rows would have given another.</summary>
    [JsonIgnore]
    public IReadOnlyList<double>? RowVariances { get; init; }

    /// <summary>Var ℓᵢ/n of each row's own loss over the parameters, its part of Var E without others, loss units squared; null where not kept.</summary>
    internal IReadOnlyList<double>? RowOwnVariances { get; init; }

    /// <summary>Whether the error of <see cref="Energy"/> is that of the rows themselves, which a paired ΔE has in its differences already.</summary>
    internal bool IsErrorOfRows { get; init; }

    /// <summary>What <see cref="RowEnergies"/> and <see cref="RowVariances"/> owe to the finite number of draws that they come from.</summary>
    internal RowNoise RowNoise { get; init; }

    /// <summary>Whether the entropy is that of the central limit, which moves as ½ ln V.</summary>
    internal bool EntropyFollowsVariance => (Entropy.Method == EntropyMethod.CentralLimit || Entropy.Method == EntropyMethod.Edgeworth) && Variance.Value > 0;

    /// <summary>Covariance of the estimates of mean and variance, which come from the same sample: K₃/n.</summary>
    internal double MeanVarianceCovariance =>
        Energy.StandardError == 0 || Variance.StandardError == 0 ? 0 : ThirdCumulant * Energy.StandardError * Energy.StandardError / Variance.Value;

    /// <summary>What must be known before the numbers are trusted.</summary>
    public Status Status { get; init; }

    /// <summary>F(T) = ⟨E⟩ − T·S, loss units, with S on the energy axis (<see cref="EntropyEstimate.Differential"/>).</summary>
    /// <param name="temperature">T, loss units per nat; any real number.</param>
    public double FreeEnergy(double temperature) => Energy.Value - (temperature * Entropy.Differential);

    /// <summary>One line: <c>TypeI: E 2.28, S −0.2 (Defined)</c>.</summary>
    public override string ToString() =>
        $"{Kind}: E {Energy}, S {new Estimate(Entropy.Differential, Entropy.StandardError)} ({string.Join(", ", Status.Names())})";
}
