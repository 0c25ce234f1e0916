#:property PublishAot=false
#:project ../src/ML.Thermo.Core/ML.Thermo.Core.csproj
#:project ../src/ML.Thermo.Joules/ML.Thermo.Joules.csproj
#:project ../src/ML.Thermo.Report/ML.Thermo.Report.csproj

// %% [markdown]
// # Which of two ways of training costs fewer joules?
//
// Two ways of doing the same work, A and B. B takes 2 % less. But the machine warms up while it works, and a warm machine takes more. Does a
// measurement find the cheaper way?
//
// Most virtual machines have no energy counter (`thermo joules status` says what yours has). So a folder stands in for the kernel's counter here, and the
// meter reads it as it reads a real one. Everywhere else in this library *energy* is the loss; joules are joules.

// %%
using System.IO;
using System.Threading;
using ML.Thermo.Initialization;
using ML.Thermo.Joules;
using ML.Thermo.Joules.Metering;
using ML.Thermo.Joules.Repeats;
using ML.Thermo.Linear;
using ML.Thermo.Report.Figures;

System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.InvariantCulture;

// %% [markdown]
// ## A counter, and what a nat costs
//
// The kernel keeps a processor's joules as a number in a file, in millionths. The work here is a sleep, after which the file says 12.5 J more.

// %%
string folder = Directory.CreateTempSubdirectory("thermo-joules-").FullName, package = Directory.CreateDirectory(Path.Combine(folder, "class", "powercap", "intel-rapl:0")).FullName;
File.WriteAllText(Path.Combine(package, "name"), "package-0\n");
File.WriteAllText(Path.Combine(package, "max_energy_range_uj"), "262143328850\n");
double counted = 0;
void Spend(double joules) => File.WriteAllText(Path.Combine(package, "energy_uj"), $"{(long)Math.Round(1e6 * (counted += joules))}\n");
Spend(0);

JouleComponent Measure(Action work) => JouleMeter.Measure(work, new JouleOptions { SysfsRoot = folder }).Components.Single(part => part.Name == "cpu-package-0");
JouleComponent bill = Measure(() =>
{
    Spend(12.5);
    Thread.Sleep(50);
});
Console.WriteLine($"{bill.Name}: {bill.Joules:F2} J, {bill.Status}");

var training = Train.Linear([-2, -1, 0.5, 1, 2.5], [-3, -1, 1, 1.5, 4]);
JouleQuantity price = new JouleQuantity(bill.Joules, bill.StandardError, bill.Status).Per(training.DeltaEntropy, "ΔS");
Console.WriteLine($"training made the loss {training.DeltaEntropy.Value:F2} nats more certain: {price.Value:F2} J a nat");

// %% [markdown]
// ## First all of A, then all of B
//
// A costs 10 J and B 9.8 J on a cool machine. Each run makes it dearer by 0.2 % of that, and a run scatters by 1 %.

// %%
var noise = new RandomStream(1, 0);
int run = 0;
double Run(double cost)
{
    double joules = cost * (1 + (0.002 * run++)) * (1 + (0.01 * noise.NextNormal()));
    return Measure(() => Spend(joules)).Joules!.Value;
}

double[] firstA = [.. Enumerable.Range(0, 20).Select(_ => Run(10))], thenB = [.. Enumerable.Range(0, 20).Select(_ => Run(9.8))];
double naive = firstA.Average() - thenB.Average();
Console.WriteLine($"A {firstA.Average():F2} J, B {thenB.Average():F2} J: {(naive > 0 ? "B" : "A")} looks cheaper");

// %% [markdown]
// ## In turn
//
// A B, B A, A B, … What rises in a straight line then strikes both alike.

// %%
run = 0;
List<double> a = [], b = [];
double Noted(List<double> to, double cost)
{
    to.Add(Run(cost));
    return to[^1];
}

PairedComparison turns = PairedComparison.Run(() => Noted(a, 10), () => Noted(b, 9.8), pairs: 20, warmUps: 0);
Console.WriteLine($"A − B = {turns.Difference.Value:F2} J, 95 % interval {turns.Lower:F2} to {turns.Upper:F2}: {(turns.Lower > 0 ? "B is cheaper" : turns.Upper < 0 ? "A is cheaper" : "not decided")}");

new Figure("What A costs more than B", "pair", "A − B (J)")
    .Points("in turn, pair by pair", a.Zip(b, (first, second) => first - second).Select((difference, pair) => ((double)pair + 1, difference)))
    .Horizontal("the truth", 10 - 9.8)
    .Horizontal("first all of A, then all of B", naive)
    .Display();

// %%
Directory.Delete(folder, recursive: true);
