using ML.Thermo.Dynamics.Pairs;
using ML.Thermo.Initialization;

namespace ML.Thermo.Dynamics.Reference;

/// <summary>
/// The thermo-viscoelastic triangle and strips of triangles: φ = 10 (r − 1)² + 15 (r − 1)⁴, γ = ½ exp(−2(r − 1)), J = 0.15 (u₂ − u₁), mass 1, s = 2
/// ln u. The system
/// that learners are measured on.
/// </summary>
internal static class ViscoelasticLattice
{
    public const double FluxSlope = 0.15, HeatCapacity = 2;

    public static PairLaws Laws { get; } = new(
        r => (10 * (r - 1) * (r - 1)) + (15 * Math.Pow(r - 1, 4)),
        Tension,
        Friction,
        (first, second) => FluxSlope * HeatCapacity * (second - first)); // u = 2 T

    public static PairOptions Options { get; } = new() { Entropy = NodeEntropy.Logarithmic(HeatCapacity) };

    public static PairState TriangleStart => new(2, [0, 0, 1.1, 0, 0.5, 0.9], [0.3, -0.2, -0.1, 0.4, -0.2, -0.2], [1, 2, 3]);

    public static PairGraph TriangleGraph => new(3, [0, 0, 1], [1, 2, 2]);

    public static double Tension(double r) => (20 * (r - 1)) + (60 * Math.Pow(r - 1, 3));

    public static double Friction(double r) => 0.5 * Math.Exp(-2 * (r - 1));

    /// <summary>A strip of triangles with edges between nodes at distance 1.</summary>
    public static PairGraph Strip(int columns, int rows)
    {
        List<int> from = [], to = [];
        double[] at = Places(columns, rows);
        for (int i = 0; i < columns * rows; i++)
        {
            for (int j = i + 1; j < columns * rows; j++)
            {
                if (Math.Abs(double.Hypot(at[2 * i] - at[2 * j], at[(2 * i) + 1] - at[(2 * j) + 1]) - 1) < 1e-9)
                    (from, to) = ([.. from, i], [.. to, j]);
            }
        }

        return new PairGraph(columns * rows, [.. from], [.. to]);
    }

    /// <summary>Positions + 0.05 N, momenta 0.5 N less their mean, u from 1 to 3.</summary>
    public static PairState Start(int columns, int rows, ulong seed, ulong index)
    {
        var random = new RandomStream(seed, index);
        int nodes = columns * rows;
        double[] q = Places(columns, rows), p = new double[2 * nodes], u = new double[nodes];
        for (int i = 0; i < q.Length; i++)
            (q[i], p[i]) = (q[i] + (0.05 * random.NextNormal()), 0.5 * random.NextNormal());
        for (int a = 0; a < 2; a++)
        {
            double mean = Enumerable.Range(0, nodes).Average(i => p[(2 * i) + a]);
            for (int i = 0; i < nodes; i++)
                p[(2 * i) + a] -= mean;
        }

        for (int i = 0; i < nodes; i++)
            u[i] = 1 + (2 * random.NextDouble());
        return new PairState(2, q, p, u);
    }

    /// <summary>The true future: classical Runge–Kutta steps, each a part of the step asked for.</summary>
    public static PairTrajectory Truth(PairGraph graph, PairState start, double step, int steps, int parts)
    {
        var system = new PairSystem(graph, Laws, Options);
        PairState state = start.Copy();
        List<PairState> states = [start.Copy()];
        for (int k = 0; k < steps; k++)
        {
            for (int part = 0; part < parts; part++)
                state = RungeKutta.Step(system, state, step / parts);
            states.Add(state.Copy());
        }

        return new PairTrajectory(0, step, states);
    }

    private static double[] Places(int columns, int rows) =>
        [.. Enumerable.Range(0, columns * rows).SelectMany(n => new[] { (n / rows) + (0.5 * (n % rows % 2)), n % rows * Math.Sqrt(3) / 2 })];
}
