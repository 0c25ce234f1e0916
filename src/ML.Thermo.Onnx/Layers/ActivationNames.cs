using System.Globalization;
using ML.Thermo.Activations;
using ML.Thermo.Onnx.Constants;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Layers;

/// <summary>The engines' names for ONNX's activation operators, and for functions known only by their values.</summary>
internal static class ActivationNames
{
    /// <summary>Closeness at which two functions are the same: constants in files are often of half precision.</summary>
    private const double Tolerance = 5e-4;

    /// <summary>Points that tell the parameters of a family: its limits, its values at whole numbers, its slope near zero.</summary>
    private const double FarLow = -1e4, FarHigh = 1e4, Deep = -40, SlopeLow = -0.05, SlopeHigh = 0.35;

    /// <summary>Where functions are compared.</summary>
    public static IReadOnlyList<double> Probes { get; } =
    [
        FarLow, FarHigh, Deep, -1, 1, 0, -8, -4.5, -3.1, -2.2, -1.6, -0.7, -0.3, SlopeLow, 0.04, SlopeHigh, 0.8, 1.3, 2.1, 3.2, 4.4, 5.7, 7.5,
    ];

    private static readonly Dictionary<double, int> ProbeIndex = Probes.Select((probe, i) => (probe, i)).ToDictionary(pair => pair.probe, pair => pair.i);

    private static readonly IReadOnlyList<Activation> WithoutParameters = [.. Activation.Known.Where(a => a.Parameters.Count == 0 && a.Name != "linear")];

    /// <summary>The function of a unary operator, or null where the operator is no activation or its arguments are not constant.</summary>
    public static Activation? OfOperator(OnnxNode node, Scope scope) => node.OpType switch
    {
        "Clip" => Clip(node, scope),
        "PRelu" => Slope(node, scope),
        "BiasGelu" or "FastGelu" when node.Input(1).Length > 0 && !scope.IsConstant(node.Input(1)) => null,
        _ => OfFused(node.OpType, node),
    };

    /// <summary>The function that an operator, or the activation attribute of a fused operator, stands for.</summary>
    public static Activation? OfFused(string opType, OnnxNode node)
    {
        IReadOnlyList<float> fused = node.Attribute("activation_params")?.ReadReals() ?? [];
        return opType switch
        {
            "Relu" => Named("relu"),
            "LeakyRelu" => Named("leaky-relu", Parameter("alpha", 0, 0.01)),
            "ThresholdedRelu" => Named("threshold-relu", Parameter("alpha", 0, 1)),
            "Elu" => Named("elu", Parameter("alpha", 0, 1)),
            "Celu" => Named("celu", Parameter("alpha", 0, 1)),
            "Selu" => Named("selu"),
            "Sigmoid" => Named("sigmoid"),
            "HardSigmoid" => Named("hard-sigmoid", Parameter("alpha", 0, 0.2), Parameter("beta", 1, 0.5)),
            "HardSwish" => Named("hard-swish"),
            "Tanh" => Named("tanh"),
            "Softplus" => Named("softplus"),
            "Softsign" => Named("softsign"),
            "Mish" => Named("mish"),
            "Gelu" => Named(node.Text("approximate", "none") == "tanh" ? "gelu-tanh" : "gelu"),
            "BiasGelu" => Named("gelu"),
            "FastGelu" => Named("gelu-tanh"),
            "QuickGelu" => Named("swish", Parameter("alpha", 0, 1.702)),
            "Swish" => Named("swish", Parameter("alpha", 0, 1)),
            "Clip" => Named("hard-tanh", Parameter("min", 0, double.NegativeInfinity), Parameter("max", 1, double.PositiveInfinity)),
            "Erf" => Named("erf"),
            "Abs" => Named("abs"),
            "Sin" => Named("sin"),
            "Cos" => Named("cos"),
            _ => null,
        };

        double Parameter(string attribute, int position, double absent) =>
            fused.Count > position ? fused[position] : node.Real(attribute, absent);
    }

    /// <summary>The known function that has these values at <see cref="Probes"/>, or null.</summary>
    public static Activation? OfValues(IReadOnlyList<double> values)
    {
        // A scaled identity is no activation, whatever it is the limit of.
        if (Enumerable.Range(0, Probes.Count).All(i => Math.Abs(values[i] - (At(values, 1) * Probes[i])) <= Tolerance * (1 + Math.Abs(Probes[i]))))
            return null;
        return WithoutParameters.Concat(WithParameters(values).OfType<Activation>())
            .Select(activation => (Activation: activation, Error: Error(activation, values)))
            .Where(candidate => candidate.Error < Tolerance)
            .OrderBy(candidate => candidate.Error)
            .FirstOrDefault().Activation;
    }

    /// <summary>Members of the families with parameters that go through some of the values.</summary>
    private static IEnumerable<Activation?> WithParameters(IReadOnlyList<double> values)
    {
        (double low, double high, double saturated) = (At(values, FarLow), At(values, FarHigh), At(values, Deep));
        (double minusOne, double zero, double one) = (At(values, -1), At(values, 0), At(values, 1));
        double slopeLow = At(values, SlopeLow), slopeHigh = At(values, SlopeHigh);
        if (IsNear(one, 1))
        {
            yield return Named("leaky-relu", -minusOne);
            yield return Named("elu", -saturated);
            yield return Named("celu", -saturated);
        }

        if (IsNear(low, 0) && IsNear(high, 1))
            yield return Named("hard-sigmoid", (slopeHigh - slopeLow) / (SlopeHigh - SlopeLow), zero);
        if (IsNear(slopeHigh, SlopeHigh))
        {
            double top = high >= 1e4 ? double.PositiveInfinity : high, alpha = slopeLow / SlopeLow;
            yield return Named("hard-tanh", low <= -1e4 ? double.NegativeInfinity : low, top);
            bool isOpen = Math.Abs(low - (alpha * FarLow)) <= Tolerance * Math.Abs(FarLow);
            if (!isOpen || double.IsFinite(top))
                yield return Named("clipped-leaky", alpha, isOpen ? double.NegativeInfinity : low, top);
        }

        if (IsNear(zero, 0) && one is > 0.5 and < 1)
            yield return Named("swish", -Math.Log((1 / one) - 1));
    }

    /// <summary>The value at one of the named probes.</summary>
    private static double At(IReadOnlyList<double> values, double probe) => values[ProbeIndex[probe]];

    private static bool IsNear(double value, double expected) => Math.Abs(value - expected) < Tolerance;

    private static double Error(Activation activation, IReadOnlyList<double> values)
    {
        double worst = 0;
        for (int i = 0; i < Probes.Count && worst < Tolerance; i++)
        {
            // Far out, exponentials that are written out overflow where the function itself does not.
            if (!double.IsFinite(values[i]) && Math.Abs(Probes[i]) > 30)
                continue;
            double error = Math.Abs(values[i] - activation.Value(Probes[i])) / (1 + Math.Abs(Probes[i]));
            worst = error <= worst ? worst : double.IsNaN(error) ? double.PositiveInfinity : error;
        }

        return worst;
    }

    private static Activation? Clip(OnnxNode node, Scope scope)
    {
        double? low = Bound("min", 1, double.NegativeInfinity);
        double? high = Bound("max", 2, double.PositiveInfinity);
        return (low, high) switch
        {
            (null, _) or (_, null) => null,
            (0, double.PositiveInfinity) => Named("relu"),
            (0, 6) => Named("relu6"),
            _ => Named("hard-tanh", low.Value, high.Value),
        };

        // Exporters write the largest float for a bound that is not there.
        double? Bound(string attribute, int input, double open)
        {
            double? value = node.Input(input).Length > 0 ? ConstantValues.TryScalar(scope.ConstantOf(node.Input(input))) : node.Real(attribute, open);
            return Math.Abs(value ?? 0) >= float.MaxValue ? open : value;
        }
    }

    /// <summary>A PReLU; slopes that differ between channels are represented by their mean.</summary>
    private static Activation? Slope(OnnxNode node, Scope scope)
    {
        if (scope.ConstantOf(node.Input(1)) is not { Count: > 0 and <= int.MaxValue } slopes)
            return null;
        return ConstantValues.TrySmall(slopes) is { } values ? Named("prelu", values.Average()) : null;
    }

    /// <summary>The engine of a name and parameters, or null where the parameters are outside its range.</summary>
    private static Activation? Named(string name, params double[] parameters)
    {
        try
        {
            // Numbers of a file are of single precision: 0.1 rather than 0.10000000149.
            return Activation.Parse(
                parameters.Length == 0 ? name : $"{name}:{string.Join(',', parameters.Select(p => ((float)p).ToString(CultureInfo.InvariantCulture)))}");
        }
        catch (ThermoException)
        {
            return null;
        }
    }
}
