using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo;

// Loads a model that another process saved and prints, line by line: the temperatures (or scores, if asked) of two rows of ten features, all
// 1 and all 2; then, if asked, the transition. Up to there no type of ours is mentioned.
var context = new MLContext();
ITransformer model = context.Model.Load(args[0], out _);
float[][] rows = [[.. Enumerable.Repeat(1f, 10)], [.. Enumerable.Repeat(2f, 10)]];
IDataView scored = model.Transform(context.Data.LoadFromEnumerable(rows.Select(row => new Example { Features = row })));
foreach (float value in scored.GetColumn<float>(args.Contains("Score") ? "Score" : "Temperature"))
    Console.WriteLine(value.ToString("R", CultureInfo.InvariantCulture));
if (args.Contains("transition"))
    Console.WriteLine(Transition(context, model));
return 0;

[MethodImpl(MethodImplOptions.NoInlining)]
static string Transition(MLContext context, ITransformer model) =>
    context.Thermo().GetTransition(model).Temperature.Value.ToString("R", CultureInfo.InvariantCulture);

internal sealed class Example
{
    [VectorType(10)]
    public float[] Features { get; set; } = [];

    public float Label { get; set; }
}
