using Microsoft.Extensions.Diagnostics.HealthChecks;
using ML.Thermo.AspNetCore.Serving;
using ML.Thermo.Report.Monitors;

namespace ML.Thermo.AspNetCore;

/// <summary>How well a monitor and its model are, as a health check.</summary>
internal sealed class ThermoHealthCheck(IWatched monitor) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        MonitorFindings findings = monitor.Find();
        HealthStatus status = findings.Health switch
        {
            MonitorHealth.Healthy => HealthStatus.Healthy,
            MonitorHealth.Degraded => HealthStatus.Degraded,
            _ => HealthStatus.Unhealthy,
        };
        var data = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["rows"] = findings.Snapshot?.Rows ?? 0,
            ["windows"] = findings.Snapshot?.Windows ?? 0,
            ["refresh"] = findings.Snapshot?.Refresh ?? false,
        };
        return Task.FromResult(new HealthCheckResult(status, string.Join(' ', findings.Reasons.DefaultIfEmpty(MonitorSummary.Verdict(findings))), data: data));
    }
}
