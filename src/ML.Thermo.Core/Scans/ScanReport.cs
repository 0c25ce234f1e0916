namespace ML.Thermo.Scans;

/// <summary>Where a system changes along a control parameter.</summary>
[Maturity(Maturity.Theorem, "the exact observer")]
[Maturity(Maturity.Estimator, "samples: docs/evidence.md has every error beside what was measured")]
public sealed record ScanReport
{
    /// <summary>The control parameter and its values.</summary>
    public required ControlGrid Grid { get; init; }

    /// <summary>What the scan knew of the laws.</summary>
    public required ScanObserver Observer { get; init; }

    /// <summary>L: values on either side of a split.</summary>
    public required int Window { get; init; }

    /// <summary>What is known at each value; one a value of the grid.</summary>
    public required IReadOnlyList<ScanPoint> Points { get; init; }

    /// <summary>The distances between both sides of each split that has L values on either side, from left to right.</summary>
    public required IReadOnlyList<ScanSplit> Splits { get; init; }

    /// <summary>c: the curve lies in D ± c SE at all splits together with probability 1 − α; 0 where D is exact.</summary>
    public required double CriticalValue { get; init; }

    /// <summary>p-value of "nothing changes at all" by permutation, for independent samples; NaN where it was not asked for or does not apply.</summary>
    public required double ChangePValue { get; init; }

    /// <summary>Thermodynamic length Λ = ∫√F dx from first to last value, in standard deviations: about how many states can be told apart. NaN where the
    /// observer gives no unbiased overlap.</summary>
    public required Estimate Length { get; init; }

    /// <summary>Peaks that stand out of the band, the highest first.</summary>
    public required IReadOnlyList<ScanTransition> Transitions { get; init; }

    /// <summary>D, the linear dissimilarity, between the laws at any two values: K rows of K numbers, 0 on the diagonal. Values among which it is small are one
    /// phase. Empty where <see cref="ScanOptions.Pairs"/> did not ask for it, above 64
    /// values, and where the observer does not know the laws at all values together.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Pairs { get; init; } = [];

    /// <summary>What stands against the scan as a whole.</summary>
    public required Status Status { get; init; }
}

/// <summary>A system at one value of the control parameter.</summary>
/// <param name="X">The value.</param>
/// <param name="Samples">Samples taken there; 0 where the law itself is known.</param>
[Maturity(Maturity.Estimator)]
public sealed record ScanPoint(double X, long Samples)
{
    /// <summary>Mean energy, where the observer knows one; for a language model E = −ln P₁ in nats.</summary>
    public Estimate Energy { get; init; } = Estimate.Undefined;

    /// <summary>Entropy of the law, nats.</summary>
    public Estimate Entropy { get; init; } = Estimate.Undefined;

    /// <summary>C = T² F_T, the Fisher information of ln T; dimensionless.</summary>
    public Estimate HeatCapacity { get; init; } = Estimate.Undefined;

    /// <summary>Fisher information in the variable of the grid, without differences.</summary>
    public Estimate Fisher { get; init; } = Estimate.Undefined;

    /// <summary>Var E/T², which equals <see cref="HeatCapacity"/> for a Boltzmann law of E only.</summary>
    public Estimate EnergyFluctuation { get; init; } = Estimate.Undefined;
}

/// <summary>Both sides of a split, compared.</summary>
/// <param name="Left">The last value on the left, counted from 0.</param>
/// <param name="At">The split's place: between its two neighbours in the grid's variable.</param>
[Maturity(Maturity.Estimator)]
public sealed record ScanSplit(int Left, double At)
{
    /// <summary>The first value on the right.</summary>
    public int Right => Left + 1;

    /// <summary>D, the linear dissimilarity: the share of the variance of "left or right" that an outcome explains. From samples it may be negative.</summary>
    public required Estimate Linear { get; init; }

    /// <summary>Twice the best accuracy of telling the sides apart, less one.</summary>
    public required Estimate TotalVariation { get; init; }

    /// <summary>Mutual information of side and outcome, nats.</summary>
    public required Estimate JensenShannon { get; init; }

    /// <summary>One less the overlap Σ√(PQ).</summary>
    public required Estimate Hellinger { get; init; }

    /// <summary>F̂ = 4D/Δ², in the grid's variable: makes uneven grids and windows comparable.</summary>
    public required Estimate Fisher { get; init; }

    /// <summary>a = ln(D_2L/D_L)/ln(Δ_2L/Δ_L): 2 where the change is smooth and resolved, 0 at a jump; NaN without 2L values on either side.</summary>
    public required double Abruptness { get; init; }

    /// <summary>Share of the samples that are outcomes seen once (Good–Turing); NaN where no outcomes are counted.</summary>
    public double UnseenShare { get; init; } = double.NaN;

    /// <summary>The outcomes that contribute most to D, the largest first.</summary>
    public IReadOnlyList<ScanDriver> Drivers { get; init; } = [];
}

/// <summary>An outcome that tells the sides of a split apart.</summary>
/// <param name="Outcome">Its number in the law or table.</param>
/// <param name="Left">Its share on the left.</param>
/// <param name="Right">Its share on the right.</param>
/// <param name="Contribution">What it adds to D: ½(P − Q)²/(P + Q).</param>
[Maturity(Maturity.Estimator)]
public sealed record ScanDriver(int Outcome, double Left, double Right, double Contribution);

/// <summary>How a change takes place, by its <see cref="ScanSplit.Abruptness"/>.</summary>
[Maturity(Maturity.Analogy, "a class of a number by thresholds")]
public enum ChangeKind
{
    /// <summary>a ≥ 1.5: a maximum of a smooth change, resolved by the grid.</summary>
    Smooth,

    /// <summary>a ≤ 0.5: all of it happens between two values of the grid.</summary>
    Jump,

    /// <summary>Between them, or unknown: refine the grid there.</summary>
    Unresolved,
}

/// <summary>A peak of the curve that stands out of its band.</summary>
/// <param name="Split">Its summit, an index of <see cref="ScanReport.Splits"/>.</param>
/// <param name="At">Its place by a parabola through the summit and its neighbours; the error by leaving out tenths of the samples (Quenouille and Tukey's
/// jackknife), half a cell where D is exact.</param>
/// <param name="From">The nearest split to the left that lies below the summit beyond doubt.</param>
/// <param name="To">The same to the right.</param>
/// <param name="Height">D at the summit.</param>
/// <param name="PValue">Chance of a peak that stands out so far where there is none; 0 where D is exact.</param>
/// <param name="Abruptness">At the summit.</param>
/// <param name="Kind">The class of the abruptness.</param>
[Maturity(Maturity.Estimator)]
public sealed record ScanTransition(
    int Split, Estimate At, double From, double To, Estimate Height, double PValue, double Abruptness, ChangeKind Kind);
