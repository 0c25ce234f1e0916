namespace ML.Thermo.Loops;

/// <summary>
/// A Markov chain retrained on its own text: <see cref="CategoricalLoop"/> row by row, where context c keeps the share
/// λ_c = λ q(c)/(λ q(c) + (1 − λ) π(c)) of fresh rows, q(c) and π(c) being how often it occurs in fresh and in generated text.</summary>
/// <remarks>
/// <para>An n-gram is such a chain whose states are the contexts of n − 1 tokens. Compression ratio and distinct n-grams may rise while the
/// entropy rate falls, because the first model breaks the long repeats of real text: the entropy rate is what decides.</para></remarks>
[Maturity(Maturity.Theorem, "infinite text; an irreducible chain")]
public sealed class MarkovLoop
{
    private readonly double[][] _fresh;
    private readonly double[] _freshContexts;

    /// <summary>Describes a loop.</summary>
    /// <param name="fresh">Row c: the law of what follows context c in fresh text; K rows of K shares.</param>
    /// <param name="temperature">T &gt; 0 of the sampler.</param>
    /// <param name="freshShare">λ, from 0 to 1: the share of fresh text.</param>
    /// <exception cref="ArgumentException">A row is no law, or of another length.</exception>
    public MarkovLoop(IReadOnlyList<double[]> fresh, double temperature, double freshShare)
    {
        ArgumentNullException.ThrowIfNull(fresh);
        LoopArguments.Temperature(temperature);
        LoopArguments.Share(freshShare, nameof(freshShare));
        _fresh = Rows(fresh, nameof(fresh), fresh.Count);
        _freshContexts = Occupation(_fresh);
        Temperature = temperature;
        FreshShare = freshShare;
    }

    /// <summary>T of the sampler.</summary>
    public double Temperature { get; }

    /// <summary>λ.</summary>
    public double FreshShare { get; }

    /// <summary>One generation: the law of what follows each context.</summary>
    /// <param name="chain">K rows of K shares.</param>
    public double[][] Next(IReadOnlyList<double[]> chain)
    {
        double[][] rows = Rows(chain, nameof(chain), _fresh.Length);
        double[][] sampled = [.. rows.Select(row => CategoricalLoop.Power(row, 1 / Temperature))];
        double[] contexts = Occupation(sampled);
        for (int c = 0; c < sampled.Length; c++)
        {
            double fresh = FreshShare * _freshContexts[c], generated = (1 - FreshShare) * contexts[c];
            double share = fresh + generated > 0 ? fresh / (fresh + generated) : FreshShare;
            for (int i = 0; i < sampled.Length; i++)
                sampled[c][i] = (share * _fresh[c][i]) + ((1 - share) * sampled[c][i]);
        }

        return sampled;
    }

    /// <summary>Σ π(c) S(row c), nats a token: the entropy rate of a chain.</summary>
    /// <param name="chain">K rows of K shares.</param>
    public static double EntropyRate(IReadOnlyList<double[]> chain)
    {
        double[][] rows = Rows(chain, nameof(chain), chain.Count);
        double[] contexts = Occupation(rows);
        return rows.Select((row, c) => contexts[c] * CategoricalLoop.Entropy(row)).Sum();
    }

    private static double[][] Rows(IReadOnlyList<double[]> chain, string name, int classes) => chain.Count == classes
        ? [.. chain.Select(row => LoopArguments.Law(row, name, classes))]
        : throw new ArgumentException($"The chain has {chain.Count} rows: expected {classes}.", name);

    /// <summary>The stationary law of a chain, by iterating the lazy chain (half of the time it stays), which has no periods.</summary>
    private static double[] Occupation(double[][] rows)
    {
        int k = rows.Length;
        double[] law = [.. Enumerable.Repeat(1.0 / k, k)], next = new double[k];
        for (int step = 0; step < 100_000; step++)
        {
            double moved = 0;
            Array.Clear(next);
            for (int c = 0; c < k; c++)
            {
                for (int i = 0; i < k; i++)
                    next[i] += law[c] * rows[c][i];
            }

            for (int i = 0; i < k; i++)
            {
                next[i] = (next[i] + law[i]) / 2;
                moved += Math.Abs(next[i] - law[i]);
            }

            (law, next) = (next, law);
            if (moved < 1e-15)
                break;
        }

        return law;
    }
}
