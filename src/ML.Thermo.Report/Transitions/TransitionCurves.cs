using ML.Thermo.Linear;
using ML.Thermo.Report.Wording;
using ML.Thermo.Transitions;

namespace ML.Thermo.Report.Transitions;

/// <summary>What is drawn of a transition.</summary>
internal static class TransitionCurves
{
    private const int Bars = 60, Points = 121;
    private const double Tail = 0.002, WideRatio = 30, Deviations = 4.5;

    /// <summary>The energies of both states, each scaled to its own peak; over ln E where the two lie far apart.</summary>
    public static object Distributions(TransitionFindings findings)
    {
        (State before, State after) = (findings.Transition.From, findings.Transition.To);
        double[] drawn = [.. findings.UntrainedEnergies.Where(double.IsFinite).Order()];
        double deviation = Math.Sqrt(after.Variance.Value), mean = after.Energy.Value;
        double lowest = Math.Min(drawn.Length > 0 ? drawn[(int)(Tail * drawn.Length)] : before.Energy.Value,
            mean - (Deviations * (deviation > 0 ? deviation : 0)));
        double highest = drawn.Length > 0 ? drawn[(int)((1 - Tail) * (drawn.Length - 1))] : before.Energy.Value;
        bool logarithmic = lowest > 0 && highest / lowest > WideRatio;
        return new
        {
            Logarithmic = logarithmic,
            Untrained = Histogram(drawn, logarithmic),
            Trained = deviation > 0 && double.IsFinite(mean) ? Normal(mean, deviation, logarithmic) : [],
            UntrainedMean = Quantity.Full(before.Energy, "it is not finite"),
            TrainedMean = Quantity.Full(after.Energy, StatusWords.WhyUndefined(findings.Transition)),
            Draws = drawn.Length,
        };
    }

    /// <summary>F = E − T·(S − S̄) of both states over T, with Fieller's interval of the crossing. S̄ is the mean of both entropies: F and
    /// its crossing are the same up to a common T·S̄, which would bury them.</summary>
    public static object FreeEnergies(Transition transition)
    {
        double crossing = transition.Temperature.Value;
        double span = double.IsFinite(crossing) && crossing != 0 ? 2 * crossing : 2 * transition.ResolvedTemperature.Value;
        double middle = 0.5 * (transition.From.Entropy.Differential + transition.To.Entropy.Differential);
        bool drawable = double.IsFinite(span) && double.IsFinite(middle) && transition.DeltaEnergy.IsDefined;
        (double lower, double upper, bool bounded) = transition.TemperatureInterval();
        double[] temperatures = drawable ? [.. Enumerable.Range(0, 41).Select(i => span * i / 40)] : [];
        return new
        {
            Untrained = temperatures.Select(t => new[] { t, transition.From.FreeEnergy(t) + (t * middle) }),
            Trained = temperatures.Select(t => new[] { t, transition.To.FreeEnergy(t) + (t * middle) }),
            Crossing = Quantity.Of(transition.Temperature, StatusWords.WhyUndefined(transition)),
            Interval = bounded && double.IsFinite(crossing) && lower < upper ? [lower, upper] : Array.Empty<double>(),
            Why = drawable ? "" : StatusWords.WhyUndefined(transition),
        };
    }

    /// <summary>T over the factor of the initialisation's spread, and where ΔS changes its sign.</summary>
    public static object Scales(TransitionFindings findings) => new
    {
        Points = findings.Scales.Select(point => new
        {
            point.Factor,
            Temperature = Quantity.Of(point.Transition.Temperature, StatusWords.WhyUndefined(point.Transition)),
            Resolved = Quantity.Finite(point.Transition.ResolvedTemperature.Value),
            Entropy = Quantity.Of(point.Transition.DeltaEntropy, "an entropy is not finite"),
            Sign = Math.Sign(point.Transition.DeltaEntropy.Value is var s && double.IsFinite(s) ? s : 0),
        }),
        Poles = Poles(findings.Scales),
        Here = findings.Transition.Temperature.IsDefined ? findings.Transition.Temperature.Value : (double?)null,
    };

    private static IEnumerable<double> Poles(IReadOnlyList<ScaledTransition> scales)
    {
        foreach ((ScaledTransition left, ScaledTransition right) in scales.Zip(scales.Skip(1)))
        {
            double a = left.Transition.DeltaEntropy.Value, b = right.Transition.DeltaEntropy.Value;
            if (a * b < 0)
                yield return Math.Exp(Math.Log(left.Factor) + (a / (a - b) * Math.Log(right.Factor / left.Factor)));
        }
    }

    private static double[][] Histogram(double[] sorted, bool logarithmic)
    {
        if (sorted.Length < 2)
            return [];
        double[] x = logarithmic ? [.. sorted.Where(e => e > 0).Select(e => Math.Log(e))] : sorted;
        double low = x[(int)(Tail * x.Length)], high = x[(int)((1 - Tail) * (x.Length - 1))], width = (high - low) / Bars;
        if (!(width > 0))
            return [];
        double[] counts = new double[Bars];
        foreach (double value in x.Where(value => value >= low && value <= high))
            counts[Math.Min((int)((value - low) / width), Bars - 1)]++;
        double peak = counts.Max();
        double At(int bar) => logarithmic ? Math.Exp(low + ((bar + 0.5) * width)) : low + ((bar + 0.5) * width);
        return [.. counts.Select((count, bar) => new[] { At(bar), count / peak })];
    }

    private static double[][] Normal(double mean, double deviation, bool logarithmic)
    {
        double[][] points = [.. Enumerable.Range(0, Points)
            .Select(i => Deviations * ((2.0 * i / (Points - 1)) - 1))
            .Select(z => new[] { mean + (z * deviation), Math.Exp(-0.5 * z * z) })
            .Where(point => !logarithmic || point[0] > 0)];
        if (!logarithmic)
            return points;
        double peak = points.Max(point => point[0] * point[1]);
        return [.. points.Select(point => new[] { point[0], point[0] * point[1] / peak })];
    }
}
