namespace ML.Thermo.Explanations;

/// <summary>How a row is explained.</summary>
[Maturity(Maturity.Estimator, "replicates and radii choose what is asked, not what is true")]
public sealed record ExplainOptions
{
    /// <summary>How many times the features are dealt into blocks anew, ≥ 1: more give smaller errors and a stability, and cost as many scorings more.
    /// With 1 the order of the columns decides, and errors are not known.</summary>
    public int Replicates { get; init; } = 4;

    /// <summary>How far numbers move, in standard deviations, ascending and above 0. Smaller ones explain the nearer neighbourhood.</summary>
    public IReadOnlyList<double> Radii { get; init; } = [0.5, 1];

    /// <summary>How the number of features is chosen.</summary>
    public FeatureChoice Choice { get; init; } = FeatureChoice.WidestRange;

    /// <summary>Deals the features into blocks; equal seeds give equal explanations.</summary>
    public ulong Seed { get; init; } = 1;

    /// <exception cref="ArgumentException">A number is outside its range.</exception>
    internal void Check()
    {
        if (Replicates is < 1 or > 1024)
            throw new ArgumentException($"{Replicates} replicates are asked for: expected 1 to 1024.");
        bool areRadii = Radii.All(radius => radius > 0 && double.IsFinite(radius)) && Radii.Zip(Radii.Skip(1)).All(pair => pair.First < pair.Second);
        if (Radii.Count is 0 or > 64 || !areRadii)
            throw new ArgumentException($"The radii are {string.Join(", ", Radii)}: expected 1 to 64 positive numbers in ascending order.");
    }
}
