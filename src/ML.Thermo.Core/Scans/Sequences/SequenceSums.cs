using ML.Thermo.Numerics;

namespace ML.Thermo.Scans.Sequences;

/// <summary>What the outputs drawn at one temperature say of energy, entropy and Fisher information.</summary>
internal sealed class SequenceSums
{
    private readonly Moments _energy = new(), _entropy = new(), _capacity = new();
    private readonly List<double> _outputEnergies = [];

    /// <summary>Adds an output.</summary>
    /// <param name="energy">Σ of conditional mean energies at its contexts.</param>
    /// <param name="entropy">Σ of conditional entropies.</param>
    /// <param name="variance">Σ of conditional variances of the energy.</param>
    /// <param name="temperature">T.</param>
    /// <param name="outputEnergy">E = −ln P₁ of the output itself.</param>
    public void Add(double energy, double entropy, double variance, double temperature, double outputEnergy)
    {
        _energy.Add(energy);
        _entropy.Add(entropy);
        _capacity.Add(variance / (temperature * temperature));
        _outputEnergies.Add(outputEnergy);
    }

    /// <summary>The point of a scan.</summary>
    public ScanPoint ToPoint(ControlGrid grid, int k)
    {
        double t = grid.Values[k], scale = grid.Scale == GridScale.Geometric ? 1 : 1 / (t * t);
        Estimate capacity = _capacity.Mean;
        return new ScanPoint(t, _energy.Count)
        {
            Energy = _energy.Mean,
            Entropy = _entropy.Mean,
            HeatCapacity = capacity,
            Fisher = new(capacity.Value * scale, capacity.StandardError * scale),
            EnergyFluctuation = Fluctuation(t),
        };
    }

    /// <summary>Var E/T², with the error of a variance.</summary>
    private Estimate Fluctuation(double t)
    {
        double n = _outputEnergies.Count, mean = _outputEnergies.Average(), second = _outputEnergies.Sum(e => Math.Pow(e - mean, 2)) / (n - 1);
        double fourth = _outputEnergies.Average(e => Math.Pow(e - mean, 4));
        double relative = second > 0 ? SampleVarianceError.Relative([.. _outputEnergies], second, fourth) : 0;
        return new(second / (t * t), second * relative / (t * t));
    }
}
