using ML.Thermo.Numerics;

namespace ML.Thermo.Linear.Squared;

/// <summary>
/// Exact entropies of E = Σ (w − ŵ)·A(w − ŵ) for one or two uniform parameters: the density of E is the share of the level set inside
/// the box of initialisation.
/// </summary>
internal static class UniformEntropy
{
    /// <summary>
    /// S for A (w − ŵ)², w uniform on m ± a: p(u) = (number of roots inside)/(4a√(Au)), integrated by hand.
    /// </summary>
    /// <param name="curvature">A &gt; 0.</param>
    /// <param name="halfWidth">a &gt; 0.</param>
    /// <param name="offset">ŵ − m.</param>
    public static double OfOne(double curvature, double halfWidth, double offset)
    {
        double far = halfWidth + Math.Abs(offset), near = Math.Abs(halfWidth - Math.Abs(offset));
        double outer = Primitive(far) - Primitive(near);
        if (Math.Abs(offset) >= halfWidth)
            return Math.Log(4 * curvature * halfWidth) + (outer / (2 * halfWidth));
        return (near / halfWidth * Math.Log(2 * curvature * halfWidth)) + ((far - near) / (2 * halfWidth) * Math.Log(4 * curvature * halfWidth))
            + (Primitive(near) / halfWidth) + (outer / (2 * halfWidth));
    }

    /// <summary>
    /// S for (w − ŵ)·A(w − ŵ), w uniform on the box m ± a: p(u) = ℓ(u)/(8 a₁a₂ √det A), ℓ(u) the angle of the ellipse E = u inside the
    /// box. The integral is split where the ellipse meets an edge or a corner.
    /// </summary>
    /// <param name="a11">A₁₁ &gt; 0.</param>
    /// <param name="a12">A₁₂, A₁₂² &lt; A₁₁A₂₂.</param>
    /// <param name="a22">A₂₂ &gt; 0.</param>
    /// <param name="halfWidths">a₁, a₂ &gt; 0.</param>
    /// <param name="offset">ŵ − m.</param>
    public static double OfTwo(double a11, double a12, double a22, double[] halfWidths, double[] offset)
    {
        double determinant = (a11 * a22) - (a12 * a12), root = Math.Sqrt(determinant);
        Edge[] edges = // w₁ − ŵ₁ and w₂ − ŵ₂ on the ellipse, as √u times a cosine of the angle on it
        [
            .. Sides(Math.Sqrt(a22 / determinant), Math.Atan2(-a12, root), halfWidths[0], offset[0]),
            .. Sides(Math.Sqrt(a11 / determinant), Math.PI / 2, halfWidths[1], offset[1]),
        ];
        List<double> breaks = [0, .. edges.Select(edge => edge.Touching)];
        foreach (double x in new[] { -halfWidths[0] - offset[0], halfWidths[0] - offset[0] })
        {
            foreach (double y in new[] { -halfWidths[1] - offset[1], halfWidths[1] - offset[1] })
                breaks.Add((a11 * x * x) + (2 * a12 * x * y) + (a22 * y * y));
        }

        breaks.Sort();
        double density = 1 / (8 * halfWidths[0] * halfWidths[1] * root), entropy = 0;
        for (int k = 1; k < breaks.Count; k++)
        {
            double low = breaks[k - 1], length = breaks[k] - low;
            if (length > 0)
                entropy += length * Quadrature.Integrate(x => 6 * x * (1 - x) * Surprise(low + (length * x * x * (3 - (2 * x)))), 0, 1, 1e-11);
        }

        return entropy;

        double Surprise(double u)
        {
            double p = density * AngleInside(edges, Math.Sqrt(u));
            return p > 0 ? -p * Math.Log(p) : 0;
        }
    }

    private static double Primitive(double x) => x > 0 ? (x * Math.Log(x)) - x : 0;

    private static Edge[] Sides(double reach, double direction, double halfWidth, double offset) =>
        [new Edge(direction, (halfWidth - offset) / reach), new Edge(direction + Math.PI, (halfWidth + offset) / reach)];

    /// <summary>The angles θ at which √u cos(θ − direction) ≤ distance for every edge.</summary>
    private static double AngleInside(Edge[] edges, double radius)
    {
        var ends = new List<double>(10) { 0, 2 * Math.PI };
        foreach (Edge edge in edges)
        {
            if (Math.Abs(edge.Distance) >= radius)
                continue;
            double half = Math.Acos(edge.Distance / radius);
            ends.Add(Wrapped(edge.Direction - half));
            ends.Add(Wrapped(edge.Direction + half));
        }

        ends.Sort();
        double inside = 0;
        for (int k = 1; k < ends.Count; k++)
        {
            double middle = (ends[k - 1] + ends[k]) / 2;
            if (Array.TrueForAll(edges, edge => radius * Math.Cos(middle - edge.Direction) <= edge.Distance))
                inside += ends[k] - ends[k - 1];
        }

        return inside;
    }

    private static double Wrapped(double angle) => angle - (2 * Math.PI * Math.Floor(angle / (2 * Math.PI)));

    /// <summary>An edge of the box seen from ŵ where the ellipses are circles: its direction and its distance, negative if ŵ lies outside.</summary>
    private readonly record struct Edge(double Direction, double Distance)
    {
        /// <summary>The energy at which the ellipse touches the edge's line.</summary>
        public double Touching => Distance * Distance;
    }
}
