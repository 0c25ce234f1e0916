using System.Globalization;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.Benchmarks.Drift;

/// <summary>Windows that are flagged where the reference is the first half of a series and the windows are the second: in the order of the reference's rows, and as if
/// they were independent.</summary>
internal static class DependentSeries
{
    private const int Days = 30, TradingDays = 50, SimulatedRows = 10_000, SimulatedWindow = 100;
    private const double Correlation = 0.6;

    private static readonly PredictionEnergy s_values = new(PredictionKind.Value);

    /// <summary>Prints a table.</summary>
    /// <param name="output">Where.</param>
    /// <param name="folder">The folder <c>data</c> of the npm package vega-datasets; null for the simulated series alone.</param>
    public static int Run(TextWriter output, string? folder)
    {
        output.WriteLine("| series | windows | labels: refresh, as independent | corrected | D | drift | rates hold | no labels: refresh, as independent | corrected | D | drift | rates hold |");
        output.WriteLine("|---|--:|--:|--:|--:|--:|---|--:|--:|--:|--:|---|");
        foreach (Series series in Simulated().Concat(folder is null ? [] : Packaged(folder)))
            output.WriteLine($"| {series.Name} | {series.Rows.Count / 2 / series.WindowRows} of {series.WindowRows} | {Counts(series, true)} | {Counts(series, false)} |");
        return 0;
    }

    private static string Counts(Series series, bool hasLabels)
    {
        Count free = Watch(series, hasLabels, inOrder: false), corrected = Watch(series, hasLabels, inOrder: true);
        return string.Create(CultureInfo.InvariantCulture,
            $"{free.Refresh} | {corrected.Refresh} | {corrected.DesignEffect:G2} | {free.Drift}, {corrected.Drift} | {(corrected.RatesHold ? "yes" : "no")}");
    }

    private static Count Watch(Series series, bool hasLabels, bool inOrder)
    {
        int half = series.Rows.Count / 2;
        var builder = new DriftReferenceBuilder(s_values.Inputs([.. series.Inputs.Select(name => new DriftInput(name))]), new DriftOptions { RowsInOrder = inOrder });
        foreach (Row row in series.Rows.Take(half))
            s_values.Observe(builder, row.Features, [row.Prediction], hasLabels ? row.Label : double.NaN);
        using var monitor = new DriftMonitor(builder.Build(), s_values, new MonitorOptions { WindowRows = series.WindowRows });
        int refresh = 0, drift = 0, windows = 0;
        long? alarm = null;
        WindowDrift? last = null;
        foreach (Row row in series.Rows.Skip(half))
        {
            if (!monitor.Observe(row.Features, row.Prediction, hasLabels ? row.Label : double.NaN))
                continue;
            MonitorSnapshot now = monitor.Snapshot();
            last = now.Report!;
            windows++;
            refresh += last.Refresh ? 1 : 0;
            drift += last.Drift ? 1 : 0;
            if (now.Sequential.Alarm)
                alarm ??= windows;
        }

        string first = alarm is { } at ? $"alarm {at}" : "no alarm";
        return new($"{refresh} ({first})", drift, last!.Dependence.DesignEffect, last.Dependence.RatesHold);
    }

    private static IEnumerable<Series> Simulated()
    {
        var random = new RandomStream(5, 0);
        double[] state = new double[4];
        List<Row> rows = [];
        double fresh = Math.Sqrt(1 - (Correlation * Correlation));
        for (int i = 0; i < SimulatedRows; i++)
        {
            for (int j = 0; j < state.Length; j++)
                state[j] = i == 0 ? random.NextNormal() : (Correlation * state[j]) + (fresh * random.NextNormal());
            double prediction = state[0] + state[1] + state[2];
            rows.Add(new(state[..3], prediction, prediction + state[3]));
        }

        yield return new("autoregression, ρ = 0.6", ["a", "b", "c"], rows, SimulatedWindow);
    }

    private static IEnumerable<Series> Packaged(string folder)
    {
        string[][] weather = [.. File.ReadLines(Path.Combine(folder, "weather.csv")).Skip(1).Select(line => line.Split(','))];
        foreach (string city in new[] { "Seattle", "New York" })
        {
            // precipitation, maximum, minimum, wind
            double[][] days = [.. weather.Where(day => day[0] == city).OrderBy(day => day[1], StringComparer.Ordinal)
                .Select(day => day[2..6].Select(Number).ToArray())];
            yield return new($"{city}: tomorrow's maximum is today's", ["precipitation", "maximum", "minimum", "wind"],
                [.. days[..^1].Select((day, i) => new Row(day, day[1], days[i + 1][1]))], Days);
        }

        double[] prices = [.. File.ReadLines(Path.Combine(folder, "sp500-2000.csv")).Skip(1).Select(line => line.Split(',')).Where(day => day.Length > 4)
            .Select(day => Number(day[4]))];
        double[] returns = [.. prices.Zip(prices.Skip(1), (before, after) => 100 * Math.Log(after / before))];
        yield return new("S&P 500, daily returns from 2000, predicted as 0", ["yesterday's return"],
            [.. returns[..^1].Select((yesterday, i) => new Row([yesterday], 0, returns[i + 1]))], TradingDays);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private sealed record Row(double[] Features, double Prediction, double Label);

    private sealed record Series(string Name, string[] Inputs, IReadOnlyList<Row> Rows, int WindowRows);

    private sealed record Count(string Refresh, int Drift, double DesignEffect, bool RatesHold);
}
