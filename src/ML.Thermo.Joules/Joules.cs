using System.Diagnostics.CodeAnalysis;
using ML.Thermo.Transitions;

namespace ML.Thermo.Joules;

/// <summary>What one window of work cost, component by component.</summary>
/// <remarks>
/// <para>Counters belong to the whole machine: whatever else ran in the window is in the number. <see cref="Process"/> is a separate, named
/// estimate.</para></remarks>
[Maturity(Maturity.Estimator)]
[SuppressMessage("Naming", "CA1724:Type names should not match namespaces", Justification = "The unit is the name of the subject: Joules j = meter.Stop().")]
public sealed record Joules
{
    /// <summary>Every component that the machine has or should have, with a number or the reason why there is none.</summary>
    public required IReadOnlyList<JouleComponent> Components { get; init; }

    /// <summary>Length of the window, s, by a monotonic clock.</summary>
    public required double Seconds { get; init; }

    /// <summary>Which components the total adds.</summary>
    public JouleScope Scope { get; init; }

    /// <summary>The share of this process and its children; null where it was not asked for.</summary>
    public JouleQuantity? Process { get; init; }

    /// <summary>CPU seconds that reading the counters took, within the window.</summary>
    public double OverheadSeconds { get; init; }

    /// <summary>Mean power of the total over time: seconds since the start, and watts since the point before. Empty for windows too short for the
    /// timer, and where nothing was measured.</summary>
    public IReadOnlyList<(double Seconds, double Watts)> Power { get; init; } = [];

    /// <summary>The measured components that the scope adds, J; null if nothing was measured.</summary>
    public double? TotalJoules => Counted.Any(c => c.IsMeasured) ? Counted.Where(c => c.IsMeasured).Sum(c => c.Joules!.Value) : null;

    /// <summary>Standard error of the total, J: errors of components are independent; null where one is not known.</summary>
    public double? TotalStandardError =>
        TotalJoules is not null && Counted.Where(c => c.IsMeasured).All(c => c.StandardError is not null)
            ? Math.Sqrt(Counted.Where(c => c.IsMeasured).Sum(c => c.StandardError!.Value * c.StandardError.Value)) : null;

    /// <summary>Whether a part of the scope has no number, so that the true total is larger.</summary>
    public bool TotalIsLowerBound => TotalJoules is not null && Counted.Any(c => !c.IsMeasured);

    /// <summary>Mean power of the total, W; null if nothing was measured.</summary>
    public double? Watts => Seconds > 0 ? TotalJoules / Seconds : null;

    /// <summary>
    /// What the joules of a prediction, a row or a nat are computed from: the measured total; where nothing was measured and watts were assumed,
    /// the estimate, with its status.
    /// </summary>
    public JouleQuantity Basis
    {
        get
        {
            if (TotalJoules is { } total)
                return new(total, TotalStandardError, Worst(), TotalIsLowerBound ? $"A lower bound: no number for {Missing()}." : null);
            if (Components.FirstOrDefault(c => c.Status == JouleStatus.Estimated && c.Joules is not null) is { } assumed)
                return new(assumed.Joules, null, JouleStatus.Estimated, assumed.Reason);
            return Counted.Count() == 1 && Counted.Single() is { } only
                ? new(null, null, only.Status, only.Reason)
                : new(null, null, JouleStatus.Unavailable, Counted.Any() ? $"Nothing was measured: no number for {Missing()}."
                    : "This machine has no energy counter in that scope.");
        }
    }

    /// <summary>J that reading the counters cost, at most: overhead seconds times the mean power; null if nothing was measured.</summary>
    public double? OverheadJoules => Watts * OverheadSeconds;

    private IEnumerable<JouleComponent> Counted =>
        Components.Where(c => c.Scope == Scope && c.Status != JouleStatus.NotCounted && c.Name != JouleComponent.Assumed);

    /// <summary>Joules per prediction, row or epoch.</summary>
    /// <param name="count">How many there were in the window; &gt; 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is not a positive number.</exception>
    public JouleQuantity Per(double count) => Basis.Per(count);

    /// <summary>J/ΔE, J per unit of loss that training removed. Comparable only between equal losses.</summary>
    /// <param name="transition">The training that the window enclosed.</param>
    public JouleQuantity PerUnitOfLoss(Transition transition)
    {
        ArgumentNullException.ThrowIfNull(transition);
        return Basis.Per(transition.DeltaEnergy, "ΔE");
    }

    /// <summary>J/ΔS, J per nat of certainty about the loss that training gained. Comparable only between equal definitions of E and S.</summary>
    /// <param name="transition">The training that the window enclosed.</param>
    public JouleQuantity PerNat(Transition transition)
    {
        ArgumentNullException.ThrowIfNull(transition);
        return Basis.Per(transition.DeltaEntropy, "ΔS");
    }

    /// <summary>J per nat of information about the labels: J/(n·ΔE) for a cross-entropy loss of n labelled rows.</summary>
    /// <param name="transition">The training that the window enclosed, by cross-entropy in nats.</param>
    /// <param name="rows">n; &gt; 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no rows.</exception>
    public JouleQuantity PerNatOfInformation(Transition transition, long rows)
    {
        ArgumentNullException.ThrowIfNull(transition);
        return Basis.Per(transition.DeltaEnergy, "ΔE").Per(rows);
    }

    private JouleStatus Worst() =>
        Counted.Where(c => c.IsMeasured).Select(c => c.Status).DefaultIfEmpty(JouleStatus.Unavailable)
            .MaxBy(status => status switch { JouleStatus.BelowResolution => 2, JouleStatus.SharedDevice => 1, _ => 0 });

    private string Missing() => string.Join(", ", Counted.Where(c => !c.IsMeasured).Select(c => $"{c.Name} ({c.Status})"));
}
