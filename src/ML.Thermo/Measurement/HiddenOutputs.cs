using System.Runtime.CompilerServices;

namespace ML.Thermo.Measurement;

/// <summary>Linear outputs of models of ours whose type, which is ML.NET's, does not show them. Known for as long as the model lives.</summary>
internal static class HiddenOutputs
{
    private static readonly ConditionalWeakTable<object, List<(float[] Weights, float Bias)>> Known = [];

    /// <summary>Makes them known.</summary>
    /// <param name="model">ML.NET's model.</param>
    /// <param name="outputs">Weights, then the bias, of each output.</param>
    public static void Tell(object model, IReadOnlyList<double[]> outputs) =>
        Known.AddOrUpdate(model, [.. outputs.Select(output => ((float[])[.. output[..^1].Select(weight => (float)weight)], (float)output[^1]))]);

    /// <summary>What is known of a model, or null.</summary>
    public static List<(float[] Weights, float Bias)>? Of(object model) => Known.TryGetValue(model, out var outputs) ? outputs : null;
}
