#:property PublishAot=false
#:project ../../src/ML.Thermo.OnnxLayers/ML.Thermo.OnnxLayers.csproj
#:package Microsoft.ML.OnnxRuntime

// An imported network as a thermometer: what its layers show of a picture tells when the camera has changed, without a label.
using System.Globalization;
using ML.Thermo;
using ML.Thermo.Guards;
using ML.Thermo.Layers;
using ML.Thermo.Onnx.Guards;
using Microsoft.ML;
using Microsoft.ML.Data;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string folder = args.Length > 0 ? args[0] : "test/data";
var context = new MLContext(seed: 1);
IDataView pictures = context.Data.LoadFromTextFile(Path.Combine(folder, "digits.csv"), [new TextLoader.Column("Pixels", DataKind.Single, 0, 63)], separatorChar: ',', hasHeader: true);
IDataView known = context.Data.TakeRows(pictures, 1000), fresh = context.Data.SkipRows(pictures, 1000);

// Pixels are 0 ... 16 and the network takes 0 ... 1. A misted lens takes contrast away and adds light.
IDataView clear = Through("x : x / 16.0f", fresh), misted = Through("x : 0.1f + 0.8f * x / 16.0f", fresh);

// What the layers show of a thousand known pictures, which have no label, is the law that tells strange ones: five false alarms in a hundred clear pictures are wanted.
OnnxGuardOptions watch = new() { InputColumnName = "Image", FalseAlarms = .05, Score = GuardScore.Layers, EmbedModel = true };
string network = Path.Combine(folder, "networks", "digits-cnn.onnx");
ITransformer model = context.Thermo().OnnxLayers(network, new OnnxLayersOptions { Inputs = [new("image", "Image")], EmbedModel = true })
    .Append(context.Thermo().Guard(network, watch)).Fit(Through("x : x / 16.0f", known));

// A saved model holds the network too; a loaded one runs row by row until it is told to run in batches again.
using var file = new MemoryStream();
context.Model.Save(model, clear.Schema, file);
file.Position = 0;
model = context.Thermo().Restore(context.Model.Load(file, out _));

(float[] Temperatures, float PValue)[] before = Read(clear), after = Read(misted);
VBuffer<ReadOnlyMemory<char>> layers = default;
model.GetOutputSchema(clear.Schema)["LayerTemperature"].GetSlotNames(ref layers);
Console.WriteLine($"{"layer",-12}{"temperature",12}{"misted",9}{"ratio",8}");
foreach ((int slot, ReadOnlyMemory<char> layer) in layers.Items())
{
    double clearly = before.Average(row => row.Temperatures[slot]), mistily = after.Average(row => row.Temperatures[slot]);
    Console.WriteLine($"{layer,-12}{clearly,12:F3}{mistily,9:F3}{mistily / clearly,8:F2}");
}

double alarms = before.Average(row => row.PValue <= .05f ? 1.0 : 0), found = after.Average(row => row.PValue <= .05f ? 1.0 : 0);
Console.WriteLine($"By their layers alone {found:P0} of the misted pictures are strange, and {alarms:P0} of the clear ones.");

IDataView Through(string lens, IDataView rows) => context.Transforms.Expression("Image", lens, "Pixels").Fit(rows).Transform(rows);

(float[], float)[] Read(IDataView rows)
{
    IDataView scored = model.Transform(rows);
    return [.. scored.GetColumn<float[]>("LayerTemperature").Zip(scored.GetColumn<float>("PValue"))];
}
