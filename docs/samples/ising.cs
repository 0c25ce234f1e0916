#:property PublishAot=false
#:project ../../src/ML.Thermo/ML.Thermo.csproj

// A learner finds a law: samples of a magnet, a scan without labels, principal components, one layer, and what all of that should be exactly.
using System.Globalization;
using ML.Thermo;
using ML.Thermo.Initialization;
using ML.Thermo.Ising;
using ML.Thermo.Scans;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int Size = 6, Samples = 400;
double[] temperatures = [.. Enumerable.Range(0, 31).Select(k => 1 + (k / 10.0))];
var rows = new List<Configuration>();
foreach (double t in temperatures)
{
    LatticeMeasurement.Run(Size, t, Samples, new RandomStream(1, (ulong)(10 * t)), (_, spins) =>
    {
        float[] raw = [.. spins.ToArray().Select(s => (float)s)];
        float sign = raw.Sum() < 0 ? -1 : 1; // turned to a magnetisation that is not negative
        rows.Add(new() { T = (float)t, Spins = raw, Folded = [.. raw.Select(s => sign * s)], Label = t < InfiniteLattice.CriticalTemperature });
    });
}

var context = new MLContext(seed: 1);
IDataView data = context.Data.LoadFromEnumerable(rows);
EnumeratedLattice exact = EnumeratedLattice.Of(Size);

// Principal components of raw spins: the first is the magnetisation, and its share is the mean of m².
var projection = context.Transforms.ProjectToPrincipalComponents("Component", nameof(Configuration.Spins), rank: 1, seed: 1).Fit(data);
float[] first = [.. projection.Transform(data).GetColumn<float[]>("Component").Select(c => c[0])];
double share = first.Average(c => c * c) / (Size * Size), expected = temperatures.Average(t => exact.Mean(t, l => Math.Pow(l.Magnetisation / 36.0, 2)));
Console.WriteLine($"first component explains    {share:F3} of the variance, exactly {expected:F3}");

// One layer on folded spins: equal weights, a threshold on |m|. ML.NET's default penalty of 1 would shrink them.
var trainer = context.BinaryClassification.Trainers.LbfgsLogisticRegression(new LbfgsLogisticRegressionBinaryTrainer.Options
{
    FeatureColumnName = nameof(Configuration.Folded), L1Regularization = 1e-6f, L2Regularization = 1e-6f, NumberOfThreads = 1,
});
var layer = trainer.Fit(data);
var best = LatticeClassifier.Fit(exact, temperatures, InfiniteLattice.CriticalTemperature, l => Math.Abs(l.Magnetisation));
var quality = context.BinaryClassification.EvaluateNonCalibrated(layer.Transform(data));
Console.WriteLine($"weight of a spin            {layer.Model.SubModel.Weights.Average():F2}, exactly {best.Weight:F2}");
Console.WriteLine($"bias                        {layer.Model.SubModel.Bias:F1}, exactly {best.Bias:F1}");
Console.WriteLine($"accuracy                    {quality.Accuracy:F3}, exactly {best.Accuracy:F3}");
Console.WriteLine($"its output passes 1/2 at T  {best.Crossing(exact):F3}; T_c of the infinite lattice is {InfiniteLattice.CriticalTemperature:F3}");

// The scan was told no labels: it compares what a classifier sees of spins at neighbouring temperatures, or counts of the energy.
IDataView energies = context.Data.LoadFromEnumerable(rows.Select(row => new Energy { T = row.T, Bonds = Bonds(row.Spins) }));
ScanReport scan = context.Thermo().Scan(energies, new DataScanOptions { ControlColumnName = "T", OutcomeColumnName = "Bonds", Scan = new() { Window = 5 } });
foreach (ScanTransition peak in scan.Transitions)
    Console.WriteLine($"the energies change fastest at the temperature {peak.At} ({peak.Kind}, p = {peak.PValue:G1})");
if (scan.Transitions.Count == 0)
    Console.WriteLine("no peak stands out of its band: more samples, or a wider window");

static int Bonds(float[] spins)
{
    int sum = 0;
    for (int i = 0; i < spins.Length; i++)
        sum -= (int)(spins[i] * (spins[(i / Size * Size) + ((i + 1) % Size)] + spins[(i + Size) % spins.Length]));
    return sum;
}

internal sealed class Configuration
{
    public float T { get; set; }

    [VectorType(36)]
    public float[] Spins { get; set; } = [];

    [VectorType(36)]
    public float[] Folded { get; set; } = [];

    public bool Label { get; set; }
}

internal sealed class Energy
{
    public float T { get; set; }

    public int Bonds { get; set; }
}
