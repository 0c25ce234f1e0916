using System.Globalization;
using ML.Thermo.Soak;

const string Usage = "ML.Thermo.Soak run [KILLS [SEED]]: kills silos, replicas and Redis under load and says what was lost or counted twice; "
    + "models COUNT [ROWS]: memory a model; rates ROUNDS: CPU time of a replica to that of one process; "
    + "draws, outputs, compressions ROUNDS: an ensemble, a scan of a language model or the plan of a compression, here, and by two silos of one thread each";
try
{
    switch (args)
    {
        case ["silo", var connection, var port, var gateway, .. var patient]:
            await Processes.SiloAsync(connection, Number(port), Number(gateway), isPatient: patient.Length > 0);
            return 0;
        case ["replica", var name, var gateways, var log, var stop]:
            await Processes.ReplicaAsync(name, gateways.Split(','), log, stop);
            return 0;
        case ["run", .. var rest] when rest.Length <= 2:
            using (var soak = new KillRun(rest.Length > 1 ? Number(rest[1]) : 1))
            {
                KillCounts counts = await soak.RunAsync(rest.Length > 0 ? Number(rest[0]) : 200, Console.WriteLine);
                Console.WriteLine(counts);
                return counts.IsClean ? 0 : 1;
            }

        case ["models", var count, .. var rest] when rest.Length <= 1:
            await Measurements.ModelsAsync(Number(count), rest.Length > 0 ? Number(rest[0]) : 12);
            return 0;
        case ["rates", var rounds]:
            await Measurements.RatesAsync(Number(rounds));
            return 0;
        case ["draws", var rounds]:
            await Efficiency.DrawsAsync(Number(rounds));
            return 0;
        case ["outputs", var rounds]:
            await Efficiency.OutputsAsync(Number(rounds));
            return 0;
        case ["compressions", var rounds]:
            await Efficiency.CompressionsAsync(Number(rounds));
            return 0;
        default:
            Console.Error.WriteLine(Usage);
            return 2;
    }
}
catch (ML.Thermo.ThermoException error)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
