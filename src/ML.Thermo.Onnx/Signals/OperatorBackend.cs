using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Signals;

/// <summary>Sums by <see cref="SignalOperator"/>.</summary>
internal sealed class OperatorBackend : ISignalBackend
{
    public SignalBackend Kind => SignalBackend.Operator;

    public void Configure(SessionOptions options) => SignalOperator.Register(options);

    public IReadOnlyList<string> Attach(GraphPatch patch, SignalTap tap, string floats, string prefix)
    {
        patch.Initializer<double>(prefix + "settings", [SignalSettings.Length], tap.Settings.ToArray());
        if (tap.Mask is { } && tap.Places != TokenPlaces.None)
            patch.Node(SignalOperator.MaskedName, [floats, prefix + "settings", SignalSession.MaskTensor], [prefix + "sums"], SignalOperator.Domain);
        else
            patch.Node(SignalOperator.Name, [floats, prefix + "settings"], [prefix + "sums"], SignalOperator.Domain);
        return [prefix + "sums"];
    }

    public ReadOnlySpan<double> Read(SignalTap tap, ReadOnlySpan<OrtValue> values) => values[0].GetTensorDataAsSpan<double>();
}
