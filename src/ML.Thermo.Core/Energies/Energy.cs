namespace ML.Thermo.Energies;

/// <summary>
/// A potential energy: the loss of one output against one target. The energy of a system is its mean over the data, so every
/// temperature carries the unit of this loss.
/// </summary>
/// <remarks>
/// <para>Multiplying the loss by c multiplies energies and temperatures by c and leaves ΔS alone; adding a constant changes neither.
/// A nonlinear change (squared error to root mean squared error) is a different system.</para>
/// <para>Maturity: paper (the initial potential energy is the loss).</para>
/// </remarks>
public abstract class Energy
{
    private protected Energy(string name) => Name = name;

    /// <summary>(z − y)²: unit of the target squared.</summary>
    public static Energy MeanSquared { get; } = new SquaredError();

    /// <summary>|z − y|: unit of the target.</summary>
    public static Energy MeanAbsolute { get; } = new AbsoluteError();

    /// <summary>ln(1 + eᶻ) − y·z for a logit z and y ∈ {0, 1}: nats.</summary>
    public static Energy CrossEntropy { get; } = new LogisticCrossEntropy();

    /// <summary>All energies of a single output.</summary>
    public static IReadOnlyList<Energy> All { get; } = [MeanSquared, MeanAbsolute, CrossEntropy];

    /// <summary>The name used by the command line and in JSON: <c>mse</c>, <c>mae</c> or <c>ce</c>.</summary>
    public string Name { get; }

    /// <summary>Finds an energy by its name.</summary>
    /// <param name="name"><c>mse</c>, <c>mae</c> or <c>ce</c>, in any case.</param>
    /// <exception cref="ThermoException">No energy has that name.</exception>
    public static Energy Parse(string name) =>
        All.FirstOrDefault(energy => string.Equals(energy.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ThermoException($"Unknown energy '{name}': expected {string.Join(", ", All.Select(energy => energy.Name))}.");

    /// <summary>The loss of one output, loss units; ≥ 0.</summary>
    /// <param name="output">The model's output z.</param>
    /// <param name="target">The target y.</param>
    public abstract double Loss(double output, double target);

    /// <summary>∂loss/∂z; a subgradient where the loss has a kink.</summary>
    /// <param name="output">The model's output z.</param>
    /// <param name="target">The target y.</param>
    public abstract double Slope(double output, double target);

    /// <summary>∂²loss/∂z²; zero for the absolute error.</summary>
    /// <param name="output">The model's output z.</param>
    /// <param name="target">The target y.</param>
    public abstract double Curvature(double output, double target);

    /// <summary>Checks that a target lies in the energy's domain.</summary>
    /// <param name="target">The target y.</param>
    /// <returns>Null if it does, else what was expected instead.</returns>
    public virtual string? Reject(double target) => double.IsFinite(target) ? null : "a finite number";

    /// <summary>Losses of many outputs.</summary>
    /// <param name="outputs">n outputs.</param>
    /// <param name="targets">n targets.</param>
    /// <param name="losses">Receives n losses.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void Losses(ReadOnlySpan<double> outputs, ReadOnlySpan<double> targets, Span<double> losses)
    {
        if (outputs.Length != targets.Length || outputs.Length != losses.Length)
            throw new ArgumentException($"Lengths differ: {outputs.Length} outputs, {targets.Length} targets, {losses.Length} places for losses.");
        for (int i = 0; i < outputs.Length; i++)
            losses[i] = Loss(outputs[i], targets[i]);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private sealed class SquaredError() : Energy("mse")
    {
        public override double Loss(double output, double target) => (output - target) * (output - target);

        public override double Slope(double output, double target) => 2 * (output - target);

        public override double Curvature(double output, double target) => 2;
    }

    private sealed class AbsoluteError() : Energy("mae")
    {
        public override double Loss(double output, double target) => Math.Abs(output - target);

        public override double Slope(double output, double target) => Math.Sign(output - target);

        public override double Curvature(double output, double target) => 0;
    }

    private sealed class LogisticCrossEntropy() : Energy("ce")
    {
        /// <summary>Written on the side of the decision boundary where nothing cancels: softplus(−z) for y = 1, softplus(z) for y = 0.</summary>
        public override double Loss(double output, double target) =>
            target == 1 ? Softplus(-output) : target == 0 ? Softplus(output) : Softplus(output) - (target * output);

        public override double Slope(double output, double target) =>
            target == 1 ? -Sigmoid(-output) : Sigmoid(output) - target;

        public override double Curvature(double output, double target) => Sigmoid(output) * Sigmoid(-output);

        public override string? Reject(double target) => target is 0 or 1 ? null : "0 or 1";

        private static double Softplus(double z) => Math.Max(z, 0) + Numerics.SpecialFunctions.LogOnePlus(Math.Exp(-Math.Abs(z)));

        private static double Sigmoid(double z) => z >= 0 ? 1 / (1 + Math.Exp(-z)) : Math.Exp(z) / (1 + Math.Exp(z));
    }
}
