using ML.Thermo.Dynamics.Learning;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Dynamics.Networks;

/// <summary>
/// Writes learned laws as an ONNX model of the rates, for any number of nodes and edges: q, p [N, D], u [N, 1], i, j [E, 1] → dq, dp, du, energy,
/// entropy.</summary>
/// <remarks>
/// <para>Double precision, opset 18, standard operators only. Mass 1, s = c ln u, heat of friction by halves. The exact step solves an equation and is
/// not exported: whoever integrates the rates with an explicit scheme keeps the laws only as well as that scheme does, which <c>thermo audit</c>
/// measures.</para></remarks>
[Maturity(Maturity.Theorem, "the same formulas; a test compares them")]
public static class RateExport
{
    private const long Opset = 18, IrVersion = 8;

    /// <summary>The model's bytes.</summary>
    /// <param name="laws">Laws of one kind of edge.</param>
    /// <param name="dimension">D.</param>
    /// <param name="heatCapacity">c &gt; 0, of s = c ln u.</param>
    /// <exception cref="ThermoException">The laws have several kinds of edges, which the exported graph does not tell apart.</exception>
    public static byte[] ToOnnx(FittedLaws laws, int dimension, double heatCapacity = 1)
    {
        ArgumentNullException.ThrowIfNull(laws);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(heatCapacity);
        if (laws.Kinds.Count != 1)
            throw new ThermoException($"The model has {laws.Kinds.Count} kinds of edges: the exported graph has one law for all edges, so export a model " +
                "of one kind.");
        var graph = new RateGraph();
        Inputs(graph, dimension);
        Pairs(graph, laws.Kinds[0], heatCapacity);
        Rates(graph);
        Balance(graph, laws.Kinds[0], heatCapacity);
        return graph.ToArray(Opset, IrVersion);
    }

    private static void Inputs(RateGraph g, int dimension)
    {
        g.Patch.Input("q", ElementType.Double, "N", dimension).Input("p", ElementType.Double, "N", dimension).Input("u", ElementType.Double, "N", 1)
            .Input("i", ElementType.Int64, "E", 1).Input("j", ElementType.Int64, "E", 1);
        foreach (string ends in new[] { "i", "j" })
        {
            foreach (string of in new[] { "q", "p", "u" })
                g.Node("GatherND", [of, ends], of + ends);
        }
    }

    /// <summary>Forces and heats of edges.</summary>
    private static void Pairs(RateGraph g, FittedKind kind, double heatCapacity)
    {
        g.Node("Sub", ["qi", "qj"], "x");
        g.Node("Sqrt", [g.SumOverAxis(g.Node("Mul", ["x", "x"]))], "r");
        g.Node("Div", ["x", "r"], "n");
        g.Node("Sub", ["pi", "pj"], "w");
        string v = g.SumOverAxis(g.Node("Mul", ["n", "w"]));
        string tension = SplineGraph.Value(g, kind.Tension.Spline, "r"), friction = SplineGraph.Value(g, kind.Friction.Spline, "r");
        string drag = g.Node("Mul", [friction, v]);
        g.Node("Mul", [g.Node("Add", [tension, drag]), "n"], "pull"); // on j, towards i
        g.Node("Neg", ["pull"], "push");
        string capacity = g.Number(heatCapacity), hot = g.Node("Div", ["uj", capacity]), cold = g.Node("Div", ["ui", capacity]);
        string flux = g.Node("Sub", [SplineGraph.Value(g, kind.Flux.Spline, hot), SplineGraph.Value(g, kind.Flux.Spline, cold)]);
        string heat = g.Node("Mul", [g.Node("Mul", [drag, v]), g.Number(0.5)]);
        g.Node("Add", [heat, flux], "heati");
        g.Node("Sub", [heat, flux], "heatj");
    }

    private static void Rates(RateGraph g)
    {
        g.Node("Identity", ["p"], "dq");
        Scatter("p", "push", "pull", "dp");
        Scatter("u", "heati", "heatj", "du");

        void Scatter(string like, string first, string second, string result)
        {
            PatchAttribute add = PatchAttribute.Of("reduction", "add");
            string none = g.Node("Mul", [like, g.Number(0)]), half = g.Name();
            g.Patch.Node("ScatterND", [none, "i", first], [half], "", "", add);
            g.Patch.Node("ScatterND", [half, "j", second], [result], "", "", add);
            g.Patch.Output(result);
        }

        g.Patch.Output("dq");
    }

    private static void Balance(RateGraph g, FittedKind kind, double heatCapacity)
    {
        string kinetic = g.Node("Mul", [g.Total(g.Node("Mul", ["p", "p"])), g.Number(0.5)]);
        string potential = g.Total(SplineGraph.Integral(g, kind.Tension.Spline, "r"));
        g.Node("Add", [g.Node("Add", [kinetic, potential]), g.Total("u")], "energy");
        g.Node("Mul", [g.Total(g.Node("Log", ["u"])), g.Number(heatCapacity)], "entropy");
        g.Patch.Output("energy").Output("entropy");
    }
}
