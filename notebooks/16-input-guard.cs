#:property PublishAot=false
#:package Microsoft.ML.OnnxRuntime
#:project ../src/ML.Thermo.OnnxLayers/ML.Thermo.OnnxLayers.csproj
#:project ../src/ML.Thermo.Report/ML.Thermo.Report.csproj

// %% [markdown]
// # Would the guard notice a misted digit?
//
// A network that reads digits answers whatever it is given, and nobody has labels while it runs. A guard compares pictures with a thousand that are known
// to be in order. It calls one in a hundred good pictures strange, on average, and no more. Now the camera mists over. From how much mist on does the guard
// see it?

// %%
using ML.Thermo;
using ML.Thermo.Guards;
using ML.Thermo.Report.Figures;
using Microsoft.ML;
using Microsoft.ML.Data;

System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.InvariantCulture;

// %%
var context = new MLContext(seed: 1);
IDataView file = context.Data.LoadFromTextFile(
    "../test/data/digits.csv", [new TextLoader.Column("Pixels", DataKind.Single, 0, 63)], separatorChar: ',', hasHeader: true);
// Shuffled: in the file neighbours are of one writer, and windows of twenty that are alike alarm too often.
IDataView digits = context.Data.Cache(context.Data.ShuffleRows(file, seed: 1, shufflePoolSize: 2000));

// Mist takes contrast and adds grey: a picture with mist 1 is grey all over.
IDataView Misted(double mist) =>
    context.Transforms.Expression("Image", $"x : {mist / 2:F4}f + {(1 - mist) / 16:F6}f * x", "Pixels").Fit(digits).Transform(digits);

IDataView known = context.Data.TakeRows(Misted(0), 1000);
OnnxGuardTransformer guard = context.Thermo().Guard("../test/data/networks/digits-cnn.onnx", falseAlarms: .01, inputColumnName: "Image").Fit(known);
Console.WriteLine($"it looks at: {guard.Guard.Score}");

// %% [markdown]
// ## Pictures one by one, and twenty together
//
// The other 797 pictures are misted. One picture says little. Twenty that are all a little off say much.

// %%
double[] strengths = [0, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.08, 0.1];
var seen = strengths.Select(mist =>
{
    IDataView all = context.Data.Cache(Misted(mist));
    double single = guard.Transform(context.Data.SkipRows(all, 1000)).GetColumn<float>("PValue").Average(p => p <= .01 ? 1 : 0);
    IDataView Window(int i) => context.Data.TakeRows(context.Data.SkipRows(all, 1000 + (20 * i)), 20);
    double together = Enumerable.Range(0, 39).Average(i => guard.WindowPValue(Window(i)) <= .01 ? 1 : 0);
    return (mist, single, together);
}).ToArray();
foreach ((double mist, double single, double together) in seen)
    Console.WriteLine($"mist {mist,5:P1}: {single,6:P1} of 797 single pictures, {together,6:P1} of 39 windows of twenty");

new Figure("Mist that the guard sees", "mist (1: grey all over)", "share called strange")
    .Line("windows of twenty", seen.Select(point => (point.mist, point.together)))
    .Line("single pictures", seen.Select(point => (point.mist, point.single)))
    .Horizontal("false alarms asked for", 0.01)
    .Display();
