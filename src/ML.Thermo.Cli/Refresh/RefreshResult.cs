using ML.Thermo.Refresh;
using ML.Thermo.Report.Refresh;

namespace ML.Thermo.Cli.Refresh;

/// <summary>All that a command found.</summary>
/// <param name="Request">What was asked.</param>
/// <param name="Reference">The reference.</param>
/// <param name="Fit">The linear fit, where there is one.</param>
/// <param name="Findings">The windows, for sentences and page.</param>
/// <param name="Begun">The sequential test of this run and those before.</param>
/// <param name="Rows">Rows of this run.</param>
internal sealed record RefreshResult(RefreshRequest Request, DriftReference Reference, LinearFit? Fit, DriftFindings Findings, RefreshState Begun, long Rows)
{
    /// <summary>What the next run goes on from.</summary>
    public byte[] State()
    {
        using var bytes = new MemoryStream();
        Begun.Save(bytes, Reference, Begun.Windows + Windows.Count, Begun.Rows + Rows, Findings.FirstAlarm);
        return bytes.ToArray();
    }

    /// <summary>The windows in order.</summary>
    public IReadOnlyList<DriftPoint> Windows => Findings.Windows;

    /// <summary>What the stream is judged by.</summary>
    public DriftRule Rule => Findings.Rule;
}
