using ML.Thermo.Cli.Output;
using ML.Thermo.Initialization;
using ML.Thermo.Ising;
using ML.Thermo.Scans;

namespace ML.Thermo.Cli.Ising;

/// <summary>What was asked of the demonstration.</summary>
internal sealed record IsingRequest
{
    public required IReadOnlyList<int> Sizes { get; init; }

    public required ControlGrid Temperatures { get; init; }

    public required int Samples { get; init; }

    public required ulong Seed { get; init; }
}

/// <summary>A lattice of one size over all temperatures, sampled and exact.</summary>
/// <param name="Size">L.</param>
/// <param name="Measurements">At each temperature.</param>
/// <param name="Scan">Of the states, by their energies and the exact partition function.</param>
/// <param name="FirstShare">Share of the variance of raw spins along the first principal component.</param>
/// <param name="Overlap">Its overlap with the magnetisation, 1 for the same direction.</param>
/// <param name="Layer">One layer on |M|.</param>
internal sealed record IsingFinding(
    int Size, IReadOnlyList<LatticeMeasurement> Measurements, ScanReport Scan, double FirstShare, double Overlap, IsingLayer Layer)
{
    /// <summary>T at the maximum of the scan, or NaN where there is no peak.</summary>
    public Estimate Peak => Scan.Transitions.Count > 0 ? Scan.Transitions[0].At : Estimate.Undefined;

    /// <summary>How many of the sampled energies and heat capacities lie within so many errors of the exact ones.</summary>
    public int Within(double errors)
    {
        var exact = new ExactLattice(Size);
        return Measurements.Sum(at => Near(at.Energy, exact.Energy(at.Temperature)) + Near(at.HeatCapacity, exact.HeatCapacity(at.Temperature)));

        int Near(Estimate got, double value) => Math.Abs(got.Value - value) <= errors * got.StandardError ? 1 : 0;
    }
}

/// <summary>Samples lattices and lets learners look at them.</summary>
internal sealed class IsingRun(IsingRequest request, Meter meter, CancellationToken cancellation)
{
    public IReadOnlyList<IsingFinding> Execute()
    {
        var findings = new List<IsingFinding>();
        for (int i = 0; i < request.Sizes.Count; i++)
        {
            meter.Rename($"sampling L = {request.Sizes[i]}");
            findings.Add(Run(request.Sizes[i], i));
            meter.Report((i + 1.0) / request.Sizes.Count);
        }

        return findings;
    }

    private IsingFinding Run(int size, int index)
    {
        int count = request.Temperatures.Count, spins = size * size;
        var measurements = new LatticeMeasurement[count];
        sbyte[][][] states = new sbyte[count][][];
        Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellation }, k =>
        {
            var seen = new List<sbyte[]>();
            var random = new RandomStream(request.Seed, ((ulong)index << 32) + (ulong)k);
            measurements[k] = LatticeMeasurement.Run(
                size, request.Temperatures.Values[k], request.Samples, random, (_, state) => seen.Add([.. state]), cancellation);
            states[k] = [.. seen];
        });
        sbyte[][] rows = [.. states.SelectMany(group => group)];
        (double share, double overlap) = PrincipalComponent(rows, spins);
        return new(size, measurements, Scanned(size, measurements), share, overlap, IsingLayer.Fit(measurements));
    }

    /// <summary>ln P of a state at any temperature follows from its energy: −E/T − ln Z, with Kaufman's Z.</summary>
    private ScanReport Scanned(int size, IReadOnlyList<LatticeMeasurement> measurements)
    {
        double[] temperatures = [.. request.Temperatures.Values], logs = [.. temperatures.Select(new ExactLattice(size).LogPartition)];
        double[][][] samples = [.. measurements.Select(at => at.Energies.Select(
            energy => temperatures.Select((t, k) => Math.Min((-energy / t) - logs[k], 0)).ToArray()).ToArray())];
        return Scan.Likelihoods(request.Temperatures, samples, new ScanOptions { Seed = request.Seed, Top = 0 }, pooled: true, cancellation);
    }

    /// <summary>The first principal component of raw spins by powers of their covariance: its share of the variance, and its overlap with Σs/√N.</summary>
    private static (double Share, double Overlap) PrincipalComponent(sbyte[][] rows, int spins)
    {
        double[] mean = new double[spins];
        foreach (sbyte[] row in rows)
        {
            for (int i = 0; i < spins; i++)
                mean[i] += row[i] / (double)rows.Length;
        }

        double[] direction = [.. Enumerable.Range(0, spins).Select(i => 1 + (0.5 * ((i * 7 % 11) - 5) / 5.0))]; // not quite the uniform one
        double variance = 0;
        for (int power = 0; power < 12; power++)
        {
            double norm = Math.Sqrt(direction.Sum(x => x * x)), shift = 0;
            for (int i = 0; i < spins; i++)
            {
                direction[i] /= norm;
                shift += direction[i] * mean[i];
            }

            (direction, variance) = Multiply(rows, direction, mean, shift);
        }

        double length = Math.Sqrt(direction.Sum(x => x * x));
        return (variance / (spins - mean.Sum(m => m * m)), Math.Abs(direction.Sum()) / (length * Math.Sqrt(spins)));
    }

    /// <summary>The covariance times a unit direction, and the variance along it.</summary>
    private static (double[] Next, double Variance) Multiply(sbyte[][] rows, double[] direction, double[] mean, double shift)
    {
        double[] next = new double[direction.Length];
        double variance = 0, total = 0;
        foreach (sbyte[] row in rows)
        {
            double score = -shift;
            for (int i = 0; i < direction.Length; i++)
                score += row[i] * direction[i];
            variance += score * score / rows.Length;
            total += score / rows.Length;
            for (int i = 0; i < direction.Length; i++)
                next[i] += row[i] * score / rows.Length;
        }

        for (int i = 0; i < next.Length; i++)
            next[i] -= mean[i] * total;
        return (next, variance);
    }
}
