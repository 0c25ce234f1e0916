using System.Globalization;
using MathNet.Numerics;
using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Guards;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Tests;

namespace ML.Thermo.Benchmarks.Guards;

/// <summary>
/// Guards of the shipped digits networks and one of letters against detectors of others, on pictures damaged in ways that the guard's own self-test has (at its two weaker strengths) and in four that
/// it has not; and how often clean pictures alarm, beside the beta-binomial law of one calibration.
/// </summary>
internal static class GuardExperiment
{
    private const int Held = 400, Damaged = 200, LevelSplits = 200, Splits = 2;
    private const double Alarms = 0.05;

    private static readonly string[] s_letters = ["glyphs.npz", "glyphs-more.npz"];

    private static readonly string[] Networks = ["digits-mlp.onnx", "digits-cnn.onnx", "digits-transformer.onnx", "glyph-cnn.onnx"];

    public static int Run(TextWriter output, string digits)
    {
        Dictionary<bool, Pictures> all = new() { [false] = new(Read(digits), [1, 8, 8]), [true] = new(Letters(), [1, 16, 16]) };
        foreach (string name in Networks)
            Level(output, name, Of(name));
        foreach (string name in Networks)
            Cost(output, name, Of(name));
        output.WriteLine();
        Dictionary<string, List<(double Area, double Seen)>> means = new(StringComparer.Ordinal);
        foreach (string name in Networks)
        {
            Dictionary<string, List<(double Area, double Seen)>> own = new(StringComparer.Ordinal);
            for (ulong split = 0; split < Splits; split++)
                Compare(name, Of(name) with { Rows = Shuffled(Of(name).Rows, split) }, split, own);
            output.WriteLine($"{name}: {own.First().Value.Count / Splits} ways of damage, {Splits} splits; area under the curve, share seen at 5 % false alarms");
            foreach ((string method, List<(double Area, double Seen)> scores) in own)
            {
                output.WriteLine(Line(method, scores));
                (means.TryGetValue(method, out var found) ? found : means[method] = []).AddRange(scores);
            }
        }

        output.WriteLine("mean of the four");
        foreach ((string method, List<(double Area, double Seen)> scores) in means)
            output.WriteLine(Line(method, scores));
        return 0;

        Pictures Of(string name) => all[name.StartsWith("glyph", StringComparison.Ordinal)];
    }

    /// <summary>Pictures and how they lie.</summary>
    private sealed record Pictures(double[][] Rows, long[] Extents);

    /// <summary>What reading a guard's layers adds to a run, where it reads some.</summary>
    private static void Cost(TextWriter output, string name, Pictures pictures)
    {
        using OnnxModel network = OnnxModel.Open(ShippedNetworks.Find(name));
        NetworkInputs known = NetworkInputs.Of(network, pictures.Rows[..600], pictures.Extents);
        NetworkGuard guard = NetworkGuard.Fit(network, known, new() { FalseAlarms = Alarms, Score = GuardScore.Joined });
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: {guard.Layers.Count} of {guard.AllLayers} layers read, {GuardCost.Measure(guard, network, known):F2} of a plain run"));
    }

    private static string Line(string method, List<(double Area, double Seen)> scores) =>
        string.Create(CultureInfo.InvariantCulture, $"  {method,-26}{scores.Average(s => s.Area),7:F3}{scores.Average(s => s.Seen),7:F2}");

    private static void Compare(string name, Pictures pictures, ulong split, Dictionary<string, List<(double Area, double Seen)>> scores)
    {
        using OnnxModel network = OnnxModel.Open(ShippedNetworks.Find(name));
        (double[][] rows, long[] extents) = pictures;
        double[][] known = rows[..(rows.Length - 797)], clean = rows[^797..^Damaged], other = rows[^Damaged..];
        NetworkReadings reference = NetworkReadings.Of(network, known, extents);
        List<(string Name, Func<double[][], double[]> Score)> methods = [.. RivalDetectors.Learn(reference)
            .Select(rival => (rival.Key, (Func<double[][], double[]>)(fresh => rival.Value(NetworkReadings.Of(network, fresh, extents)))))];
        methods.AddRange(TemperatureReadings.Learn(reference).Select(
            reading => (reading.Key, (Func<double[][], double[]>)(fresh => reading.Value(NetworkReadings.Of(network, fresh, extents))))));
        List<GuardSession> sessions = [];
        foreach ((string label, GuardScore? score) in new (string, GuardScore?)[]
            { ("guard: layers", GuardScore.Layers), ("guard: input", GuardScore.Input), ("guard: joined", GuardScore.Joined), ("guard as fitted", null) })
        {
            GuardSession session = NetworkGuard.Fit(
                network, NetworkInputs.Of(network, known, extents), new() { FalseAlarms = Alarms, Score = score, FewLayers = score is null, Seed = split + 1 }).Open(network);
            sessions.Add(session);
            methods.Add((label, fresh => [.. session.Judge(NetworkInputs.Of(network, fresh, extents), window: fresh.Length).Rows.Select(row => row.Strangeness)]));
        }

        double[][][] damaged = [.. Damage(known, other, new RowLayout(extents))];
        foreach ((string label, Func<double[][], double[]> score) in methods)
        {
            double[] low = score(clean);
            double threshold = low.Order().ElementAt((int)((1 - Alarms) * low.Length));
            List<(double Area, double Seen)> found = scores.TryGetValue(label, out var old) ? old : scores[label] = [];
            foreach (double[][] set in damaged)
            {
                double[] high = score(set);
                found.Add((Area(low, high), high.Average(value => value > threshold ? 1.0 : 0)));
            }
        }

        sessions.ForEach(session => session.Dispose());
    }

    private static IEnumerable<double[][]> Damage(double[][] known, double[][] rows, RowLayout layout)
    {
        int side = (int)layout.Extents[^1];
        KnownValues values = new(known, layout);
        foreach (Corruption kind in Corruption.For(layout))
        {
            foreach (double strength in kind.Strengths[..2])
                yield return kind.Of(rows, strength, layout, values, 77);
        }

        yield return [.. rows.Select(row => row.Select(x => 0.1 + (0.8 * x)).ToArray())]; // mist
        yield return [.. rows.Select(row => row.Select(x => Math.Pow(x, 1.5)).ToArray())]; // another gamma
        yield return [.. rows.Select((row, i) =>
        {
            RandomStream random = new(78, (ulong)i);
            return row.Select(x => random.NextDouble() < 0.05 ? random.NextInteger(2) : x).ToArray(); // dead and hot pixels
        })];
        yield return [.. rows.Select(row => Enumerable.Range(0, layout.Length).Select(at => at % side == 3 ? 0 : row[at]).ToArray())]; // a dead column
    }

    private static double Area(double[] low, double[] high)
    {
        Array.Sort(low);
        return high.Average(value =>
        {
            int below = Array.BinarySearch(low, value);
            below = below < 0 ? ~below : below;
            int equal = low.Skip(below).TakeWhile(other => other == value).Count();
            return (below + (equal / 2.0)) / low.Length;
        });
    }

    /// <summary>How many of the splits' counts of alarms lie in the central 95 % of the beta-binomial law.</summary>
    private static void Level(TextWriter output, string name, Pictures pictures)
    {
        using OnnxModel network = OnnxModel.Open(ShippedNetworks.Find(name));
        List<int> counts = [];
        int calibrated = 0;
        for (ulong split = 0; split < LevelSplits; split++)
        {
            double[][] shuffled = Shuffled(pictures.Rows, 1000 + split);
            NetworkGuard guard = NetworkGuard.Fit(
                network, NetworkInputs.Of(network, shuffled[..^Held], pictures.Extents), new() { FalseAlarms = Alarms, Seed = split, DamagedRows = 20 });
            using GuardSession session = guard.Open(network);
            calibrated = guard.Rows.Calibrate;
            counts.Add(session.Judge(NetworkInputs.Of(network, shuffled[^Held..], pictures.Extents), window: Held).Rows.Count(row => row.PValue <= Alarms));
        }

        int alarms = (int)Math.Floor(Alarms * (calibrated + 1));
        double[] law = [.. Enumerable.Range(0, Held + 1).Select(k => BetaBinomial(k, Held, alarms, calibrated + 1 - alarms))];
        int low = Quantile(law, 0.025), high = Quantile(law, 0.975);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: {counts.Count(count => count >= low && count <= high)} of {LevelSplits} splits within {low} … {high} alarms of {Held} clean rows (95 % of the beta-binomial law, {calibrated} calibration rows); mean {counts.Average():F1}, expected {Held * alarms / (calibrated + 1.0):F1}"));
    }

    private static double BetaBinomial(int k, int n, double a, double b) => Math.Exp(
        SpecialFunctions.BinomialLn(n, k) + SpecialFunctions.BetaLn(k + a, n - k + b) - SpecialFunctions.BetaLn(a, b));

    private static int Quantile(double[] law, double share)
    {
        double sum = 0;
        for (int k = 0; k < law.Length; k++)
        {
            sum += law[k];
            if (sum >= share)
                return k;
        }

        return law.Length - 1;
    }

    private static double[][] Read(string path) =>
        [.. File.ReadLines(path).Skip(1).Select(line => line.Split(',')[..64].Select(cell => double.Parse(cell, CultureInfo.InvariantCulture) / 16).ToArray())];

    private static double[][] Letters()
    {
        using OnnxModel network = OnnxModel.Open(ShippedNetworks.Find("glyph-cnn.onnx"));
        return [.. s_letters.SelectMany(file => GuardInput.Rows(NetworkInputs.Read(ShippedNetworks.Find(file), network)))];
    }

    private static double[][] Shuffled(double[][] rows, ulong seed)
    {
        double[][] copy = [.. rows];
        new RandomStream(5, seed).Shuffle<double[]>(copy);
        return copy;
    }
}
