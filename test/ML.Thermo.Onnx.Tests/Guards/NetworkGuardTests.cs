using MathNet.Numerics.Distributions;
using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Guards;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Tests.Guards;

/// <summary>Guards of the shipped digits networks: their level, what they see, and what they refuse.</summary>
public sealed class NetworkGuardTests
{
    private const double Alarms = 0.05;

    private static readonly string[] Names = ["digits-mlp.onnx", "digits-cnn.onnx", "digits-transformer.onnx"];

    [TestCaseSource(nameof(Names))]
    public void Of_clean_rows_as_many_alarm_as_was_asked_for(string name)
    {
        // False alarms of one calibration follow a beta law, their number a beta-binomial one; each split of the rows is another draw of it.
        using OnnxModel network = Open(name);
        double[][] all = Digits(network);
        const int Splits = 4, Held = 150, Calibrated = 90;
        int alarms = 0;
        for (ulong split = 0; split < Splits; split++)
        {
            double[][] rows = Shuffled(all, split);
            NetworkGuard guard = NetworkGuard.Fit(network, Data(network, rows[..^Held]), new() { FalseAlarms = Alarms, Seed = split, DamagedRows = 20 });
            Assert.That(guard.Rows.Calibrate, Is.EqualTo(Calibrated));
            using GuardSession session = guard.Open(network);
            alarms += session.Judge(Data(network, rows[^Held..])).Rows.Count(row => row.PValue <= Alarms);
        }

        // Mean α' = ⌊.05 · 91⌋/91 of beta(4, 87); the splits share rows, which makes their sum vary no more than four independent ones.
        double level = Math.Floor(Alarms * (Calibrated + 1)) / (Calibrated + 1);
        double variance = Splits * ((Held * level * (1 - level)) + (Held * (Held - 1) * new Beta(4, 87).Variance));
        Assert.That(alarms, Is.EqualTo(Splits * Held * level).Within(4 * Math.Sqrt(variance)));
    }

    [Test]
    public void Misted_pictures_are_seen_by_the_layers_alone()
    {
        using OnnxModel network = Open("digits-cnn.onnx");
        double[][] rows = Digits(network);
        NetworkGuard guard = NetworkGuard.Fit(
            network, Data(network, rows[..400]), new() { FalseAlarms = Alarms, Score = GuardScore.Layers, FewLayers = false, DamagedRows = 20 });
        using GuardSession session = guard.Open(network);
        double[][] misted = [.. rows[400..].Select(row => row.Select(x => 0.1 + (0.8 * x)).ToArray())];
        GuardVerdict verdict = session.Judge(Data(network, misted));
        // The pilot's figure on these columns is 100 %.
        Assert.That(verdict.Rows.Average(row => row.PValue <= Alarms ? 1.0 : 0), Is.GreaterThan(0.9));
        Assert.That(verdict.Windows.Select(window => window.PValue), Has.All.LessThanOrEqualTo(0.01));
        Assert.That(verdict.Windows[0], Has.Property("Rows").EqualTo(20));
        Assert.That(verdict.Rows.Select(row => row.HottestLayer).Distinct(), Is.SubsetOf(guard.Layers));
    }

    [Test]
    public void It_keeps_the_layers_that_it_needs_and_says_what_it_saw()
    {
        using OnnxModel network = Open("digits-transformer.onnx");
        double[][] rows = Digits(network);
        NetworkGuard all = NetworkGuard.Fit(network, Data(network, rows), new() { FalseAlarms = Alarms, Score = GuardScore.Layers, FewLayers = false });
        NetworkGuard few = NetworkGuard.Fit(network, Data(network, rows), new() { FalseAlarms = Alarms, Score = GuardScore.Layers });
        Assert.That(few.Layers, Has.Count.InRange(1, all.Layers.Count - 1));
        Assert.That(all.Layers, Has.Count.EqualTo(all.AllLayers));
        // Nine ways at three strengths, by three scores, for single rows and windows.
        Assert.That(few.Power, Has.Count.EqualTo(9 * 3 * 3 * 2));
        Assert.That(few.Power.Select(power => power.Power), Has.All.InRange(0, 1));
        double single = few.Power.Where(p => p is { Score: GuardScore.Layers, Rows: 1 }).Average(p => p.Power);
        double windows = few.Power.Where(p => p is { Score: GuardScore.Layers, Rows: 20 }).Average(p => p.Power);
        Assert.That(single, Is.GreaterThan(3 * Alarms));
        Assert.That(windows, Is.GreaterThan(single + 0.2), "twenty rows tell more than one");
    }

    [Test]
    public void The_score_that_sees_most_is_taken()
    {
        using OnnxModel network = Open("digits-cnn.onnx");
        double[][] rows = Digits(network);
        NetworkGuard guard = NetworkGuard.Fit(network, Data(network, rows), new() { FalseAlarms = Alarms });
        double[] seen = [.. Enum.GetValues<GuardScore>().Select(score => guard.Power.Where(p => p.Score == score && p.Rows == 1).Average(p => p.Power))];
        // Chosen on other thresholds than those of the calibration, hence the room.
        Assert.That(seen[(int)guard.Score], Is.GreaterThan(seen.Max() - 0.05));
    }

    [Test]
    public void A_guard_that_was_written_judges_as_before()
    {
        using OnnxModel network = Open("digits-mlp.onnx");
        double[][] rows = Digits(network);
        NetworkGuard guard = NetworkGuard.Fit(network, Data(network, rows[..300]), new() { FalseAlarms = Alarms, DamagedRows = 20 });
        NetworkGuard again = NetworkGuard.Parse(guard.ToJson());
        Assert.That(again.ToJson(), Is.EqualTo(guard.ToJson()));
        using GuardSession before = guard.Open(network), after = again.Open(network);
        NetworkInputs fresh = Data(network, rows[300..]);
        GuardVerdict first = before.Judge(fresh), second = after.Judge(fresh);
        Assert.That(second.Rows, Is.EqualTo(first.Rows));
        Assert.That(second.Windows, Is.EqualTo(first.Windows));
    }

    [Test]
    public void Row_by_row_is_as_all_at_once()
    {
        using OnnxModel network = Open("digits-cnn.onnx");
        double[][] rows = Digits(network);
        NetworkGuard guard = NetworkGuard.Fit(network, Data(network, rows[..300]), new() { FalseAlarms = Alarms, Score = GuardScore.Joined, DamagedRows = 20 });
        using GuardSession session = guard.Open(network);
        IReadOnlyList<GuardedRow> together = session.Judge(Data(network, rows[300..310])).Rows;
        for (int i = 0; i < 10; i++)
            Assert.That(session.Judge(Data(network, rows[(300 + i)..(301 + i)])).Rows[0].Strangeness, Is.EqualTo(together[i].Strangeness).Within(1e-3).Percent);
    }

    [Test]
    public void Another_network_damage_and_too_few_rows_are_refused()
    {
        using OnnxModel network = Open("digits-mlp.onnx"), other = Open("digits-cnn.onnx");
        double[][] rows = Digits(network);
        NetworkGuard guard = NetworkGuard.Fit(network, Data(network, rows), new() { FalseAlarms = Alarms, DamagedRows = 20 });
        Assert.That(() => guard.Open(other), Throws.InstanceOf<ThermoException>().With.Message.Contains("not the network of the guard"));
        string json = guard.ToJson();
        Assert.That(() => NetworkGuard.Parse(json.Replace("\"falseAlarms\":0.05", "\"falseAlarms\":0.06", StringComparison.Ordinal)),
            Throws.InstanceOf<UnusableDataException>().With.Message.Contains("checksum"));
        Assert.That(() => NetworkGuard.Parse("{}", "x.json"), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("'x.json' is no guard"));
        Assert.That(() => NetworkGuard.Parse("[", "x.json"), Throws.InstanceOf<UnusableDataException>());
        Assert.That(() => NetworkGuard.Fit(network, Data(network, rows[..100])),
            Throws.InstanceOf<UnusableDataException>().With.Message.Contains("99 are needed").And.Message.Contains("at least 159"));
    }

    [Test]
    public void A_network_of_several_inputs_or_of_ids_is_refused()
    {
        using OnnxModel network = OnnxModel.Open(ShippedNetworks.Find("kjv-char.onnx"));
        Assert.That(() => NetworkGuard.Fit(network, NetworkInputs.Synthetic(network, 200, 1)),
            Throws.InstanceOf<ThermoException>().With.Message.Contains("one input of real numbers"));
    }

    private static OnnxModel Open(string name) => OnnxModel.Open(ShippedNetworks.Find(name));

    private static double[][] Digits(OnnxModel network) => GuardInput.Rows(NetworkInputs.Read(ShippedNetworks.Find(ShippedNetworks.Digits), network));

    private static double[][] Shuffled(double[][] rows, ulong seed)
    {
        double[][] copy = [.. rows];
        new RandomStream(99, seed).Shuffle<double[]>(copy);
        return copy;
    }

    private static NetworkInputs Data(OnnxModel network, IReadOnlyList<double[]> rows) => NetworkInputs.Of(network, rows, [1, 8, 8]);
}
