using System.Numerics.Tensors;
using ML.Thermo.Curvature;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Transitions;

namespace ML.Thermo.Linear.Outputs;

/// <summary>All that a linear model does in its own way under one loss: its ground state, its energy over random parameters, its
/// curvature. One implementation stands in each loss's room; <c>LinearLosses</c> lists them.</summary>
/// <remarks>
/// <para>To add a loss: an <see cref="Energies.Energy"/> with a line in <see cref="Energies.Energy.All"/>, a folder in Linear with this class's
/// implementation, and a line in <c>LinearLosses</c>.</para></remarks>
[Maturity(Maturity.Paper, "linear systems under mean squared, mean absolute and cross-entropy loss")]
public abstract class LinearLoss
{
    /// <summary>Step of ln σ where both sides are exact: the central difference is then off by about 10⁻⁶ of its value.</summary>
    private const double Step = 1e-3;

    /// <summary>Relative change of a mean below which a difference has fewer than four digits.</summary>
    private const double LeastChange = 1e-12;

    private protected LinearLoss(Energy energy) => Energy = energy;

    /// <summary>The loss of one output.</summary>
    public Energy Energy { get; }

    /// <summary>Whether rows are needed; else the energy is a polynomial of second degree in the parameters, second moments hold all of
    /// it, and there is always an optimum.</summary>
    public virtual bool NeedsRows => true;

    /// <summary>Whether the energy has a second derivative that tells of its shape; false where the curvature is made of jumps.</summary>
    public bool HasCurvature => !double.IsNaN(Energy.CurvatureBound);

    /// <summary>The parameters of least energy.</summary>
    /// <param name="sample">The training rows, or their moments where <see cref="NeedsRows"/> is false.</param>
    /// <exception cref="UnusableDataException">A target is outside the energy's domain, or a moment overflows.</exception>
    public abstract GroundState Solve(LinearSample sample);

    /// <summary>The energy over an initialisation law.</summary>
    /// <param name="sample">The training rows, or their moments where <see cref="NeedsRows"/> is false.</param>
    /// <param name="law">One entry a column.</param>
    /// <param name="seed">Seed of draws behind moments that have no closed form.</param>
    /// <exception cref="InvalidLawException">The law has not one entry a column.</exception>
    public abstract EnergyEnsemble Ensemble(LinearSample sample, ParameterLaw law, ulong seed = 1);

    /// <summary>The mean loss of each row over an initialisation law, exact; null where it is known by draws only.</summary>
    /// <param name="sample">The rows.</param>
    /// <param name="law">One entry a column.</param>
    public virtual IReadOnlyList<double>? RowEnergies(LinearSample sample, ParameterLaw law) => (Ensemble(sample, law) as OutputEnsemble)?.RowEnergies();

    /// <summary>The energy of a model with one output a class over an initialisation law.</summary>
    /// <param name="sample">The training rows; targets are class numbers.</param>
    /// <param name="classes">K ≥ 2.</param>
    /// <param name="law">The law of one output's parameters, the same for each.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <exception cref="ArgumentOutOfRangeException">The loss is of a single output.</exception>
    public virtual EnergyEnsemble ClassEnsemble(LinearSample sample, int classes, ParameterLaw law, ulong seed = 1) =>
        throw new ArgumentOutOfRangeException(nameof(classes), classes, $"The energy {Energy} is of one output: expected 1.");

    /// <summary>tr H and tr H² of the energy at the optimum.</summary>
    /// <param name="sample">The training rows, or their moments where <see cref="NeedsRows"/> is false.</param>
    /// <param name="optimum">The ground state; asked for only where the curvature depends on it.</param>
    public virtual HessianTraces Traces(LinearSample sample, Func<GroundState> optimum)
    {
        ArgumentNullException.ThrowIfNull(sample);
        ArgumentNullException.ThrowIfNull(optimum);
        return HessianTraces.OfLinearModel(sample.Rows, Energy, optimum().Parameters);
    }

    /// <summary>tr(VH) at the optimum, loss units: d⟨E⟩/d ln σ of parameters that fluctuate little around it.</summary>
    /// <param name="sample">The training rows, or their moments where <see cref="NeedsRows"/> is false.</param>
    /// <param name="law">V, the variances of the parameters.</param>
    /// <param name="optimum">The ground state; asked for only where the curvature depends on it.</param>
    public virtual double WeightedTrace(LinearSample sample, ParameterLaw law, Func<GroundState> optimum)
    {
        ArgumentNullException.ThrowIfNull(sample);
        ArgumentNullException.ThrowIfNull(law);
        ArgumentNullException.ThrowIfNull(optimum);
        double[] outputs = sample.Rows.Outputs(optimum().Parameters), variances = [.. law.Variances], squares = new double[variances.Length];
        double trace = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            TensorPrimitives.Multiply(sample.Rows.Row(i), sample.Rows.Row(i), squares);
            trace += Energy.Curvature(outputs[i], sample.Rows.Targets.Span[i]) * TensorPrimitives.Dot<double>(squares, variances);
        }

        return trace / outputs.Length;
    }

    /// <summary>d⟨E⟩/d ln σ, loss units, from closed forms.</summary>
    /// <param name="sample">The training rows, or their moments where <see cref="NeedsRows"/> is false.</param>
    /// <param name="law">The law whose spreads grow.</param>
    /// <returns>NaN where ⟨E⟩ is known by draws only or its change is lost in its rounding.</returns>
    public virtual double EnergySlope(LinearSample sample, ParameterLaw law)
    {
        ArgumentNullException.ThrowIfNull(law);
        Estimate wider = Ensemble(sample, law.Scale(Math.Exp(Step))).Mean, narrower = Ensemble(sample, law.Scale(Math.Exp(-Step))).Mean;
        double change = wider.Value - narrower.Value;
        bool exact = wider.StandardError == 0 && narrower.StandardError == 0 && Math.Abs(change) > LeastChange * Math.Abs(wider.Value);
        return exact ? change / (2 * Step) : double.NaN;
    }
}
