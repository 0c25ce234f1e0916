using System.Globalization;
using ML.Thermo.Faults;
using ML.Thermo.Faults.Formats;
using ML.Thermo.Faults.Monitors;

// fuzz [FILES] [SEED] [FORMAT]: damages so many files of every format (a saved model counts for twenty); faults are kept in artifacts/faults.
// replay FORMAT FILE: judges one of them again.
// observe FILE ROWS, fill FOLDER: what the tests of kills and of full disks start.
return args switch
{
    ["observe", var file, var rows] => Observer.Observe(file, int.Parse(rows, CultureInfo.InvariantCulture)),
    ["fill", var folder] => Observer.Fill(folder),
    ["fuzz", .. var rest] => Fuzz(rest),
    ["replay", var format, var file] => Replay(format, file),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("expected: fuzz [FILES] [SEED] [FORMAT], or replay FORMAT FILE");
    return 2;
}

static int Replay(string name, string file)
{
    IFormat format = IFormat.All(withRuntime: true).First(format => format.Name.Contains(name, StringComparison.OrdinalIgnoreCase));
    Verdict verdict = new Campaign(format, 1).Judged(File.ReadAllBytes(file));
    Console.WriteLine($"{verdict.Outcome}: {verdict.Detail}");
    return verdict.IsFault ? 1 : 0;
}

static int Fuzz(string[] arguments)
{
    long files = arguments.Length > 0 ? long.Parse(arguments[0], CultureInfo.InvariantCulture) : 20_000;
    ulong seed = arguments.Length > 1 ? ulong.Parse(arguments[1], CultureInfo.InvariantCulture) : 1;
    Console.WriteLine("| files | tried | clear error | worked | worked, not runnable | others' error | hang | over limit | raw exception | silent wrong |");
    Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    int faults = 0;
    string wanted = arguments.Length > 2 ? arguments[2] : "";
    foreach (IFormat format in IFormat.All(withRuntime: true).Where(format => format.Name.Contains(wanted, StringComparison.OrdinalIgnoreCase)))
    {
        using (format as IDisposable)
        {
            var campaign = new Campaign(format, seed);
            campaign.Run(Math.Max(1, files / format.Cost));
            Console.WriteLine(campaign);
            foreach ((long file, byte[] bytes, Verdict verdict) in campaign.Faults)
            {
                Directory.CreateDirectory("artifacts/faults");
                File.WriteAllBytes($"artifacts/faults/{format.Name.Replace(' ', '-')}-{seed}-{file}.bin", bytes);
                Console.Error.WriteLine($"{format.Name}, seed {seed}, file {file}: {verdict.Outcome}: {verdict.Detail}");
                faults++;
            }
        }
    }

    return faults > 0 ? 1 : 0;
}
