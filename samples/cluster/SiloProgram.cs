using ML.Thermo.Cluster;
using Orleans.Configuration;
using Orleans.Dashboard;

namespace ML.Thermo.Samples.Cluster;

/// <summary>One silo, in a process of its own.</summary>
internal static class SiloProgram
{
    public const int FirstSiloPort = 11611, FirstGateway = 30611, DashboardPort = 8611;

    /// <summary>Runs until it is killed, or told to end.</summary>
    public static async Task<int> RunAsync(ClusterConfiguration configuration, int number, bool hasDashboard)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.WebHost.UseUrls($"http://127.0.0.1:{(hasDashboard ? DashboardPort : 0)}");
        builder.UseOrleans(silo =>
        {
            var primary = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, FirstSiloPort);
            silo.UseThermo(configuration, FirstSiloPort + number, FirstGateway + number, threads: 1, primary);
            silo.Configure<ClusterMembershipOptions>(options => (options.ProbeTimeout, options.NumMissedProbesLimit) = (TimeSpan.FromSeconds(2), 3));
            if (hasDashboard)
                silo.UseInMemoryReminderService().AddDashboard();
        });
        WebApplication application = builder.Build();
        if (hasDashboard)
            application.MapOrleansDashboard();
        await application.RunAsync();
        return 0;
    }
}
