using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;

namespace ML.Thermo.Benchmarks;

/// <summary>Counts the steps that training takes from given parameters to a fraction of their excess energy.</summary>
internal sealed class ComplexityDescent
{
    /// <summary>Steps after which a run is given up and reported as censored.</summary>
    public const long GradientCap = 200_000, StochasticCap = 1_000_000;

    private const int BatchSize = 32;

    private readonly LabelledData _data;
    private readonly Energy _energy;
    private readonly double[] _ground;
    private readonly double _groundEnergy, _smoothness;
    private readonly Vector<double> _spectrum;
    private readonly Matrix<double> _directions;

    public ComplexityDescent(ComplexitySet set, GroundState ground)
    {
        (_data, _energy, _ground) = (set.Data, set.Energy, [.. ground.Parameters]);
        _groundEnergy = Energy(_ground);
        (_spectrum, _directions) = Spectrum(MomentMatrix(_data));
        _smoothness = LargestCurvature(_energy) * _spectrum.Maximum();
    }

    /// <summary>(1/n) XᵀX.</summary>
    public static Matrix<double> MomentMatrix(LabelledData data)
    {
        Matrix<double> x = Matrix<double>.Build.DenseOfRowMajor(data.Rows, data.Columns, data.Features.ToArray());
        return x.TransposeThisAndMultiply(x) / data.Rows;
    }

    public static (Vector<double> Values, Matrix<double> Directions) Spectrum(Matrix<double> symmetric)
    {
        var evd = symmetric.Evd(Symmetricity.Symmetric);
        return (evd.EigenValues.Real().PointwiseMaximum(0), evd.EigenVectors);
    }

    public double Energy(ReadOnlySpan<double> w)
    {
        double sum = 0;
        for (int i = 0; i < _data.Rows; i++)
            sum += _energy.Loss(TensorPrimitives.Dot(_data.Row(i), w), _data.Targets.Span[i]);
        return sum / _data.Rows;
    }

    /// <summary>
    /// Full gradient descent with step 1/L, L the largest eigenvalue that the Hessian takes anywhere: it is 2Σ for the squared loss and
    /// at most Σ/4 for cross-entropy. For the squared loss steps are counted in the eigenbasis, exactly and without a cap.
    /// </summary>
    /// <returns>For each fraction, ascending steps; −1 where the cap came first.</returns>
    public long[] GradientSteps(double[] start, double[] fractions)
    {
        if (_energy == Energies.Energy.MeanSquared)
            return [.. fractions.Select(fraction => QuadraticSteps(start, fraction))];
        double[] w = [.. start], gradient = new double[w.Length];
        double initial = Energy(w) - _groundEnergy;
        long[] steps = [.. fractions.Select(_ => -1L)];
        for (long t = 1; t <= GradientCap && steps[^1] < 0; t++)
        {
            double energy = Gradient(w, gradient);
            for (int k = 0; k < fractions.Length; k++)
            {
                if (steps[k] < 0 && energy - _groundEnergy <= fractions[k] * initial)
                    steps[k] = t - 1;
            }

            TensorPrimitives.MultiplyAdd(gradient, -1 / _smoothness, w, w);
        }

        return steps;
    }

    /// <summary>
    /// Stochastic gradient descent on batches drawn with replacement. The step is constant: the largest that is stable, 1/(L + Lmax/B)
    /// with Lmax the largest curvature of one point, or less where the stationary excess energy that theory predicts, (ηc/4B) tr H with
    /// gradient noise cH (c = 2E_min for the squared loss, 1 for cross-entropy), would exceed a quarter of the target.
    /// </summary>
    /// <returns>Steps, looked at on a grid five per cent apart, −1 where the cap came first; and whether noise set the step.</returns>
    public (long Steps, bool NoiseLimited) StochasticSteps(double[] start, double fraction, double hessianTrace, ulong seed)
    {
        double largest = 0;
        for (int i = 0; i < _data.Rows; i++)
            largest = Math.Max(largest, LargestCurvature(_energy) * TensorPrimitives.SumOfSquares(_data.Row(i)));
        double target = fraction * (Energy(start) - _groundEnergy);
        double noise = _energy == Energies.Energy.MeanSquared ? 2 * _groundEnergy : 1;
        double stable = 1 / (_smoothness + (largest / BatchSize)), quiet = 0.25 * target * 4 * BatchSize / (noise * hessianTrace);
        double step = Math.Min(stable, quiet);

        double[] w = [.. start];
        var random = new RandomStream(seed, 0);
        long next = 1;
        for (long t = 1; t <= StochasticCap; t++)
        {
            StochasticStep(w, step, random);
            if (t < next && t != StochasticCap)
                continue;
            if (Excess(w) <= target)
                return (t, quiet < stable);
            next = (long)Math.Ceiling(t * 1.05);
        }

        return (-1, quiet < stable);
    }

    private static double LargestCurvature(Energy energy) => energy == Energies.Energy.MeanSquared ? 2 : 0.25;

    /// <summary>Smallest t with Σ λᵢ cᵢ² (1 − λᵢ/λ_max)^2t at most a fraction of its first value: found by doubling and halving.</summary>
    private long QuadraticSteps(double[] start, double fraction)
    {
        Vector<double> offset = _directions.TransposeThisAndMultiply(Vector<double>.Build.Dense([.. start.Zip(_ground, (w, g) => w - g)]));
        double top = _spectrum.Maximum();
        double Excess(double t)
        {
            double sum = 0;
            for (int i = 0; i < offset.Count; i++)
                sum += _spectrum[i] * offset[i] * offset[i] * Math.Pow(1 - (_spectrum[i] / top), 2 * t);
            return sum;
        }

        double target = fraction * Excess(0);
        long high = 1, low = 0;
        while (Excess(high) > target)
            (low, high) = (high, 2 * high);
        while (high - low > 1)
        {
            long middle = low + ((high - low) / 2);
            (low, high) = Excess(middle) > target ? (middle, high) : (low, middle);
        }

        return high;
    }

    private double Excess(double[] w)
    {
        if (_energy != Energies.Energy.MeanSquared)
            return Energy(w) - _groundEnergy;
        Vector<double> offset = _directions.TransposeThisAndMultiply(Vector<double>.Build.Dense([.. w.Zip(_ground, (a, b) => a - b)]));
        return offset.PointwiseMultiply(offset).DotProduct(_spectrum);
    }

    private double Gradient(double[] w, double[] gradient)
    {
        Array.Clear(gradient);
        double energy = 0;
        for (int i = 0; i < _data.Rows; i++)
        {
            double output = TensorPrimitives.Dot(_data.Row(i), w), target = _data.Targets.Span[i];
            energy += _energy.Loss(output, target);
            TensorPrimitives.MultiplyAdd(_data.Row(i), _energy.Slope(output, target) / _data.Rows, gradient, gradient);
        }

        return energy / _data.Rows;
    }

    private void StochasticStep(double[] w, double step, RandomStream random)
    {
        Span<double> gradient = stackalloc double[w.Length];
        gradient.Clear();
        for (int b = 0; b < BatchSize; b++)
        {
            int i = (int)random.NextInteger(_data.Rows);
            double slope = _energy.Slope(TensorPrimitives.Dot(_data.Row(i), w), _data.Targets.Span[i]);
            TensorPrimitives.MultiplyAdd(_data.Row(i), slope / BatchSize, gradient, gradient);
        }

        TensorPrimitives.MultiplyAdd(gradient, -step, w, w);
    }
}
