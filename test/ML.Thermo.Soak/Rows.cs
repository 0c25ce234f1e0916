using ML.Thermo.Energies;
using ML.Thermo.Refresh;

namespace ML.Thermo.Soak;

/// <summary>The same reference in every process, and rows without end.</summary>
public static class Rows
{
    /// <summary>Predictions are numbers.</summary>
    public static readonly PredictionEnergy Values = new(PredictionKind.Value);

    /// <summary>Rows of a linear model with unit noise.</summary>
    /// <param name="seed">Chooses them.</param>
    public static IEnumerable<(double[] Features, double Prediction, double Label)> Of(int seed)
    {
        var random = new Random(seed);
        while (true)
        {
            double[] x = [Normal(), Normal(), Normal()];
            yield return (x, x.Sum(), x.Sum() + Normal());
        }

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    /// <summary>What the rows are compared with.</summary>
    /// <remarks>At a run length of 100 an alarm's limits take a tenth of the time that they take at the default: windows close several times a second here, and
    /// limits for all of them would be most of what the processors do.</remarks>
    public static DriftReference Reference(double runLength = 100)
    {
        var builder = new DriftReferenceBuilder(Values.Inputs([new("a"), new("b"), new("c")]), new DriftOptions { Draws = 199, RunLength = runLength });
        foreach ((double[] features, double prediction, double label) in Of(1).Take(500))
            Values.Observe(builder, features, [prediction], label);
        return builder.Build();
    }
}
