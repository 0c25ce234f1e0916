#:property PublishAot=false
#:project ../src/ML.Thermo/ML.Thermo.csproj
#:project ../src/ML.Thermo.Report/ML.Thermo.Report.csproj

// %% [markdown]
// # A phase transition in an ML.NET pipeline
//
// `PhaseTransition` wraps any ML.NET trainer. The trainer learns what it would have learnt without it; what is new are three columns for
// every row (`Energy`, `Entropy`, `Temperature`) and the transition of the whole model. Ten measurements of 442 diabetes patients; the label is
// the progression of the disease a year later.

// %%
using System.IO;
using ML.Thermo;
using ML.Thermo.Report.Figures;
using ML.Thermo.Transitions;
using Microsoft.ML;
using Microsoft.ML.Data;

System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.InvariantCulture;

// %%
var context = new MLContext(seed: 1);
IDataView data = context.Data.LoadFromTextFile("../test/data/diabetes.csv", [
    new TextLoader.Column("Features", DataKind.Single, 0, 9),
    new TextLoader.Column("Label", DataKind.Single, 10),
], separatorChar: ',', hasHeader: true);
var parts = context.Data.TrainTestSplit(data, testFraction: 0.3, seed: 1);

var trainer = context.Regression.Trainers.OnlineGradientDescent(learningRate: 0.02f, numberOfIterations: 20);
var pipeline = context.Transforms.NormalizeMeanVariance("Features", fixZero: false)
    .Append(context.Thermo().PhaseTransition(trainer, new PhaseTransitionOptions
    {
        InitialState = InitialState.ParameterLaw("normal:0,50"),
        TypeIIRows = TypeIIRows.HeldOut(0.3),
    }));
var model = pipeline.Fit(parts.TrainSet);
Transition training = context.Thermo().GetTransition(model);

training.Display();

// %% [markdown]
// ## Rows have temperatures
//
// The temperature of a row is what training took off its loss, over how undecided random parameters were about it. No label is needed for
// that. It is no distance from the training data: a plain leverage finds strange rows, and this does not.

// %%
IDataView scored = model.Transform(parts.TestSet);
context.Data.TakeRows(scored, 5).Display();
Patient[] patients = [.. context.Data.CreateEnumerable<Patient>(scored, reuseRowObject: false)];
Console.WriteLine($"{"label",8}{"score",8}{"energy",10}{"entropy",9}{"temperature",13}");
foreach (Patient p in patients.OrderByDescending(p => p.Temperature).Take(5))
    Console.WriteLine($"{p.Label,8:F0}{p.Score,8:F0}{p.Energy,10:F0}{p.Entropy,9:F2}{p.Temperature,13:F0}");

// %%
double Error(IEnumerable<Patient> some) => Math.Sqrt(some.Average(p => Math.Pow(p.Label - p.Score, 2)));
Patient[] byHeat = [.. patients.OrderBy(p => p.Temperature)];
Console.WriteLine($"root mean squared error: coolest third {Error(byHeat[..(byHeat.Length / 3)]):F1}, hottest third {Error(byHeat[^(byHeat.Length / 3)..]):F1}");
new Figure("Row temperature and what the model got wrong", "row temperature (squared progression per nat)", "|label − score|")
    .Points("held-out patients", patients.Select(p => ((double)p.Temperature, (double)Math.Abs(p.Label - p.Score))))
    .Display();

// %% [markdown]
// Hot does not mean wrong: temperature is about the training, the error about the label.
//
// ## Save, load, ask again

// %%
string file = Path.Combine(Path.GetTempPath(), "diabetes-with-temperature.zip");
context.Model.Save(model, parts.TrainSet.Schema, file);
var fresh = new MLContext();
ITransformer loaded = fresh.Model.Load(file, out _);
Console.WriteLine($"T of the loaded model: {fresh.Thermo().GetTransition(loaded).Temperature} per nat");
File.Delete(file);

// %% types
public sealed class Patient
{
    public float Label { get; set; }

    public float Score { get; set; }

    public float Energy { get; set; }

    public float Entropy { get; set; }

    public float Temperature { get; set; }
}
