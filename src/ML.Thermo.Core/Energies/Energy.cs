namespace ML.Thermo.Energies;

/// <summary>
/// A potential energy: the loss of one output against one target. The energy of a system is its mean over the data, so every
/// temperature carries the unit of this loss.</summary>
/// <remarks>
/// <para>Multiplying the loss by c multiplies energies and temperatures by c and leaves ΔS alone; adding a constant changes neither.
/// A nonlinear change (squared error to root mean squared error) is a different system.</para></remarks>
[Maturity(Maturity.Paper, "the initial potential energy is the loss")]
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

    /// <summary>sup ∂²loss/∂z² over all outputs and targets, loss units per output unit squared; NaN where the loss has a kink, whose
    /// curvature is a jump of the slope.</summary>
    public abstract double CurvatureBound { get; }

    /// <summary>Whether a target is the label of one of two classes, 0 or 1, and the output its logit.</summary>
    public virtual bool IsOfLabels => false;

    /// <summary>What a target must be, in words.</summary>
    public string Domain => IsOfLabels ? "0 or 1" : "a finite number";

    /// <summary>The kinds of prediction that this loss can be taken of.</summary>
    public virtual IReadOnlyList<PredictionKind> Predictions { get; } = [PredictionKind.Value];

    /// <summary>Checks that a target lies in the energy's domain.</summary>
    /// <param name="target">The target y.</param>
    /// <returns>Null if it does, else what was expected instead: <see cref="Domain"/>.</returns>
    public string? Reject(double target) => (IsOfLabels ? target is 0 or 1 : double.IsFinite(target)) ? null : Domain;

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
}
