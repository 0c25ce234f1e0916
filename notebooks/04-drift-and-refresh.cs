#:property PublishAot=false
#:project ../src/ML.Thermo.Core/ML.Thermo.Core.csproj
#:project ../src/ML.Thermo.Report/ML.Thermo.Report.csproj

// %% [markdown]
// # Drift and refresh
//
// A deployed model is in its Type II state: the parameters are fixed and the data move. Three questions about a window of new rows: has the
// state changed, by how much energy and entropy, and is it time to train again?
//
// A linear model reads three sensors. The world behaves for 40 windows of 200 rows; then sensor *b* slowly loses its grip on the target.

// %%
using ML.Thermo;
using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear;
using ML.Thermo.Refresh;
using ML.Thermo.Report.Figures;
using ML.Thermo.Transitions;

System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.InvariantCulture;

// %% [markdown]
// ## The world, and the model that was trained in it
//
// The target is *a* + grip·*b* − ½·*c* and noise of 0.3. The grip is 1 at first and falls by 0.01 a window from window 40 on.

// %%
const int WindowRows = 200, Onset = 40, Windows = 80;
string[] sensors = ["a", "b", "c"];

LabelledData Rows(int count, ulong seed, double grip)
{
    var random = new RandomStream(seed, 0);
    double[] features = new double[3 * count], targets = new double[count];
    for (int i = 0; i < count; i++)
    {
        Span<double> x = features.AsSpan(3 * i, 3);
        random.FillNormal(x);
        targets[i] = x[0] + (grip * x[1]) - (0.5 * x[2]) + (0.3 * random.NextNormal());
    }

    return new LabelledData(features, targets, sensors);
}

double Grip(int window) => window < Onset ? 1 : 1 - (0.01 * (window - Onset));

var system = new LinearSystem(Rows(1000, seed: 1, grip: 1), Energy.MeanSquared, ParameterLaw.Same(InitializationLaw.Normal(0, 1), 3));
Console.WriteLine($"trained parameters {string.Join(", ", system.GroundState.Parameters.Select(w => $"{w:F3}"))}");

// %% [markdown]
// ## The reference
//
// Rows that training has not seen tell what is normal: the law of the losses, and of every input. From then on a window is a handful of counts
// and exact sums: constant memory, and two machines' halves merge into exactly the whole.

// %%
void Observe(Action<double, double, double[]> to, LabelledData rows)
{
    double[] losses = system.Losses(rows);
    for (int i = 0; i < rows.Rows; i++)
        to(losses[i], double.NaN, rows.Row(i).ToArray());
}

var builder = new DriftReferenceBuilder([.. sensors.Select(name => new DriftInput(name))]);
Observe((energy, self, inputs) => builder.Observe(energy, self, inputs), Rows(5000, seed: 2, grip: 1));
DriftReference reference = builder.Build();
Console.WriteLine($"{reference.Rows.Rows} rows, E = {reference.Rows.ToState(freshPoints: 1000)!.Energy}");

// %% [markdown]
// ## Eighty windows

// %%
var detector = new SequentialDetector(reference, DriftRule.Energy);
var reports = new List<(WindowDrift Report, SequentialStep Step)>();
for (int w = 0; w < Windows; w++)
{
    DriftWindow window = reference.NewWindow();
    Observe((energy, self, inputs) => window.Observe(energy, self, inputs), Rows(WindowRows, seed: 100 + (ulong)w, Grip(w)));
    reports.Add((reference.Measure(window), detector.Observe(window)));
}

int flagged = reports.Take(Onset).Count(r => r.Report.Refresh), alarm = reports.FindIndex(r => r.Step.Alarm);
Console.WriteLine($"before the onset {flagged} of {Onset} windows are flagged by themselves, at a false-alarm rate of {reference.Options.FalseAlarmRate:P0}");
Console.WriteLine($"over all windows together the sequential detector raises its alarm at window {alarm}, {alarm - Onset} after the onset");
reports[10].Report.Display();
reports[79].Report.Display();
new Figure("Energy of each window against the reference", "window", "ΔE (squared error)")
    .Points("windows", reports.Select((r, w) => ((double)w, r.Report.Energy!.Transition!.DeltaEnergy.Value)))
    .Vertical("onset of the drift", Onset).Vertical("alarm of the sequential detector", alarm)
    .Display();

// %% [markdown]
// Early windows have no temperature: their ΔS cannot be told from zero, which is what "nothing has changed" looks like. When drift sets in, T is
// the loss it costs for each nat. For Gaussian residuals it is the logarithmic mean of the losses before and after, whatever the window's size.

// %%
double before = reference.Rows.ToState(1000)!.Energy.Value, after = before + reports[79].Report.Energy!.Transition!.DeltaEnergy.Value;
Console.WriteLine($"logarithmic mean of the losses {LogarithmicMean.Of(before, after):F4}, measured T = {reports[79].Report.Energy!.Transition!.Temperature}");

// %% [markdown]
// ## Which sensor?
//
// For a linear model ΔE falls exactly into a share for each feature and one for the target.

// %%
LabelledData normal = Rows(20_000, seed: 3, grip: 1), moved = Rows(20_000, seed: 4, Grip(79));
foreach (Attribution share in LinearDrift.Of(SecondMoments.Of(normal), SecondMoments.Of(moved), [.. system.GroundState.Parameters], sensors))
    Console.WriteLine($"{share.Name ?? "target",-8}{share.DeltaEnergy.Value,10:F4}");

// %% [markdown]
// ## What would a refresh release?
//
// Retraining on the moved data takes the system from its stale state to a new one. The difference is what drift has cost and a refresh would give
// back; what remains is noise that no retraining removes.

// %%
WarmRefresh refresh = TypeIIDrift.Warm(SecondMoments.Of(moved), [.. system.GroundState.Parameters]);
Console.WriteLine($"stale {refresh.StaleEnergy:F4}, refreshed {refresh.FreshEnergy:F4} on rows to come: {refresh.Release:F4} released at {refresh.Temperature:F4} per nat");
