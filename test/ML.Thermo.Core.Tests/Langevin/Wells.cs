using ML.Thermo.Langevin;

namespace ML.Thermo.Tests.Langevin;

/// <summary>E = Σ cᵢ|xᵢ|^pᵢ, everything known; minibatches shift the centre to and fro without moving their mean.</summary>
internal sealed class Wells(double[] strengths, double[] powers, double batchShift = 0) : IPotential
{
    /// <summary>Places that the chain passed after each epoch.</summary>
    public List<double[]> Places { get; } = [];

    public int Dimension => strengths.Length;

    public int Batches => batchShift == 0 ? 1 : 2;

    /// <summary>p wells a x²/2.</summary>
    public static Wells Harmonic(double a, int count) => new([.. Enumerable.Repeat(a / 2, count)], [.. Enumerable.Repeat(2.0, count)]);

    public void Gradient(ReadOnlySpan<double> parameters, int batch, Span<double> gradient)
    {
        for (int i = 0; i < gradient.Length; i++)
            gradient[i] = Slope(parameters[i], i) + (batch == 0 ? batchShift : -batchShift);
    }

    public PotentialReading Read(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        double energy = 0, laplacian = 0;
        for (int i = 0; i < gradient.Length; i++)
        {
            gradient[i] = Slope(parameters[i], i);
            energy += strengths[i] * Math.Pow(Math.Abs(parameters[i]), powers[i]);
            laplacian += strengths[i] * powers[i] * (powers[i] - 1) * Math.Pow(Math.Abs(parameters[i]), powers[i] - 2);
        }

        Places.Add(parameters.ToArray());
        return new PotentialReading(energy, laplacian);
    }

    private double Slope(double x, int i) => strengths[i] * powers[i] * Math.Sign(x) * Math.Pow(Math.Abs(x), powers[i] - 1);
}
