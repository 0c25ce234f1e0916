namespace ML.Thermo.Compression;

/// <summary>One way to store a part of a model.</summary>
/// <param name="Size">What it takes, in any unit that adds up (bits, bytes); finite, ≥ 0.</param>
/// <param name="Loss">What it costs in loss, with all other parts as they were; finite. For a self-energy: nats a row, 0 for the part as it was.</param>
public readonly record struct StorageChoice(double Size, double Loss);

/// <summary>A choice for every part.</summary>
/// <param name="Choices">Which of its choices each part takes, by position.</param>
/// <param name="Size">The sum of the sizes.</param>
/// <param name="Loss">The sum of the losses: what additivity says, not what the parts cost together.</param>
[Maturity(Maturity.Theorem, "for losses that add up")]
public sealed record Allocation(IReadOnlyList<int> Choices, double Size, double Loss);

/// <summary>An allocation in which one price rules: the best one at its own size.</summary>
/// <param name="Allocation">The choices.</param>
/// <param name="Price">Loss that one unit of size more would take off; 0 where nothing is left to gain. For sizes in nats of precision it is the
/// temperature at which every part trades its last bit.</param>
[Maturity(Maturity.Theorem, "Lagrange's condition on the lower convex hull")]
public sealed record Equilibrium(Allocation Allocation, double Price);
