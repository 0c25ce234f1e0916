using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Forecasts;
using ML.Thermo.Initialization;
using ML.Thermo.Linear;

namespace ML.Thermo.Audit.Forecasts;

/// <summary>
/// What more rows would bring: the stated errors over data sets of one law, and how often the forecast lies within a factor two of the gain that twice as
/// many rows really bring (mean over data sets of the case, loss on many other rows).
/// </summary>
internal static class MoreDataErrors
{
    private const int TestRows = 4000;

    public static IEnumerable<Finding> Run(bool isQuick)
    {
        int sets = isQuick ? 60 : 300;
        foreach ((int n, int d) in new[] { (60, 6), (200, 8) })
        {
            MoreDataForecast[] found = [.. Enumerable.Range(0, sets).Select(i => Forecast(Energy.MeanSquared, n, d, 0, (ulong)i)).OfType<MoreDataForecast>()];
            yield return Spread.Ratio("error of the floor", $"mse, {n} rows, {d} columns", [.. found.Select(f => f.Floor)]);
            yield return Spread.Ratio("error of the gain", $"mse, {n} rows, {d} columns", [.. found.Select(f => f.GainOfDoubling)]);
            yield return Spread.Coverage("interval of the floor", $"mse, {n} rows, {d} columns", [.. found.Select(f => f.Floor)], 1, 0.9);
        }

        foreach (Energy energy in new[] { Energy.MeanSquared, Energy.CrossEntropy })
        {
            (int n, int d, int law)[] cases = [.. new[] { 40, 80, 160, 320 }.SelectMany(n => new[] { 4, 6, 10 }.SelectMany(d => new[] { 0, 1, 2, 3 }.Select(law => (n, d, law))))
                .Where(c => c.n >= 6 * c.d)];
            int within = 0, told = 0;
            foreach ((int n, int d, int law) in cases)
            {
                if (Forecast(energy, n, d, law, 5000) is not { } found)
                    continue;
                told++;
                double gain = Realised(energy, n, d, law, isQuick ? 10 : 40), ratio = found.GainOfDoubling.Value / gain;
                within += ratio is > 0.5 and < 2 ? 1 : 0;
            }

            double bar = energy == Energy.MeanSquared ? 0.95 : 0.8;
            yield return new("forecast within a factor 2 of the gain", $"{energy}, {told} of {cases.Length} cases told", $"≥ {bar}", (double)within / told,
                Math.Sqrt(bar * (1 - bar) / told), bar, 1);
        }
    }

    private static MoreDataForecast? Forecast(Energy energy, int rows, int columns, int law, ulong seed) =>
        LinearForecast.Of(Of(Rows(new RandomStream(53, seed), rows, columns, energy, law), energy));

    /// <summary>The mean gain of twice as many rows over data sets, on other rows.</summary>
    private static double Realised(Energy energy, int rows, int columns, int law, int sets)
    {
        double gain = 0;
        int counted = 0;
        for (int i = 0; i < sets; i++)
        {
            RandomStream random = new(59, (ulong)i);
            LabelledData all = Rows(random, 2 * rows, columns, energy, law), test = Rows(random, TestRows, columns, energy, law);
            LabelledData half = new(all.Features[..(rows * columns)], all.Targets[..rows]);
            LinearSystem few = Of(half, energy), many = Of(all, energy);
            if (few.GroundState.Status != Status.Defined || many.GroundState.Status != Status.Defined)
                continue;
            gain += few.Losses(test).Average() - many.Losses(test).Average();
            counted++;
        }

        return gain / counted;
    }

    private static LinearSystem Of(LabelledData data, Energy energy) =>
        new(data, energy, new ParameterLaw([.. Enumerable.Range(0, data.Columns).Select(_ => InitializationLaw.Normal(0, 1))]));

    /// <summary>Laws: 0 normal features and a true model; 1 skewed features; 2 a curved truth; 3 noise that grows with a feature (labels: 0.1 of them flipped).</summary>
    private static LabelledData Rows(RandomStream random, int rows, int columns, Energy energy, int law)
    {
        double[] features = [.. Enumerable.Range(0, rows * columns).Select(_ => random.NextNormal()).Select(x => law == 1 ? (x * x / 1.5) - 0.5 : x)];
        double[] targets = [.. Enumerable.Range(0, rows).Select(row =>
        {
            double x = features[row * columns], z = features[(row * columns) + 1], output = x - (0.5 * z) + (law == 2 ? 0.5 * x * z : 0);
            if (!energy.IsOfLabels)
                return output + (random.NextNormal() * (law == 3 ? 0.5 + (0.5 * Math.Abs(x)) : 1));
            bool label = random.NextDouble() < 1 / (1 + Math.Exp(-output)), flipped = law == 3 && random.NextDouble() < 0.1;
            return label != flipped ? 1 : 0;
        })];
        return new LabelledData(features, targets);
    }
}
