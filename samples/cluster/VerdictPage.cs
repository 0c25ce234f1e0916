using ML.Thermo.AspNetCore;
using ML.Thermo.Cluster.Monitoring;
using ML.Thermo.Refresh;

namespace ML.Thermo.Samples.Cluster;

/// <summary>The page of a monitor that three replicas share, in a process that serves no model.</summary>
internal static class VerdictPage
{
    private const int Port = 8612;

    public static async Task<WebApplication> StartAsync(ClusterMonitor monitor, DriftReference reference, int windowRows)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.WebHost.UseUrls($"http://127.0.0.1:{Port}");
        builder.Services.AddThermoMonitor("prices", new MonitorSource(_ => monitor.SnapshotAsync())
        {
            Reference = reference,
            WindowRows = windowRows,
            Period = TimeSpan.FromSeconds(1),
        });
        WebApplication application = builder.Build();
        application.MapThermoMonitors("/thermo");
        await application.StartAsync();
        Console.WriteLine($"the page of the model: http://127.0.0.1:{Port}/thermo/prices");
        return application;
    }
}
