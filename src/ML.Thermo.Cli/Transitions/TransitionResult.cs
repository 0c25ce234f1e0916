using ML.Thermo.Data;
using ML.Thermo.Linear;
using ML.Thermo.Report.Transitions;
using ML.Thermo.Transitions;

namespace ML.Thermo.Cli.Transitions;

/// <summary>All that a command found.</summary>
/// <param name="Request">What was asked.</param>
/// <param name="System">Model, training data, energy and law.</param>
/// <param name="Fresh">Rows whose losses make the Type II state; null where they are those of training.</param>
/// <param name="Findings">The transition with its temperatures, for tables, sentences and page.</param>
internal sealed record TransitionResult(TransitionRequest Request, LinearSystem System, LabelledData? Fresh, TransitionFindings Findings)
{
    /// <summary>Both states and what lies between them.</summary>
    public Transition Transition => Findings.Transition;

    /// <summary>What training cost; null where it was not asked for.</summary>
    public ML.Thermo.Joules.Joules? Joules { get; init; }

    public State Before => Transition.From;

    public State After => Transition.To;
}
