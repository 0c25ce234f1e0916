namespace ML.Thermo.Dynamics.Pairs;

/// <summary>Friction and conduction while the nodes stand still, pair by pair: no pair loses energy or entropy.</summary>
/// <remarks>
/// The relative velocity of a pair decays as exp(−γ t (1/m₁ + 1/m₂)), and what it loses is heat. Heat flows by J at the middle of the time; where
/// that would lower the
/// entropy of a pair it is halved until it does not.
/// </remarks>
internal sealed class PairDissipation(PairSystem system, int dimension, double[] arms, double[] lengths)
{
    private readonly double[] _friction = new double[lengths.Length], _flux = new double[lengths.Length];
    private readonly double[] _first = new double[lengths.Length], _second = new double[lengths.Length];
    private readonly double[] _middle = new double[system.Graph.Nodes];
    private int _clipped, _asked;

    /// <summary>Heat that came from nodes held at a temperature, since <see cref="Begin"/>.</summary>
    public double Heat { get; private set; }

    /// <summary>Entropy that came with it.</summary>
    public double EntropyFlow { get; private set; }

    /// <summary>Share of γ and J that had the wrong sign.</summary>
    public double ClippedShare => _asked == 0 ? 0 : (double)_clipped / _asked;

    public void Begin() => (Heat, EntropyFlow, _clipped, _asked) = (0, 0, 0, 0);

    /// <summary>Lets a time go by.</summary>
    /// <param name="state">Momenta and internal energies change.</param>
    /// <param name="time">How long.</param>
    /// <param name="isForward">Friction before conduction and edges in their order; else all the other way round, so that two halves are symmetric.</param>
    public void Apply(PairState state, double time, bool isForward)
    {
        _asked += 2 * lengths.Length;
        if (isForward)
            Rub(state, time, isForward);
        Conduct(state, time, isForward);
        if (!isForward)
            Rub(state, time, isForward);
    }

    private void Rub(PairState state, double time, bool isForward)
    {
        ReadOnlySpan<double> inverse = system.InverseMasses;
        system.Laws.Friction(system.Graph.Kinds, lengths, _friction);
        for (int k = 0; k < lengths.Length; k++)
        {
            int e = isForward ? k : lengths.Length - 1 - k, i = system.Graph.From[e], j = system.Graph.To[e];
            double mobility = inverse[i] + inverse[j], speed = 0;
            if (_friction[e] < 0)
                _clipped++;
            if (!(_friction[e] > 0) || mobility == 0)
                continue;
            for (int a = 0; a < dimension; a++)
                speed += Direction(e, a) * ((inverse[i] * state.Momenta[(i * dimension) + a]) - (inverse[j] * state.Momenta[(j * dimension) + a]));
            double lost = -double.ExpM1(-_friction[e] * mobility * time), impulse = speed * lost / mobility;
            for (int a = 0; a < dimension; a++)
            {
                state.Momenta[(i * dimension) + a] -= inverse[i] > 0 ? impulse * Direction(e, a) : 0;
                state.Momenta[(j * dimension) + a] += inverse[j] > 0 ? impulse * Direction(e, a) : 0;
            }

            double heat = 0.5 * speed * speed * lost * (2 - lost) / mobility;
            double share = system.HeatShare(system.Temperature(state, i), system.Temperature(state, j));
            Give(state, i, share * heat);
            Give(state, j, (1 - share) * heat);
        }
    }

    private void Conduct(PairState state, double time, bool isForward)
    {
        Flux(state.InternalEnergies);
        state.InternalEnergies.CopyTo(_middle, 0);
        for (int e = 0; e < lengths.Length; e++)
        {
            _middle[system.Graph.From[e]] += 0.5 * time * _flux[e];
            _middle[system.Graph.To[e]] -= 0.5 * time * _flux[e];
        }

        if (Array.TrueForAll(_middle, energy => energy > 0))
            Flux(_middle);
        for (int k = 0; k < lengths.Length; k++)
        {
            int e = isForward ? k : lengths.Length - 1 - k, i = system.Graph.From[e], j = system.Graph.To[e];
            if (_flux[e] * (_second[e] - _first[e]) < 0)
            {
                _clipped++;
                continue;
            }

            double heat = time * _flux[e];
            for (int halvings = 0; heat != 0 && !(Gain(state, i, heat) + Gain(state, j, -heat) >= 0); halvings++)
                heat = halvings < 60 ? 0.5 * heat : 0;
            Give(state, i, heat);
            Give(state, j, -heat);
        }
    }

    private void Flux(double[] energies)
    {
        ReadOnlySpan<double> held = system.HeldTemperatures;
        for (int e = 0; e < lengths.Length; e++)
        {
            int i = system.Graph.From[e], j = system.Graph.To[e];
            _first[e] = double.IsNaN(held[i]) ? 1 / system.EntropyOf(i).Slope(energies[i]) : held[i];
            _second[e] = double.IsNaN(held[j]) ? 1 / system.EntropyOf(j).Slope(energies[j]) : held[j];
        }

        system.Laws.HeatFlux(system.Graph.Kinds, lengths, _first, _second, _flux);
    }

    /// <summary>What heat does to a node's entropy, or to that of the bath that holds it; NaN where there is not so much of it.</summary>
    private double Gain(PairState state, int node, double heat)
    {
        double held = system.HeldTemperatures[node], energy = state.InternalEnergies[node];
        return !double.IsNaN(held) ? heat / held
            : energy + heat > 0 ? heat * system.EntropyOf(node).MeanSlope(energy, energy + heat)
            : double.NaN;
    }

    private void Give(PairState state, int node, double heat)
    {
        double held = system.HeldTemperatures[node];
        if (double.IsNaN(held))
        {
            state.InternalEnergies[node] += heat;
            return;
        }

        Heat -= heat;
        EntropyFlow -= heat / held;
    }

    private double Direction(int edge, int axis) => arms[(edge * dimension) + axis] / lengths[edge];
}
