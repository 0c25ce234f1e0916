#:property PublishAot=false
#:project ../../src/ML.Thermo/ML.Thermo.csproj

// Regression: how hard was it to learn the progression of diabetes, and what does each row owe to it?
using System.Globalization;
using ML.Thermo;
using ML.Thermo.Transitions;
using Microsoft.ML;
using Microsoft.ML.Data;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var context = new MLContext(seed: 1);
IDataView data = context.Data.LoadFromTextFile(args.Length > 0 ? args[0] : "test/data/diabetes.csv", [
    new TextLoader.Column("Features", DataKind.Single, 0, 9),
    new TextLoader.Column("Label", DataKind.Single, 10),
], separatorChar: ',', hasHeader: true);

var trainer = context.Regression.Trainers.OnlineGradientDescent(learningRate: 0.02f, numberOfIterations: 20);
var pipeline = context.Transforms.NormalizeMeanVariance("Features", fixZero: false)
    .Append(context.Thermo().PhaseTransition(trainer, new PhaseTransitionOptions
    {
        InitialState = InitialState.ParameterLaw("normal:0,50"),
        TypeIIRows = TypeIIRows.HeldOut(0.3),
    }));
var model = pipeline.Fit(data);

Patient[] patients = [.. context.Data.CreateEnumerable<Patient>(model.Transform(data), reuseRowObject: false)];
Console.WriteLine($"{"label",8}{"score",8}{"energy",10}{"entropy",9}{"temperature",13}");
foreach (Patient p in patients.Take(5))
    Console.WriteLine($"{p.Label,8:F0}{p.Score,8:F0}{p.Energy,10:F0}{p.Entropy,9:F2}{p.Temperature,13:F0}");

Transition training = context.Thermo().GetTransition(model);
Patient hottest = patients.MaxBy(p => p.Temperature)!;
Console.WriteLine($"Training lowered the squared error from {training.From.Energy.Value:F0} to {training.To.Energy.Value:F0} and took {training.DeltaEntropy.Value:F1} nats of its uncertainty: {training.Temperature.Value:F0} per nat.");
Console.WriteLine($"The patient of the highest temperature is {hottest.Temperature / patients.Average(p => p.Temperature):F1} times as hot as the average.");

internal sealed class Patient
{
    public float Label { get; set; }

    public float Score { get; set; }

    public float Energy { get; set; }

    public float Entropy { get; set; }

    public float Temperature { get; set; }
}
