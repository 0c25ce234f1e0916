namespace ML.Thermo.Langevin;

/// <summary>The temperature of the heat bath that parameters are trained in, over the warm-up; afterwards it stays.</summary>
/// <param name="Start">Temperature at the beginning, loss units, ≥ 0.</param>
/// <param name="End">Temperature at the end of the warm-up and from there on, loss units, ≥ 0.</param>
/// <remarks>Cooling is geometric, T = Start·(End/Start)^t, and linear where an end is zero.</remarks>
[Maturity(Maturity.Theorem, "a definition")]
public sealed record Bath(double Start, double End)
{
    /// <summary>No heat: gradient descent, stochastic where there are minibatches.</summary>
    public static Bath Zero { get; } = Constant(0);

    /// <summary>One temperature from beginning to end.</summary>
    /// <param name="temperature">T ≥ 0, loss units.</param>
    public static Bath Constant(double temperature) => new(temperature, temperature);

    /// <summary>Simulated annealing: from one temperature to another.</summary>
    /// <param name="start">Temperature at the beginning, loss units, ≥ 0.</param>
    /// <param name="end">Temperature after the warm-up, loss units, ≥ 0.</param>
    public static Bath Annealed(double start, double end) => new(start, end);

    /// <summary>The bath's temperature, loss units.</summary>
    /// <param name="progress">Share of the warm-up that is over, 0 … 1; beyond, 1.</param>
    public double At(double progress)
    {
        double t = Math.Min(progress, 1);
        if (Start == End || t >= 1)
            return End;
        return Start > 0 && End > 0 ? Start * Math.Pow(End / Start, t) : Start + ((End - Start) * t);
    }

    internal void Check()
    {
        if (!(Start >= 0 && End >= 0 && double.IsFinite(Start + End)))
            throw new ThermoException($"The bath goes from temperature {Start} to {End}: expected finite temperatures ≥ 0, in loss units.");
    }
}
