using System.Numerics.Tensors;
using ML.Thermo.Energies;

namespace ML.Thermo.Langevin;

/// <summary>
/// The mean loss of a linear model with intercept, E = Σwᵢ loss(zᵢ, yᵢ)/Σwᵢ + (λ/2)|w|², as a potential with minibatches. Parameters: the d weights,
/// then the intercept; for K classes so for each class but the first, whose logit is zero.</summary>
/// <remarks>
/// <para>Regularisation spares the intercept; for classes it is that of the weights about their mean over all classes, so that no class is
/// special. Outputs are single precision, sums over rows double. An instance serves one thread.</para>
/// <para>With variance reduction a minibatch corrects the whole gradient of the last reading by how its own rows' slopes have changed since
/// (SVRG; Johnson and Zhang 2013, Dubey and others 2016): the same mean, hardly any noise, at no extra pass over the data.</para></remarks>
[Maturity(Maturity.Paper, "the loss as potential energy")]
public sealed class LinearPotential : IPotential
{
    private const int BlockRows = 256;

    private readonly TrainingRows _rows;
    private readonly OutputLoss _loss;
    private readonly double _l2, _shared;
    private readonly int _batchRows;
    private readonly float[]? _referenceSlopes;
    private readonly double[] _referenceGradient, _outputs, _interceptSums;
    private readonly float[][] _weights, _sums;
    private readonly float[] _intercepts;

    private LinearPotential(TrainingRows rows, OutputLoss loss, double l2, int batchRows, bool reducesVariance, double shared)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchRows, 1);
        if (!(l2 >= 0 && double.IsFinite(l2)))
            throw new ArgumentOutOfRangeException(nameof(l2), l2, "Expected a finite regularisation ≥ 0.");
        for (int i = 0; i < rows.Count; i++)
        {
            if (loss.Reject(rows.Targets[i]) is string expected)
                throw new UnusableDataException($"A target is {rows.Targets[i]}: expected {expected}.");
        }

        (_rows, _loss, _l2, _shared) = (rows, loss, l2, shared);
        _batchRows = Math.Min(batchRows, rows.Count);
        Batches = (rows.Count + _batchRows - 1) / _batchRows;
        Dimension = loss.Outputs * (rows.Dimension + 1);
        _referenceSlopes = reducesVariance && Batches > 1 ? new float[(long)rows.Count * loss.Outputs] : null;
        (_referenceGradient, _outputs, _interceptSums) = (new double[Dimension], new double[loss.Outputs], new double[loss.Outputs]);
        _weights = [.. Enumerable.Range(0, loss.Outputs).Select(_ => new float[rows.Dimension])];
        _sums = [.. _weights.Select(weights => new float[weights.Length])];
        _intercepts = new float[loss.Outputs];
    }

    /// <inheritdoc/>
    public int Dimension { get; }

    /// <inheritdoc/>
    public int Batches { get; }

    /// <summary>A model with one output.</summary>
    /// <param name="rows">The data.</param>
    /// <param name="energy">The loss.</param>
    /// <param name="l2">λ ≥ 0.</param>
    /// <param name="batchRows">Rows a minibatch, ≥ 1; all where there are no more.</param>
    /// <param name="reducesVariance">Whether minibatches correct the last whole gradient.</param>
    /// <exception cref="UnusableDataException">A target is outside the energy's domain.</exception>
    /// <exception cref="ArgumentOutOfRangeException">λ or the number of rows is outside its range.</exception>
    public static LinearPotential Of(TrainingRows rows, Energy energy, double l2 = 0, int batchRows = int.MaxValue, bool reducesVariance = true)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(energy);
        return new LinearPotential(rows, OutputLoss.Of(energy), l2, batchRows, reducesVariance, 0);
    }

    /// <summary>A softmax over classes.</summary>
    /// <param name="rows">The data; targets 0 … K − 1.</param>
    /// <param name="classes">K ≥ 2.</param>
    /// <param name="l2">λ ≥ 0.</param>
    /// <param name="batchRows">Rows a minibatch, ≥ 1; all where there are no more.</param>
    /// <param name="reducesVariance">Whether minibatches correct the last whole gradient.</param>
    /// <exception cref="UnusableDataException">A target is not the number of a class.</exception>
    /// <exception cref="ArgumentOutOfRangeException">λ, the classes or the number of rows are outside their range.</exception>
    public static LinearPotential Softmax(TrainingRows rows, int classes, double l2 = 0, int batchRows = int.MaxValue, bool reducesVariance = true)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        return new LinearPotential(rows, OutputLoss.Softmax(classes), l2, batchRows, reducesVariance, 1.0 / classes);
    }

    /// <inheritdoc/>
    public void Gradient(ReadOnlySpan<double> parameters, int batch, Span<double> gradient)
    {
        Load(parameters);
        int start = batch * _batchRows, end = Math.Min(start + _batchRows, _rows.Count);
        gradient.Clear();
        for (int block = start; block < end; block += BlockRows)
        {
            for (int i = block; i < Math.Min(block + BlockRows, end); i++)
            {
                Evaluate(i);
                _loss.Slopes(_outputs, _rows.Targets[i]);
                if (_referenceSlopes is not null)
                {
                    for (int k = 0; k < _outputs.Length; k++)
                        _outputs[k] -= _referenceSlopes[((long)i * _outputs.Length) + k];
                }

                AddSlopes(i);
            }

            AddSums(gradient);
        }

        TensorPrimitives.Multiply(gradient, Batches / _rows.TotalWeight, gradient);
        if (_referenceSlopes is not null)
            TensorPrimitives.Add(gradient, _referenceGradient, gradient);
        Regularize(parameters, gradient);
    }

    /// <inheritdoc/>
    public PotentialReading Read(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        Load(parameters);
        gradient.Clear();
        double energy = 0, squares = 0, laplacian = 0, pivot = double.NaN;
        for (int block = 0; block < _rows.Count; block += BlockRows)
        {
            for (int i = block; i < Math.Min(block + BlockRows, _rows.Count); i++)
            {
                Evaluate(i);
                (double loss, double curvature) = _loss.Read(_outputs, _rows.Targets[i]);
                pivot = double.IsNaN(pivot) ? loss : pivot;
                double weight = _rows.Weights[i], deviation = loss - pivot;
                energy += weight * deviation;
                squares += weight * deviation * deviation;
                laplacian += weight * curvature * (_rows.SquaredNorm(i) + 1);
                for (int k = 0; _referenceSlopes is not null && k < _outputs.Length; k++)
                    _referenceSlopes[((long)i * _outputs.Length) + k] = (float)_outputs[k];
                AddSlopes(i);
            }

            AddSums(gradient);
        }

        double total = _rows.TotalWeight, n = _rows.Count, mean = energy / total;
        TensorPrimitives.Divide(gradient, total, gradient);
        gradient.CopyTo(_referenceGradient);
        double penalty = Regularize(parameters, gradient);
        double variance = Math.Max((squares / total) - (mean * mean), 0) / (n - 1); // of a mean over n fresh rows
        return new PotentialReading(pivot + mean + penalty, (laplacian / total) + (_l2 * _rows.Dimension * _loss.Outputs * (1 - _shared)), variance);
    }

    /// <summary>A quarter of the longest step at which the chain is stable, roughly: ½/(c(λ + tr/B) + l2), c the loss's curvature, λ and tr the
    /// largest eigenvalue and the trace of the features' second moments, B the rows of a minibatch.</summary>
    /// <returns>η, parameter units squared per loss unit. For the absolute error c is one over <see cref="EnergyScale"/>.</returns>
    public double SuggestStepSize()
    {
        double curvature = double.IsNaN(_loss.CurvatureBound) ? 1 / EnergyScale() : _loss.CurvatureBound;
        (double largest, double trace) = FeatureMoments.Of(_rows);
        return 0.5 / ((curvature * (largest + (trace / _batchRows))) + _l2);
    }

    /// <summary>The energy that the targets' spread amounts to, loss units: their variance, their mean absolute deviation, or one nat; 1 where there is
    /// none.</summary>
    public double EnergyScale()
    {
        double mean = 0, spread = 0;
        for (int i = 0; i < _rows.Count; i++)
            mean += _rows.Weights[i] / _rows.TotalWeight * _rows.Targets[i];
        for (int i = 0; i < _rows.Count; i++)
            spread += _rows.Weights[i] / _rows.TotalWeight * _loss.Spread(_rows.Targets[i] - mean);
        return spread > 0 ? spread : 1;
    }

    private void Load(ReadOnlySpan<double> parameters)
    {
        int d = _rows.Dimension;
        for (int k = 0; k < _weights.Length; k++)
        {
            TensorPrimitives.ConvertTruncating<double, float>(parameters.Slice(k * (d + 1), d), _weights[k]);
            _intercepts[k] = (float)parameters[(k * (d + 1)) + d];
        }
    }

    private void Evaluate(int row)
    {
        for (int k = 0; k < _outputs.Length; k++)
            _outputs[k] = _rows.Dot(row, _weights[k]) + _intercepts[k];
    }

    private void AddSlopes(int row)
    {
        double weight = _rows.Weights[row];
        for (int k = 0; k < _outputs.Length; k++)
        {
            double slope = weight * _outputs[k];
            _rows.AddTo(row, (float)slope, _sums[k]);
            _interceptSums[k] += slope;
        }
    }

    /// <summary>Moves the sums of a block to the gradient.</summary>
    private void AddSums(Span<double> gradient)
    {
        int d = _rows.Dimension;
        for (int k = 0; k < _sums.Length; k++)
        {
            Span<double> place = gradient.Slice(k * (d + 1), d);
            for (int j = 0; j < d; j++)
                place[j] += _sums[k][j];
            gradient[(k * (d + 1)) + d] += _interceptSums[k];
            Array.Clear(_sums[k]);
        }

        Array.Clear(_interceptSums);
    }

    /// <summary>Adds the penalty's gradient λ(wₖ − w̄), w̄ the mean over all classes (zero for one output), and gives the penalty.</summary>
    private double Regularize(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        if (_l2 == 0)
            return 0;
        int d = _rows.Dimension;
        double penalty = 0;
        for (int j = 0; j < d; j++)
        {
            double mean = 0;
            for (int k = 0; k < _weights.Length; k++)
                mean += _shared * parameters[(k * (d + 1)) + j];
            for (int k = 0; k < _weights.Length; k++)
            {
                double weight = parameters[(k * (d + 1)) + j];
                gradient[(k * (d + 1)) + j] += _l2 * (weight - mean);
                penalty += _l2 / 2 * weight * (weight - mean);
            }
        }

        return penalty;
    }
}
