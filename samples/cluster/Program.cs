using System.Globalization;
using ML.Thermo.Cluster;
using ML.Thermo.Samples.Cluster;

// samples/cluster/run [--redis [CONNECTION]] [--dashboard] [--page]
try
{
    if (args is ["silo", var file, var number, .. var dashboard])
        return await SiloProgram.RunAsync(ClusterConfiguration.Load(file), int.Parse(number, CultureInfo.InvariantCulture), dashboard.Length > 0);
    string? connection = null;
    bool isOnRedis = false, hasDashboard = false, hasPage = false;
    for (int i = 0; i < args.Length; i++)
    {
        if (args[i] == "--redis")
            (isOnRedis, connection) = (true, i + 1 < args.Length && !args[i + 1].StartsWith('-') ? args[++i] : null);
        else if (args[i] == "--dashboard")
            hasDashboard = true;
        else if (args[i] == "--page")
            hasPage = true;
        else
            throw new ArgumentException($"'{args[i]}' is no option: expected --redis [CONNECTION], --dashboard or --page.");
    }

    using var machines = new Machines(isOnRedis, connection, hasDashboard);
    await Client.RunAsync(machines, hasPage);
    return 0;
}
catch (Exception error) when (error is ML.Thermo.ThermoException or ArgumentException)
{
    Console.Error.WriteLine(error.Message);
    return error is ArgumentException ? 2 : 1;
}
