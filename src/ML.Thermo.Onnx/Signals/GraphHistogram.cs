using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Signals;

/// <summary>
/// The bins of <see cref="SignalHistogram"/> in ONNX's operators: sign, exponent ⌊log₂|x|⌋ and three bits of mantissa by arithmetic, then
/// one count a value scattered into 4096 zeros.
/// </summary>
internal static class GraphHistogram
{
    private const float SmallestNormal = 1.17549435e-38f;

    /// <summary>Adds the nodes; the result is 4096 counts as floats, exact below 2²⁴.</summary>
    public static string Attach(ReductionBackend.Names graph, string floats, SignalTap tap)
    {
        string sample = Sample(graph, floats, tap.HistogramLimit);
        string bin = tap.GridStep > 0 ? Cell(graph, sample, tap.GridStep) : FloatBin(graph, sample);
        string index = graph.Node("Cast", [bin], PatchAttribute.Of("to", (long)ElementType.Int64));
        string ones = graph.Node("Add", [graph.Node("Mul", [bin, graph.Scalar(0)]), graph.Scalar(1)]);
        return graph.Node("ScatterElements", [graph.Constant<float>([SignalHistogram.Bins], new float[SignalHistogram.Bins]), index, ones],
            PatchAttribute.Of("reduction", "add"));
    }

    /// <summary>Every k-th value, k = ⌊n/limit⌋ made odd: the sample that the operator takes.</summary>
    private static string Sample(ReductionBackend.Names graph, string floats, int limit)
    {
        string flat = graph.Node("Reshape", [floats, graph.Integers(-1)]), one = graph.Integers(1), two = graph.Integers(2);
        string ratio = graph.Node("Div", [graph.Node("Shape", [flat]), graph.Integers(limit)]);
        string half = graph.Node("Div", [ratio, two]);
        string stride = graph.Node("Add", [graph.Node("Mul", [half, two]), one]);
        return graph.Node("Slice", [flat, graph.Integers(0), graph.Integers(long.MaxValue), graph.Integers(0), stride]);
    }

    private static string FloatBin(ReductionBackend.Names graph, string x)
    {
        string size = graph.Node("Abs", [x]);
        string log = graph.Node("Div", [graph.Node("Log", [graph.Node("Max", [size, graph.Scalar(SmallestNormal)])]), graph.Scalar(MathF.Log(2))]);
        string exponent = graph.Node("Clip", [graph.Node("Floor", [log]), graph.Scalar(-126), graph.Scalar(127)]);
        string mantissa = graph.Node("Div", [size, graph.Node("Pow", [graph.Scalar(2), exponent])]);
        string eighth = graph.Node("Clip",
            [graph.Node("Floor", [graph.Node("Mul", [graph.Node("Sub", [mantissa, graph.Scalar(1)]), graph.Scalar(8)])]), graph.Scalar(0), graph.Scalar(7)]);
        string octave = graph.Node("Mul", [graph.Node("Add", [exponent, graph.Scalar(127)]), graph.Scalar(8)]);
        string isNormal = graph.Node("Cast", [graph.Node("Not", [graph.Node("Less", [size, graph.Scalar(SmallestNormal)])])],
            PatchAttribute.Of("to", (long)ElementType.Float));
        string unsigned = graph.Node("Mul", [graph.Node("Add", [octave, eighth]), isNormal]);
        string isNegative = graph.Node("Cast", [graph.Node("Less", [x, graph.Scalar(0)])], PatchAttribute.Of("to", (long)ElementType.Float));
        return graph.Node("Add", [unsigned, graph.Node("Mul", [isNegative, graph.Scalar(SignalHistogram.Bins / 2)])]);
    }

    private static string Cell(ReductionBackend.Names graph, string x, double step) => graph.Node("Clip",
    [
        graph.Node("Add", [graph.Node("Round", [graph.Node("Div", [x, graph.Scalar((float)step)])]), graph.Scalar(SignalHistogram.Bins / 2)]),
        graph.Scalar(0), graph.Scalar(SignalHistogram.Bins - 1),
    ]);
}
