using ML.Thermo.Initialization;
using ML.Thermo.Refresh;

namespace ML.Thermo.Audit.Refresh;

/// <summary>The accuracy that is estimated without labels, against the one that the window's labels would show: where confidences are right as often as in the
/// reference, though not as often as they say, and inputs move.</summary>
internal static class AccuracyEstimates
{
    public static IEnumerable<Finding> Run(bool isQuick)
    {
        int trials = isQuick ? 150 : 1000;
        foreach ((int reference, int window) in new[] { (300, 100), (2000, 300) })
        {
            foreach ((string name, double shift) in new[] { ("inputs stay", 0.0), ("inputs move by one deviation", 1.0) })
            {
                var misses = new Estimate[trials];
                Parallel.For(0, trials, trial =>
                {
                    var random = new RandomStream(127, (ulong)trial);
                    PredictionScores known = Draw(reference, 0, random), seen = Draw(window, shift, random);
                    Estimate estimated = seen.EstimatedAccuracy(known);
                    misses[trial] = estimated with { Value = estimated.Value - seen.Realised().Accuracy };
                });
                string at = $"{name}, {reference} labelled, window of {window}";
                yield return Spread.Ratio("error of the estimated accuracy", at, misses, 0);
                yield return Spread.Coverage("estimated accuracy ± 1.96 errors", at, misses, 0, 0.92);
            }
        }
    }

    /// <summary>Log-odds z ~ N(shift, 2²), over-confident: a label is 1 with the chance of z/2.</summary>
    private static PredictionScores Draw(int rows, double shift, RandomStream random)
    {
        var scores = new PredictionScores(isValue: false);
        for (int i = 0; i < rows; i++)
        {
            double z = shift + (2 * random.NextNormal());
            scores.Observe([1 / (1 + Math.Exp(-z))], random.NextDouble() < 1 / (1 + Math.Exp(-z / 2)) ? 1 : 0);
        }

        return scores;
    }
}
