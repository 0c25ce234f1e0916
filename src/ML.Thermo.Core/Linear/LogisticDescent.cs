using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;
using ML.Thermo.Energies;
using ML.Thermo.Numerics;

namespace ML.Thermo.Linear;

/// <summary>Damped Newton on Σ softplus(aᵢ·w + oᵢ)/n, with a proof of what it ends in: a minimum, or a direction without one.</summary>
/// <param name="rows">n × d signed features aᵢ, row-major.</param>
/// <param name="offsets">n signed offsets oᵢ.</param>
/// <param name="cancellation">Stops between iterations.</param>
internal sealed class LogisticDescent(double[] rows, double[] offsets, CancellationToken cancellation)
{
    private const int MostIterations = 200;

    /// <summary>A full Newton step that moves no output by more has arrived; quadratic convergence squares it. Along a direction
    /// without a minimum every step moves outputs by about one, however small the gradient.</summary>
    private const double Arrived = 1e-7;

    /// <summary>A movement below this part of the largest lies in the separating hyperplane.</summary>
    private const double OnPlane = 1e-9;

    private readonly int _rows = offsets.Length, _columns = rows.Length / offsets.Length;

    /// <summary>Minimises, or finds the infimum.</summary>
    public GroundState Solve()
    {
        var columns = new IndependentColumns(rows, _columns);
        Status status = columns.Deficient ? Status.RankDeficient : Status.Defined;
        double[] x = columns.Select(rows), w = new double[columns.Chosen.Length];
        double energy = Energy(x, w);
        for (int iteration = 0; iteration < MostIterations && w.Length > 0; iteration++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (NewtonStep(x, w) is not { } step)
                return new GroundState(columns.LeastNorm(w), energy, status | Status.NotConverged);
            double[] moves = Outputs(x, step);
            double largest = Math.Abs(TensorPrimitives.MaxMagnitude<double>(moves));
            bool arrived = largest < Arrived;
            double damping = arrived ? 1 : Damping(x, w, step, energy);
            TensorPrimitives.MultiplyAdd(step, damping, w, w);
            energy = Energy(x, w);
            if (arrived)
                return new GroundState(columns.LeastNorm(w), energy, status);
            if (Separated(Outputs(x, w), 0) is { } all)
                return WithoutMinimum(columns.LeastNorm(w), all, status);
            if (Separated(moves, OnPlane * largest) is { } some)
                return WithoutMinimum(columns.LeastNorm(step), some, status);
        }

        return new GroundState(columns.LeastNorm(w), energy, w.Length == 0 ? status : status | Status.NotConverged);
    }

    /// <summary>Which rows a direction separates: aᵢ·v &lt; 0; null if some row is on the wrong side, or all lie in the plane.</summary>
    private static bool[]? Separated(double[] products, double tolerance) =>
        products.All(product => product <= tolerance) && products.Any(product => product < -tolerance)
            ? [.. products.Select(product => product < -tolerance)]
            : null;

    /// <summary>Far along the direction the separated rows cost nothing, so the infimum is that of the others.</summary>
    private GroundState WithoutMinimum(double[] direction, bool[] separated, Status status)
    {
        int[] others = [.. Enumerable.Range(0, _rows).Where(i => !separated[i])];
        double energy = 0;
        if (others.Length > 0)
        {
            double[] theirRows = [.. others.SelectMany(i => rows.Skip(i * _columns).Take(_columns))];
            GroundState rest = new LogisticDescent(theirRows, [.. others.Select(i => offsets[i])], cancellation).Solve();
            energy = rest.Energy * others.Length / _rows;
            status |= rest.Status & Status.NotConverged;
        }

        return new GroundState(direction, energy, status | Status.Separable);
    }

    /// <summary>−H⁻¹g, or null where the Hessian is singular to double precision.</summary>
    private double[]? NewtonStep(double[] x, double[] w)
    {
        double[] z = Outputs(x, w), curvatures = new double[_rows], gradient = new double[w.Length];
        for (int i = 0; i < _rows; i++)
        {
            z[i] += offsets[i];
            curvatures[i] = Energies.Energy.CrossEntropy.Curvature(z[i], 0);
            double slope = -Energies.Energy.CrossEntropy.Slope(z[i], 0);
            TensorPrimitives.MultiplyAdd(x.AsSpan(i * w.Length, w.Length), slope, gradient, gradient);
        }

        Matrix<double> hessian = WeightedGram.Of(x, curvatures);
        var scale = Vector<double>.Build.DenseOfEnumerable(hessian.Diagonal().Select(h => 1 / Math.Sqrt(h)));
        hessian.MapIndexedInplace((j, k, h) => h * scale[j] * scale[k]);
        try
        {
            Cholesky<double> factors = hessian.Cholesky();
            return [.. factors.Solve(Vector<double>.Build.Dense(gradient).PointwiseMultiply(scale)).PointwiseMultiply(scale)];
        }
        catch (ArgumentException) // not positive definite
        {
            return null;
        }
    }

    /// <summary>The largest power of ½ with which the step lowers the energy by a part of what its gradient promises.</summary>
    private double Damping(double[] x, double[] w, double[] step, double energy)
    {
        double[] trial = new double[w.Length];
        double damping = 1;
        for (; damping > 1e-10; damping /= 2)
        {
            TensorPrimitives.MultiplyAdd(step, damping, w, trial);
            if (Energy(x, trial) < energy)
                break;
        }

        return damping;
    }

    private double Energy(double[] x, double[] w)
    {
        double[] losses = Outputs(x, w);
        for (int i = 0; i < _rows; i++)
            losses[i] = Energies.Energy.CrossEntropy.Loss(losses[i] + offsets[i], 0);
        return CompensatedSum.Of(losses) / _rows;
    }

    private double[] Outputs(double[] x, double[] w)
    {
        double[] z = new double[_rows];
        for (int i = 0; i < _rows; i++)
            z[i] = TensorPrimitives.Dot<double>(x.AsSpan(i * w.Length, w.Length), w);
        return z;
    }
}
