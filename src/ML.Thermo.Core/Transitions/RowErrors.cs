namespace ML.Thermo.Transitions;

/// <summary>Covariances of the estimates of ΔE, ln V₁ and ln V₂ over samples of the rows that two states share: all that errors need of the rows.</summary>
/// <param name="Change">Var ΔE, loss units squared.</param>
/// <param name="Untrained">Var ln V₁.</param>
/// <param name="Trained">Var ln V₂.</param>
/// <param name="ChangeUntrained">Cov(ΔE, ln V₁), loss units.</param>
/// <param name="ChangeTrained">Cov(ΔE, ln V₂), loss units.</param>
/// <param name="UntrainedTrained">Cov(ln V₁, ln V₂).</param>
internal readonly record struct RowErrors(
    double Change, double Untrained, double Trained, double ChangeUntrained, double ChangeTrained, double UntrainedTrained)
{
    /// <summary>Squared error of a number that moves by so much with ln V₁ and ln V₂.</summary>
    public double Variance(double perUntrained, double perTrained) =>
        (perUntrained * perUntrained * Untrained) + (perTrained * perTrained * Trained) + (2 * perUntrained * perTrained * UntrainedTrained);

    /// <summary>Its covariance with ΔE.</summary>
    public double WithChange(double perUntrained, double perTrained) => (perUntrained * ChangeUntrained) + (perTrained * ChangeTrained);

    /// <summary>The six numbers in the order of the parameters, as they are saved.</summary>
    public double[] ToArray() => [Change, Untrained, Trained, ChangeUntrained, ChangeTrained, UntrainedTrained];

    /// <summary>What <see cref="ToArray"/> gave.</summary>
    public static RowErrors Of(ReadOnlySpan<double> numbers) => new(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
}

/// <summary>What a finite number of draws adds to the spread over rows of their influences; to be taken off, row by row.</summary>
/// <param name="Change">Mean square in a row's part of ΔE, loss units squared.</param>
/// <param name="Untrained">In its part of ln V₁.</param>
/// <param name="Both">Mean product of the two, loss units.</param>
internal readonly record struct RowNoise(double Change, double Untrained, double Both);
