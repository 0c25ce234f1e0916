using System.Numerics.Tensors;
using ML.Thermo.Initialization;

namespace ML.Thermo.Langevin;

/// <summary>
/// Langevin dynamics of parameters in a heat bath: θ ← θ − ηg + √(ηT/2)(ξ + ξ′), g the gradient of a minibatch, ξ the normal noise of the
/// step before and ξ′ that of this one. At T = 0 it is (stochastic) gradient descent.</summary>
/// <remarks>
/// Its stationary law is Boltzmann's, ∝ e^(−E/T): exactly in a quadratic well with whole gradients, to second order in η elsewhere; noise of
/// minibatches heats it. The course of a chain depends on its seed alone.</remarks>
[Maturity(Maturity.Theorem, "Welling and Teh 2011 for minibatches; Leimkuhler and Matthews 2013 for the averaged noise")]
public static class LangevinSampler
{
    /// <summary>Runs one chain.</summary>
    /// <param name="potential">The energy surface.</param>
    /// <param name="start">θ at the start, p numbers.</param>
    /// <param name="options">Epochs, step size, bath, warm-up.</param>
    /// <exception cref="ArgumentException">There are not p parameters.</exception>
    /// <exception cref="ThermoException">An option is outside its range, or the chain ran away because its steps are too long.</exception>
    /// <exception cref="OperationCanceledException">The chain was cancelled, by its token or its observer.</exception>
    public static LangevinRun Run(IPotential potential, ReadOnlySpan<double> start, LangevinOptions options)
    {
        ArgumentNullException.ThrowIfNull(potential);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        if (start.Length != potential.Dimension)
            throw new ArgumentException($"Expected {potential.Dimension} parameters, got {start.Length}.", nameof(start));

        double[] theta = start.ToArray(), gradient = new double[theta.Length];
        var chain = new Chain(theta, options);
        var measurement = new EquilibriumMeasurement(potential, options);
        var epochs = new List<TrainingEpoch>();
        Record(0, options.Bath.At(0), potential.Read(theta, gradient));
        int[] order = [.. Enumerable.Range(0, potential.Batches)];
        var shuffle = new RandomStream(options.Seed, 1);
        for (int epoch = 1; epoch <= options.Epochs; epoch++)
        {
            double temperature = options.Bath.At(options.WarmUpEpochs == 0 ? 1 : (epoch - 1) / (double)options.WarmUpEpochs);
            chain.Heat(temperature);
            shuffle.Shuffle<int>(order);
            foreach (int batch in order)
            {
                options.Cancellation.ThrowIfCancellationRequested();
                potential.Gradient(theta, batch, gradient);
                if (epoch > options.WarmUpEpochs)
                    measurement.Step(theta, gradient, chain.SharedNoise);
                chain.Step(gradient);
            }

            PotentialReading reading = potential.Read(theta, gradient);
            if (!double.IsFinite(reading.Energy))
                throw RanAway(epoch, reading.Energy, options);
            if (epoch > options.WarmUpEpochs)
                measurement.Epoch(reading, TensorPrimitives.SumOfSquares<double>(gradient));
            else
                measurement.WarmUp(epoch, theta);
            Record(epoch, temperature, reading);
        }

        (Equilibrium equilibrium, double[] ground) = measurement.ToEquilibrium(theta);
        return new LangevinRun(epochs, measurement.Mean(), theta, ground, equilibrium);

        void Record(int epoch, double temperature, PotentialReading reading)
        {
            var record = TrainingEpoch.Of(
                epochs.Count == 0 ? null : epochs[0], epoch, reading.Energy, reading.EnergyVariance, temperature, TensorPrimitives.Norm<double>(gradient));
            epochs.Add(record);
            options.Observer?.Invoke(record);
        }
    }

    private static ThermoException RanAway(int epoch, double energy, LangevinOptions options) => new(
        $"The energy is {energy} after epoch {epoch}: steps of size {options.StepSize:G3} are too long for this energy. Take shorter ones, or scale the "
            + "features.");

    /// <summary>The parameters, and the noise that the last step left for the next.</summary>
    private sealed class Chain
    {
        private readonly LangevinOptions _options;
        private readonly RandomStream _random;
        private readonly double[] _theta;
        private double[] _last, _next;
        private double _noise;

        public Chain(double[] theta, LangevinOptions options)
        {
            (_theta, _options) = (theta, options);
            _random = new RandomStream(options.Seed, 0);
            (_last, _next) = (new double[theta.Length], new double[theta.Length]);
        }

        /// <summary>√(ηT/2) ξ, the part of the parameters' noise that the next step gets too; zeros without the correction.</summary>
        public ReadOnlySpan<double> SharedNoise => _last;

        public void Heat(double temperature)
        {
            double noise = Math.Sqrt(_options.StepSize * temperature * (_options.IsCorrected ? 0.5 : 2));
            if (noise == _noise)
                return;
            if (_noise > 0)
                TensorPrimitives.Multiply(_last, noise / _noise, _last);
            _noise = noise;
        }

        public void Step(ReadOnlySpan<double> gradient)
        {
            TensorPrimitives.MultiplyAdd(gradient, -_options.StepSize, _theta, _theta);
            if (_noise == 0)
                return;
            _random.FillNormal(_next);
            TensorPrimitives.MultiplyAdd(_next, _noise, _theta, _theta);
            if (!_options.IsCorrected)
                return;
            TensorPrimitives.Add(_theta, _last, _theta);
            TensorPrimitives.Multiply(_next, _noise, _next);
            (_last, _next) = (_next, _last);
        }
    }
}
