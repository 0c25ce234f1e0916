using System.Numerics.Tensors;

namespace ML.Thermo.Dynamics.Metriplectic;

/// <summary>
/// Steps that keep energy exactly and never lower entropy, for every step size and every energy and entropy: z' = z + h (L D̄E + M D̄S) with discrete
/// gradients, D̄F·(z' − z) = F(z') − F(z).</summary>
/// <remarks>
/// <para>D̄F = ∇F(z̄) + [F(z') − F(z) − ∇F(z̄)·Δ] Δ/|Δ|², z̄ the mid-point, Δ = z' − z. Second order in h. The equation is solved by iteration until
/// the change is
/// zero or stops shrinking below 1e-12; a step that does not get there says so and is not to be trusted.</para>
/// <para>Angular momentum is not kept in Cartesian coordinates; the pair step keeps it.</para>
/// <para>The laws hold for the solution of the equation.</para></remarks>
[Maturity(Maturity.Theorem, "Gonzalez 1996; metriplectic form: Öttinger 2018")]
public sealed class MetriplecticIntegrator
{
    private const int MostIterations = 200;
    private const double Settled = 1e-12;

    private readonly MetriplecticSystem _system;
    private readonly double[] _next, _middle, _delta, _energy, _entropy, _rate, _irreversible;

    /// <summary>Prepares steps of a system.</summary>
    /// <param name="system">Energy, entropy and the two operators.</param>
    public MetriplecticIntegrator(MetriplecticSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        _system = system;
        int d = system.Dimension;
        (_next, _middle, _delta, _energy, _entropy, _rate, _irreversible) =
            (new double[d], new double[d], new double[d], new double[d], new double[d], new double[d], new double[d]);
    }

    /// <summary>Moves a state by one step.</summary>
    /// <param name="state">z, replaced by z'.</param>
    /// <param name="step">h.</param>
    /// <returns>How the equation was solved; where it was not, the state is left as it was.</returns>
    /// <exception cref="ArgumentException">The state has not d coordinates.</exception>
    public StepSolution Step(Span<double> state, double step)
    {
        if (state.Length != _system.Dimension)
            throw new ArgumentException($"A state of {state.Length} coordinates: expected {_system.Dimension}.", nameof(state));
        double energy = _system.Energy(state), entropy = _system.Entropy(state), before = double.PositiveInfinity;
        _system.Rate(state, _rate);
        for (int i = 0; i < state.Length; i++)
            _next[i] = state[i] + (step * _rate[i]);
        double size = 1 + TensorPrimitives.Norm<double>(state);
        for (int iteration = 1; iteration <= MostIterations; iteration++)
        {
            double change = Iterate(state, step, energy, entropy);
            if (!double.IsFinite(change))
                return new StepSolution(iteration, double.NaN, false);
            if (change == 0 || (change >= 0.5 * before && change < Settled * size))
            {
                _next.CopyTo(state);
                return new StepSolution(iteration, change, true);
            }

            before = change;
        }

        return new StepSolution(MostIterations, before, false);
    }

    private double Iterate(ReadOnlySpan<double> state, double step, double energy, double entropy)
    {
        for (int i = 0; i < state.Length; i++)
        {
            _middle[i] = 0.5 * (state[i] + _next[i]);
            _delta[i] = _next[i] - state[i];
        }

        double square = TensorPrimitives.SumOfSquares<double>(_delta);
        _system.EnergyGradient(_middle, _energy);
        _system.EntropyGradient(_middle, _entropy);
        Correct(_energy, _system.Energy(_next) - energy, square);
        Correct(_entropy, _system.Entropy(_next) - entropy, square);
        _system.Reversible(_middle, _energy, _entropy, _rate);
        _system.Irreversible(_middle, _energy, _entropy, _irreversible);
        double change = 0;
        for (int i = 0; i < state.Length; i++)
        {
            double next = state[i] + (step * (_rate[i] + _irreversible[i]));
            change = Math.Max(change, Math.Abs(next - _next[i]));
            change = double.IsNaN(next) ? double.NaN : change;
            _next[i] = next;
        }

        return change;
    }

    /// <summary>∇F(z̄) becomes D̄F.</summary>
    private void Correct(Span<double> gradient, double difference, double square)
    {
        if (square == 0)
            return;
        double missing = (difference - TensorPrimitives.Dot<double>(gradient, _delta)) / square;
        for (int i = 0; i < gradient.Length; i++)
            gradient[i] += missing * _delta[i];
    }
}

/// <summary>How the equation of a step was solved.</summary>
/// <param name="Iterations">Evaluations of the right-hand side.</param>
/// <param name="Change">The last change, in the state's units; NaN where the iteration left the domain.</param>
/// <param name="IsConverged">Whether the laws hold to round-off.</param>
[Maturity(Maturity.Estimator, "a stopping rule")]
public readonly record struct StepSolution(int Iterations, double Change, bool IsConverged);
