using ML.Thermo.Numerics;

namespace ML.Thermo.Curvature;

/// <summary>
/// λ, the local learning coefficient: half the number of quadratic degrees of freedom that a minimum offers. d/2 where it is regular,
/// less where it is singular.</summary>
/// <param name="Value">λ, dimensionless, with its standard error.</param>
/// <param name="Status"><see cref="Status.PointState"/> and <see cref="Status.Undefined"/> where the energies do not vary,
/// <see cref="Status.OutOfRange"/> where their mean is not above the ground energy, <see cref="Status.SmallSample"/> below 100 draws,
/// <see cref="Status.HeavyTail"/> where the kurtosis is too large for the error to be trusted.</param>
/// <remarks>
/// In a Boltzmann ensemble with density of states ∝ (E − E₀)^(λ−1) the excess energy is Gamma(λ, θ): mean λθ and variance λθ². The
/// standard errors hold for independent draws; thin a Markov chain first.</remarks>
[Maturity(Maturity.Estimator, "Watanabe's λ; see Lau and others 2023")]
public readonly record struct LearningCoefficient(Estimate Value, Status Status)
{
    /// <summary>λ = (⟨E⟩ − E₀)²/Var E = d_eff/2: needs no temperature.</summary>
    /// <param name="energies">Independent energies of one ensemble, at least two, finite, loss units.</param>
    /// <param name="groundEnergy">E₀, loss units.</param>
    /// <exception cref="ArgumentException">There are fewer than two energies.</exception>
    /// <exception cref="UnusableDataException">An energy is not finite.</exception>
    public static LearningCoefficient FromFluctuations(ReadOnlySpan<double> energies, double groundEnergy)
    {
        (double excess, double variance, Status status) = Moments(energies, groundEnergy);
        if (variance == 0)
            return new LearningCoefficient(Estimate.Undefined, status);

        // dλ = (2m/V) dm − (m²/V²) dV, drawn point by point, so that the correlation of mean and variance is in the error.
        double n = energies.Length, mean = excess + groundEnergy;
        CompensatedSum squares = default;
        foreach (double energy in energies)
        {
            double d = energy - mean;
            double influence = (2 * excess / variance * d) - (excess * excess / (variance * variance) * ((d * d) - variance));
            squares.Add(influence * influence);
        }

        return new LearningCoefficient(new Estimate(excess * excess / variance, Math.Sqrt(squares.Value) / n), status);
    }

    /// <summary>λ = (⟨E⟩ − E₀)/θ at a known bath temperature: with θ = 1/(nβ), Watanabe's nβ(⟨L⟩ − L₀).</summary>
    /// <param name="energies">Independent energies of one ensemble, at least two, finite, loss units.</param>
    /// <param name="groundEnergy">E₀, loss units.</param>
    /// <param name="temperature">θ &gt; 0, loss units.</param>
    /// <exception cref="ArgumentException">There are fewer than two energies.</exception>
    /// <exception cref="ArgumentOutOfRangeException">θ is not a positive finite number.</exception>
    /// <exception cref="UnusableDataException">An energy is not finite.</exception>
    public static LearningCoefficient FromBath(ReadOnlySpan<double> energies, double groundEnergy, double temperature)
    {
        if (!(temperature > 0 && double.IsFinite(temperature)))
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "Expected a finite temperature > 0.");
        (double excess, double variance, Status status) = Moments(energies, groundEnergy);
        return variance == 0
            ? new LearningCoefficient(Estimate.Undefined, status)
            : new LearningCoefficient(new Estimate(excess / temperature, Math.Sqrt(variance / energies.Length) / temperature), status);
    }

    private static (double Excess, double Variance, Status Status) Moments(ReadOnlySpan<double> energies, double groundEnergy)
    {
        int n = energies.Length;
        if (n < 2)
            throw new ArgumentException($"Expected at least 2 energies, got {n}.", nameof(energies));
        if (!double.IsFinite(groundEnergy))
            throw new UnusableDataException($"The ground energy is {groundEnergy}: expected a finite number.");
        CompensatedSum sum = default, second = default, fourth = default;
        for (int i = 0; i < n; i++)
        {
            if (!double.IsFinite(energies[i]))
                throw new UnusableDataException($"Energy number {i + 1} is {energies[i]}: expected a finite number.");
            sum.Add(energies[i] - groundEnergy);
        }

        double excess = sum.Value / n, mean = excess + groundEnergy;
        foreach (double energy in energies)
        {
            double square = (energy - mean) * (energy - mean);
            second.Add(square);
            fourth.Add(square * square);
        }

        double variance = second.Value / (n - 1);
        Status status = n < 100 ? Status.SmallSample : Status.Defined;
        if (variance == 0)
            status |= Status.PointState | Status.Undefined;
        else if (n >= 20 && fourth.Value / n / (variance * variance) > n / 4.0)
            status |= Status.HeavyTail;
        if (excess <= 0)
            status |= Status.OutOfRange;
        return (excess, variance, status);
    }
}
