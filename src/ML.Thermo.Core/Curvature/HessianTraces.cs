using System.Numerics.Tensors;
using ML.Thermo.Data;
using ML.Thermo.Energies;

namespace ML.Thermo.Curvature;

/// <summary>
/// tr H and tr H² of the energy's Hessian at a point: all that the temperatures of a small ensemble about it need. No eigenvalues.</summary>
/// <remarks>
/// <para>Made exactly from a matrix or a linear model, or estimated by <see cref="HessianProbe"/> from energies or gradients of any
/// model. Traces of a minimum obey (tr H)²/d ≤ tr H² ≤ (tr H)².</para></remarks>
[Maturity(Maturity.Theorem, "exact forms; the equipartition ratio as a predictor of training steps is an estimator with mixed evidence " +
    "(docs/evidence.md): it ranks the steps of gradient descent as well as the condition number does on generated spectra, and only coarsely on real data")]
public sealed record HessianTraces
{
    /// <summary>d, number of parameters.</summary>
    public required int Dimension { get; init; }

    /// <summary>tr H, loss units per squared parameter unit.</summary>
    public required Estimate Trace { get; init; }

    /// <summary>tr H² = Σ h²ᵢⱼ, the square of the unit of <see cref="Trace"/>; NaN where the probes cannot tell.</summary>
    public required Estimate TraceOfSquare { get; init; }

    /// <summary>Covariance of the two estimates; zero for exact traces.</summary>
    public double Covariance { get; init; }

    /// <summary><see cref="Status.Undefined"/> where tr H ≤ 0 (no minimum with curvature, as for the absolute loss),
    /// <see cref="Status.SmallSample"/> below 30 probes.</summary>
    public Status Status { get; init; }

    /// <summary>d_eff = (tr H)²/tr H², the participation ratio of the curvature: from 1 (one stiff direction) to d (isotropic).</summary>
    public Estimate EffectiveDegreesOfFreedom => Power(2, -1, 1);

    /// <summary>
    /// T_fluct/T_par = d·tr H²/(tr H)² = d/d_eff ≥ 1: the ratio of the fluctuation temperature to the equipartition temperature. One
    /// means isotropic curvature; large means that a few directions are much stiffer than the rest, along which gradient descent, whose
    /// step the stiffest sets, crawls. It does not see soft directions that hold little of the curvature.
    /// </summary>
    public Estimate EquipartitionRatio => Power(-2, 1, Dimension);

    /// <summary>The temperatures of the ensemble N(ŵ, σ²I) about the point.</summary>
    /// <param name="sigma">σ &gt; 0, parameter units; small enough that the energy is quadratic over a few σ.</param>
    /// <exception cref="ArgumentOutOfRangeException">σ is not a positive finite number.</exception>
    public CurvatureTemperatures At(double sigma) => new(this, sigma);

    /// <summary>Exact traces of a Hessian at hand.</summary>
    /// <param name="hessian">d × d, symmetric, finite.</param>
    /// <exception cref="ArgumentException">The matrix is empty, not square, not symmetric or not finite.</exception>
    public static HessianTraces OfMatrix(double[,] hessian)
    {
        ArgumentNullException.ThrowIfNull(hessian);
        int d = hessian.GetLength(0);
        if (d == 0 || hessian.GetLength(1) != d)
            throw new ArgumentException($"Expected a square matrix, got {d} × {hessian.GetLength(1)}.", nameof(hessian));
        double trace = 0, square = 0;
        for (int i = 0; i < d; i++)
        {
            trace += hessian[i, i];
            for (int j = 0; j < d; j++)
            {
                double scale = Math.Abs(hessian[i, j]) + Math.Abs(hessian[j, i]);
                if (!(Math.Abs(hessian[i, j] - hessian[j, i]) <= 1e-9 * scale))
                    throw new ArgumentException($"Entries ({i}, {j}) and ({j}, {i}) are {hessian[i, j]} and {hessian[j, i]}: expected a finite symmetric "
                        + "matrix.", nameof(hessian));
                square += hessian[i, j] * hessian[i, j];
            }
        }

        return Exact(d, trace, square);
    }

    /// <summary>
    /// Exact traces for a linear model z = w·x: H = (1/n) Σ loss″(zᵢ, yᵢ) xᵢxᵢᵀ. For the squared loss H = 2XᵀX/n whatever the parameters,
    /// so the ratio is known before any training; for cross-entropy give the ground state's parameters.
    /// </summary>
    /// <param name="data">n rows of d features.</param>
    /// <param name="energy">The loss. The absolute loss has no curvature away from its kinks: its traces are zero and the status
    /// <see cref="Status.Undefined"/>; use <see cref="HessianProbe"/> with a finite step.</param>
    /// <param name="parameters">w, d numbers.</param>
    /// <exception cref="ArgumentException">There are not d parameters.</exception>
    public static HessianTraces OfLinearModel(LabelledData data, Energy energy, IReadOnlyList<double> parameters)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(energy);
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.Count != data.Columns)
            throw new ArgumentException($"Expected {data.Columns} parameters, got {parameters.Count}.", nameof(parameters));
        double[] w = [.. parameters], weights = new double[data.Rows];
        double trace = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            ReadOnlySpan<double> x = data.Row(i);
            weights[i] = energy.Curvature(TensorPrimitives.Dot(x, w), data.Targets.Span[i]) / data.Rows;
            trace += weights[i] * TensorPrimitives.SumOfSquares(x);
        }

        return Exact(data.Columns, trace, data.Columns <= data.Rows ? SquareByColumns(data, weights) : SquareByRows(data, weights));
    }

    /// <summary>factor·(tr H)ᵃ·(tr H²)ᵇ with the delta-method error.</summary>
    internal Estimate Power(int a, int b, double factor)
    {
        if (!(Trace.Value > 0 && TraceOfSquare.Value > 0))
            return Estimate.Undefined;
        double value = factor * Math.Pow(Trace.Value, a) * Math.Pow(TraceOfSquare.Value, b);
        double first = a * Trace.StandardError / Trace.Value, second = b * TraceOfSquare.StandardError / TraceOfSquare.Value;
        double cross = 2.0 * a * b * Covariance / (Trace.Value * TraceOfSquare.Value);
        return new Estimate(value, value * Math.Sqrt(Math.Max((first * first) + (second * second) + cross, 0)));
    }

    private static HessianTraces Exact(int d, double trace, double square) => new()
    {
        Dimension = d,
        Trace = Estimate.Exact(trace),
        TraceOfSquare = Estimate.Exact(square),
        Status = trace > 0 ? Status.Defined : Status.Undefined,
    };

    /// <summary>‖H‖² from the d × d matrix itself, lower triangle only.</summary>
    private static double SquareByColumns(LabelledData data, double[] weights)
    {
        int d = data.Columns;
        double[] hessian = new double[d * d];
        for (int i = 0; i < weights.Length; i++)
        {
            ReadOnlySpan<double> x = data.Row(i);
            for (int j = 0; j < d; j++)
            {
                Span<double> row = hessian.AsSpan(j * d, j + 1);
                TensorPrimitives.MultiplyAdd(x[..(j + 1)], weights[i] * x[j], row, row);
            }
        }

        double square = 0;
        for (int j = 0; j < d; j++)
        {
            double diagonal = hessian[(j * d) + j];
            square += (2 * TensorPrimitives.SumOfSquares<double>(hessian.AsSpan(j * d, j))) + (diagonal * diagonal);
        }

        return square;
    }

    /// <summary>The same from the n × n inner products, for more columns than rows.</summary>
    private static double SquareByRows(LabelledData data, double[] weights)
    {
        double square = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double product = TensorPrimitives.Dot(data.Row(i), data.Row(j));
                square += (i == j ? 1 : 2) * weights[i] * weights[j] * product * product;
            }
        }

        return square;
    }
}
