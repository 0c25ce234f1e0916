using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;
using ML.Thermo.Energies;
using ML.Thermo.Linear.Algebra;
using ML.Thermo.Numerics;

namespace ML.Thermo.Linear.Logistic;

/// <summary>Damped Newton on Σ softplus(aᵢ·w + oᵢ)/n, with a proof of what it ends in: a minimum, or a direction without one.</summary>
/// <param name="rows">n × d signed features aᵢ, row-major.</param>
/// <param name="offsets">n signed offsets oᵢ.</param>
/// <param name="cancellation">Stops between iterations.</param>
internal sealed class LogisticNewton(double[] rows, double[] offsets, CancellationToken cancellation)
{
    private const int MostIterations = 200;

    /// <summary>A full Newton step that moves no output by more has arrived; quadratic convergence squares it. Along a direction
    /// without a minimum every step moves outputs by about one, however small the gradient.</summary>
    private const double Arrived = 1e-7;

    /// <summary>A row that moves by less than this part of its size times that of the step lies in the separating hyperplane.</summary>
    private const double OnPlane = 1e-9;

    private readonly int _rows = offsets.Length, _columns = rows.Length / offsets.Length;

    /// <summary>Minimises, or finds the infimum.</summary>
    public GroundState Solve()
    {
        var columns = new IndependentColumns(rows, _columns);
        Status status = columns.Deficient ? Status.RankDeficient : Status.Defined;
        double[] x = columns.Select(rows), w = new double[columns.Chosen.Length];
        double energy = EnergyAt(x, w);
        (double[] rowSizes, double[] columnSizes) = Sizes(x, w.Length);
        for (int iteration = 0; iteration < MostIterations && w.Length > 0; iteration++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (NewtonStep(x, w) is not { } step)
                return new GroundState(columns.LeastNorm(w), energy, status | Status.NotConverged);
            double[] moves = Outputs(x, step);
            bool arrived = Math.Abs(TensorPrimitives.MaxMagnitude<double>(moves)) < Arrived;
            double damping = arrived ? 1 : Damping(x, w, step, energy);
            TensorPrimitives.MultiplyAdd(step, damping, w, w);
            energy = EnergyAt(x, w);
            if (arrived)
                return new GroundState(columns.LeastNorm(w), energy, status);
            if (Separated(Outputs(x, w), rowSizes, 0) is { } all)
                return WithoutMinimum(columns.LeastNorm(w), all, status);
            double stepSize = step.Zip(columnSizes, (change, size) => Math.Abs(change) * size).Max();
            if (Separated(moves, rowSizes, OnPlane * stepSize) is { } some)
                return WithoutMinimum(columns.LeastNorm(step), some, status);
        }

        return new GroundState(columns.LeastNorm(w), energy, w.Length == 0 ? status : status | Status.NotConverged);
    }

    /// <summary>E(0) − ½ g·H⁻¹g, what one Newton step from w = 0 promises.</summary>
    public double OneStepEnergy()
    {
        var columns = new IndependentColumns(rows, _columns);
        double[] x = columns.Select(rows), zero = new double[columns.Chosen.Length];
        double energy = EnergyAt(x, zero);
        if (zero.Length == 0)
            return energy;
        double[] moves = Outputs(x, NewtonStep(x, zero)!); // at w = 0 the Hessian is that of independent columns
        for (int i = 0; i < _rows; i++)
            energy += 0.5 * moves[i] * Energy.CrossEntropy.Slope(offsets[i], 0) / _rows;
        return energy;
    }

    /// <summary>Which rows a direction separates: aᵢ·v &lt; 0; null if some row is on the wrong side, or all lie in the plane.</summary>
    private static bool[]? Separated(double[] products, double[] rowSizes, double tolerance)
    {
        bool[] separated = [.. products.Select((product, i) => product < -tolerance * rowSizes[i])];
        return separated.Contains(true) && products.Zip(rowSizes).All(row => row.First <= tolerance * row.Second) ? separated : null;
    }

    /// <summary>Far along the direction the separated rows cost nothing, so the infimum is that of the others.</summary>
    private GroundState WithoutMinimum(double[] direction, bool[] separated, Status status)
    {
        int[] others = [.. Enumerable.Range(0, _rows).Where(i => !separated[i])];
        double energy = 0;
        if (others.Length > 0)
        {
            double[] theirRows = [.. others.SelectMany(i => rows.Skip(i * _columns).Take(_columns))];
            GroundState rest = new LogisticNewton(theirRows, [.. others.Select(i => offsets[i])], cancellation).Solve();
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
            curvatures[i] = Energy.CrossEntropy.Curvature(z[i], 0);
            double slope = -Energy.CrossEntropy.Slope(z[i], 0);
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

    /// <summary>The largest power of ½ with which the step does not raise the energy, rounding aside.</summary>
    private double Damping(double[] x, double[] w, double[] step, double energy)
    {
        double[] trial = new double[w.Length];
        double damping = 1;
        for (; damping > 1e-10; damping /= 2)
        {
            TensorPrimitives.MultiplyAdd(step, damping, w, trial);
            if (EnergyAt(x, trial) <= energy * (1 + 1e-14))
                break;
        }

        return damping;
    }

    /// <summary>The largest feature of each column, and of each row in units of its column's.</summary>
    private (double[] Rows, double[] Columns) Sizes(double[] x, int columns)
    {
        double[] ofRows = new double[_rows], ofColumns = new double[columns];
        for (int cell = 0; cell < x.Length; cell++)
            ofColumns[cell % columns] = Math.Max(ofColumns[cell % columns], Math.Abs(x[cell]));
        for (int cell = 0; cell < x.Length; cell++)
            ofRows[cell / columns] = Math.Max(ofRows[cell / columns], Math.Abs(x[cell]) / ofColumns[cell % columns]);
        return (ofRows, ofColumns);
    }

    private double EnergyAt(double[] x, double[] w)
    {
        double[] losses = Outputs(x, w);
        for (int i = 0; i < _rows; i++)
            losses[i] = Energy.CrossEntropy.Loss(losses[i] + offsets[i], 0);
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
