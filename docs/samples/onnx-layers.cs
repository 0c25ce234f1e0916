#:property PublishAot=false
#:project ../../src/ML.Thermo.OnnxLayers/ML.Thermo.OnnxLayers.csproj
#:package Microsoft.ML.OnnxRuntime

// An imported network as a thermometer: what its layers show of a picture tells when the camera has changed, without a label.
using System.Globalization;
using ML.Thermo;
using ML.Thermo.Layers;
using Microsoft.ML;
using Microsoft.ML.Data;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string folder = args.Length > 0 ? args[0] : "test/data";
var context = new MLContext(seed: 1);
IDataView pictures = context.Data.LoadFromTextFile(Path.Combine(folder, "digits.csv"), [new TextLoader.Column("Pixels", DataKind.Single, 0, 63)], separatorChar: ',', hasHeader: true);
IDataView known = context.Data.TakeRows(pictures, 1000), fresh = context.Data.SkipRows(pictures, 1000);

// Pixels are 0 ... 16 and the network takes 0 ... 1. A misted lens takes contrast away and adds light.
IDataView clear = Through("x : x / 16.0f", fresh), misted = Through("x : 0.1f + 0.8f * x / 16.0f", fresh);

// The readings of all layers are features like others: how far a picture is from a thousand known ones, which have no label.
var pipeline = context.Thermo().OnnxLayers(Path.Combine(folder, "networks", "digits-cnn.onnx"), new OnnxLayersOptions { Inputs = [new("image", "Image")], EmbedModel = true })
    .Append(context.Transforms.Concatenate("Readings", "LayerTemperature", "LayerEfficiency"))
    .Append(context.Transforms.NormalizeMeanVariance("Readings", fixZero: false))
    .Append(context.Clustering.Trainers.KMeans("Readings", numberOfClusters: 1));
ITransformer model = pipeline.Fit(Through("x : x / 16.0f", known));

// A saved model holds the network too; a loaded one runs row by row until it is told to run in batches again.
using var file = new MemoryStream();
context.Model.Save(model, clear.Schema, file);
file.Position = 0;
model = context.Thermo().Restore(context.Model.Load(file, out _));

(float[] Temperatures, float Distance)[] before = Read(clear), after = Read(misted);
VBuffer<ReadOnlyMemory<char>> layers = default;
model.GetOutputSchema(clear.Schema)["LayerTemperature"].GetSlotNames(ref layers);
Console.WriteLine($"{"layer",-12}{"temperature",12}{"misted",9}{"ratio",8}");
foreach ((int slot, ReadOnlyMemory<char> layer) in layers.Items())
{
    double clearly = before.Average(row => row.Temperatures[slot]), mistily = after.Average(row => row.Temperatures[slot]);
    Console.WriteLine($"{layer,-12}{clearly,12:F3}{mistily,9:F3}{mistily / clearly,8:F2}");
}

float alarm = before.Select(row => row.Distance).Order().ElementAt(before.Length * 95 / 100);
double found = after.Average(row => row.Distance > alarm ? 1.0 : 0);
Console.WriteLine($"With one false alarm in twenty clear pictures, the temperatures and efficiencies of the layers give {found:P0} of the misted ones away.");

IDataView Through(string lens, IDataView rows) => context.Transforms.Expression("Image", lens, "Pixels").Fit(rows).Transform(rows);

(float[], float)[] Read(IDataView rows)
{
    IDataView scored = model.Transform(rows);
    return [.. scored.GetColumn<float[]>("LayerTemperature").Zip(scored.GetColumn<float[]>("Score").Select(distances => distances[0]))];
}
