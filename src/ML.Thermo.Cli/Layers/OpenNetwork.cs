using ML.Thermo.Onnx.Folding;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Cli.Layers;

/// <summary>A network as it is analysed, with the file that it was read from.</summary>
internal sealed class OpenNetwork : IDisposable
{
    private readonly OnnxModel _file;

    private OpenNetwork(OnnxModel file, LayerGraph graph) => (_file, Graph) = (file, graph);

    public LayerGraph Graph { get; }

    /// <summary>Opens a file, settles what was asked for, and finds the layers.</summary>
    public static OpenNetwork Open(LayersRequest request, string path, Action<string> note)
    {
        NativeHeap.ReturnLargeBlocks();
        OnnxModel file = OnnxModel.Open(path);
        try
        {
            if (file.OperatorSets.Count == 0)
            {
                string only = $"ONNX Runtime cannot run '{file.Name}': IR version {file.IrVersion} names no operator set. Its weights can be read.";
                if (request.Data is not null)
                    throw new ThermoException($"{only} Leave out --data and --synthetic, or export it again.");
                note(only);
            }

            FoldedModel folded = FoldedModel.Of(file, new() { Set = request.Set, Outputs = request.Outputs });
            foreach (string line in folded.Notes)
                note(line);
            return new(file, LayerGraph.Of(folded.Model));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (Graph.Model != _file)
            Graph.Model.Dispose();
        _file.Dispose();
    }
}
