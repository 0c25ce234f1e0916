using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Execution;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Onnx.Scans;

/// <summary>A network that tells classes, run on rows whose numbers may be changed on the way.</summary>
internal sealed class ClassNetwork : IDisposable
{
    private const double LawTolerance = 1e-3;
    private readonly OnnxModel _model;
    private readonly InferenceSession _session;
    private readonly string _output;

    public ClassNetwork(OnnxModel model)
    {
        OnnxValue[] classes = [.. model.Graph.Outputs.Where(output => output.ElementType == ElementType.Float && output.Shape is { Count: 2 })];
        _output = classes.Length > 0 ? classes[0].Name
            : throw new ThermoException($"'{model.Name}' has the outputs {string.Join(", ", model.Graph.Outputs)}: expected floats [rows, classes].");
        (_model, _session) = (model, ExecutionDevice.Cpu.Open(model));
        Inputs = [.. _session.InputNames];
    }

    public IReadOnlyList<string> Inputs { get; }

    /// <summary>The outputs of every row: logits or probabilities.</summary>
    /// <param name="batch">Rows.</param>
    /// <param name="change">Changes the numbers of an input; null leaves them.</param>
    public double[][] Outputs(NetworkBatch batch, Func<string, float, float>? change)
    {
        Dictionary<string, OrtValue> given = batch.Inputs.ToDictionary(
            pair => pair.Key, pair => change is null ? pair.Value : Changed(pair.Key, pair.Value, change));
        try
        {
            using var run = new RunOptions();
            using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(run, given, [_output]);
            return Rows(outputs[0]);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ThermoException($"ONNX Runtime could not run '{_model.Name}': {e.Message}", e);
        }
        finally
        {
            foreach ((string name, OrtValue value) in given)
            {
                if (value != batch.Inputs[name])
                    value.Dispose();
            }
        }
    }

    /// <summary>Whether outputs are probabilities, which add up to one.</summary>
    public static bool AreLaws(double[][] outputs) =>
        outputs.All(row => row.All(value => value >= 0) && Math.Abs(row.Sum() - 1) < LawTolerance);

    /// <summary>Logits that give a law.</summary>
    public static double[] Logarithms(double[] law) => [.. law.Select(value => Math.Log(Math.Max(value, 1e-300)))];

    /// <summary>The law of logits.</summary>
    public static double[] Softmax(double[] logits)
    {
        double[] law = new double[logits.Length];
        TensorPrimitives.Subtract(logits, TensorPrimitives.Max<double>(logits), law);
        TensorPrimitives.Exp<double>(law, law);
        TensorPrimitives.Divide(law, TensorPrimitives.Sum<double>(law), law);
        return law;
    }

    public void Dispose() => _session.Dispose();

    private static double[][] Rows(OrtValue output)
    {
        long[] shape = output.GetTensorTypeAndShape().Shape;
        ReadOnlySpan<float> values = output.GetTensorDataAsSpan<float>();
        double[][] rows = new double[shape[0]][];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = new double[shape[1]];
            TensorPrimitives.ConvertChecked<float, double>(values.Slice(i * rows[i].Length, rows[i].Length), rows[i]);
        }

        return rows;
    }

    private static OrtValue Changed(string name, OrtValue value, Func<string, float, float> change)
    {
        if (value.GetTensorTypeAndShape().ElementDataType != Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float)
            return value;
        float[] changed = value.GetTensorDataAsSpan<float>().ToArray();
        for (int i = 0; i < changed.Length; i++)
            changed[i] = change(name, changed[i]);
        return OrtValue.CreateTensorValueFromMemory(changed, value.GetTensorTypeAndShape().Shape);
    }
}
