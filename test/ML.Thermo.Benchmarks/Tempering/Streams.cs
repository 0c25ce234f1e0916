using System.Globalization;
using System.Text.Json;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;

namespace ML.Thermo.Benchmarks.Tempering;

/// <summary>Rows in their natural order.</summary>
/// <param name="Name">What they are.</param>
/// <param name="IsGenerated">Whether a law made them.</param>
/// <param name="Energy">mse or ce.</param>
/// <param name="Features">A row each.</param>
/// <param name="Targets">A target each.</param>
/// <param name="Classes">Of several classes how many, and the targets are their numbers; otherwise 0.</param>
internal sealed record LabelledStream(string Name, bool IsGenerated, Energy Energy, double[][] Features, double[] Targets, int Classes = 0);

/// <summary>Streams of the npm package vega-datasets, and three breaks that a law makes.</summary>
internal static class Streams
{
    private const int Generated = 3600;

    /// <summary>Those of the package.</summary>
    /// <param name="folder">Its folder <c>data</c>.</param>
    public static IEnumerable<LabelledStream> Packaged(string folder)
    {
        string[][] weather = [.. File.ReadLines(Path.Combine(folder, "weather.csv")).Skip(1).Select(line => line.Split(','))];
        foreach (string city in new[] { "Seattle", "New York" })
        {
            double[][] days = [.. weather.Where(day => day[0] == city).OrderBy(day => day[1], StringComparer.Ordinal)
                .Select(day => new[] { Number(day[3]), Number(day[4]), Number(day[5]), Math.Log(1 + Number(day[2])) })];
            yield return new($"{city}: warmest hour tomorrow", false, Energy.MeanSquared, days[..^1], [.. days.Skip(1).Select(day => day[0])]);
            yield return new($"{city}: rain tomorrow", false, Energy.CrossEntropy, days[..^1], [.. days.Skip(1).Select(day => day[3] > 0 ? 1.0 : 0)]);
        }

        string[] kinds = ["drizzle", "fog", "rain", "snow", "sun"];
        foreach (string city in new[] { "Seattle", "New York" })
        {
            (double[] X, int Kind)[] days = [.. weather.Where(day => day[0] == city).OrderBy(day => day[1], StringComparer.Ordinal)
                .Select(day => (new[] { Number(day[3]), Number(day[4]), Number(day[5]), Math.Log(1 + Number(day[2])) }, Array.IndexOf(kinds, day[6])))];
            yield return new($"{city}: weather tomorrow, 5 kinds", false, Energy.CrossEntropy,
                [.. days[..^1].Select(day => day.X)], [.. days.Skip(1).Select(day => (double)day.Kind)], kinds.Length);
        }

        double[][] prices = [.. File.ReadLines(Path.Combine(folder, "sp500-2000.csv")).Skip(1).Select(line => line.Split(',')).Where(day => day.Length > 4)
            .Select(day => new[] { Number(day[2]), Number(day[3]), Number(day[4]) })];
        double[] moves = [.. prices.Zip(prices.Skip(1), (before, after) => 100 * Math.Abs(Math.Log(after[2] / before[2])))];
        double[][] past = [.. Enumerable.Range(5, moves.Length - 5).Select(day => (double[])[
            moves[day - 1], moves[(day - 5)..day].Average(), 100 * Math.Log(prices[day][0] / prices[day][1])])];
        yield return new("S&P 500: size of tomorrow's move", false, Energy.MeanSquared, past, moves[5..]);

        using JsonDocument flights = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "flights-10k.json")));
        (string Date, double Delay, double Distance)[] flown = [.. flights.RootElement.EnumerateArray().Select(flight =>
            (flight.GetProperty("date").GetString()!, flight.GetProperty("delay").GetDouble(), flight.GetProperty("distance").GetDouble())).OrderBy(flight => flight.Item1, StringComparer.Ordinal)];
        double[][] known = [.. flown.Select(flight =>
        {
            double hour = (Number(flight.Date[11..13]) + (Number(flight.Date[14..16]) / 60)) * Math.PI / 12;
            return new[] { flight.Distance / 1000, Math.Sin(hour), Math.Cos(hour) };
        })];
        yield return new("flights: delay, cut at −30 and 180 min", false, Energy.MeanSquared, known, [.. flown.Select(flight => Math.Clamp(flight.Delay, -30, 180))]);
        yield return new("flights: over 15 min late", false, Energy.CrossEntropy, known, [.. flown.Select(flight => flight.Delay > 15 ? 1.0 : 0)]);

        string[][] birds = [.. File.ReadLines(Path.Combine(folder, "birdstrikes.csv")).Skip(1).Select(line => line.Split(','))
            .Where(strike => strike.Length == 14 && strike[3].StartsWith("19", StringComparison.Ordinal) | strike[3].StartsWith("20", StringComparison.Ordinal))
            .Where(strike => double.TryParse(strike[13], CultureInfo.InvariantCulture, out _)).OrderBy(strike => strike[3], StringComparer.Ordinal)];
        yield return new("bird strikes: damage", false, Energy.CrossEntropy,
            [.. birds.Select(strike => new[] { Number(strike[13]) / 100, strike[7] == "Large" ? 1.0 : 0, strike[7] == "Small" ? 1.0 : 0, strike[9] == "Night" ? 1.0 : 0 })],
            [.. birds.Select(strike => strike[2] == "None" ? 0.0 : 1)]);
        string[] damages = ["None", "Minor", "Medium", "Substantial"];
        yield return new("bird strikes: damage, 4 kinds", false, Energy.CrossEntropy,
            [.. birds.Select(strike => new[] { Number(strike[13]) / 100, strike[7] == "Large" ? 1.0 : 0, strike[7] == "Small" ? 1.0 : 0, strike[9] == "Night" ? 1.0 : 0 })],
            [.. birds.Select(strike => (double)Math.Max(Array.IndexOf(damages, strike[2]), 0))], damages.Length);
    }

    /// <summary>A jump, a drift and a change to and fro.</summary>
    public static IEnumerable<LabelledStream> Breaks()
    {
        foreach ((string name, Func<double, double> turn) in new (string, Func<double, double>)[]
            { ("jump", t => t < 0.5 ? 0 : 2.5), ("drift", t => 3 * t), ("to and fro", t => (int)(6 * t) % 2 == 0 ? 0 : 2) })
        {
            foreach (Energy energy in new[] { Energy.MeanSquared, Energy.CrossEntropy })
            {
                RandomStream random = new(21, (ulong)name.Length + (energy.IsOfLabels ? 100UL : 0));
                double[][] x = [.. Enumerable.Range(0, Generated).Select(_ => Enumerable.Range(0, 4).Select(_ => random.NextNormal()).ToArray())];
                double[] y = [.. x.Select((row, i) =>
                {
                    double angle = turn((double)i / Generated), z = 2 * ((Math.Cos(angle) * row[0]) + (Math.Sin(angle) * row[1])) + (0.5 * row[2]);
                    return energy.IsOfLabels ? (random.NextDouble() < 1 / (1 + Math.Exp(-z)) ? 1.0 : 0) : z + random.NextNormal();
                })];
                yield return new($"{name}, {energy.Name}", true, energy, x, y);
            }

            RandomStream classes = new(22, (ulong)name.Length);
            double[][] rows = [.. Enumerable.Range(0, Generated).Select(_ => Enumerable.Range(0, 4).Select(_ => classes.NextNormal()).ToArray())];
            yield return new($"{name}, 3 classes", true, Energy.CrossEntropy, rows, [.. rows.Select((row, i) =>
            {
                double angle = turn((double)i / Generated);
                double[] shares = [.. Enumerable.Range(0, 3).Select(k => angle + (2 * Math.PI * k / 3))
                    .Select(place => Math.Exp(2 * ((Math.Cos(place) * row[0]) + (Math.Sin(place) * row[1]))))];
                double left = classes.NextDouble() * shares.Sum();
                return left < shares[0] ? 0.0 : left < shares[0] + shares[1] ? 1 : 2;
            })], 3);
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
