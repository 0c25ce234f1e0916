using System.Numerics.Tensors;

namespace ML.Thermo.Dynamics.Pairs;

/// <summary>The last steps of one trajectory, extrapolated as a first guess of the next.</summary>
internal sealed class StepHistory
{
    /// <summary>Weights of the last changes, latest first, that continue a polynomial through them: binomial coefficients of alternating sign.</summary>
    private static readonly double[][] Weights = [[], [1], [2, -1], [3, -3, 1], [4, -6, 4, -1], [5, -10, 10, -5, 1]];

    private const int Longest = 5;
    private readonly double[][] _momenta, _energies; // changes, latest first
    private readonly double[] _lastMomenta, _lastEnergies;
    private int _count;
    private double _step;

    public StepHistory(int nodes, int dimension)
    {
        _momenta = [.. Enumerable.Range(0, Longest).Select(_ => new double[nodes * dimension])];
        _energies = [.. Enumerable.Range(0, Longest).Select(_ => new double[nodes])];
        (_lastMomenta, _lastEnergies) = (new double[nodes * dimension], new double[nodes]);
    }

    public void Forget() => _count = 0;

    /// <summary>A guess of the new state: the old one, or polynomial extrapolation where the last steps led to it.</summary>
    public void Guess(PairState state, double step, PairWork work)
    {
        if (_step != step || !state.Momenta.AsSpan().SequenceEqual(_lastMomenta) || !state.InternalEnergies.AsSpan().SequenceEqual(_lastEnergies))
        {
            Forget();
            _step = step;
            state.Momenta.CopyTo(_lastMomenta, 0);
            state.InternalEnergies.CopyTo(_lastEnergies, 0);
        }

        Extrapolate(state.Momenta, _momenta, work.NextMomenta);
        Extrapolate(state.InternalEnergies, _energies, work.NextEnergies);
        for (int i = 0; i < work.NextEnergies.Length; i++)
        {
            if (work.NextEnergies[i] <= 0)
                work.NextEnergies[i] = state.InternalEnergies[i];
        }

        work.Place(step);
    }

    /// <summary>Remembers the step that led to a state.</summary>
    public void Keep(PairState state)
    {
        Push(state);
        state.Momenta.CopyTo(_lastMomenta, 0);
        state.InternalEnergies.CopyTo(_lastEnergies, 0);
    }

    private void Push(PairState state)
    {
        Shift(_momenta);
        Shift(_energies);
        for (int i = 0; i < _lastMomenta.Length; i++)
            _momenta[0][i] = state.Momenta[i] - _lastMomenta[i];
        for (int i = 0; i < _lastEnergies.Length; i++)
            _energies[0][i] = state.InternalEnergies[i] - _lastEnergies[i];
        _count = Math.Min(Longest, _count + 1);
    }

    /// <summary>Makes room for a new change in place of the oldest.</summary>
    private static void Shift(double[][] changes)
    {
        double[] oldest = changes[^1];
        Array.Copy(changes, 0, changes, 1, changes.Length - 1);
        changes[0] = oldest;
    }

    private void Extrapolate(double[] now, double[][] changes, double[] next)
    {
        now.CopyTo(next, 0);
        for (int k = 0; k < _count; k++)
            TensorPrimitives.MultiplyAdd<double>(changes[k], Weights[_count][k], next, next);
    }
}
