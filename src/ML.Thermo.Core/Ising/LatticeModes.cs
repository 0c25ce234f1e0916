namespace ML.Thermo.Ising;

/// <summary>What principal components find in configurations of a lattice over a range of temperatures: Fourier modes, the magnetisation first.</summary>
/// <remarks>Translation invariance makes plane waves the eigenvectors; λ_k = mean over T of ⟨|Σ s e^(ikr)|²⟩/N.</remarks>
[Maturity(Maturity.Theorem)]
public static class LatticeModes
{
    /// <summary>λ_k/N of a 4 × 4 lattice: shares of the total variance, by wave numbers (across, down).</summary>
    /// <param name="temperatures">Temperatures of equal weight.</param>
    /// <returns>16 shares that add up to 1.</returns>
    public static double[,] Shares(IReadOnlyList<double> temperatures)
    {
        ArgumentNullException.ThrowIfNull(temperatures);
        const int Size = 4, Spins = Size * Size;
        EnumeratedLattice lattice = EnumeratedLattice.Of(Size);
        Dictionary<int, double> weights = lattice.EnergyLevels()
            .ToDictionary(level => level.Energy, level => temperatures.Average(t => Math.Exp((-level.Energy / t) - lattice.LogPartition(t))));
        double[,] shares = new double[Size, Size];
        for (uint state = 0; state < 1u << Spins; state++)
        {
            double weight = weights[EnumeratedLattice.Energy(state, Size)] / (Spins * Spins);
            for (int across = 0; across < Size; across++)
            {
                for (int down = 0; down < Size; down++)
                    shares[across, down] += weight * Power(state, across, down);
            }
        }

        return shares;
    }

    /// <summary>η² = Var_T⟨O⟩/Var O: the share of an observable's variance over pooled samples that temperature explains.</summary>
    /// <param name="lattice">The lattice.</param>
    /// <param name="temperatures">Temperatures of equal weight.</param>
    /// <param name="observable">O.</param>
    public static double CorrelationRatio(EnumeratedLattice lattice, IReadOnlyList<double> temperatures, Func<LatticeLevel, double> observable)
    {
        ArgumentNullException.ThrowIfNull(lattice);
        ArgumentNullException.ThrowIfNull(observable);
        double[] means = [.. temperatures.Select(t => lattice.Mean(t, observable))];
        double centre = means.Average(), between = means.Average(mean => (mean - centre) * (mean - centre));
        return between / temperatures.Average(t => lattice.Mean(t, level => Math.Pow(observable(level) - centre, 2)));
    }

    /// <summary>|Σ s e^(ikr)|², with turns of a quarter: every factor is 1, i, −1 or −i.</summary>
    private static int Power(uint state, int across, int down)
    {
        int real = 0, imaginary = 0;
        for (int i = 0; i < 16; i++)
        {
            int spin = ((state >> i) & 1) == 1 ? 1 : -1;
            switch (((across * (i % 4)) + (down * (i / 4))) % 4)
            {
                case 0:
                    real += spin;
                    break;
                case 1:
                    imaginary += spin;
                    break;
                case 2:
                    real -= spin;
                    break;
                default:
                    imaginary -= spin;
                    break;
            }
        }

        return (real * real) + (imaginary * imaginary);
    }
}
