using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Execution;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Benchmarks;

/// <summary>What the processes do that <see cref="LayerProcesses"/> compares with the command.</summary>
internal static class ProcessWork
{
    private const int Batch = 32;

    public static void Run(string[] arguments)
    {
        switch (arguments)
        {
            case ["all-outputs", var network, var data]:
                AllOutputs(network, data);
                break;
            case ["read", var path]:
                Read(path);
                break;
        }
    }

    /// <summary>Runs a network with every float tensor handed out, batch by batch, as people look at activations without this project.</summary>
    /// <param name="network">An .onnx file.</param>
    /// <param name="data">An .npz file, or a number of rows of noise.</param>
    private static void AllOutputs(string network, string data)
    {
        using OnnxModel model = OnnxModel.Open(network);
        NetworkInputs inputs = int.TryParse(data, CultureInfo.InvariantCulture, out int rows)
            ? NetworkInputs.Synthetic(model, rows, seed: 1) : NetworkInputs.Read(data, model);
        HashSet<string> known = [.. model.Graph.Outputs.Select(output => output.Name)];
        GraphPatch patch = new();
        foreach (OnnxNode node in model.Graph.Nodes.Where(node => known.Add(node.Output(0))))
            patch.Output(node.Output(0));
        using InferenceSession session = ExecutionDevice.Cpu.Open(model, patch);
        using RunOptions run = new();
        double sum = 0;
        foreach (NetworkBatch batch in inputs.Batches(Batch))
        {
            using (batch)
            {
                using IDisposableReadOnlyCollection<OrtValue> values = session.Run(run, batch.Inputs, [.. session.OutputNames]);
                sum += values.Count;
            }
        }

        Console.WriteLine(sum);
    }

    private static void Read(string path)
    {
        byte[] buffer = new byte[1 << 20];
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        long sum = 0;
        for (int count; (count = file.Read(buffer)) > 0;)
            sum += count + buffer[0];
        Console.WriteLine(sum);
    }
}
