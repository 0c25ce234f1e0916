using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

// Loads a model that another process saved and prints the layers' names, then, row by row, the three layer columns of two rows of four
// features, all 1 and all 2. No type of ours is mentioned.
var context = new MLContext();
ITransformer model = context.Model.Load(args[0], out _);
float[][] rows = [[.. Enumerable.Repeat(1f, 4)], [.. Enumerable.Repeat(2f, 4)]];
IDataView scored = model.Transform(context.Data.LoadFromEnumerable(rows.Select(row => new Example { Features = row })));
VBuffer<ReadOnlyMemory<char>> names = default;
scored.Schema["LayerTemperature"].GetSlotNames(ref names);
Console.WriteLine(string.Join(' ', names.DenseValues()));
foreach (string column in new[] { "LayerTemperature", "LayerEntropy", "LayerEfficiency" })
{
    foreach (float[] values in scored.GetColumn<float[]>(column))
        Console.WriteLine(string.Join(' ', values.Select(value => value.ToString("R", CultureInfo.InvariantCulture))));
}

internal sealed class Example
{
    [VectorType(4)]
    public float[] Features { get; set; } = [];
}
