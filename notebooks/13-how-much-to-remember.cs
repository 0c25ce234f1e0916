#:property PublishAot=false
#:project ../src/ML.Thermo.Core/ML.Thermo.Core.csproj
#:project ../src/ML.Thermo.Report/ML.Thermo.Report.csproj

// %% [markdown]
// # How much should a model remember when its world moves?
//
// A linear model in service, forty windows of fifty rows with labels. The world stands still, breaks at window 12, and wanders from window 25 on. A model that
// remembers everything is late, one that remembers a window only is noisy. A tempered model keeps copies with different memories and deploys their mean,
// weighted by what each lost lately; the old model is one of them, here and in the other two. What does that cost against both?

// %%
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Report.Figures;
using ML.Thermo.Tempering;

System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.InvariantCulture;

// %%
const int Columns = 8, Rows = 50, Break = 12, Wander = 25, Windows = 40;
var random = new RandomStream(1, 0);
double[] truth = [.. Enumerable.Range(0, Columns).Select(_ => random.NextNormal())];
(double[][] X, double[] Y) Draw(int rows)
{
    double[][] x = [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, Columns).Select(_ => random.NextNormal()).ToArray())];
    return (x, [.. x.Select(row => row.Zip(truth, (u, w) => u * w).Sum() + random.NextNormal())]);
}

(double[][] oldX, double[] oldY) = Draw(400);
TemperedLadder Model(params double[] memories) => TemperedLadder.Learn(oldX, oldY, Energy.MeanSquared, new TemperedOptions { Memories = memories });
TemperedLadder tempered = TemperedLadder.Learn(oldX, oldY, Energy.MeanSquared), all = Model(1), last = Model(0);

// %%
List<(double Window, double Loss)> frozen = [], everything = [], newest = [], mixed = [], rows = [];
for (int window = 0; window < Windows; window++)
{
    for (int k = 0; k < Columns; k++)
        truth[k] += window == Break ? random.NextNormal() : window >= Wander ? 0.15 * random.NextNormal() : 0;
    (double[][] x, double[] y) = Draw(Rows);
    TemperedWindow cost = tempered.Update(x, y); // judged first, then learnt from
    frozen.Add((window, cost.ReferenceLoss));
    mixed.Add((window, cost.Loss));
    everything.Add((window, all.Update(x, y).Loss));
    newest.Add((window, last.Update(x, y).Loss));
    rows.Add((window, tempered.EffectiveRows));
}

foreach ((string name, List<(double Window, double Loss)> losses) in new[] { ("never trained again", frozen), ("remembers everything", everything), ("remembers the last window", newest), ("tempered", mixed) })
    Console.WriteLine($"{name}: {losses[..Break].Average(p => p.Loss):F2} before the break, {losses[(Break + 1)..Wander].Average(p => p.Loss):F2} after it, {losses[Wander..].Average(p => p.Loss):F2} while the world wanders");
Console.WriteLine($"the tempered model remembers {rows[Break - 1].Loss:F0} rows before the break, {rows[Break + 3].Loss:F0} soon after it, {rows[^1].Loss:F0} at the end");

new Figure("Loss of each window, before it is learnt from", "window", "mean squared error") { LogarithmicUp = true }
    .Line("never trained again", frozen)
    .Line("remembers everything", everything)
    .Line("remembers the last window", newest)
    .Line("tempered", mixed)
    .Vertical("break", Break)
    .Vertical("wanders", Wander)
    .Display();
