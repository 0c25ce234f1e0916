using System.Numerics.Tensors;

namespace ML.Thermo.Loops;

/// <summary>
/// A model retrained on its own output, over K categories and with infinite data:
/// p(t+1) = λ q + (1 − λ) P_T(p(t)), where P_T(p)ᵢ = pᵢ^(1/T)/Σⱼ pⱼ^(1/T) is sampling at temperature T and λ the share of fresh rows from q.</summary>
/// <remarks>
/// <para>Training on all rows so far instead of the last generation has the same fixed points; time then runs as the logarithm of the generation.</para>
/// <para>T is the temperature of <em>sampling</em>. It is tied to a thermodynamic one at λ = 0 only: there p(t) is a canonical ensemble of
/// energies −ln p(0) at temperature Tᵗ.</para></remarks>
/// <example>
/// <code>
/// var loop = new CategoricalLoop([0.5, 0.25, 0.15, 0.1], temperature: 0.8, freshShare: 0.3);
/// FixedPoint end = loop.FixedPointFrom(loop.Fresh.Span);
/// Console.WriteLine(end.Retention); // 0.7505: a quarter of the entropy is lost in the long run
/// </code>
/// </example>
[Maturity(Maturity.Theorem, "every number follows from the map; the map is a model of a loop")]
public sealed class CategoricalLoop
{
    private const int Block = 2048; // a block stays in the first cache between the two passes
    private readonly double[] _fresh;
    private double _freshEntropy = double.NaN;

    /// <summary>Describes a loop.</summary>
    /// <param name="fresh">q, shares of at least two categories: ≥ 0, of sum one (to 1e-9; they are divided by their sum).</param>
    /// <param name="temperature">T &gt; 0 of the sampler: below one sharpens, above one flattens.</param>
    /// <param name="freshShare">λ, from 0 to 1.</param>
    /// <exception cref="ArgumentException">The shares are no law.</exception>
    /// <exception cref="ArgumentOutOfRangeException">T or λ is out of range.</exception>
    public CategoricalLoop(ReadOnlySpan<double> fresh, double temperature, double freshShare)
    {
        LoopArguments.Temperature(temperature);
        LoopArguments.Share(freshShare, nameof(freshShare));
        _fresh = LoopArguments.Law(fresh, nameof(fresh));
        Temperature = temperature;
        FreshShare = freshShare;
    }

    /// <summary>q, the law of the fresh rows.</summary>
    public ReadOnlyMemory<double> Fresh => _fresh;

    /// <summary>K.</summary>
    public int Classes => _fresh.Length;

    /// <summary>T of the sampler.</summary>
    public double Temperature { get; }

    /// <summary>λ.</summary>
    public double FreshShare { get; }

    /// <summary>S(q), nats.</summary>
    public double FreshEntropy => double.IsNaN(_freshEntropy) ? _freshEntropy = Entropy(_fresh) : _freshEntropy;

    /// <summary>One generation: λ q + (1 − λ) P_T(p).</summary>
    /// <param name="law">p, K shares of sum one.</param>
    /// <param name="next">Receives K shares; may be <paramref name="law"/> itself.</param>
    public void Next(ReadOnlySpan<double> law, Span<double> next)
    {
        double sum = Powers(law, 1 / Temperature, next);
        double scale = (1 - FreshShare) / sum;
        for (int start = 0; start < next.Length; start += Block)
        {
            Span<double> part = next.Slice(start, Math.Min(Block, next.Length - start));
            ReadOnlySpan<double> fresh = _fresh.AsSpan(start, part.Length);
            TensorPrimitives.Multiply(part, scale, part);
            if (FreshShare > 0)
                TensorPrimitives.MultiplyAdd(fresh, FreshShare, part, part);
        }
    }

    /// <summary>The law after some generations.</summary>
    /// <param name="start">p(0).</param>
    /// <param name="generations">≥ 0.</param>
    public double[] After(ReadOnlySpan<double> start, int generations)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(generations);
        double[] law = LoopArguments.Law(start, nameof(start), Classes);
        for (int t = 0; t < generations; t++)
            Next(law, law);
        return law;
    }

    /// <summary>Where the loop comes to rest from a given start.</summary>
    /// <param name="start">p(0); the fresh law is the start of a loop whose first model is trained on real rows.</param>
    /// <param name="cancellation">Stops between generations.</param>
    /// <returns>The fixed point; <see cref="Status.NotConverged"/> after 200,000 generations (the loop is at a threshold).</returns>
    public FixedPoint FixedPointFrom(ReadOnlySpan<double> start, CancellationToken cancellation = default) => FixedPointFrom(start, 1e-13, cancellation);

    /// <summary>The same, to a distance that is left to go.</summary>
    internal FixedPoint FixedPointFrom(ReadOnlySpan<double> start, double tolerance, CancellationToken cancellation)
    {
        double[] law = LoopArguments.Law(start, nameof(start), Classes), next = new double[law.Length];
        double before = double.NaN;
        for (int t = 1; t <= 200_000; t++)
        {
            cancellation.ThrowIfCancellationRequested();
            Next(law, next);
            double step = TensorPrimitives.Distance<double>(law, next), ratio = step / before;
            (law, next, before) = (next, law, step);
            // What is left to go is step · r/(1 − r); a ratio near or above one is a slow passage, not an arrival.
            if (step < 1e-3 * tolerance || (ratio < 1 && step * ratio / (1 - ratio) < tolerance))
                return new FixedPoint(this, law, t, Status.Defined);
        }

        return new FixedPoint(this, law, 200_000, Status.NotConverged);
    }

    /// <summary>The fixed points that are reached from q and from data of one category only (coexistence, and so hysteresis, where there are
    /// several).</summary>
    /// <param name="corners">How many categories to start from, the most frequent first.</param>
    /// <param name="cancellation">Stops between generations.</param>
    /// <returns>The one reached from q first, then the others by falling entropy. Two are one where they differ by less than 1e-6 in every share.</returns>
    public IReadOnlyList<FixedPoint> FixedPoints(int corners = 16, CancellationToken cancellation = default)
    {
        var found = new List<FixedPoint> { FixedPointFrom(_fresh, cancellation) };
        double[] corner = new double[Classes];
        foreach (int favourite in Enumerable.Range(0, Classes).OrderByDescending(i => _fresh[i]).Take(corners))
        {
            Array.Clear(corner);
            corner[favourite] = 1;
            FixedPoint other = FixedPointFrom(corner, cancellation);
            if (!found.Exists(known => Same(known.Law.Span, other.Law.Span)))
                found.Add(other);
        }

        return [found[0], .. found.Skip(1).OrderByDescending(point => point.Entropy)];

        static bool Same(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
        {
            for (int i = 0; i < a.Length; i++)
            {
                if (Math.Abs(a[i] - b[i]) > 1e-6)
                    return false;
            }

            return true;
        }
    }

    /// <summary>The loop with another fresh share.</summary>
    /// <param name="freshShare">λ, from 0 to 1.</param>
    public CategoricalLoop With(double freshShare) => new(_fresh, Temperature, freshShare);

    /// <summary>p(t) of a loop without fresh rows, exactly: p(0)ᵇ made to add up, b = T⁻ᵗ. Also P_T itself, b = 1/T.</summary>
    /// <param name="law">p(0), K shares.</param>
    /// <param name="exponent">b &gt; 0, +∞ included: the modes, ties sharing.</param>
    public static double[] Power(ReadOnlySpan<double> law, double exponent)
    {
        if (!(exponent > 0))
            throw new ArgumentOutOfRangeException(nameof(exponent), exponent, $"The exponent is {exponent}: expected a positive one.");
        double[] shares = LoopArguments.Law(law, nameof(law)), powers = new double[shares.Length];
        if (double.IsPositiveInfinity(exponent))
        {
            double most = TensorPrimitives.Max<double>(shares);
            int modes = shares.Count(share => share == most);
            return [.. shares.Select(share => share == most ? 1.0 / modes : 0)];
        }

        double sum = Powers(shares, exponent, powers);
        TensorPrimitives.Divide(powers, sum, powers);
        return powers;
    }

    /// <summary>Generations until a loop without fresh rows has lost half of its entropy; NaN where T ≥ 1 or the start has ties at the top that keep
    /// more.</summary>
    /// <param name="start">p(0).</param>
    /// <param name="temperature">T &gt; 0.</param>
    public static double HalfLife(ReadOnlySpan<double> start, double temperature)
    {
        LoopArguments.Temperature(temperature);
        double[] law = LoopArguments.Law(start, nameof(start));
        double half = Entropy(law) / 2, low = 0, high = 1;
        if (temperature >= 1 || !(half > 0) || Entropy(Power(law, double.PositiveInfinity)) > half)
            return double.NaN;
        while (Entropy(Power(law, Math.Exp(high))) > half) // ln b
            high *= 2;
        for (int i = 0; i < 80; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Entropy(Power(law, Math.Exp(middle))) > half ? (middle, high) : (low, middle);
        }

        return -high / Math.Log(temperature);
    }

    /// <summary>S = −Σ p ln p, nats.</summary>
    /// <param name="law">Shares; 0 ln 0 = 0.</param>
    public static double Entropy(ReadOnlySpan<double> law)
    {
        double sum = 0;
        foreach (double share in law)
            sum -= share > 0 ? share * Math.Log(share) : 0;
        return sum;
    }

    /// <summary>pᵢᵇ up to a common factor, and their sum.</summary>
    private static double Powers(ReadOnlySpan<double> law, double exponent, Span<double> powers)
    {
        if (exponent == 1)
        {
            law.CopyTo(powers);
            return TensorPrimitives.Sum(law);
        }

        double shift = -exponent * Math.Log(TensorPrimitives.Max(law)), sum = 0;
        for (int start = 0; start < law.Length; start += Block)
        {
            Span<double> part = powers.Slice(start, Math.Min(Block, law.Length - start));
            TensorPrimitives.Log(law.Slice(start, part.Length), part);
            TensorPrimitives.Multiply(part, exponent, part);
            TensorPrimitives.Add(part, shift, part);
            TensorPrimitives.Exp(part, part);
            sum += TensorPrimitives.Sum<double>(part);
        }

        return sum;
    }
}
