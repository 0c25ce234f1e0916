using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Signals;

/// <summary>
/// Sums by ONNX's own reductions, which run where the network runs: per unit the mean, the squared distances from it, the sums of x⁺ and
/// (x⁺)², least and most; and the histogram of a sample, counted by scattering ones.
/// </summary>
internal sealed class ReductionBackend : ISignalBackend
{
    /// <summary>Flattening from behind came with operator set 11.</summary>
    public const long OldestOperatorSet = 11;

    private const long AxesAsInput = 18, SumAxesAsInput = 13, ScatteringAdds = 18;

    private readonly long _operatorSet;

    public ReductionBackend(long operatorSet)
    {
        if (operatorSet < OldestOperatorSet)
            throw new ThermoException($"Reductions in the graph need operator set {OldestOperatorSet} or later and the model imports {operatorSet}: "
                + "choose the operator or the outputs back end.");
        _operatorSet = operatorSet;
    }

    public SignalBackend Kind => SignalBackend.Reductions;

    public void Configure(SessionOptions options)
    {
    }

    public IReadOnlyList<string> Attach(GraphPatch patch, SignalTap tap, string floats, string prefix)
    {
        if (tap.UnitEntropies)
            throw new ThermoException("Entropies of single rows are made by the operator or the outputs back end, not by reductions.");
        var graph = new Names(patch, prefix);

        // Units in one axis, everything else before or behind it.
        long[] axes = tap.UnitAxis < 0 ? [0] : tap.UnitAxis == 0 ? [1] : [0, 2];
        string x = tap.UnitAxis switch
        {
            < 0 => graph.Node("Flatten", [floats], PatchAttribute.Of("axis", -1)),
            0 => graph.Node("Flatten", [floats], PatchAttribute.Of("axis", 1)),
            1 => graph.Node("Reshape", [floats, graph.Integers(0, 0, -1)]),
            _ => throw new ThermoException($"Reductions do not follow units along axis {tap.UnitAxis}: expected −1, 0 or 1."),
        };
        string mean = Reduce("ReduceMean", x), centred = graph.Node("Sub", [x, mean]), plus = double.IsInfinity(tap.Clip.High) && tap.Clip.Low == 0
            ? graph.Node("Relu", [x])
            : graph.Node("Clip", [x, graph.Scalar((float)tap.Clip.Low), graph.Scalar((float)tap.Clip.High)]);
        List<string> outputs =
        [
            mean, Reduce("ReduceSumSquare", centred), Reduce("ReduceSum", plus), Reduce("ReduceSumSquare", plus), Reduce("ReduceMin", x),
                Reduce("ReduceMax", x),
            graph.Node("Shape", [floats]),
        ];
        if (tap.Saturation is { } bounds)
            outputs.Add(CountOutside(graph, floats, bounds));
        if (tap.HistogramLimit > 0 && _operatorSet >= ScatteringAdds)
            outputs.Add(GraphHistogram.Attach(graph, floats, tap));
        return outputs;

        string Reduce(string op, string of) => _operatorSet >= (op == "ReduceSum" ? SumAxesAsInput : AxesAsInput)
            ? graph.Node(op, [of, graph.Integers(axes)], PatchAttribute.Of("keepdims", 1))
            : graph.Node(op, [of], PatchAttribute.Of("axes", axes), PatchAttribute.Of("keepdims", 1));
    }

    public ReadOnlySpan<double> Read(SignalTap tap, ReadOnlySpan<OrtValue> values)
    {
        ReadOnlySpan<float> mean = values[0].GetTensorDataAsSpan<float>(), squares = values[1].GetTensorDataAsSpan<float>();
        ReadOnlySpan<float> plus = values[2].GetTensorDataAsSpan<float>(), plusSquares = values[3].GetTensorDataAsSpan<float>();
        ReadOnlySpan<float> least = values[4].GetTensorDataAsSpan<float>(), most = values[5].GetTensorDataAsSpan<float>();
        ReadOnlySpan<long> shape = values[6].GetTensorDataAsSpan<long>();
        int units = mean.Length;
        double[] record = new double[SignalRecord.Length(shape, tap.Settings)];
        SignalRecord.Begin(shape, units, record);
        double n = SignalRecord.HeaderOf(record, units).Count / units;
        for (int u = 0; u < units; u++)
        {
            record[At(UnitSums.Sum)] = n * mean[u];
            record[At(UnitSums.Square)] = squares[u] + (n * mean[u] * mean[u]);
            record[At(UnitSums.Plus)] = plus[u];
            record[At(UnitSums.PlusSquare)] = plusSquares[u];
            record[At(UnitSums.Count)] = n;
            record[At(UnitSums.Least)] = least[u];
            record[At(UnitSums.Most)] = most[u];

            int At(int field) => UnitSums.At(field, units, u);
        }

        if (tap.Saturation is not null)
            SignalRecord.SetSaturated(record, units, values[7].GetTensorDataAsSpan<float>()[0]);
        if (tap.HistogramLimit > 0 && _operatorSet >= ScatteringAdds)
        {
            ReadOnlySpan<float> counts = values[^1].GetTensorDataAsSpan<float>();
            for (int bin = 0; bin < counts.Length; bin++)
                record[^(SignalHistogram.Bins - bin)] = counts[bin];
        }

        return record;
    }

    private static string CountOutside(Names graph, string floats, (double Low, double High) bounds)
    {
        string outside = graph.Node("Or",
        [
            graph.Node("Not", [graph.Node("Greater", [floats, graph.Scalar((float)bounds.Low)])]),
            graph.Node("Not", [graph.Node("Less", [floats, graph.Scalar((float)bounds.High)])]),
        ]);
        string ones = graph.Node("Cast", [outside], PatchAttribute.Of("to", (long)ElementType.Float));
        return graph.Node("ReduceSum", [ones], PatchAttribute.Of("keepdims", 0));
    }

    /// <summary>Adds nodes and constants with names of their own.</summary>
    internal sealed class Names(GraphPatch patch, string prefix)
    {
        private int _next;

        public string Node(string op, IReadOnlyList<string> inputs, params IReadOnlyList<PatchAttribute> attributes)
        {
            string output = Next();
            patch.Node(op, inputs, [output], attributes: attributes);
            return output;
        }

        public string Integers(params long[] values) => Constant<long>([values.Length], values);

        public string Scalar(float value) => Constant<float>([], [value]);

        public string Constant<T>(long[] shape, ReadOnlySpan<T> values)
            where T : unmanaged
        {
            string name = Next();
            patch.Initializer(name, shape, values);
            return name;
        }

        private string Next() => prefix + _next++.ToString(CultureInfo.InvariantCulture);
    }
}
