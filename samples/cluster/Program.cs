using System.Globalization;
using ML.Thermo.Cluster;
using ML.Thermo.Samples.Cluster;

// samples/cluster/run [--redis [CONNECTION]] [--dashboard]
try
{
    if (args is ["silo", var file, var number, .. var dashboard])
        return await SiloProgram.RunAsync(ClusterConfiguration.Load(file), int.Parse(number, CultureInfo.InvariantCulture), dashboard.Length > 0);
    string? connection = null;
    bool isOnRedis = false, hasDashboard = false;
    for (int i = 0; i < args.Length; i++)
    {
        if (args[i] == "--redis")
            (isOnRedis, connection) = (true, i + 1 < args.Length && !args[i + 1].StartsWith('-') ? args[++i] : null);
        else if (args[i] == "--dashboard")
            hasDashboard = true;
        else
            throw new ArgumentException($"'{args[i]}' is no option: expected --redis [CONNECTION] or --dashboard.");
    }

    using var machines = new Machines(isOnRedis, connection, hasDashboard);
    await Client.RunAsync(machines);
    return 0;
}
catch (Exception error) when (error is ML.Thermo.ThermoException or ArgumentException)
{
    Console.Error.WriteLine(error.Message);
    return error is ArgumentException ? 2 : 1;
}
