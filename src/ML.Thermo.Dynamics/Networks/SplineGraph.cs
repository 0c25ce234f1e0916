using ML.Thermo.Dynamics.Learning;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Dynamics.Networks;

/// <summary>A spline on equal intervals in ONNX operators: its piece by Gather, its polynomial by Horner, its continuation as a line or a constant.</summary>
internal static class SplineGraph
{
    public static string Value(RateGraph g, UniformSpline spline, string x)
    {
        Place place = Locate(g, spline, x);
        string value = Horner(g, place, spline, piece => piece);
        return spline.IsConstantOutside ? value : g.Node("Add", [value, g.Node("Mul", [place.Outside, Slope(g, place, spline)])]);
    }

    /// <summary>The integral from where the spline begins.</summary>
    public static string Integral(RateGraph g, UniformSpline spline, string x)
    {
        Place place = Locate(g, spline, x);
        string within = Horner(g, place, spline, piece => [piece[0], piece[1] / 2, piece[2] / 3, piece[3] / 4]);
        within = g.Node("Mul", [g.Node("Mul", [within, place.T]), g.Number(spline.Width)]);
        string before = g.Node("Gather", [g.Table(spline.Integrals[..^1]), place.Index]), end = Horner(g, place, spline, piece => piece);
        if (!spline.IsConstantOutside)
            end = g.Node("Add", [end, g.Node("Mul", [g.Node("Mul", [place.Outside, g.Number(0.5)]), Slope(g, place, spline)])]);
        return g.Node("Add", [g.Node("Add", [before, within]), g.Node("Mul", [place.Outside, end])]);
    }

    private static Place Locate(RateGraph g, UniformSpline spline, string x)
    {
        string inside = g.Node("Min", [g.Node("Max", [x, g.Number(spline.Low)]), g.Number(spline.High)]);
        string at = g.Node("Div", [g.Node("Sub", [inside, g.Number(spline.Low)]), g.Number(spline.Width)]);
        string interval = g.Node("Min", [g.Node("Floor", [at]), g.Number((spline.Pieces.Length / 4) - 1)]), index = g.Name();
        g.Patch.Node("Cast", [interval], [index], "", "", PatchAttribute.Of("to", (long)ElementType.Int64));
        return new Place(index, g.Node("Sub", [at, interval]), g.Node("Sub", [x, inside]));
    }

    private static string Slope(RateGraph g, Place place, UniformSpline spline) =>
        g.Node("Div", [Horner(g, place, spline, piece => [piece[1], 2 * piece[2], 3 * piece[3]]), g.Number(spline.Width)]);

    private static string Horner(RateGraph g, Place place, UniformSpline spline, Func<double[], double[]> change)
    {
        double[][] pieces = [.. Enumerable.Range(0, spline.Pieces.Length / 4).Select(m => change(spline.Pieces.Slice(4 * m, 4).ToArray()))];
        string? value = null;
        for (int power = pieces[0].Length - 1; power >= 0; power--)
        {
            string coefficient = g.Node("Gather", [g.Table([.. pieces.Select(piece => piece[power])]), place.Index]);
            value = value is null ? coefficient : g.Node("Add", [coefficient, g.Node("Mul", [value, place.T])]);
        }

        return value!;
    }

    private readonly record struct Place(string Index, string T, string Outside);
}
