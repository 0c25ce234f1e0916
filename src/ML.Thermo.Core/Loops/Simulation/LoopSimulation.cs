using ML.Thermo.Initialization;
using ML.Thermo.Numerics;

namespace ML.Thermo.Loops.Simulation;

/// <summary>What to simulate.</summary>
public sealed record LoopSimulationOptions
{
    /// <summary>q, K shares of sum one.</summary>
    public required IReadOnlyList<double> Fresh { get; init; }

    /// <summary>n, rows of a generation, ≥ 2.</summary>
    public required long Rows { get; init; }

    /// <summary>T &gt; 0 of the sampler.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>λ from 0 to 1: λn rows of a generation are fresh; a fraction of a row is the chance of one more.</summary>
    public double FreshShare { get; init; }

    /// <summary>Generations, ≥ 1; the first is a sample of q.</summary>
    public int Generations { get; init; } = 30;

    /// <summary>Loops, ≥ 2.</summary>
    public int Runs { get; init; } = 200;

    /// <summary>Which rows a generation is trained on.</summary>
    public RefillPolicy Policy { get; init; } = RefillPolicy.Replace;

    /// <summary>Loop number i depends on the seed and i alone.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads; −1 for as many as there are. The result does not depend on it.</summary>
    public int Threads { get; init; } = -1;

    /// <summary>λn, with what rounding left of a whole number taken away.</summary>
    public double FreshRows => Math.Abs((FreshShare * Rows) - Math.Round(FreshShare * Rows)) < 1e-9 * Rows ? Math.Round(FreshShare * Rows) : FreshShare * Rows;

    /// <summary>Shares of K categories by Zipf's law: the i-th is proportional to i^(−exponent).</summary>
    /// <param name="classes">K ≥ 2.</param>
    /// <param name="exponent">0 for equal shares.</param>
    public static double[] Zipf(int classes, double exponent)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        if (!(exponent >= 0) || double.IsInfinity(exponent))
            throw new ArgumentOutOfRangeException(nameof(exponent), exponent, $"Zipf's exponent is {exponent}: expected a number of at least 0.");
        double[] shares = [.. Enumerable.Range(1, classes).Select(rank => Math.Pow(rank, -exponent))];
        double sum = shares.Sum();
        return [.. shares.Select(share => share / sum)];
    }
}

/// <summary>One generation over all simulated loops, of the rows that the next model is trained on.</summary>
/// <param name="Generation">t ≥ 1; 1 is the real sample.</param>
/// <param name="Entropy">Mean plug-in entropy, nats.</param>
/// <param name="EntropyQuantiles">5 %, 50 % and 95 % of it over the loops.</param>
/// <param name="GiniSimpson">Mean plug-in 1 − Σp².</param>
/// <param name="Richness">Mean number of categories.</param>
[Maturity(Maturity.Estimator, "Monte Carlo, with standard errors")]
public readonly record struct SimulatedGeneration(
    int Generation, Estimate Entropy, (double Low, double Median, double High) EntropyQuantiles, Estimate GiniSimpson, Estimate Richness);

/// <summary>Closed loops of finitely many rows, drawn one by one: the reference for whatever has no closed form.</summary>
/// <remarks>
/// <para>Bit-identical for any number of threads: loop i has the random stream (seed, i), and loops are summed in order.</para></remarks>
[Maturity(Maturity.Estimator, "Monte Carlo")]
public sealed class LoopSimulation
{
    private LoopSimulation(LoopSimulationOptions options, SimulatedGeneration[] generations)
    {
        Options = options;
        Generations = generations;
    }

    /// <summary>What was simulated.</summary>
    public LoopSimulationOptions Options { get; }

    /// <summary>Generations 1 to the last.</summary>
    public IReadOnlyList<SimulatedGeneration> Generations { get; }

    /// <summary>Simulates.</summary>
    /// <param name="options">The loop and how often to run it.</param>
    /// <param name="progress">Receives the share of loops done.</param>
    /// <param name="cancellation">Stops between generations.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public static LoopSimulation Run(LoopSimulationOptions options, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        LoopArguments.Rows(options.Rows);
        if (options.Generations < 1)
            throw new ArgumentException($"There are {options.Generations} generations: expected at least 1.", nameof(options));
        if (options.Runs < 2)
            throw new ArgumentException($"There are {options.Runs} runs: expected at least 2.", nameof(options));
        var map = new CategoricalLoop([.. options.Fresh], options.Temperature, 0);
        LoopArguments.Share(options.FreshShare, nameof(options.FreshShare));
        var curves = new Diversities[options.Runs][];
        int done = 0;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Threads, CancellationToken = cancellation };
        Parallel.For(0, options.Runs, parallel, run =>
        {
            var loop = new SimulatedLoop(map, options.Rows, options.FreshRows, options.Policy, new RandomStream(options.Seed, (ulong)run));
            curves[run] = new Diversities[options.Generations];
            for (int t = 0; t < options.Generations; t++)
            {
                cancellation.ThrowIfCancellationRequested();
                loop.Advance();
                curves[run][t] = Diversities.Of(loop.Training);
            }

            progress?.Report((double)Interlocked.Increment(ref done) / options.Runs);
        });
        return new LoopSimulation(options, [.. Enumerable.Range(0, options.Generations).Select(t => Summary(t + 1, [.. curves.Select(curve => curve[t])]))]);
    }

    private static SimulatedGeneration Summary(int generation, Diversities[] runs)
    {
        double[] entropies = [.. runs.Select(run => run.Entropy)];
        Estimate entropy = SampleMean.Of(entropies);
        Array.Sort(entropies);
        return new SimulatedGeneration(
            generation,
            entropy,
            (Quantile(0.05), Quantile(0.5), Quantile(0.95)),
            SampleMean.Of([.. runs.Select(run => run.Gini)]),
            SampleMean.Of([.. runs.Select(run => run.Richness)]));

        double Quantile(double level)
        {
            double place = level * (entropies.Length - 1);
            int below = (int)place, above = Math.Min(below + 1, entropies.Length - 1);
            return entropies[below] + ((place - below) * (entropies[above] - entropies[below]));
        }
    }


    private readonly record struct Diversities(double Entropy, double Gini, double Richness)
    {
        public static Diversities Of(ReadOnlySpan<double> law)
        {
            double squares = 0;
            int richness = 0;
            foreach (double share in law)
            {
                squares += share * share;
                richness += share > 0 ? 1 : 0;
            }

            return new Diversities(CategoricalLoop.Entropy(law), 1 - squares, richness);
        }
    }
}
