namespace ML.Thermo.Compression;

/// <summary>The lower convex hull of all sums of choices: each part's own hull, walked together from the steepest step down.</summary>
internal sealed class LowerHull(StorageChoice[][] parts)
{
    public IReadOnlyList<Equilibrium> Equilibria()
    {
        (double, double)[][] points = [.. parts.Select(choices => choices.Select(c => (c.Size, c.Loss)).ToArray())];
        HullStep[] steps = [.. points.SelectMany(Convex.Steps).OrderByDescending(s => s.Slope)];
        int[] choices = [.. points.Select(Convex.Cheapest)];
        List<Equilibrium> found = [new(Sum(choices), steps.Length > 0 ? steps[0].Slope : 0)];
        for (int i = 0; i < steps.Length; i++)
        {
            choices[steps[i].Part] = steps[i].To;
            if (i + 1 == steps.Length || steps[i + 1].Slope < steps[i].Slope)
                found.Add(new(Sum(choices), i + 1 < steps.Length ? steps[i + 1].Slope : 0));
        }

        return found;
    }

    private Allocation Sum(int[] choices) => new(
        [.. choices], choices.Select((choice, part) => parts[part][choice].Size).Sum(), choices.Select((choice, part) => parts[part][choice].Loss).Sum());
}

/// <summary>One step along a part's convex hull.</summary>
/// <param name="Part">The part.</param>
/// <param name="To">The choice that it leads to.</param>
/// <param name="Cost">What it costs more, &gt; 0.</param>
/// <param name="Gain">What the goal falls by, &gt; 0.</param>
internal readonly record struct HullStep(int Part, int To, double Cost, double Gain)
{
    /// <summary>Gain a unit of cost.</summary>
    public double Slope => Gain / Cost;
}

/// <summary>Choices as points of cost and goal.</summary>
internal static class Convex
{
    /// <summary>The choice of least cost; of several the one with the least goal.</summary>
    public static int Cheapest((double Cost, double Goal)[] points) => Undominated(points)[0];

    /// <summary>The choices that no other beats in both, by rising cost and falling goal.</summary>
    public static int[] Undominated((double Cost, double Goal)[] points)
    {
        List<int> kept = [];
        foreach (int i in Enumerable.Range(0, points.Length).OrderBy(i => points[i].Cost).ThenBy(i => points[i].Goal))
            if (kept.Count == 0 || points[i].Goal < points[kept[^1]].Goal)
                kept.Add(i);
        return [.. kept];
    }

    /// <summary>The steps along the lower hull, by falling slope.</summary>
    public static IEnumerable<HullStep> Steps((double Cost, double Goal)[] points, int part)
    {
        List<int> hull = [];
        foreach (int i in Undominated(points))
        {
            while (hull.Count > 1 && Slope(hull[^2], hull[^1]) <= Slope(hull[^1], i))
                hull.RemoveAt(hull.Count - 1);
            hull.Add(i);
        }

        return hull.Zip(hull.Skip(1), (from, to) => new HullStep(part, to, points[to].Cost - points[from].Cost, points[from].Goal - points[to].Goal));

        double Slope(int from, int to) => (points[from].Goal - points[to].Goal) / (points[to].Cost - points[from].Cost);
    }
}
