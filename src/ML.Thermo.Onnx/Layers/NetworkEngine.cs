using ML.Thermo.Activations;

namespace ML.Thermo.Onnx.Layers;

/// <summary>The type of engine that a network is, by the activations of its layers and the gates inside them.</summary>
[Maturity(Maturity.Paper, "activations as heat engines")]
public static class NetworkEngine
{
    private static readonly double[] Factors = [1e-12, 1e-3, 7.3, 1e3, 1e12];

    /// <summary>The activations and gates of some layers that act unit by unit, each once.</summary>
    /// <param name="layers">The layers.</param>
    public static IReadOnlyList<Activation> Functions(IEnumerable<Layer> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        return [.. layers.SelectMany(Parts).Select(part => part.Function).OfType<Activation>().DistinctBy(function => function.Name)];
    }

    /// <summary>Operators of the activations that have no engine, such as a softmax, each once.</summary>
    /// <param name="layers">The layers.</param>
    public static IReadOnlyList<string> Others(IEnumerable<Layer> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        return [.. layers.SelectMany(Parts).Where(part => part.Function is null).Select(part => part.Operator).Distinct()];
    }

    /// <summary>Homogeneous where every activation is; null where there is neither an activation nor a gate.</summary>
    /// <param name="layers">The layers.</param>
    public static EngineType? Of(IEnumerable<Layer> layers)
    {
        IReadOnlyList<Activation> functions = Functions(layers);
        return functions.Count == 0 ? null : functions.All(function => Of(function) == EngineType.Homogeneous) ? EngineType.Homogeneous : EngineType.Saturating;
    }

    /// <summary>Homogeneous only where f(cx) = c f(x) for all c &gt; 0 by the function's form, not merely over a window of sizes.</summary>
    /// <param name="function">An activation.</param>
    public static EngineType Of(Activation function)
    {
        ArgumentNullException.ThrowIfNull(function);
        bool scales = function.Kinks.All(kink => kink == 0) && Factors.All(c => Scales(function, c) && Scales(function, -c));
        return scales ? EngineType.Homogeneous : EngineType.Saturating;
    }

    private static bool Scales(Activation function, double x)
    {
        double expected = Math.Abs(x) * function.Value(Math.Sign(x));
        return Math.Abs(function.Value(x) - expected) <= 1e-9 * Math.Abs(expected);
    }

    private static IEnumerable<LayerActivation> Parts(Layer layer) => layer.Activation is { } activation ? [activation, .. layer.Gates] : layer.Gates;
}
