using ML.Thermo.Refresh;
using ML.Thermo.Report.Refresh;

namespace ML.Thermo.Cli.Refresh;

/// <summary>All that a command found.</summary>
/// <param name="Request">What was asked.</param>
/// <param name="Reference">The reference.</param>
/// <param name="Fit">The linear fit, where there is one.</param>
/// <param name="Findings">The windows, for sentences and page.</param>
internal sealed record RefreshResult(RefreshRequest Request, DriftReference Reference, LinearFit? Fit, DriftFindings Findings)
{
    /// <summary>The windows in order.</summary>
    public IReadOnlyList<DriftPoint> Windows => Findings.Windows;

    /// <summary>What the stream is judged by.</summary>
    public DriftRule Rule => Findings.Rule;
}
