using MathNet.Numerics.LinearAlgebra;

namespace ML.Thermo.Dynamics.Learning;

/// <summary>Least squares from normal equations, with some coefficients not negative: the active-set method of Lawson and Hanson, free coefficients
/// never leaving.</summary>
internal sealed class BoundedLeastSquares
{
    private const double Negligible = 1e-12;
    private readonly int _count;
    private readonly Matrix<double> _gram; // columns scaled to length one
    private readonly double[] _scales, _products;
    private readonly Func<int, bool> _isBounded;

    public BoundedLeastSquares(NormalEquations equations, int count, Func<int, bool> isBounded)
    {
        (_count, _isBounded) = (count, isBounded);
        _scales = new double[count];
        for (int i = 0; i < count; i++)
            _scales[i] = Math.Sqrt(equations.Gram[(i * count) + i]);
        Determined = [.. Enumerable.Range(0, count).Where(i => _scales[i] > 0)];
        _products = [.. Enumerable.Range(0, count).Select(i => _scales[i] > 0 ? equations.Products[i] / _scales[i] : 0)];
        _gram = Matrix<double>.Build.Dense(count, count, (i, j) =>
            _scales[i] > 0 && _scales[j] > 0 ? equations.Gram[(Math.Min(i, j) * count) + Math.Max(i, j)] / (_scales[i] * _scales[j]) : 0);
    }

    /// <summary>Coefficients that some row speaks of.</summary>
    public int[] Determined { get; }

    /// <summary>Coefficients that are not held at zero by their bound, after <see cref="Solve"/>.</summary>
    public int[] Passive { get; private set; } = [];

    /// <summary>Whether some combination of the coefficients is not determined.</summary>
    public bool IsDeficient { get; private set; }

    /// <summary>The coefficients; zero where undetermined or at their bound.</summary>
    public double[] Solve()
    {
        // Where the optimum without bounds keeps them, it is the optimum with them.
        var passive = new SortedSet<int>(Determined);
        double[] x = Restricted(passive);
        if (Determined.Any(i => _isBounded(i) && x[i] <= 0))
        {
            passive = [.. Determined.Where(i => !_isBounded(i))];
            x = Grow(passive);
        }

        Passive = [.. passive];
        return [.. x.Select((value, i) => _scales[i] > 0 ? value / _scales[i] : 0)];
    }

    /// <summary>Frees one coefficient after the other, as long as one would grow.</summary>
    private double[] Grow(SortedSet<int> passive)
    {
        IsDeficient = false;
        double[] x = Restricted(passive);
        for (int round = 0; round < 3 * _count; round++)
        {
            Vector<double> gradient = Vector<double>.Build.DenseOfArray(_products) - (_gram * Vector<double>.Build.DenseOfArray(x));
            int enter = Determined.Where(i => !passive.Contains(i)).DefaultIfEmpty(-1).MaxBy(i => i < 0 ? double.NegativeInfinity : gradient[i]);
            if (enter < 0 || gradient[enter] <= 1e-12 * _products.Max(Math.Abs))
                break;
            passive.Add(enter);
            x = Feasible(x, passive, enter);
        }

        return x;
    }

    /// <summary>H⁻¹ on the passive coefficients, in their own units; zero elsewhere.</summary>
    public double[,] Inverse()
    {
        double[,] inverse = new double[_count, _count];
        if (Passive.Length == 0)
            return inverse;
        Matrix<double> part = Sub(Passive).Inverse();
        for (int a = 0; a < Passive.Length; a++)
        {
            for (int b = 0; b < Passive.Length; b++)
                inverse[Passive[a], Passive[b]] = part[a, b] / (_scales[Passive[a]] * _scales[Passive[b]]);
        }

        return inverse;
    }

    /// <summary>Walks from a feasible point towards the unbounded optimum of the passive set, dropping what would turn negative.</summary>
    private double[] Feasible(double[] from, SortedSet<int> passive, int enter)
    {
        double[] x = [.. from];
        while (true)
        {
            double[] to = Restricted(passive);
            int[] negative = [.. passive.Where(i => _isBounded(i) && to[i] <= 0)];
            if (negative.Length == 0)
                return to;
            if (negative.Contains(enter) && x[enter] == 0 && negative.Length == 1 && to[enter] <= 0)
            {
                passive.Remove(enter); // rounding let it in
                return Restricted(passive);
            }

            double share = negative.Where(i => i != enter || x[i] > 0).Select(i => x[i] / (x[i] - to[i])).DefaultIfEmpty(0).Min();
            for (int i = 0; i < _count; i++)
                x[i] += share * (to[i] - x[i]);
            foreach (int i in negative.Where(i => x[i] <= 1e-14 && (i != enter || x[i] < 0)))
            {
                x[i] = 0;
                passive.Remove(i);
            }
        }
    }

    private double[] Restricted(SortedSet<int> passive)
    {
        double[] x = new double[_count];
        if (passive.Count == 0)
            return x;
        int[] places = [.. passive];
        Vector<double> solution = Sub(places).Cholesky().Solve(Vector<double>.Build.Dense(places.Length, a => _products[places[a]]));
        for (int a = 0; a < places.Length; a++)
            x[places[a]] = solution[a];
        return x;
    }

    /// <summary>The matrix of some coefficients, lifted off singularity where they are not determined.</summary>
    private Matrix<double> Sub(int[] places)
    {
        Matrix<double> part = Matrix<double>.Build.Dense(places.Length, places.Length, (a, b) => _gram[places[a], places[b]]);
        double least = part.Evd(Symmetricity.Symmetric).EigenValues.Real().Minimum();
        if (least < Negligible)
        {
            IsDeficient = true;
            part += Matrix<double>.Build.DenseIdentity(places.Length) * (Negligible - Math.Min(0, least));
        }

        return part;
    }
}
