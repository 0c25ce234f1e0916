namespace ML.Thermo.Dynamics.Pairs;

/// <summary>The entropy of a node, s(u): increasing and concave, with temperature T = 1/s'(u).</summary>
[Maturity(Maturity.Theorem, "thermodynamics of one body")]
public abstract class NodeEntropy
{
    /// <summary>s(u), nats.</summary>
    /// <param name="energy">u &gt; 0.</param>
    public abstract double Value(double energy);

    /// <summary>s'(u) = 1/T.</summary>
    /// <param name="energy">u &gt; 0.</param>
    public abstract double Slope(double energy);

    /// <summary>[s(u') − s(u)]/(u' − u), and s'(u) where the two coincide.</summary>
    /// <param name="energy">u &gt; 0.</param>
    /// <param name="next">u' &gt; 0.</param>
    public virtual double MeanSlope(double energy, double next) =>
        Math.Abs(next - energy) < 1e-7 * Math.Abs(energy) ? Slope(0.5 * (energy + next)) : (Value(next) - Value(energy)) / (next - energy);

    /// <summary>s = c ln u: a body of constant heat capacity c, T = u/c.</summary>
    /// <param name="heatCapacity">c &gt; 0, nats.</param>
    public static NodeEntropy Logarithmic(double heatCapacity = 1) => new Constant(heatCapacity);

    private sealed class Constant : NodeEntropy
    {
        private readonly double _capacity;

        public Constant(double capacity)
        {
            if (!(capacity > 0 && double.IsFinite(capacity)))
                throw new ArgumentOutOfRangeException(nameof(capacity), capacity, "Expected a positive heat capacity.");
            _capacity = capacity;
        }

        public override double Value(double energy) => _capacity * Math.Log(energy);

        public override double Slope(double energy) => _capacity / energy;

        public override double MeanSlope(double energy, double next)
        {
            double x = (next - energy) / energy;
            if (Math.Abs(x) > 1e-2)
                return _capacity * Math.Log(next / energy) / (next - energy);
            double y = x / (2 + x), square = y * y; // ln(1 + x) = 2 artanh y
            return _capacity * 2 / (energy * (2 + x)) * (1 + (square * ((1 / 3.0) + (square * ((1 / 5.0) + (square * ((1 / 7.0) + (square / 9))))))));
        }
    }
}
