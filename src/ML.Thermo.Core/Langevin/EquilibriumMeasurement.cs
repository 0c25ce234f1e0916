using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using ML.Thermo.Curvature;
using ML.Thermo.Entropies;
using ML.Thermo.Numerics;

namespace ML.Thermo.Langevin;

/// <summary>Gathers what the steps and epochs after the warm-up show, in batches of consecutive steps.</summary>
internal sealed class EquilibriumMeasurement
{
    private const int MostBatches = 32;
    private const double Rounding = 1e-9, FarFromBath = 0.1;

    private readonly IPotential _potential;
    private readonly LangevinOptions _options;
    private readonly double[] _parameters, _centre, _offset;
    private readonly StepBatch[] _batches;
    private readonly long _steps;
    private readonly List<double> _energies = [], _squaredGradients = [], _laplacians = [];
    private long _step;
    private int _centred;

    public EquilibriumMeasurement(IPotential potential, LangevinOptions options)
    {
        (_potential, _options) = (potential, options);
        _steps = (options.Epochs - options.WarmUpEpochs) * (long)potential.Batches;
        (_parameters, _centre, _offset) = (new double[potential.Dimension], new double[potential.Dimension], new double[potential.Dimension]);
        _batches = [.. Enumerable.Range(0, (int)Math.Min(MostBatches, _steps)).Select(_ => new StepBatch(potential.Dimension))];
    }

    /// <summary>θ after an epoch of the warm-up; the later ones place the centre c, from which θ is counted in the virial.</summary>
    public void WarmUp(int epoch, ReadOnlySpan<double> theta)
    {
        if (epoch <= _options.WarmUpEpochs / 2)
            return;
        _centred++;
        TensorPrimitives.Subtract(theta, _centre, _offset);
        TensorPrimitives.MultiplyAdd(_offset, 1.0 / _centred, _centre, _centre);
    }

    /// <summary>θ and g before a step, and the noise in θ that the step will share.</summary>
    public void Step(ReadOnlySpan<double> theta, ReadOnlySpan<double> gradient, ReadOnlySpan<double> sharedNoise)
    {
        if (_step == 0 && _centred == 0)
            theta.CopyTo(_centre);
        TensorPrimitives.Subtract(theta, _centre, _offset);
        _batches[_step++ * _batches.Length / _steps].Add(_offset, gradient, sharedNoise);
        TensorPrimitives.Add(_parameters, _offset, _parameters);
    }

    /// <summary>The whole energy after an epoch.</summary>
    public void Epoch(PotentialReading reading, double squaredGradient)
    {
        _energies.Add(reading.Energy);
        _squaredGradients.Add(squaredGradient);
        _laplacians.Add(reading.Laplacian);
    }

    public double[] Mean()
    {
        double[] mean = MeanOffset();
        TensorPrimitives.Add(mean, _centre, mean);
        return mean;
    }

    /// <summary>What was measured, and θ of the lowest energy that a search from the mean met; the last without heat, or where E₀ is known.</summary>
    /// <param name="last">θ after the last step.</param>
    public (Equilibrium Equilibrium, double[] Ground) ToEquilibrium(double[] last)
    {
        double temperature = _options.Bath.End, eta = _options.StepSize, heat = _potential.Dimension * temperature;
        double[] meanOffset = MeanOffset();
        int stride = BatchMeans.Stride(CollectionsMarshal.AsSpan(_energies));
        double[] energies = Thin(_energies, stride);
        Estimate dissipation = BatchMeans.Of(_batches, batch => (eta / 2 * batch.SquaredGradient) + heat);
        double slow = VirialSpread(dissipation.Value - heat) / Math.Sqrt(energies.Length);
        Estimate virial = AtLeast(slow, BatchMeans.Of(_batches, batch => batch.Virial));
        Estimate drift = AtLeast(slow, BatchMeans.Of(_batches, batch => batch.Virial - (eta / 2 * batch.SquaredGradient) - heat));
        Estimate equipartition = AtLeast( // about its own mean: no part of an origin that is off
            slow * Math.Sqrt(2.0 / 3) / _potential.Dimension, BatchMeans.Of(_batches, batch => batch.Equipartition(meanOffset) / _potential.Dimension));
        EnergyMoments moments = EnergyMoments.FromSample(energies);
        double variance = temperature * temperature;
        (double ground, double[] place) = !(temperature > 0) ? (double.NaN, last)
            : _options.GroundEnergy is { } known ? (known, last)
            : GroundSearch.From(_potential, Mean(), _energies.Min(), _squaredGradients.Average(), _options.StepSize, _options.Cancellation);

        Status status = energies.Length < 100 ? Status.SmallSample : Status.Defined;
        if (!(Math.Abs(drift.Value) <= Math.Max(4 * drift.StandardError, Rounding * Math.Abs(moments.Mean.Value))))
            status |= Status.NotInEquilibrium;
        if (moments.Variance.Value == 0)
            status |= Status.PointState;
        if (Math.Abs(equipartition.Value - temperature) > Math.Max(FarFromBath * temperature, 4 * equipartition.StandardError))
            status |= Status.OutOfRange;
        var equilibrium = new Equilibrium
        {
            BathTemperature = temperature,
            Steps = _steps,
            IndependentDraws = energies.Length,
            Energy = moments.Mean,
            HeatCapacity = temperature > 0 ? new Estimate(moments.Variance.Value / variance, moments.Variance.StandardError / variance) : Estimate.Undefined,
            ConfigurationalTemperature = energies.Length < 2
                ? Estimate.Undefined
                : ConfigurationalTemperature.FromDraws(Thin(_squaredGradients, stride), Thin(_laplacians, stride)),
            EquipartitionTemperature = equipartition,
            Virial = virial,
            Dissipation = dissipation,
            Drift = drift,
            GroundEnergy = ground,
            LearningCoefficient = temperature > 0 && energies.Length > 1
                ? LearningCoefficient.FromBath(energies, ground, temperature)
                : new LearningCoefficient(Estimate.Undefined, Status.Undefined),
            Status = status,
        };
        return (equilibrium, place);
    }

    /// <summary>
    /// sd of the virial of one draw in equilibrium: in a quadratic well each direction has variance 2T², and T² more where its origin is off by a
    /// thermal spread; noise of minibatches may heat one direction alone. Over the independent draws it bounds the errors from below, since
    /// batches shorter than the slowest memory do not see it. A chain that still falls has a virial beyond it.
    /// </summary>
    /// <param name="gradients">(η/2)⟨|g|²⟩, loss units.</param>
    private double VirialSpread(double gradients) =>
        Math.Sqrt(3 * ((_potential.Dimension * _options.Bath.End * _options.Bath.End) + (gradients * gradients)));

    private static Estimate AtLeast(double error, Estimate estimate) => estimate with { StandardError = Math.Max(error, estimate.StandardError) };

    /// <summary>⟨θ − c⟩.</summary>
    private double[] MeanOffset()
    {
        double[] mean = new double[_parameters.Length];
        TensorPrimitives.Divide(_parameters, _steps, mean);
        return mean;
    }

    private static double[] Thin(List<double> values, int stride) => [.. values.Where((_, i) => i % stride == stride - 1)];

    /// <summary>Sums over consecutive steps.</summary>
    private sealed class StepBatch(int dimension)
    {
        private readonly double[] _gradient = new double[dimension];
        private double _count, _product, _noise, _squaredGradient;

        /// <summary>⟨(θ − c)·g⟩ + ⟨noise·g⟩.</summary>
        public double Virial => (_product + _noise) / _count;

        public double SquaredGradient => _squaredGradient / _count;

        public void Add(ReadOnlySpan<double> offset, ReadOnlySpan<double> gradient, ReadOnlySpan<double> sharedNoise)
        {
            _count++;
            _product += TensorPrimitives.Dot(offset, gradient);
            _noise += TensorPrimitives.Dot(sharedNoise, gradient);
            _squaredGradient += TensorPrimitives.SumOfSquares(gradient);
            TensorPrimitives.Add(_gradient, gradient, _gradient);
        }

        /// <summary>⟨(θ − ⟨θ⟩)·g⟩.</summary>
        public double Equipartition(ReadOnlySpan<double> meanOffset) => (_product - TensorPrimitives.Dot(meanOffset, _gradient)) / _count;
    }
}
