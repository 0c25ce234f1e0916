using ML.Thermo.Dynamics.Audit;
using ML.Thermo.Dynamics.Networks;

namespace ML.Thermo.Cli.Dynamics;

/// <summary>What an audit was asked for.</summary>
internal sealed record AuditRequest
{
    public required string Source { get; init; }

    public required AuditOptions Options { get; init; }

    public string Time { get; init; } = "t";

    public IReadOnlyList<string> Energies { get; init; } = [];

    public string? EnergyFormula { get; init; }

    public string? Entropy { get; init; }

    public string? EntropyFormula { get; init; }

    public string? Trajectory { get; init; }

    public string? SumOver { get; init; }

    public string? Work { get; init; }

    public string? Heat { get; init; }

    public string? BathTemperature { get; init; }

    public string? State { get; init; }

    public string? Edges { get; init; }

    public int Steps { get; init; }

    public double Step { get; init; }

    public IntegratorForm Form { get; init; }

    public bool IsNetwork => Source.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase);
}

/// <summary>What an audit found.</summary>
/// <param name="Request">What was asked.</param>
/// <param name="Trajectories">Each trajectory, with its series for the page.</param>
internal sealed record AuditResult(AuditRequest Request, IReadOnlyList<AuditedTrajectory> Trajectories)
{
    public bool IsLawful => Trajectories.All(trajectory => trajectory.Report.IsLawful != false);
}

/// <summary>One trajectory under audit.</summary>
/// <param name="Name">Its name; empty where there is only one.</param>
/// <param name="Report">What the audit says.</param>
/// <param name="Curves">Some of its rows.</param>
internal sealed record AuditedTrajectory(string Name, LawReport Report, LawCurves Curves);
