namespace ML.Thermo.Dynamics.Pairs;

/// <summary>The equations of one exact step: its unknowns, and one pass over edges and nodes that brings them nearer.</summary>
internal sealed class PairWork
{
    /// <summary>Below this share of its length, a stretch is too small for a difference quotient: the mean of φ' is taken at two Gauss points.</summary>
    private const double Small = 1e-4;

    private static readonly double Gauss = 0.5 / Math.Sqrt(3);
    private readonly PairSystem _system;
    private readonly int _d;
    private readonly double[] _arms, _lengths, _potential; // of the old state
    private readonly double[] _means, _meanLengths, _newLengths, _tension, _speed, _friction, _flux, _newPotential, _first, _second; // of the step
    private readonly double[] _forces, _heats, _temperatures;
    private readonly int[] _near, _nearKinds;
    private readonly double[] _nearLengths, _nearTension;
    private readonly double[] _q, _p, _u;
    private int _clipped;

    public PairWork(PairSystem system, int dimension)
    {
        (_system, _d) = (system, dimension);
        int edges = system.Graph.Edges, nodes = system.Graph.Nodes;
        double[] PerEdge() => new double[edges];
        (_arms, _means) = (new double[edges * _d], new double[edges * _d]);
        (_lengths, _potential, _meanLengths, _newLengths, _tension, _speed) = (PerEdge(), PerEdge(), PerEdge(), PerEdge(), PerEdge(), PerEdge());
        (_friction, _flux, _newPotential, _first, _second) = (PerEdge(), PerEdge(), PerEdge(), PerEdge(), PerEdge());
        (_forces, _heats, _temperatures) = (new double[nodes * _d], new double[nodes], new double[nodes]);
        (_near, _nearKinds, _nearLengths, _nearTension) = (new int[edges], new int[2 * edges], new double[2 * edges], new double[2 * edges]);
        (_q, _p, _u) = (new double[nodes * _d], new double[nodes * _d], new double[nodes]);
        (NextMomenta, NextEnergies, NextPositions) = (new double[nodes * _d], new double[nodes], new double[nodes * _d]);
    }

    /// <summary>p' so far.</summary>
    public double[] NextMomenta { get; }

    /// <summary>u' so far.</summary>
    public double[] NextEnergies { get; }

    /// <summary>q' so far.</summary>
    public double[] NextPositions { get; }

    public void Begin(PairState state)
    {
        state.Positions.CopyTo(_q, 0);
        state.Momenta.CopyTo(_p, 0);
        state.InternalEnergies.CopyTo(_u, 0);
        for (int e = 0; e < _lengths.Length; e++)
            _lengths[e] = _system.Arm(_q, _d, e, _arms.AsSpan(e * _d, _d));
        _system.Laws.Potential(_system.Graph.Kinds, _lengths, _potential);
    }

    /// <summary>Positions that go with the guessed momenta.</summary>
    public void Place(double step)
    {
        ReadOnlySpan<double> inverse = _system.InverseMasses;
        for (int i = 0; i < _q.Length; i++)
            NextPositions[i] = _q[i] + (0.5 * step * inverse[i / _d] * (_p[i] + NextMomenta[i]));
    }

    /// <summary>One pass; gives the largest change relative to the size of what changes, NaN where the laws are not finite.</summary>
    public double Iterate(double step)
    {
        Pairs();
        Gather();
        double change = 0, sizeP = 0, sizeU = 0, changeP = 0, changeU = 0;
        ReadOnlySpan<double> inverse = _system.InverseMasses, held = _system.HeldTemperatures;
        IReadOnlyList<double>? applied = _system.Options.AppliedForces;
        for (int i = 0; i < _p.Length; i++)
        {
            double next = inverse[i / _d] == 0 ? _p[i] : _p[i] + (step * (_forces[i] + (applied?[i] ?? 0)));
            changeP = Math.Max(changeP, Math.Abs(next - NextMomenta[i]));
            sizeP = Math.Max(sizeP, Math.Abs(next));
            NextMomenta[i] = next;
            change += next;
        }

        for (int i = 0; i < _u.Length; i++)
        {
            double next = double.IsNaN(held[i]) ? _u[i] + (step * _heats[i]) : _u[i];
            if (next <= 0)
                return double.NaN;
            changeU = Math.Max(changeU, Math.Abs(next - NextEnergies[i]));
            sizeU = Math.Max(sizeU, next);
            NextEnergies[i] = next;
            change += next;
        }

        Place(step);
        return double.IsFinite(change) ? Math.Max(sizeP > 0 ? changeP / sizeP : 0, changeU / sizeU) : double.NaN;
    }

    /// <summary>Writes the new state, and what came in.</summary>
    public StepReport Finish(PairState state, double step, int iterations)
    {
        NextPositions.CopyTo(state.Positions, 0);
        NextMomenta.CopyTo(state.Momenta, 0);
        NextEnergies.CopyTo(state.InternalEnergies, 0);
        double work = 0, heat = 0, flow = 0;
        if (_system.Options.AppliedForces is { } applied)
        {
            for (int i = 0; i < _q.Length; i++)
                work += applied[i] * (NextPositions[i] - _q[i]);
        }

        ReadOnlySpan<double> held = _system.HeldTemperatures;
        for (int i = 0; i < _u.Length; i++)
        {
            if (double.IsNaN(held[i]))
                continue;
            heat -= step * _heats[i];
            flow -= step * _heats[i] / held[i];
        }

        return new StepReport(iterations, 1, _lengths.Length == 0 ? 0 : _clipped / (2.0 * _lengths.Length), work, heat, flow);
    }

    /// <summary>What every pair does at the means of the old state and the guess.</summary>
    private void Pairs()
    {
        ReadOnlySpan<int> from = _system.Graph.From, to = _system.Graph.To, kinds = _system.Graph.Kinds;
        ReadOnlySpan<double> inverse = _system.InverseMasses, held = _system.HeldTemperatures;
        for (int i = 0; i < _u.Length; i++)
            _temperatures[i] = double.IsNaN(held[i]) ? 1 / _system.EntropyOf(i).MeanSlope(_u[i], NextEnergies[i]) : held[i];
        int near = 0;
        for (int e = 0; e < _lengths.Length; e++)
        {
            int i = from[e] * _d, j = to[e] * _d, at = e * _d;
            double meanSquare = 0, newSquare = 0, along = 0;
            for (int a = 0; a < _d; a++)
            {
                double moved = NextPositions[i + a] - _q[i + a] - (NextPositions[j + a] - _q[j + a]), next = _arms[at + a] + moved, mean = _arms[at + a]
                    + (0.5 * moved);
                newSquare += next * next;
                meanSquare += mean * mean;
                _means[at + a] = mean;
                along += mean * 0.5 * ((inverse[from[e]] * (_p[i + a] + NextMomenta[i + a])) - (inverse[to[e]] * (_p[j + a] + NextMomenta[j + a])));
            }

            _newLengths[e] = Math.Sqrt(newSquare);
            _meanLengths[e] = Math.Sqrt(meanSquare);
            _speed[e] = along / _meanLengths[e];
            (_first[e], _second[e]) = (_temperatures[from[e]], _temperatures[to[e]]);
            double middle = 0.5 * (_lengths[e] + _newLengths[e]), stretch = _newLengths[e] - _lengths[e];
            if (Math.Abs(stretch) < Small * middle)
            {
                _near[near] = e;
                (_nearKinds[2 * near], _nearKinds[(2 * near) + 1]) = (kinds[e], kinds[e]);
                (_nearLengths[2 * near], _nearLengths[(2 * near) + 1]) = (middle - (Gauss * stretch), middle + (Gauss * stretch));
                near++;
            }
        }

        _system.Laws.Potential(kinds, _newLengths, _newPotential);
        _system.Laws.Friction(kinds, _meanLengths, _friction);
        _system.Laws.HeatFlux(kinds, _meanLengths, _first, _second, _flux);
        if (near > 0)
            _system.Laws.Tension(_nearKinds.AsSpan(0, 2 * near), _nearLengths.AsSpan(0, 2 * near), _nearTension.AsSpan(0, 2 * near));
        _clipped = 0;
        for (int e = 0; e < _lengths.Length; e++)
        {
            _tension[e] = (_newPotential[e] - _potential[e]) / (_newLengths[e] - _lengths[e]);
            if (_friction[e] < 0)
                (_friction[e], _clipped) = (0, _clipped + 1);
            if (_flux[e] * (_second[e] - _first[e]) < 0)
                (_flux[e], _clipped) = (0, _clipped + 1);
        }

        for (int k = 0; k < near; k++)
            _tension[_near[k]] = 0.5 * (_nearTension[2 * k] + _nearTension[(2 * k) + 1]);
    }

    /// <summary>Sums over the edges of each node.</summary>
    private void Gather()
    {
        ReadOnlySpan<int> from = _system.Graph.From, to = _system.Graph.To;
        Array.Clear(_forces);
        Array.Clear(_heats);
        for (int e = 0; e < _lengths.Length; e++)
        {
            int i = from[e], j = to[e];
            double rubbed = _friction[e] * _speed[e] * _speed[e], share = _system.HeatShare(_first[e], _second[e]);
            double along = -(_tension[e] * 2 / (_lengths[e] + _newLengths[e])) - (_friction[e] * _speed[e] / _meanLengths[e]);
            for (int a = 0; a < _d; a++)
            {
                double force = along * _means[(e * _d) + a];
                _forces[(i * _d) + a] += force;
                _forces[(j * _d) + a] -= force;
            }

            _heats[i] += (share * rubbed) + _flux[e];
            _heats[j] += ((1 - share) * rubbed) - _flux[e];
        }
    }
}
