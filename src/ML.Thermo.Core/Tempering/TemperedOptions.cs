namespace ML.Thermo.Tempering;

/// <summary>Choices of <see cref="TemperedLadder"/>. The defaults were set once, in a pilot, and not tuned.</summary>
public sealed record TemperedOptions
{
    /// <summary>Memory factors g, 0 … 1, one at least: what a window counts a window later.</summary>
    public IReadOnlyList<double> Memories { get; init; } = [0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 1];

    /// <summary>What remains of a loss a window later, 0 … 1.</summary>
    public double Discount { get; init; } = 0.9;

    /// <summary>θ as a share of the loss of the reference's model, above 0.</summary>
    public double TemperatureShare { get; init; } = 0.1;

    /// <summary>Rows that the ridge weighs at the start, on standardised columns, above 0.</summary>
    public double RidgeRows { get; init; } = 1;

    /// <exception cref="ArgumentException">A number is outside its range.</exception>
    internal void Check()
    {
        if (Memories.Count == 0 || Memories.Any(memory => !(memory is >= 0 and <= 1)))
            throw new ArgumentException($"The memories {string.Join(", ", Memories)} are no ladder: expected at least one number, each from 0 to 1.");
        if (!(Discount is >= 0 and <= 1))
            throw new ArgumentException($"The discount {Discount} is none: expected a number from 0 to 1.");
        if (!(TemperatureShare > 0 && double.IsFinite(TemperatureShare)) || !(RidgeRows > 0 && double.IsFinite(RidgeRows)))
            throw new ArgumentException($"The share of the temperature is {TemperatureShare} and the ridge {RidgeRows} rows: expected finite numbers above 0.");
    }
}

/// <summary>A member of a ladder.</summary>
/// <param name="Memory">g; NaN for the model of the reference, which learns nothing more.</param>
/// <param name="Weight">Its share in the deployed model.</param>
/// <param name="Energy">D, the discounted sum of its mean losses; loss units.</param>
/// <param name="Rows">Σ gᵏ n over past windows: the rows that it effectively remembers.</param>
public sealed record TemperedMember(double Memory, double Weight, double Energy, double Rows);

/// <summary>What a window cost before it was learnt from: mean losses a row.</summary>
/// <param name="Rows">Rows of the window.</param>
/// <param name="Loss">Of the deployed model.</param>
/// <param name="ReferenceLoss">Of the model of the reference, had nothing been learnt since.</param>
public sealed record TemperedWindow(int Rows, double Loss, double ReferenceLoss);
