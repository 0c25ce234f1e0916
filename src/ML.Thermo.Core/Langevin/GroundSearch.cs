using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace ML.Thermo.Langevin;

/// <summary>The ground energy near a place, by L-BFGS.</summary>
internal static class GroundSearch
{
    private const int Memory = 10, MostIterations = 500;

    /// <summary>The lowest energy seen: by the chain, at the start of the search, or on its way.</summary>
    /// <param name="potential">The energy surface.</param>
    /// <param name="start">Where to begin: a chain's mean.</param>
    /// <param name="lowest">The lowest energy that is known.</param>
    /// <param name="temperature">T &gt; 0; the search ends when it gains less than a thousandth of it.</param>
    /// <param name="cancellation">Stops between evaluations.</param>
    public static double From(IPotential potential, double[] start, double lowest, double temperature, CancellationToken cancellation)
    {
        double[] gradient = new double[start.Length];
        var objective = ObjectiveFunction.Gradient(place =>
        {
            cancellation.ThrowIfCancellationRequested();
            double energy = potential.Read(place.AsArray(), gradient).Energy;
            lowest = double.IsNaN(energy) ? lowest : Math.Min(lowest, energy);
            return (energy, Vector<double>.Build.DenseOfArray(gradient));
        });
        try
        {
            double gain = 1e-3 * temperature / Math.Max(Math.Abs(lowest), temperature);
            new LimitedMemoryBfgsMinimizer(1e-9, 1e-12, gain, Memory, MostIterations).FindMinimum(objective, Vector<double>.Build.DenseOfArray(start));
        }
        catch (OptimizationException)
        {
            // A kink or rounding stopped the line search: what it saw still counts.
        }

        return lowest;
    }
}
