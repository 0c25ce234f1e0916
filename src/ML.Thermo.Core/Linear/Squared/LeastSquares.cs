using System.Numerics.Tensors;
using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Linear.Algebra;
using ML.Thermo.Numerics;

namespace ML.Thermo.Linear.Squared;

/// <summary>
/// The ground state of a linear model under squared error: ŵ = Σ⁺c, E₀ = s − c·Σ⁺c, the parameters of least norm where many share
/// the least energy.</summary>
/// <remarks>
/// <para>From data of n·d² up to 2·10⁸, and wherever moments would keep fewer than nine digits of E₀ or fewer than eight of ŵ (or see
/// linear dependence), the data are factored by Householder reflections, which do not square the condition number, and the solution
/// is refined with residuals in twice the working precision. Everything else is solved from the moments alone.</para>
/// <para>Statuses: <see cref="Status.RankDeficient"/> when columns are dependent to 10⁻¹² of their length;
/// <see cref="Status.Interpolation"/> when E₀ is zero to rounding, and then it is reported as 0.</para>
/// <para>Source: Golub and Van Loan, Matrix Computations; corrected semi-normal equations, Björck
/// 1987; compensated dot product, Ogita, Rump and Oishi 2005. Checked on NIST's certified regressions.</para></remarks>
[Maturity(Maturity.Theorem, "normal equations")]
public static class LeastSquares
{
    private const double Unit = 1.0 / (1L << 52);
    private const double AffordableWork = 2e8;
    private const double DigitsOfEnergy = 1e-9;
    private const double WeakestPivotOfMoments = 1e-4;
    private const int MostRefinements = 4;

    /// <summary>The ground state from data.</summary>
    /// <param name="data">n rows of d features; n may be less than d.</param>
    /// <param name="moments">The data's moments if they are already known, else null; looked at only where they serve (see remarks).</param>
    /// <exception cref="ArgumentException">The moments are of other data.</exception>
    /// <exception cref="UnusableDataException">A moment overflows.</exception>
    public static GroundState Solve(LabelledData data, SecondMoments? moments = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (moments is not null && (moments.Columns != data.Columns || moments.Count != data.Rows))
            throw new ArgumentException($"Moments of {moments.Count} × {moments.Columns} numbers are not those of data of {data.Rows} × {data.Columns}.",
                nameof(moments));
        if ((double)data.Rows * data.Columns * data.Columns > AffordableWork)
        {
            (GroundState ground, bool accurate) = FromMoments(moments ?? SecondMoments.Of(data));
            if (accurate)
                return ground;
        }

        return FromRows(data);
    }

    /// <summary>The ground state from moments alone: 16 − 2 log₁₀ κ digits of ŵ, κ the condition number of the scaled columns.</summary>
    /// <param name="moments">Moments of n rows of d features.</param>
    public static GroundState Solve(SecondMoments moments)
    {
        ArgumentNullException.ThrowIfNull(moments);
        return FromMoments(moments).Ground;
    }

    /// <summary>
    /// (w − ŵ)·Σ(w − ŵ) ≥ 0, loss units: what parameters w release when they are refreshed to the ground state ŵ of these data
    /// (a warm refresh, w = ŵ of the data before the shift).
    /// </summary>
    /// <param name="moments">Σ, of the new data.</param>
    /// <param name="parameters">w, d numbers.</param>
    /// <param name="ground">The ground state of these moments' data.</param>
    /// <exception cref="ArgumentException">There are not d parameters.</exception>
    public static double RefreshRelease(this SecondMoments moments, ReadOnlySpan<double> parameters, GroundState ground)
    {
        ArgumentNullException.ThrowIfNull(moments);
        ArgumentNullException.ThrowIfNull(ground);
        double[] shift = [.. ground.Parameters];
        if (parameters.Length != moments.Columns || shift.Length != moments.Columns)
        {
            throw new ArgumentException(
                $"Expected {moments.Columns} parameters, got {parameters.Length} and a ground state of {shift.Length}.", nameof(parameters));
        }

        TensorPrimitives.Subtract(parameters, shift, shift);
        double release = 0;
        for (int i = 0; i < shift.Length; i++)
            release += shift[i] * TensorPrimitives.Dot(moments.Row(i), shift);
        return release;
    }

    private static (GroundState Ground, bool Accurate) FromMoments(SecondMoments moments)
    {
        var factor = QuadraticFactor.FromMoments((i, j) => moments[i, j], moments.CrossMoments, moments.TargetMoment);
        double[] parameters = factor.Minimizer();
        double rounding = moments.TargetMoment;
        for (int j = 0; j < parameters.Length; j++)
            rounding += moments[j, j] * parameters[j] * parameters[j];
        rounding *= 8 * Unit;
        Status status = factor.Rank < factor.Columns ? Status.RankDeficient : Status.Defined;
        bool accurate = status == Status.Defined && factor.WeakestPivot > WeakestPivotOfMoments && rounding < DigitsOfEnergy * factor.Floor;
        return (Ground(parameters, factor.Floor, rounding, status), accurate);
    }

    private static GroundState FromRows(LabelledData data)
    {
        QuadraticFactor factor = HouseholderTriangle.Of(data);
        double[] parameters = factor.Minimizer();
        Residuals best = Residuals.Of(data, parameters);
        double last = double.PositiveInfinity;
        for (int step = 0; step < MostRefinements; step++)
        {
            double[] change = factor.Step(best.Gradient);
            double size = change.Zip(parameters, (delta, w) => Math.Abs(delta) / Math.Max(Math.Abs(w), double.Epsilon)).Max();
            double[] refined = [.. parameters.Zip(change, (w, delta) => w + delta)];
            Residuals next = Residuals.Of(data, refined);
            if (!(size < last / 2) || next.SumOfSquares > best.SumOfSquares * (1 + Unit))
                break;
            (parameters, best, last) = (refined, next, size);
        }

        Status status = factor.Rank < factor.Columns ? Status.RankDeficient : Status.Defined;
        return Ground(parameters, best.SumOfSquares / data.Rows, 256 * Unit * Unit * best.Magnitude / data.Rows, status);
    }

    private static GroundState Ground(double[] parameters, double energy, double rounding, Status status) =>
        energy > rounding
            ? new GroundState(parameters, energy, status)
            : new GroundState(parameters, 0, status | Status.Interpolation);

    /// <summary>r = y − X w and what follows from it, in twice the working precision.</summary>
    /// <param name="SumOfSquares">|r|².</param>
    /// <param name="Gradient">Xᵀr.</param>
    /// <param name="Magnitude">Σᵢ (|yᵢ| + Σⱼ |xᵢⱼ wⱼ|)²: what |r|² is a rounding error of.</param>
    private sealed record Residuals(double SumOfSquares, double[] Gradient, double Magnitude)
    {
        public static Residuals Of(LabelledData data, double[] w)
        {
            ReadOnlySpan<double> targets = data.Targets.Span;
            double[] gradient = new double[w.Length], lost = new double[w.Length];
            var squares = default(CompensatedSum);
            double magnitude = 0;
            for (int i = 0; i < targets.Length; i++)
            {
                ReadOnlySpan<double> row = data.Row(i);
                (double residual, double rest, double size) = (targets[i], 0, Math.Abs(targets[i]));
                for (int j = 0; j < row.Length; j++)
                {
                    size += Math.Abs(row[j] * w[j]);
                    AddProduct(-row[j], w[j], ref residual, ref rest);
                }

                residual += rest;
                magnitude += size * size;
                squares.Add(residual * residual);
                for (int j = 0; j < row.Length; j++)
                    AddProduct(row[j], residual, ref gradient[j], ref lost[j]);
            }

            return new Residuals(squares.Value, [.. gradient.Zip(lost, (sum, rest) => sum + rest)], magnitude);
        }

        /// <summary>sum + lost += a·b without rounding but in the last digits of lost.</summary>
        private static void AddProduct(double a, double b, ref double sum, ref double lost)
        {
            double product = a * b, total = sum + product, taken = total - sum;
            lost += Math.FusedMultiplyAdd(a, b, -product) + (sum - (total - taken)) + (product - taken);
            sum = total;
        }
    }
}
