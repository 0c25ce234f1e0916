using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Signals;

/// <summary>Sums of the tensors themselves, made outside the session.</summary>
internal sealed class OutputBackend : ISignalBackend
{
    public SignalBackend Kind => SignalBackend.Outputs;

    public void Configure(SessionOptions options)
    {
    }

    public IReadOnlyList<string> Attach(GraphPatch patch, SignalTap tap, string floats, string prefix)
    {
        // A tensor may be an output already; a copy never is.
        patch.Node("Identity", [floats], [prefix + "values"]);
        if (tap.Mask is null || tap.Places == TokenPlaces.None)
            return [prefix + "values"];
        patch.Node("Identity", [SignalSession.MaskTensor], [prefix + "mask"]);
        return [prefix + "values", prefix + "mask"];
    }

    public unsafe ReadOnlySpan<double> Read(SignalTap tap, ReadOnlySpan<OrtValue> values)
    {
        SignalSettings settings = tap.Settings;
        long[] shape = values[0].GetTensorTypeAndShape().Shape;
        double[] record = new double[SignalRecord.Length(shape, settings)];
        fixed (byte* data = values[0].GetTensorMutableRawData())
        {
            if (values.Length == 1)
                SignalRecord.Fill((float*)data, shape, settings, record);
            else
                MaskedSums.Fill((float*)data, shape, settings, values[1].GetTensorDataAsSpan<float>(), PlacesOf(values[1]), record);
        }

        return record;
    }

    private static int PlacesOf(OrtValue mask) => mask.GetTensorTypeAndShape().Shape is [_, var places] ? (int)places : 0;
}
