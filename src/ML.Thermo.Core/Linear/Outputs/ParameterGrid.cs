using MathNet.Numerics.Integration;
using ML.Thermo.Initialization;
using ML.Thermo.Numerics;

namespace ML.Thermo.Linear.Outputs;

/// <summary>
/// A product quadrature rule for expectations over independent parameters: equidistant nodes for normal parameters (for analytic
/// functions the trapezoidal rule converges geometrically), Gauss–Legendre nodes for uniform ones.
/// </summary>
internal sealed class ParameterGrid
{
    private const double Tail = 8.5;

    private readonly (double Node, double Weight)[][] _rules;

    /// <summary>Makes the rule.</summary>
    /// <param name="law">The parameters' law; constant parameters take one node.</param>
    /// <param name="nodes">Nodes for each random parameter.</param>
    public ParameterGrid(ParameterLaw law, int nodes)
    {
        _rules = [.. law.Entries.Select(entry => Rule(entry, nodes))];
        Count = _rules.Aggregate(1, (product, rule) => product * rule.Length);
    }

    /// <summary>Number of points.</summary>
    public int Count { get; }

    /// <summary>The parameters of one point: a <see cref="ParameterSource"/>.</summary>
    public void Parameters(long index, Span<double> parameters)
    {
        for (int j = 0; j < _rules.Length; j++)
        {
            parameters[j] = _rules[j][index % _rules[j].Length].Node;
            index /= _rules[j].Length;
        }
    }

    /// <summary>The expectation of a function of numbers given at all points.</summary>
    public double Average(double[] values, Func<double, double> function)
    {
        var sum = default(CompensatedSum);
        for (int point = 0; point < Count; point++)
        {
            double weight = 1;
            int index = point;
            foreach ((double Node, double Weight)[] rule in _rules)
            {
                weight *= rule[index % rule.Length].Weight;
                index /= rule.Length;
            }

            sum.Add(weight * function(values[point]));
        }

        return sum.Value;
    }

    private static (double Node, double Weight)[] Rule(InitializationLaw law, int nodes)
    {
        if (law.Variance == 0)
            return [(law.Mean, 1)];
        if (law is UniformLaw uniform)
        {
            var rule = new GaussLegendreRule(-1, 1, nodes);
            return [.. Enumerable.Range(0, nodes).Select(i => (law.Mean + (uniform.HalfWidth * rule.GetAbscissa(i)), rule.GetWeight(i) / 2))];
        }

        double step = 2 * Tail / nodes;
        return [.. Enumerable.Range(0, nodes).Select(i => -Tail + ((i + 0.5) * step))
            .Select(z => (law.Mean + (law.StandardDeviation * z), step * SpecialFunctions.NormalDensity(z)))];
    }
}
