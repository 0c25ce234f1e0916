using ML.Thermo.Dynamics.Pairs;

namespace ML.Thermo.Dynamics.Learning;

/// <summary>The functions of all bases, kind by kind, and what they say at one state: the right-hand side is linear in their coefficients.</summary>
internal sealed class PairBasis
{
    private readonly FitOptions _options;
    private readonly double[] _low, _width; // of r, one a kind
    private readonly double[] _high;

    public PairBasis(IReadOnlyList<PairRecord> records, FitOptions options)
    {
        _options = options;
        Kinds = Math.Max(1, records.Max(record => record.Graph.KindCount));
        _low = [.. Enumerable.Repeat(double.PositiveInfinity, Kinds)];
        _high = [.. Enumerable.Repeat(double.NegativeInfinity, Kinds)];
        _width = new double[Kinds];
        (LowTemperature, HighTemperature) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (PairRecord record in records)
            Observe(record);
        for (int kind = 0; kind < Kinds; kind++)
        {
            if (!(_high[kind] > _low[kind]))
                throw new UnusableDataException($"The distances of edges of kind {kind} do not vary: expected trajectories in which they move.");
            (_low[kind], _high[kind]) = Padded(_low[kind], _high[kind]);
        }

        if (!(HighTemperature > LowTemperature))
            HighTemperature = LowTemperature * (1 + 1e-6); // no heat can flow: the flux will be found undetermined
        (LowTemperature, HighTemperature) = Padded(LowTemperature, HighTemperature);
    }

    public int Kinds { get; }

    public double LowTemperature { get; private set; }

    public double HighTemperature { get; private set; }

    /// <summary>Coefficients a kind.</summary>
    public int PerKind => _options.TensionFunctions + _options.FrictionFunctions + _options.FluxFunctions;

    /// <summary>All coefficients.</summary>
    public int Count => Kinds * PerKind;

    public (double Low, double High) Range(int kind) => (_low[kind], _high[kind]);

    /// <summary>Whether a coefficient must not be negative.</summary>
    public bool IsBounded(int coefficient) => coefficient % PerKind >= _options.TensionFunctions;

    public int FrictionAt(int kind) => (kind * PerKind) + _options.TensionFunctions;

    public int FluxAt(int kind) => FrictionAt(kind) + _options.FrictionFunctions;

    /// <summary>The regressors of ṗ (N D rows) and u̇ (N rows) at a state, row-major, <see cref="Count"/> numbers a row.</summary>
    public void Regressors(PairSystem system, PairState state, Span<double> rows)
    {
        rows.Clear();
        int d = state.Dimension, n = state.Nodes, k = Count;
        Span<double> arm = stackalloc double[d], tension = stackalloc double[4], friction = stackalloc double[4], first = stackalloc double[4],
            second = stackalloc double[4];
        ReadOnlySpan<double> inverse = system.InverseMasses;
        double fluxWidth = (HighTemperature - LowTemperature) / (_options.FluxFunctions - 2);
        for (int e = 0; e < system.Graph.Edges; e++)
        {
            int i = system.Graph.From[e], j = system.Graph.To[e], kind = system.Graph.Kinds[e], offset = kind * PerKind;
            double r = system.Arm(state.Positions, d, e, arm), speed = 0;
            for (int a = 0; a < d; a++)
            {
                arm[a] /= r;
                speed += arm[a] * ((inverse[i] * state.Momenta[(i * d) + a]) - (inverse[j] * state.Momenta[(j * d) + a]));
            }

            double span = _high[kind] - _low[kind];
            int t = offset + UniformSpline.Basis(_low[kind], span / (_options.TensionFunctions - 3), _options.TensionFunctions, r, tension);
            int f = FrictionAt(kind) + UniformSpline.Basis(_low[kind], span / (_options.FrictionFunctions - 3), _options.FrictionFunctions, r, friction);
            double temperatureI = system.Temperature(state, i), temperatureJ = system.Temperature(state, j);
            double share = system.HeatShare(temperatureI, temperatureJ);
            for (int b = 0; b < 4; b++)
            {
                for (int a = 0; a < d; a++)
                {
                    rows[(((i * d) + a) * k) + t + b] -= tension[b] * arm[a];
                    rows[(((j * d) + a) * k) + t + b] += tension[b] * arm[a];
                    rows[(((i * d) + a) * k) + f + b] -= friction[b] * speed * arm[a];
                    rows[(((j * d) + a) * k) + f + b] += friction[b] * speed * arm[a];
                }

                double heat = friction[b] * speed * speed;
                rows[(((n * d) + i) * k) + f + b] += share * heat;
                rows[(((n * d) + j) * k) + f + b] += (1 - share) * heat;
            }

            Flux(rows, ((n * d) + i) * k, ((n * d) + j) * k, FluxAt(kind), fluxWidth, temperatureI, temperatureJ, first, second);
        }
    }

    /// <summary>g(T₂) − g(T₁), with g = Σ c(k) Σ over l ≥ k of B(l): heat to the first node.</summary>
    private void Flux(Span<double> rows, int rowI, int rowJ, int at, double width, double temperatureI, double temperatureJ, Span<double> first,
        Span<double> second)
    {
        int functions = _options.FluxFunctions + 1;
        int low = UniformSpline.Basis(LowTemperature, width, functions, temperatureI, first),
            high = UniformSpline.Basis(LowTemperature, width, functions, temperatureJ, second);
        double sum = 0;
        for (int l = functions - 1; l >= 1; l--)
        {
            sum += (l - high is >= 0 and < 4 ? second[l - high] : 0) - (l - low is >= 0 and < 4 ? first[l - low] : 0);
            rows[rowI + at + l - 1] += sum;
            rows[rowJ + at + l - 1] -= sum;
        }
    }

    private void Observe(PairRecord record)
    {
        var system = new PairSystem(record.Graph, Nothing, record.Options);
        double[] arm = new double[record.Trajectory.States[0].Dimension];
        foreach (PairState state in record.Trajectory.States)
        {
            system.Check(state);
            for (int e = 0; e < record.Graph.Edges; e++)
            {
                double r = system.Arm(state.Positions, state.Dimension, e, arm);
                int kind = record.Graph.Kinds[e];
                (_low[kind], _high[kind]) = (Math.Min(_low[kind], r), Math.Max(_high[kind], r));
            }

            for (int i = 0; i < state.Nodes; i++)
            {
                double temperature = system.Temperature(state, i);
                (LowTemperature, HighTemperature) = (Math.Min(LowTemperature, temperature), Math.Max(HighTemperature, temperature));
            }
        }
    }

    internal static IPairLaws Nothing { get; } = new PairLaws(_ => 0, _ => 0, _ => 0, (_, _) => 0);

    private static (double Low, double High) Padded(double low, double high) => (low - (0.02 * (high - low)), high + (0.02 * (high - low)));
}
