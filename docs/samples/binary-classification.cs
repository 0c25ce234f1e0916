#:property PublishAot=false
#:project ../../src/ML.Thermo/ML.Thermo.csproj

// Binary classification: three things that can stand for the untrained model, and what each makes of the same training.
using System.Globalization;
using ML.Thermo;
using ML.Thermo.Transitions;
using Microsoft.ML;
using Microsoft.ML.Data;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var context = new MLContext(seed: 1);
IDataView data = context.Data.LoadFromTextFile(args.Length > 0 ? args[0] : "test/data/breast-cancer.csv", [
    new TextLoader.Column("Features", DataKind.Single, 0, 29),
    new TextLoader.Column("Label", DataKind.Boolean, 30),
], separatorChar: ',', hasHeader: true);

IEstimator<ITransformer> Pipeline(InitialState state) => context.Transforms.NormalizeMeanVariance("Features", fixZero: false)
    .AppendCacheCheckpoint(context)
    .Append(context.Thermo().PhaseTransition(context.BinaryClassification.Trainers.LbfgsLogisticRegression(), new PhaseTransitionOptions
    {
        InitialState = state,
        TypeIIRows = TypeIIRows.HeldOut(0.3),
    }));

Console.WriteLine($"{"untrained model",-16}{"E before",10}{"E after",10}{"ΔS",8}{"T",8}  status");
foreach (InitialState state in new[] { InitialState.ParameterLaw("normal:0,1"), InitialState.LabelMarginal, InitialState.PermutedLabels(20) })
{
    PhaseTransitionRecord record = context.Thermo().GetRecord(Pipeline(state).Fit(data));
    Transition t = record.Transition;
    Console.WriteLine($"{record.InitialState,-16}{t.From.Energy.Value,10:F3}{t.To.Energy.Value,10:F3}{t.DeltaEntropy.Value,8:F2}{t.Temperature.Value,8:F2}  {string.Join(", ", t.Status.Names())}");
}

ITransformer model = Pipeline(InitialState.Auto).Fit(data);
Tumour[] tumours = [.. context.Data.CreateEnumerable<Tumour>(model.Transform(data), reuseRowObject: false)];
Console.WriteLine($"{"benign",8}{"probability",13}{"energy",9}{"entropy",9}{"temperature",13}");
foreach (Tumour t in tumours.Take(5))
    Console.WriteLine($"{t.Label,8}{t.Probability,13:F3}{t.Energy,9:F2}{t.Entropy,9:F2}{t.Temperature,13:F2}");
double[] wrong = [.. tumours.Where(t => t.PredictedLabel != t.Label).Select(t => (double)t.Energy)];
Console.WriteLine($"Training takes {tumours.Average(t => t.Energy):F1} nats off the average tumour and {wrong.Average():F1} off the {wrong.Length} that it gets wrong.");

internal sealed class Tumour
{
    public bool Label { get; set; }

    public bool PredictedLabel { get; set; }

    public float Probability { get; set; }

    public float Energy { get; set; }

    public float Entropy { get; set; }

    public float Temperature { get; set; }
}
