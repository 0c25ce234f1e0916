using ML.Thermo.Dynamics.Pairs;

namespace ML.Thermo.Dynamics.Reference;

/// <summary>The classical fourth-order step, which keeps no law exactly: the yardstick for those that do.</summary>
internal static class RungeKutta
{
    private static readonly double[] Nodes = [0, 0.5, 0.5, 1], Weights = [1 / 6.0, 1 / 3.0, 1 / 3.0, 1 / 6.0];

    public static PairState Step(PairSystem system, PairState state, double step)
    {
        int coordinates = state.Positions.Length, nodes = state.Nodes;
        double[] z = [.. state.Positions, .. state.Momenta, .. state.InternalEnergies];
        void Rate(ReadOnlySpan<double> at, Span<double> rate) => system.Rates(
            new PairState(state.Dimension, at[..coordinates].ToArray(), at[coordinates..^nodes].ToArray(), at[^nodes..].ToArray()),
            rate[..coordinates], rate[coordinates..^nodes], rate[^nodes..]);
        Step(Rate, z, step);
        return new PairState(state.Dimension, z[..coordinates], z[coordinates..^nodes], z[^nodes..]);
    }

    public static void Step(RateFunction rate, Span<double> state, double step)
    {
        double[] start = state.ToArray(), at = [.. start], slope = new double[start.Length];
        for (int stage = 0; stage < 4; stage++)
        {
            if (stage > 0)
            {
                for (int i = 0; i < at.Length; i++)
                    at[i] = start[i] + (Nodes[stage] * step * slope[i]);
            }

            rate(at, slope);
            for (int i = 0; i < at.Length; i++)
                state[i] += Weights[stage] * step * slope[i];
        }
    }

    public delegate void RateFunction(ReadOnlySpan<double> state, Span<double> rate);
}
