namespace ML.Thermo.Langevin;

/// <summary>An energy surface E(θ) that a Langevin chain walks on, whole or in minibatches.</summary>
public interface IPotential
{
    /// <summary>p, the number of parameters.</summary>
    int Dimension { get; }

    /// <summary>Number of minibatches in an epoch, ≥ 1; with one the gradient is the whole energy's.</summary>
    int Batches { get; }

    /// <summary>The gradient as one minibatch sees it; over all minibatches its mean is ∇E.</summary>
    /// <param name="parameters">θ, p numbers.</param>
    /// <param name="batch">0 … batches − 1.</param>
    /// <param name="gradient">Receives p numbers.</param>
    void Gradient(ReadOnlySpan<double> parameters, int batch, Span<double> gradient);

    /// <summary>The whole energy and its derivatives. A chain reads it at its start and after every epoch.</summary>
    /// <param name="parameters">θ, p numbers.</param>
    /// <param name="gradient">Receives ∇E, p numbers.</param>
    PotentialReading Read(ReadOnlySpan<double> parameters, Span<double> gradient);
}

/// <summary>What a potential says of one place.</summary>
/// <param name="Energy">E(θ), loss units.</param>
/// <param name="Laplacian">∇²E(θ), loss units per parameter unit squared; NaN where the energy has kinks.</param>
/// <param name="EnergyVariance">Variance of E over fresh data of the same size, loss units squared; NaN where there are no data.</param>
[Maturity(Maturity.Theorem, "definitions")]
public readonly record struct PotentialReading(double Energy, double Laplacian, double EnergyVariance = double.NaN);
