using ML.Thermo.Dynamics.Pairs;

namespace ML.Thermo.Dynamics.Learning;

/// <summary>The equations of motion of all trajectories as sums of products: momentum and energy apart, piece by piece. The data are read once.</summary>
internal sealed class PairEquations
{
    private readonly List<NormalEquations> _momentum = [], _energy = [];
    private readonly PairBasis _basis;
    private readonly int _window;

    private PairEquations(PairBasis basis, int window) => (_basis, _window) = (basis, window);

    public IReadOnlyList<NormalEquations> Momentum => _momentum;

    public IReadOnlyList<NormalEquations> Energy => _energy;

    public int Clusters => _momentum.Count;

    public long Rows => _momentum.Sum(cluster => cluster.Rows) + _energy.Sum(cluster => cluster.Rows);

    public static PairEquations Of(
        IReadOnlyList<PairRecord> records, PairBasis basis, int window, int fewestClusters, IProgress<double>? progress, CancellationToken cancellation)
    {
        var equations = new PairEquations(basis, window);
        int pieces = (fewestClusters + records.Count - 1) / records.Count;
        for (int index = 0; index < records.Count; index++)
        {
            int states = records[index].Trajectory.States.Count;
            int here = Math.Max(1, Math.Min(pieces, (states - 1) / Math.Max(1, window)));
            equations.Add(records[index], here, cancellation);

            progress?.Report((index + 1.0) / records.Count);
        }

        return equations;
    }

    /// <summary>Adds a trajectory as pieces of equal length; a window belongs to the piece in which it begins.</summary>
    private void Add(PairRecord record, int pieces, CancellationToken cancellation)
    {
        var system = new PairSystem(record.Graph, PairBasis.Nothing, record.Options);
        int first = _momentum.Count, steps = record.Trajectory.States.Count - 1;
        for (int piece = 0; piece < pieces; piece++)
        {
            _momentum.Add(new NormalEquations(_basis.Count));
            _energy.Add(new NormalEquations(_basis.Count));
        }

        if (_window == 0)
            AddStrong(system, record.Trajectory, begin => first + (begin * pieces / steps), cancellation);
        else
            AddWeak(system, record.Trajectory, begin => first + (begin * pieces / (steps - _window + 1)), cancellation);
    }

    /// <summary>Rates from differences of successive states, regressors at their mean.</summary>
    private void AddStrong(PairSystem system, PairTrajectory trajectory, Func<int, int> piece, CancellationToken cancellation)
    {
        int d = trajectory.States[0].Dimension, n = system.Graph.Nodes;
        double[] rows = new double[n * (d + 1) * _basis.Count], targets = new double[n * (d + 1)];
        PairState middle = trajectory.States[0].Copy();
        for (int k = 0; k < trajectory.States.Count - 1; k++)
        {
            cancellation.ThrowIfCancellationRequested();
            PairState a = trajectory.States[k], b = trajectory.States[k + 1];
            Mean(a.Positions, b.Positions, middle.Positions);
            Mean(a.Momenta, b.Momenta, middle.Momenta);
            Mean(a.InternalEnergies, b.InternalEnergies, middle.InternalEnergies);
            for (int i = 0; i < n * d; i++)
                targets[i] = ((b.Momenta[i] - a.Momenta[i]) / trajectory.Step) - (system.Options.AppliedForces?[i] ?? 0);
            for (int i = 0; i < n; i++)
                targets[(n * d) + i] = (b.InternalEnergies[i] - a.InternalEnergies[i]) / trajectory.Step;
            _basis.Regressors(system, middle, rows);
            AddRows(system, rows, targets, d, piece(k));
        }
    }

    /// <summary>Windows with the bump ψ = (1 − s²)⁴: −Σ ψ' p = Σ ψ (regressors); states are visited once, and added to all windows that hold them.</summary>
    private void AddWeak(PairSystem system, PairTrajectory trajectory, Func<int, int> piece, CancellationToken cancellation)
    {
        int d = trajectory.States[0].Dimension, n = system.Graph.Nodes, stride = Math.Max(1, _window / 4), equations = n * (d + 1);
        double[] regressors = new double[equations * _basis.Count];
        double half = 0.5 * _window, norm = Enumerable.Range(0, _window + 1).Sum(k => Bump((k - half) / half));
        var open = new Queue<Window>();
        var spare = new Stack<Window>();
        for (int k = 0; k < trajectory.States.Count; k++)
        {
            cancellation.ThrowIfCancellationRequested();
            PairState state = trajectory.States[k];
            if (k % stride == 0 && k + _window < trajectory.States.Count)
            {
                Window window = spare.TryPop(out Window? used) ? used : new Window(new double[regressors.Length], new double[equations]);
                open.Enqueue(window.From(k));
            }

            if (open.Count == 0)
                continue;
            _basis.Regressors(system, state, regressors);
            foreach (Window window in open)
            {
                double s = (k - window.Begin - half) / half, bump = Bump(s) / norm, slope = -8 * s * Math.Pow(1 - (s * s), 3) / (half * trajectory.Step * norm);
                System.Numerics.Tensors.TensorPrimitives.MultiplyAdd<double>(regressors, bump, window.Rows, window.Rows);
                for (int i = 0; i < n * d; i++)
                    window.Targets[i] -= (slope * state.Momenta[i]) + (bump * (system.Options.AppliedForces?[i] ?? 0));
                for (int i = 0; i < n; i++)
                    window.Targets[(n * d) + i] -= slope * state.InternalEnergies[i];
            }

            if (open.Peek().Begin + _window == k)
            {
                Window full = open.Dequeue();
                AddRows(system, full.Rows, full.Targets, d, piece(full.Begin));
                spare.Push(full);
            }
        }
    }

    private void AddRows(PairSystem system, ReadOnlySpan<double> rows, ReadOnlySpan<double> targets, int d, int piece)
    {
        int n = system.Graph.Nodes, k = _basis.Count;
        for (int i = 0; i < n; i++)
        {
            for (int a = 0; a < d && system.InverseMasses[i] > 0; a++)
                _momentum[piece].Add(rows.Slice(((i * d) + a) * k, k), targets[(i * d) + a]);
            if (double.IsNaN(system.HeldTemperatures[i]))
                _energy[piece].Add(rows.Slice(((n * d) + i) * k, k), targets[(n * d) + i]);
        }
    }

    private static double Bump(double s) => Math.Pow(1 - (s * s), 4);

    private static void Mean(double[] a, double[] b, double[] mean)
    {
        for (int i = 0; i < mean.Length; i++)
            mean[i] = 0.5 * (a[i] + b[i]);
    }

    private sealed class Window(double[] rows, double[] targets)
    {
        public double[] Rows { get; } = rows;

        public double[] Targets { get; } = targets;

        public int Begin { get; private set; }

        public Window From(int begin)
        {
            Begin = begin;
            Array.Clear(Rows);
            Array.Clear(Targets);
            return this;
        }
    }
}
