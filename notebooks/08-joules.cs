#:property PublishAot=false
#:project ../src/ML.Thermo/ML.Thermo.csproj
#:project ../src/ML.Thermo.Joules.MLNet/ML.Thermo.Joules.MLNet.csproj
#:project ../src/ML.Thermo.Report/ML.Thermo.Report.csproj

// %% [markdown]
// # What a nat costs
//
// Energy is the loss everywhere in this product; **joules** are joules. A window around work reads the counters of CPU packages, memory and GPUs.
// Many machines have none,
// virtual ones nearly always; the answer there is `Unavailable` with the reason, never a guess. So that this notebook runs anywhere, its counters
// are files in a folder
// that the notebook moves itself: `SysfsRoot` is the door for that, in tests and in containers.

// %%
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo;
using ML.Thermo.Joules;
using ML.Thermo.Joules.Metering;
using ML.Thermo.Joules.MLNet;
using ML.Thermo.Joules.Tuning;
using ML.Thermo.Report.Figures;
using ML.Thermo.Transitions;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (Environment.GetEnvironmentVariable("THERMO_RECORD_NOTEBOOK") != "1") // a recorded notebook leaves out what differs from machine to machine
{
    foreach (JouleComponent source in JouleMachine.Shared.Sources)
        Console.WriteLine($"this machine: {source.Name}, {source.Status}. {source.Reason}");
}

// %% [markdown]
// ## A machine of our own
//
// Two sockets with memory, and the cores of the first, which are inside their package and must not be counted twice. The first counter stands just
// below its end.

// %%
var machineFolder = new StandIn();
machineFolder.Zone("intel-rapl:0", "package-0", 262_143_000_000);
machineFolder.Zone("intel-rapl:0:0", "core", 5_000_000);
machineFolder.Zone("intel-rapl:0:1", "dram", 1_000_000);
machineFolder.Zone("intel-rapl:1", "package-1", 700_000_000);
var options = new JouleOptions { SysfsRoot = machineFolder.Root };
using var machine = new JouleMachine(options);
foreach (JouleComponent source in machine.Sources.Where(source => !source.Name.StartsWith("gpu", StringComparison.Ordinal)))
    Console.WriteLine($"{source.Name,-14} {source.Status,-12} {source.Reason}");

// %% [markdown]
// ## A window
//
// Package 0 uses 3 J and its counter goes round in the window; package 1 uses 2 J, memory half a joule. A wrap is told from a reset: it is one if
// the joules it stands
// for could have been drawn in that time.

// %%
Joules Window(params (string Zone, ulong Microjoules)[] used) => JouleMeter.Measure(
    () =>
    {
        foreach ((string zone, ulong microjoules) in used)
            machineFolder.Use(zone, microjoules);
        Thread.Sleep(50); // shorter than ten updates of a counter a window would be BelowResolution
    },
    options);

Joules wrapped = Window(("intel-rapl:0", 3_000_000), ("intel-rapl:0:1", 500_000), ("intel-rapl:1", 2_000_000));
foreach (JouleComponent part in wrapped.Components.Where(part => !part.Name.StartsWith("gpu", StringComparison.Ordinal)))
    Console.WriteLine($"{part.Name,-14} {part.Joules:F6} J, {part.Status}");
Console.WriteLine($"a million predictions: {wrapped.Components.Single(part => part.Name == "cpu-package-0").Joules:F3} µJ of package 0 each");

machineFolder.Set("intel-rapl:1", 0); // somebody sets the counter back between two windows: nothing happens
Console.WriteLine($"set back between windows: {Window(("intel-rapl:1", 1_000_000)).Components.Single(part => part.Name == "cpu-package-1").Status}");
Joules reset = JouleMeter.Measure(() => machineFolder.Set("intel-rapl:1", 0), options);
JouleComponent lost = reset.Components.Single(part => part.Name == "cpu-package-1");
Console.WriteLine($"set back in a window: {lost.Status}, joules {(lost.Joules is null ? "none" : "some")}");

// %% [markdown]
// ## Training, and the price of a nat
//
// `Metered` trains any estimator unchanged. With `PhaseTransition` around it the model knows both what the training gained (ΔE of loss, ΔS in nats)
// and what it cost.
// Our counters advance by 12 J while it trains.

// %%
var ml = new MLContext(seed: 1);
IDataView data = ml.Data.LoadFromTextFile(Path.Combine("test", "data", "breast-cancer.csv"), [
    new TextLoader.Column("Features", DataKind.Single, 0, 29),
    new TextLoader.Column("Label", DataKind.Boolean, 30),
], separatorChar: ',', hasHeader: true);
ThermoCatalog thermo = ml.Thermo();
IEstimator<ITransformer> trainer = new Consuming(ml.BinaryClassification.Trainers.LbfgsLogisticRegression(), () => machineFolder.Use("intel-rapl:0", 12_000_000));
ITransformer model = ml.Transforms.NormalizeMeanVariance("Features", fixZero: false)
    .Append(thermo.PhaseTransition(thermo.Metered(trainer, machine)))
    .Fit(data);
Transition transition = thermo.GetTransition(model);
TrainingJoules cost = thermo.GetJoules(model);
double joules = cost.Components.Single(part => part.Name == "cpu-package-0").Joules!.Value;
Console.WriteLine($"training cost {joules:F1} J of package 0");
Console.WriteLine($"it took away {transition.DeltaEnergy.Value:F3} of loss and gave {transition.DeltaEntropy.Value:F3} nats");
Console.WriteLine($"{joules / transition.DeltaEntropy.Value:F2} J a nat; k_B T at 300 K is 4.141947e-21 J");

// %% [markdown]
// ## Time against energy
//
// A power limit makes a job slower and thriftier. Five settings of a published job (Zeus), of which four are worth having, and what one chooses
// depends on what an hour is
// worth: η weighs energy against time.

// %%
double[] limits = [300, 250, 200, 150, 100];
RunCost[] runs = [new(1000, 210_000), new(1030, 190_000), new(1120, 172_000), new(1380, 168_000), new(2100, 189_000)];
int[] pareto = [.. Goal.ParetoSet(runs)];
Console.WriteLine($"worth having: {string.Join(", ", pareto.Select(i => $"{limits[i]} W"))}");
foreach (double eta in new[] { 0, 0.3, 0.5, 0.7, 1 })
    Console.WriteLine($"η = {eta}: {limits[Goal.Weighted(eta).Choose(runs, 300)]} W");
Console.WriteLine($"least energy within 1.15 times the fastest: {limits[Goal.WithinSlowdown(1.15).Choose(runs, 300)]} W");

new Figure("Energy against time", "seconds", "joules")
    .Points("dominated", runs.Where((_, i) => !pareto.Contains(i)).Select(run => (run.Seconds, run.Joules)))
    .Line("Pareto set", pareto.Select(i => (runs[i].Seconds, runs[i].Joules)))
    .ToSvg().DisplayAs("image/svg+xml");
machineFolder.Dispose();

// %% types
/// <summary>A folder that stands for the energy counters of another machine.</summary>
public sealed class StandIn : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("thermo-joules-").FullName;

    private const ulong Range = 262_143_328_850;

    public void Zone(string place, string name, ulong microjoules)
    {
        Directory.CreateDirectory(Folder(place));
        File.WriteAllText(Path.Combine(Folder(place), "name"), name);
        File.WriteAllText(Path.Combine(Folder(place), "max_energy_range_uj"), $"{Range}");
        Set(place, microjoules);
    }

    public void Set(string place, ulong microjoules) => File.WriteAllText(Path.Combine(Folder(place), "energy_uj"), $"{microjoules}");

    /// <summary>Lets a counter go on, round its end where it comes to it.</summary>
    public void Use(string place, ulong microjoules) => Set(place, (ulong.Parse(File.ReadAllText(Path.Combine(Folder(place), "energy_uj"))) + microjoules) % (Range + 1));

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private string Folder(string place) => Path.Combine(Root, "class", "powercap", place);
}

/// <summary>A trainer whose work moves a counter.</summary>
public sealed class Consuming(IEstimator<ITransformer> trainer, Action use) : IEstimator<ITransformer>
{
    public ITransformer Fit(IDataView input)
    {
        use();
        Thread.Sleep(50);
        return trainer.Fit(input);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => trainer.GetOutputSchema(inputSchema);
}
