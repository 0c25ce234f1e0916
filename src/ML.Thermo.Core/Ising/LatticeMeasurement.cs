using ML.Thermo.Initialization;
using ML.Thermo.Numerics;

namespace ML.Thermo.Ising;

/// <summary>What a chain of samples says about a lattice at one temperature; errors by jackknife over 50 block means.</summary>
[Maturity(Maturity.Estimator, "compared with exact lattices in the tests")]
public sealed record LatticeMeasurement
{
    /// <summary>Block means for the errors.</summary>
    public const int Blocks = 50;

    /// <summary>L.</summary>
    public required int Size { get; init; }

    /// <summary>T.</summary>
    public required double Temperature { get; init; }

    /// <summary>u, energy a spin.</summary>
    public required Estimate Energy { get; init; }

    /// <summary>c = β² Var E/N.</summary>
    public required Estimate HeatCapacity { get; init; }

    /// <summary>⟨|m|⟩.</summary>
    public required Estimate Magnetisation { get; init; }

    /// <summary>⟨m²⟩.</summary>
    public required Estimate SquaredMagnetisation { get; init; }

    /// <summary>U₄ = 1 − ⟨m⁴⟩/3⟨m²⟩².</summary>
    public required Estimate Binder { get; init; }

    /// <summary>χ = N(⟨m²⟩ − ⟨|m|⟩²)/T.</summary>
    public required Estimate Susceptibility { get; init; }

    /// <summary>E of each sample.</summary>
    public required IReadOnlyList<int> Energies { get; init; }

    /// <summary>M of each sample.</summary>
    public required IReadOnlyList<int> Magnetisations { get; init; }

    /// <summary>Samples a lattice by clusters.</summary>
    /// <param name="size">L ≥ 2.</param>
    /// <param name="temperature">T &gt; 0.</param>
    /// <param name="samples">At least 50; rounded up to a multiple of 50.</param>
    /// <param name="random">A stream of its own.</param>
    /// <param name="visit">Sees the spins of each sample; null: nobody does.</param>
    /// <param name="cancellation">Stops between samples.</param>
    /// <exception cref="ArgumentOutOfRangeException">L is below 2, T is not positive, or there are fewer than 50 samples.</exception>
    public static LatticeMeasurement Run(
        int size,
        double temperature,
        int samples,
        RandomStream random,
        SpinVisit? visit = null,
        CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, Blocks);
        var sampler = new WolffSampler(size, temperature, random);
        int clusters = sampler.WarmUp(), block = (samples + Blocks - 1) / Blocks;
        int[] energies = new int[block * Blocks], magnetisations = new int[block * Blocks];
        for (int i = 0; i < energies.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (int cluster = 0; cluster < clusters; cluster++)
                sampler.Flip();
            (energies[i], magnetisations[i]) = (sampler.Energy(), sampler.Magnetisation);
            visit?.Invoke(i, sampler.Spins);
        }

        return Of(size, temperature, energies, magnetisations);
    }

    private static LatticeMeasurement Of(int size, double temperature, int[] energies, int[] magnetisations)
    {
        double n = size * size;
        int block = energies.Length / Blocks;
        List<double[]> batches = [.. Enumerable.Range(0, Blocks).Select(b =>
        {
            double[] sums = new double[5];
            for (int i = b * block; i < (b + 1) * block; i++)
            {
                double e = energies[i] / n, m = Math.Abs(magnetisations[i] / n);
                sums[0] += e / block;
                sums[1] += e * e / block;
                sums[2] += m / block;
                sums[3] += m * m / block;
                sums[4] += m * m * m * m / block;
            }

            return sums;
        })];
        return new LatticeMeasurement
        {
            Size = size,
            Temperature = temperature,
            Energy = Jackknife.Of(batches, mean => mean[0]),
            HeatCapacity = Jackknife.Of(batches, mean => n * (mean[1] - (mean[0] * mean[0])) / (temperature * temperature)),
            Magnetisation = Jackknife.Of(batches, mean => mean[2]),
            SquaredMagnetisation = Jackknife.Of(batches, mean => mean[3]),
            Binder = Jackknife.Of(batches, mean => 1 - (mean[4] / (3 * mean[3] * mean[3]))),
            Susceptibility = Jackknife.Of(batches, mean => n * (mean[3] - (mean[2] * mean[2])) / temperature),
            Energies = energies,
            Magnetisations = magnetisations,
        };
    }
}
