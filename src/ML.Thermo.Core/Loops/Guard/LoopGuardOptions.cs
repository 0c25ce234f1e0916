namespace ML.Thermo.Loops.Guard;

/// <summary>How a guard judges.</summary>
public sealed record LoopGuardOptions
{
    /// <summary>λ where it is known, from 0 to 1; null fits it. Give it if you can: from a few generations it is hard to tell from the temperature.</summary>
    public double? FreshShare { get; init; }

    /// <summary>R, the part of the reference's entropy that a living loop keeps, above 0 and below 1.</summary>
    public double Retain { get; init; } = 0.9;

    /// <summary>a: how often a wrong verdict may be given, above 0 and below 0.5. Half of it goes to each side.</summary>
    public double ErrorRate { get; init; } = 0.05;

    /// <summary>Simulated loops of the test, ≥ 2/a − 1 for it to be able to reach a/2.</summary>
    public int Draws { get; init; } = 999;

    /// <summary>Most simulated loops of the forecast, ≥ 8; fewer where there are many categories.</summary>
    public int Runs { get; init; } = 200;

    /// <summary>Simulated loop i depends on the seed and i alone.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The rows given are a sample of what the models were trained on: no temperature is fitted then, and there is no forecast.</summary>
    public bool Subsampled { get; init; }
}
