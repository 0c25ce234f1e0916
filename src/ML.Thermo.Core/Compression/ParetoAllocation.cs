namespace ML.Thermo.Compression;

/// <summary>
/// Chooses how each part of a model is stored: least loss at a size, or least size at a loss, exactly.</summary>
/// <remarks>
/// <para>Losses and sizes add up. Least loss Σ E_l(b_l) at Σ n_l(b_l) ≤ N has one multiplier for all parts: E_l(b) − E_l(b′) over
/// n_l(b′) − n_l(b) is the same for the last step of every part, up to the coarseness of the menu. With sizes in nats that multiplier is a
/// temperature, and the optimum is thermal equilibrium.</para>
/// <para>The multiple-choice knapsack is solved by Pareto lists, part after part, cut by the bound that a continuous menu would reach
/// (Dyer and Zemel 1984): exact, in time that grows with the number of undominated sums near the bound.</para>
/// <para>Prior art: rate-distortion theory allots bits at equal slopes (Shoham and Gersho 1988).</para>
/// </remarks>
[Maturity(Maturity.Theorem, "for losses that add up")]
public sealed class ParetoAllocation
{
    private readonly StorageChoice[][] _parts;

    /// <summary>States the problem.</summary>
    /// <param name="parts">The choices of each part, in any order; at least one each.</param>
    /// <exception cref="ArgumentException">A part has no choice, or a size or loss is not a number.</exception>
    public ParetoAllocation(IReadOnlyList<IReadOnlyList<StorageChoice>> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        _parts = [.. parts.Select(choices => choices.ToArray())];
        for (int part = 0; part < _parts.Length; part++)
        {
            if (_parts[part].Length == 0)
                throw new ArgumentException($"Part {part} has no choice: expected at least one.", nameof(parts));
            if (Array.FindIndex(_parts[part], c => !(double.IsFinite(c.Size) && c.Size >= 0 && double.IsFinite(c.Loss))) is var bad and >= 0)
                throw new ArgumentException($"Choice {bad} of part {part} has size {_parts[part][bad].Size} and loss {_parts[part][bad].Loss}: expected a "
                    + "size ≥ 0 and finite numbers.", nameof(parts));
        }

        SmallestSize = _parts.Sum(choices => choices.Min(c => c.Size));
        LeastLoss = _parts.Sum(choices => choices.Min(c => c.Loss));
        Equilibria = new LowerHull(_parts).Equilibria();
    }

    /// <summary>No allocation is smaller.</summary>
    public double SmallestSize { get; }

    /// <summary>No allocation loses less.</summary>
    public double LeastLoss { get; }

    /// <summary>The allocations at which one price rules, from the smallest to the largest: the lower convex hull of all sums. Each is the best at its
    /// size.</summary>
    public IReadOnlyList<Equilibrium> Equilibria { get; }

    /// <summary>The allocation of least loss that is no larger than a size; of several, a smallest one.</summary>
    /// <param name="size">The most that all parts together may take.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below <see cref="SmallestSize"/>, or not a number.</exception>
    public Allocation At(double size)
    {
        if (!(size >= SmallestSize))
            throw new ArgumentOutOfRangeException(nameof(size), $"No allocation is as small as {size}: the least size is {SmallestSize}.");
        return Allocate(BoundedKnapsack.Solve([.. _parts.Select(choices => choices.Select(c => (Cost: c.Size, Goal: c.Loss)).ToArray())], size));
    }

    /// <summary>The smallest allocation that loses no more than a loss; of several, one of least loss.</summary>
    /// <param name="loss">The most that all parts together may lose.</param>
    /// <exception cref="ArgumentOutOfRangeException">The loss is below <see cref="LeastLoss"/>, or not a number.</exception>
    public Allocation UpTo(double loss)
    {
        if (!(loss >= LeastLoss))
            throw new ArgumentOutOfRangeException(nameof(loss), $"No allocation loses as little as {loss}: the least loss is {LeastLoss}.");
        return Allocate(BoundedKnapsack.Solve([.. _parts.Select(choices => choices.Select(c => (Cost: c.Loss, Goal: c.Size)).ToArray())], loss));
    }

    /// <summary>The sums of given choices.</summary>
    /// <param name="choices">One position a part.</param>
    /// <exception cref="ArgumentException">They are not as many as the parts, or one does not exist.</exception>
    public Allocation Of(IReadOnlyList<int> choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        if (choices.Count != _parts.Length || choices.Where((choice, part) => choice < 0 || choice >= _parts[part].Length).Any())
            throw new ArgumentException($"[{string.Join(',', choices)}] chooses nothing that exists for {_parts.Length} parts.", nameof(choices));
        return Allocate([.. choices]);
    }

    private Allocation Allocate(int[] choices) =>
        new(choices, choices.Select((choice, part) => _parts[part][choice].Size).Sum(), choices.Select((choice, part) => _parts[part][choice].Loss).Sum());
}
