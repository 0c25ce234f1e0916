using ML.Thermo.Onnx.Weights;

namespace ML.Thermo.Report.Layers;

/// <summary>Turns of phrase about layers.</summary>
internal static class Phrases
{
    /// <summary>So many layers.</summary>
    public static string Layers(int count) => count == 1 ? "1 layer" : $"{count} layers";

    /// <summary>Two names at most.</summary>
    public static string Listed(string[] names) => names switch
    {
        [var one] => one,
        [var one, var two] => $"{one} and {two}",
        [var one, .. var others] => $"{one} and {others.Length} others",
        [] => "none",
    };

    /// <summary>α rests on few values.</summary>
    public static bool HasFewInTail(this WeightAnalysis weights) => weights.Positions.Tail.Status != Status.Defined;

    /// <summary>The spectrum has a bulk like that of random numbers, so that spikes mean something.</summary>
    public static bool HasRandomBulk(this WeightAnalysis weights) =>
        (weights.Bulk.Status & (Status.Undefined | Status.SmallSample | Status.OutOfRange | Status.NotConverged)) == Status.Defined;
}
