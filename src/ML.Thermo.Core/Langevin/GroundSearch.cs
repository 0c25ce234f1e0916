using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace ML.Thermo.Langevin;

/// <summary>The ground energy near a place, by L-BFGS.</summary>
internal static class GroundSearch
{
    private const int Memory = 10, MostIterations = 500;
    private const double Cold = 1e-6, MostTolerance = 1e-7;

    /// <summary>The lowest energy seen, by the chain, at the start of the search or on its way, and the place of the lowest that the search saw.</summary>
    /// <param name="potential">The energy surface.</param>
    /// <param name="start">Where to begin: a chain's mean.</param>
    /// <param name="lowest">The lowest energy that is known.</param>
    /// <param name="squaredGradient">⟨|∇E|²⟩ in the bath. In a quadratic well the excess energy falls as |∇E|² does, so the search ends where that is a
    /// millionth of it, or where rounding or a kink stops the line search.</param>
    /// <param name="stepSize">η of the chain: the search begins with a step of that size.</param>
    /// <param name="cancellation">Stops between evaluations.</param>
    public static (double Energy, double[] Place) From(
        IPotential potential, double[] start, double lowest, double squaredGradient, double stepSize, CancellationToken cancellation)
    {
        double[] gradient = new double[start.Length], best = start;
        double seen = potential.Read(start, gradient).Energy;
        // its first step is 100 tolerance/|g|² long
        double tolerance = Math.Min(stepSize * TensorPrimitives.SumOfSquares<double>(gradient) / 100, MostTolerance);
        var objective = ObjectiveFunction.Gradient(place =>
        {
            cancellation.ThrowIfCancellationRequested();
            if (!double.IsFinite(TensorPrimitives.Sum<double>(place.AsArray())))
                throw new FoundException(); // a line search that a kink has thrown out of the well
            double energy = potential.Read(place.AsArray(), gradient).Energy;
            if (energy < seen)
                (seen, best) = (energy, place.ToArray());
            return TensorPrimitives.SumOfSquares<double>(gradient) <= Cold * squaredGradient
                ? throw new FoundException() // the minimiser's own criteria are in other units
                : (energy, Vector<double>.Build.DenseOfArray(gradient));
        });
        try
        {
            new LimitedMemoryBfgsMinimizer(tolerance, 1e-9, 0, Memory, MostIterations).FindMinimum(objective, Vector<double>.Build.DenseOfArray(start));
        }
        catch (Exception exception) when (exception is FoundException or OptimizationException)
        {
            // What the search saw counts, however it ended.
        }

        cancellation.ThrowIfCancellationRequested(); // which the minimiser takes for a failed line search
        return (seen < lowest ? seen : lowest, best);
    }

    private sealed class FoundException : Exception;
}
