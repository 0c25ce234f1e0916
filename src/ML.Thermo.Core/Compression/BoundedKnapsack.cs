namespace ML.Thermo.Compression;

/// <summary>The multiple-choice knapsack, exactly: one choice a part, costs within a budget, the least sum of goals.</summary>
internal static class BoundedKnapsack
{
    /// <summary>The choices; the budget must allow the cheapest ones.</summary>
    public static int[] Solve((double Cost, double Goal)[][] parts, double budget)
    {
        // Parts with much to gain first: the sums that follow are then told apart early.
        int[] order = [.. Enumerable.Range(0, parts.Length).OrderByDescending(part => parts[part].Max(p => p.Goal) - parts[part].Min(p => p.Goal))];
        ContinuousBound[] rest = ContinuousBound.OfRests(parts, order);
        budget += Slack(parts, point => point.Cost);
        double known = Rounded(parts, budget) + Slack(parts, point => point.Goal);
        List<Sum[]> levels = [[new(0, 0, -1, -1)]];
        foreach ((int part, int depth) in order.Select((part, depth) => (part, depth)))
            levels.Add(Extend(levels[^1], parts[part], rest[depth + 1], budget, known));

        int[] choices = new int[parts.Length];
        // Undominated sums: the costliest has the least goal.
        for (int depth = parts.Length, at = levels[^1].Length - 1; depth > 0; depth--)
        {
            Sum sum = levels[depth][at];
            choices[order[depth - 1]] = sum.Choice;
            at = sum.From;
        }

        return choices;
    }

    /// <summary>All undominated sums with one part more that can still come to what is known to be reachable.</summary>
    private static Sum[] Extend(Sum[] sums, (double Cost, double Goal)[] points, ContinuousBound rest, double budget, double known)
    {
        List<Sum> all = [];
        foreach (int choice in Convex.Undominated(points))
        {
            for (int from = 0; from < sums.Length; from++)
            {
                Sum sum = new(sums[from].Cost + points[choice].Cost, sums[from].Goal + points[choice].Goal, from, choice);
                if (sum.Goal + rest.Least(budget - sum.Cost) <= known)
                    all.Add(sum);
            }
        }

        all.Sort((a, b) => a.Cost != b.Cost ? a.Cost.CompareTo(b.Cost) : a.Goal.CompareTo(b.Goal));
        List<Sum> kept = [];
        foreach (Sum sum in all)
            if (kept.Count == 0 || sum.Goal < kept[^1].Goal)
                kept.Add(sum);
        return [.. kept];
    }

    /// <summary>What the hull's steps reach when each is taken that still fits: a goal that is surely reachable.</summary>
    private static double Rounded((double Cost, double Goal)[][] parts, double budget)
    {
        int[] cheapest = [.. parts.Select(Convex.Cheapest)];
        double cost = cheapest.Select((c, part) => parts[part][c].Cost).Sum(), goal = cheapest.Select((c, part) => parts[part][c].Goal).Sum();
        HashSet<int> closed = [];
        foreach (HullStep step in parts.SelectMany(Convex.Steps).OrderByDescending(step => step.Slope))
        {
            if (closed.Contains(step.Part) || cost + step.Cost > budget)
            {
                closed.Add(step.Part); // later steps of a part start where this one ends
                continue;
            }

            (cost, goal) = (cost + step.Cost, goal - step.Gain);
        }

        return goal;
    }

    /// <summary>Sums in different orders differ by rounding; nothing is cut for that.</summary>
    private static double Slack((double Cost, double Goal)[][] parts, Func<(double Cost, double Goal), double> of) =>
        1e-12 * parts.Sum(points => points.Max(point => Math.Abs(of(point))));


    /// <summary>A sum of choices of the parts so far, and the shorter sum that it extends.</summary>
    private readonly record struct Sum(double Cost, double Goal, int From, int Choice);
}

/// <summary>The least goal of some parts within a budget if choices could be mixed: no whole choices do better.</summary>
internal sealed class ContinuousBound
{
    private readonly double[] _costs, _goals;

    private ContinuousBound(double[] costs, double[] goals) => (_costs, _goals) = (costs, goals);

    /// <summary>The bound of what is left behind each depth of an order; the last one is of no parts.</summary>
    public static ContinuousBound[] OfRests((double Cost, double Goal)[][] parts, int[] order) =>
        [.. Enumerable.Range(0, order.Length + 1).Select(depth => Of(parts, order[depth..]))];

    /// <summary>+∞ where the budget allows no choice.</summary>
    public double Least(double budget)
    {
        if (budget < _costs[0])
            return double.PositiveInfinity;
        int at = Array.BinarySearch(_costs, budget);
        at = at >= 0 ? at : ~at - 1;
        if (at == _costs.Length - 1)
            return _goals[at];
        double share = (budget - _costs[at]) / (_costs[at + 1] - _costs[at]);
        return _goals[at] + (share * (_goals[at + 1] - _goals[at]));
    }

    private static ContinuousBound Of((double Cost, double Goal)[][] parts, int[] rest)
    {
        double cost = rest.Sum(part => parts[part][Convex.Cheapest(parts[part])].Cost), goal = rest.Sum(part => parts[part][Convex.Cheapest(parts[part])].Goal);
        List<double> costs = [cost], goals = [goal];
        foreach (HullStep step in rest.SelectMany(part => Convex.Steps(parts[part], part)).OrderByDescending(step => step.Slope))
        {
            costs.Add(cost += step.Cost);
            goals.Add(goal -= step.Gain);
        }

        return new([.. costs], [.. goals]);
    }
}
