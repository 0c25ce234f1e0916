using System.Numerics.Tensors;
using ML.Thermo.Initialization;
using ML.Thermo.Numerics;

namespace ML.Thermo.Curvature;

/// <summary>The energy of any model as a function of its parameters, loss units.</summary>
/// <param name="parameters">w, d numbers.</param>
[Maturity(Maturity.Paper, "E(μ; D) with the data held fixed")]
public delegate double EnergyFunction(ReadOnlySpan<double> parameters);

/// <summary>The gradient of an energy.</summary>
/// <param name="parameters">w, d numbers.</param>
/// <param name="gradient">Receives ∂E/∂w, d numbers.</param>
[Maturity(Maturity.Theorem, "a derivative")]
public delegate void EnergyGradient(ReadOnlySpan<double> parameters, Span<double> gradient);

/// <summary>The law of the random directions in which the energy is probed.</summary>
public enum ProbeLaw
{
    /// <summary>Standard normal entries: the spread of zᵀHz tells tr H² from energies alone.</summary>
    Normal,

    /// <summary>Entries ±1: zᵀHz is exactly tr H for a diagonal H, and never more spread than with normal probes; from energies alone
    /// it leaves tr H² unknown.</summary>
    Rademacher,
}

/// <summary>How an energy is probed.</summary>
[Maturity(Maturity.Estimator)]
public sealed record ProbeOptions
{
    /// <summary>Number of random directions, ≥ 2.</summary>
    public int Draws { get; init; } = 64;

    /// <summary>Chooses the directions.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Law of the directions.</summary>
    public ProbeLaw Law { get; init; } = ProbeLaw.Normal;

    /// <summary>
    /// σ &gt; 0, the length of a step per entry; null takes ε^(1/4)·max(1, rms w) for energies and ε^(1/3)·max(1, rms w) for gradients, with
    /// ε = 2⁻⁵², which balances truncation against rounding of double-precision energies. For energies in single precision, or with
    /// kinks (ReLU, absolute loss), set it: the result is then the curvature smoothed over σ.
    /// </summary>
    public double? Step { get; init; }
}

/// <summary>
/// Traces of the Hessian of any model without forming it: by energies on both sides of the point (forward passes only), or by
/// differences of gradients.</summary>
/// <remarks>
/// <para>zᵀHz = (E(w + σz) + E(w − σz) − 2E(w))/σ² + O(σ²); its mean over z with unit covariance is tr H (Hutchinson 1990), and for
/// normal z its variance is 2 tr H². The pair of opposite steps cancels the gradient, so w need not be an exact minimum.</para>
/// <para>Draw i depends on the seed and i alone.</para></remarks>
[Maturity(Maturity.Estimator)]
public static class HessianProbe
{
    private const double Epsilon = 2.220446049250313e-16;

    /// <summary>Traces from energies: 2 × draws + 1 evaluations.</summary>
    /// <param name="energy">E(w).</param>
    /// <param name="at">w, at least one number.</param>
    /// <param name="options">Number, law and length of the probes.</param>
    /// <param name="cancellation">Checked before each draw.</param>
    /// <exception cref="ArgumentException">There are no parameters, fewer than two draws, or a step that is not positive.</exception>
    /// <exception cref="UnusableDataException">An energy is not finite.</exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public static HessianTraces ByEnergies(
        EnergyFunction energy, ReadOnlySpan<double> at, ProbeOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(energy);
        options ??= new ProbeOptions();
        double step = Step(options, at, 0.25), centre = Finite(energy(at), "the point itself");
        double[] z = new double[at.Length], moved = new double[at.Length], curvatures = new double[options.Draws];
        for (int draw = 0; draw < curvatures.Length; draw++)
        {
            cancellation.ThrowIfCancellationRequested();
            Probe(options, draw, z);
            double forward = Moved(energy, at, z, step, moved, draw), back = Moved(energy, at, z, -step, moved, draw);
            curvatures[draw] = (forward - centre + (back - centre)) / (step * step);
        }

        // All draws share E(w), so its rounding does not average out.
        double rounding = 2 * Epsilon * Math.Abs(centre) / (step * step);
        return FromCurvatures(curvatures, at.Length, options.Law, rounding);
    }

    /// <summary>Traces from gradients: 2 × draws evaluations; Hz = (∇E(w + σz) − ∇E(w − σz))/2σ gives zᵀHz and |Hz|², whose means are
    /// tr H and tr H² for either law.</summary>
    /// <param name="gradient">∇E(w).</param>
    /// <param name="at">w, at least one number.</param>
    /// <param name="options">Number, law and length of the probes.</param>
    /// <param name="cancellation">Checked before each draw.</param>
    /// <exception cref="ArgumentException">There are no parameters, fewer than two draws, or a step that is not positive.</exception>
    /// <exception cref="UnusableDataException">A gradient is not finite.</exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public static HessianTraces ByGradients(
        EnergyGradient gradient, ReadOnlySpan<double> at, ProbeOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        options ??= new ProbeOptions();
        double step = Step(options, at, 1.0 / 3);
        double[] z = new double[at.Length], moved = new double[at.Length], forward = new double[at.Length], back = new double[at.Length];
        double[] traces = new double[options.Draws], squares = new double[options.Draws];
        for (int draw = 0; draw < traces.Length; draw++)
        {
            cancellation.ThrowIfCancellationRequested();
            Probe(options, draw, z);
            TensorPrimitives.MultiplyAdd(z, step, at, moved);
            gradient(moved, forward);
            TensorPrimitives.MultiplyAdd(z, -step, at, moved);
            gradient(moved, back);
            TensorPrimitives.Subtract(forward, back, forward);
            TensorPrimitives.Divide(forward, 2 * step, forward);
            traces[draw] = Finite(TensorPrimitives.Dot<double>(z, forward), $"draw {draw}");
            squares[draw] = TensorPrimitives.SumOfSquares<double>(forward);
        }

        double n = traces.Length, trace = RatioEstimate.Sum(traces) / n, square = RatioEstimate.Sum(squares) / n;
        double Covariance(double[] a, double meanA, double[] b, double meanB) =>
            a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Sum() / (n - 1) / n;
        return new HessianTraces
        {
            Dimension = at.Length,
            Trace = new Estimate(trace, Math.Sqrt(Covariance(traces, trace, traces, trace))),
            TraceOfSquare = new Estimate(square, Math.Sqrt(Covariance(squares, square, squares, square))),
            Covariance = Covariance(traces, trace, squares, square),
            Status = StatusOf(trace, traces.Length),
        };
    }

    /// <summary>tr H is the mean of zᵀHz; for normal probes tr H² is half its variance.</summary>
    private static HessianTraces FromCurvatures(double[] curvatures, int dimension, ProbeLaw law, double rounding)
    {
        double n = curvatures.Length, trace = RatioEstimate.Sum(curvatures) / n;
        double Central(int power) => curvatures.Sum(c => Math.Pow(c - trace, power)) / n;
        double variance = Central(2) * n / (n - 1);
        bool normal = law == ProbeLaw.Normal;
        double relativeError = variance > 0 ? SampleVarianceError.Relative(curvatures, variance, Central(4)) : 0;
        return new HessianTraces
        {
            Dimension = dimension,
            Trace = new Estimate(trace, Math.Sqrt((variance / n) + (rounding * rounding))),
            TraceOfSquare = normal ? new Estimate(variance / 2, variance * relativeError / 2) : Estimate.Undefined,
            Covariance = normal ? Central(3) / n / 2 : double.NaN,
            Status = StatusOf(trace, curvatures.Length),
        };
    }

    private static Status StatusOf(double trace, int draws) =>
        (trace > 0 ? Status.Defined : Status.Undefined) | (draws < 30 ? Status.SmallSample : Status.Defined);

    private static void Probe(ProbeOptions options, int draw, Span<double> z)
    {
        ulong ofLaw = options.Law == ProbeLaw.Normal ? 0 : 1UL << 63; // two laws under one seed are independent of each other
        var random = new RandomStream(options.Seed, (ulong)draw ^ ofLaw);
        for (int j = 0; j < z.Length; j++)
            z[j] = options.Law == ProbeLaw.Normal ? random.NextNormal() : (2 * random.NextInteger(2)) - 1;
    }

    private static double Moved(EnergyFunction energy, ReadOnlySpan<double> at, double[] z, double step, double[] moved, int draw)
    {
        TensorPrimitives.MultiplyAdd(z, step, at, moved);
        return Finite(energy(moved), $"draw {draw}");
    }

    private static double Step(ProbeOptions options, ReadOnlySpan<double> at, double power)
    {
        if (at.IsEmpty)
            throw new ArgumentException("Expected at least one parameter.", nameof(at));
        if (options.Draws < 2)
            throw new ArgumentException($"Expected at least 2 draws to know their spread, got {options.Draws}.", nameof(options));
        double step = options.Step ?? Math.Pow(Epsilon, power) * Math.Max(1, TensorPrimitives.Norm(at) / Math.Sqrt(at.Length));
        return step > 0 && double.IsFinite(step)
            ? step
            : throw new ArgumentException($"The step is {step}: expected a finite number > 0.", nameof(options));
    }

    private static double Finite(double value, string where) => double.IsFinite(value)
        ? value
        : throw new UnusableDataException($"The energy or its gradient at {where} is {value}: expected a finite number; try a smaller step.");
}
