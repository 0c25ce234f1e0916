using ML.Thermo.Data;
using ML.Thermo.Linear;
using ML.Thermo.Report.Transitions;
using ML.Thermo.Transitions;

namespace ML.Thermo.Cli.Transitions;

/// <summary>What came out of a transition: everything that JSON, tables and sentences are made of.</summary>
internal sealed record TransitionResult
{
    /// <summary>What was asked.</summary>
    public required TransitionRequest Request { get; init; }

    /// <summary>Model, training data, energy and law.</summary>
    public required LinearSystem System { get; init; }

    /// <summary>Rows whose losses make the Type II state; null where they are those of training.</summary>
    public LabelledData? Fresh { get; init; }

    /// <summary>m.</summary>
    public required long FreshPoints { get; init; }

    /// <summary>Both states and what lies between them.</summary>
    public required Transition Transition { get; init; }

    /// <summary>T_diff at the initialisation, loss units.</summary>
    public required Estimate DifferentialTemperature { get; init; }

    /// <summary>T_par, loss units.</summary>
    public required Estimate ParameterTemperature { get; init; }

    /// <summary>T_fluct/T_par of the curvature, dimensionless.</summary>
    public required Estimate EquipartitionRatio { get; init; }

    /// <summary>The same for sentences and for a report in HTML.</summary>
    public TransitionFindings Findings =>
        TransitionFindings.Of($"{Path.GetFileName(Request.Table.Path)}, {Request.Table.Label}", System, Transition, FreshPoints) with
        {
            IsStandardized = Request.Standardize,
            DifferentialTemperature = DifferentialTemperature,
            ParameterTemperature = ParameterTemperature,
            EquipartitionRatio = EquipartitionRatio,
        };

    /// <summary>Whether the loss bends: the absolute error does not, so its equipartition ratio is not a ratio of Hessian traces.</summary>
    public bool HasCurvature => Linear.LinearLosses.Of(Request.Energy).HasCurvature;

    public State Before => Transition.From;

    public State After => Transition.To;
}
