#:property PublishAot=false
#:project ../../src/ML.Thermo/ML.Thermo.csproj

// Multiclass classification: a saved model carries its transition, and any process can read it.
using System.Globalization;
using ML.Thermo;
using ML.Thermo.Transitions;
using Microsoft.ML;
using Microsoft.ML.Data;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var context = new MLContext(seed: 1);
IDataView data = context.Data.LoadFromTextFile(args.Length > 0 ? args[0] : "test/data/iris.csv", [
    new TextLoader.Column("Features", DataKind.Single, 0, 3),
    new TextLoader.Column("Species", DataKind.Single, 4),
], separatorChar: ',', hasHeader: true);

var pipeline = context.Transforms.Conversion.MapValueToKey("Label", "Species")
    .Append(context.Transforms.NormalizeMeanVariance("Features", fixZero: false))
    .AppendCacheCheckpoint(context)
    .Append(context.Thermo().PhaseTransition(context.MulticlassClassification.Trainers.LbfgsMaximumEntropy()));
string file = Path.GetTempFileName();
context.Model.Save(pipeline.Fit(data), data.Schema, file);

ITransformer model = new MLContext().Model.Load(file, out _);
File.Delete(file);
Flower[] flowers = [.. context.Data.CreateEnumerable<Flower>(model.Transform(data), reuseRowObject: false)];
Console.WriteLine($"{"species",8}{"energy",9}{"entropy",9}{"temperature",13}");
foreach (Flower f in flowers.Where((_, i) => i % 30 == 0))
    Console.WriteLine($"{f.Species,8}{f.Energy,9:F2}{f.Entropy,9:F2}{f.Temperature,13:F2}");

Transition training = context.Thermo().GetTransition(model);
Console.WriteLine($"Loaded from a file: cross-entropy {training.From.Energy} before training, {training.To.Energy} after, T = {training.Temperature} nats per nat.");
foreach (IGrouping<float, Flower> species in flowers.GroupBy(f => f.Species))
    Console.WriteLine($"Species {species.Key} has the mean temperature {species.Average(f => f.Temperature):F2}.");

internal sealed class Flower
{
    public float Species { get; set; }

    public float Energy { get; set; }

    public float Entropy { get; set; }

    public float Temperature { get; set; }
}
