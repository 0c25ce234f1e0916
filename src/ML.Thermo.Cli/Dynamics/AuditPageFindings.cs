using ML.Thermo.Dynamics.Audit;
using ML.Thermo.Report.Dynamics;

namespace ML.Thermo.Cli.Dynamics;

/// <summary>An audit as the page takes it.</summary>
internal static class AuditPageFindings
{
    private const int MostDrawn = 20;

    public static DynamicsFindings Of(AuditResult result) => new()
    {
        Subject = Path.GetFileName(result.Request.Source),
        Subtitle = $"{result.Trajectories.Count} {(result.Trajectories.Count == 1 ? "trajectory" : "trajectories")}, " +
            $"{result.Trajectories.Sum(trajectory => trajectory.Report.Rows):N0} rows; {AuditSummary.Setting(result.Request.Options.Setting)}",
        Sentences = AuditSummary.Of(result),
        Warnings = result.Trajectories.Count > MostDrawn ? [$"The first {MostDrawn} of {result.Trajectories.Count} trajectories are drawn."] : [],
        Laws = [.. result.Trajectories.Take(MostDrawn).Select(trajectory => Series(trajectory.Name, trajectory.Report, trajectory.Curves))],
    };

    public static LawSeries Series(string name, LawReport report, LawCurves curves)
    {
        var fit = new IsotonicRegression();
        IReadOnlyList<double[]> rows = curves.Rows;
        foreach (double[] row in rows)
            fit.Add(row[2]);
        return new LawSeries(
            name, curves.Parts, [.. rows.Select(row => row[0])],
                [.. curves.Parts.Select((_, part) => (IReadOnlyList<double>)[.. rows.Select(row => row[3 + part])])],
            [.. rows.Select(row => row[1])], [.. rows.Select(row => row[2])], fit.Fit(), report.FirstLaw?.Class.ToString() ?? "",
                AuditSummary.Verdict(report), curves.Stride);
    }
}
