using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo;
using ML.Thermo.Transitions;

// Loads a model that another process saved and prints one column of it, line by line, of rows of ten features that are all 1, all 2, …;
// then, if asked, the transition, or how many rows a monitor has counted, after which it waits to be killed.
// Up to there no type of ours is mentioned.
// MODEL COLUMN ROWS [transition | observe FILE]
var context = new MLContext();
ITransformer model = context.Model.Load(args[0], out _);
Example[] rows = [.. Enumerable.Range(1, int.Parse(args[2], CultureInfo.InvariantCulture)).Select(i => new Example { Features = [.. Enumerable.Repeat((float)i, 10)] })];
IDataView scored = model.Transform(context.Data.LoadFromEnumerable(rows));
foreach (float number in scored.GetColumn<float>(args[1]))
    Console.WriteLine(number.ToString("R", CultureInfo.InvariantCulture));
if (args.Contains("transition"))
    Console.WriteLine(Transition(context, model));
if (args.Contains("observe"))
    Observe(context, model, args[^1], rows);
return 0;

[MethodImpl(MethodImplOptions.NoInlining)]
static string Transition(MLContext context, ITransformer model) =>
    context.Thermo().GetTransition(model).Temperature.Value.ToString("R", CultureInfo.InvariantCulture);

[MethodImpl(MethodImplOptions.NoInlining)]
static void Observe(MLContext context, ITransformer model, string file, Example[] rows)
{
    using var monitor = context.Thermo().GetMonitor(model, file: file);
    foreach (Example row in rows)
        monitor.Observe(row.Features, prediction: row.Features[0], row.Label);
    Console.WriteLine(monitor.Snapshot().Rows);
    Thread.Sleep(Timeout.Infinite);
}

internal sealed class Example
{
    [VectorType(10)]
    public float[] Features { get; set; } = [];

    public float Label { get; set; }
}
