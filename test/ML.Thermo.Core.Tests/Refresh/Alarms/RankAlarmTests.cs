using ML.Thermo.Initialization;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Alarms;
using ML.Thermo.Refresh.Binning;

namespace ML.Thermo.Tests.Refresh.Alarms;

/// <summary>Alarms by limits drawn from the urn: as many false ones as stated, no fewer, whatever the losses' law.</summary>
internal sealed class RankAlarmTests
{
    private const int Run = 20;

    [TestCase("uniform", 60, 20, 20, 300)]
    [TestCase("right or wrong", 60, 20, 20, 300)]
    [TestCase("ten values", 150, 40, 10, 300)]
    [TestCase("Cauchy squared", 30, 10, 10, 300)]
    [TestCase("uniform", 300, 5000, 4, 200)] // windows that large are drawn as normal means
    public void Alarms_come_as_often_as_stated(string law, int reference, int rows, int windows, int trials)
    {
        int alarms = 0;
        Parallel.For(0, trials, i =>
        {
            var random = new RandomStream(31, (ulong)i);
            if (Alarm(law, reference, rows, windows, (ulong)i, random))
                Interlocked.Increment(ref alarms);
        });
        double stated = 1 - Math.Pow(1 - (1.0 / Run), windows), error = Math.Sqrt(trials * stated * (1 - stated));
        TestContext.Out.WriteLine($"{alarms} of {trials}, stated {stated * trials:0}");
        Assert.That(alarms, Is.EqualTo(stated * trials).Within(3.5 * error));
    }

    [Test]
    public void Losses_that_fall_give_no_alarm_unless_both_ways_were_asked_for()
    {
        foreach (bool bothWays in new[] { false, true })
        {
            var options = new DriftOptions { RunLength = 100, Draws = 99, BothWays = bothWays };
            DriftReference reference = Reference("half-normal", 150, options, new RandomStream(1, 0));
            var detector = new SequentialDetector(reference, DriftRule.Energy);
            for (int t = 0; t < 40; t++)
                detector.Observe(Window("half-normal", reference, 20, new RandomStream(2, (ulong)t), 0.6));
            Assert.That(detector.Last.Alarm, Is.EqualTo(bothWays));
            Assert.That(detector.Last.LogEValue, Is.GreaterThan(5), "the e-value is evidence of any change");
        }
    }

    [Test]
    public void A_restart_gives_the_same_digits_whatever_the_sizes_of_the_windows()
    {
        DriftReference reference = Reference("uniform", 200, new DriftOptions { RunLength = 50, Draws = 99 }, new RandomStream(3, 0));
        SequentialDetector steady = new(reference, DriftRule.Energy), restarted = new(reference, DriftRule.Energy);
        for (int t = 0; t < 12; t++)
        {
            DriftWindow window = Window("uniform", reference, t == 5 ? 0 : 10 + (7 * t % 31), new RandomStream(4, (ulong)t), 1.1);
            SequentialStep expected = steady.Observe(window);
            using var file = new MemoryStream();
            restarted.Save(file);
            file.Position = 0;
            restarted = SequentialDetector.Load(file, reference);
            Assert.That(restarted.Observe(window), Is.EqualTo(expected));
        }
    }

    [Test]
    public void A_limit_that_was_drawn_ahead_is_that_of_the_window_that_came()
    {
        var urn = PolyaUrn.OfBalls([20, 20, 20, 20, 21]);
        var shared = AlarmLimits.Of(urn, new AlarmScores(urn, bothWays: false), bothWays: false, runLength: 50, seed: 8);
        AlarmLimits plain = shared.Own(), ahead = shared.Own(), restarted = shared.Own();
        long[] sizes = [20, 20, 13, 20, 20];
        for (int t = 0; t < sizes.Length; t++)
        {
            ahead.DrawAhead(sizes[..t], 20); // the third has another size: it is drawn again
            Assert.That(ahead.Limit(sizes[..(t + 1)]), Is.EqualTo(plain.Limit(sizes[..(t + 1)])));
        }

        restarted.DrawAhead(sizes[..4], 20); // it has none of those before
        Assert.That(restarted.Limit(sizes), Is.EqualTo(plain.Limit(sizes)));
    }

    [Test]
    public void A_table_that_was_written_goes_on_without_drawing_anything_again()
    {
        var urn = PolyaUrn.OfBalls([20, 20, 20, 20, 21]);
        AlarmLimits shared = Table(9), plain = shared.Own(), another = Table(10);
        long[] sizes = [20, 25, 20, 5000, 20, 31], others = [20, 24, 20];
        _ = shared.Limit(others);
        _ = plain.Limit(sizes[..4]);
        using var file = new MemoryStream();
        plain.Write(file);
        AlarmLimits onward = Read(shared, sizes[..4]), behind = Read(shared.Own(), sizes[..5]), ahead = Read(shared.Own(), sizes[..2]);
        Assert.Multiple(() =>
        {
            Assert.That(shared.Owed(sizes[..4]), Is.EqualTo(4), "it has windows of other sizes");
            Assert.That((onward.Owed(sizes[..4]), behind.Owed(sizes[..5]), ahead.Owed(sizes[..2])), Is.EqualTo((0, 1, 0)));
            Assert.That(onward.Limit(sizes), Is.EqualTo(plain.Limit(sizes)));
            Assert.That(ahead.Limit(sizes[..2]), Is.EqualTo(plain.Limit(sizes[..2])));
            Assert.That(Read(shared.Own(), others).Owed(others), Is.EqualTo(3), "of other windows");
            Assert.That(Read(another, sizes[..4]).Owed(sizes[..4]), Is.EqualTo(4), "of another seed");
        });
        file.GetBuffer()[file.Length / 2] ^= 1;
        Assert.That(() => Read(shared.Own(), sizes[..4]), Throws.TypeOf<UnusableDataException>().With.Message.Contains("alarm limits"));

        AlarmLimits Table(ulong seed) => AlarmLimits.Of(urn, new AlarmScores(urn, bothWays: false), bothWays: false, runLength: 50, seed: seed);

        AlarmLimits Read(AlarmLimits table, long[] stream)
        {
            file.Position = 0;
            return table.GoOn(file, stream);
        }
    }

    [Test]
    public void State_stays_bounded_and_the_limit_stays_after_its_last_window()
    {
        DriftReference reference = Reference("uniform", 40, new DriftOptions { RunLength = 2, Draws = 99 }, new RandomStream(5, 0));
        var detector = new SequentialDetector(reference, DriftRule.Energy);
        long length = 0;
        for (int t = 0; t < 300; t++)
        {
            detector.Observe(Window("uniform", reference, 10, new RandomStream(6, (ulong)t)));
            if (t < 256)
                continue;
            using var file = new MemoryStream();
            detector.Save(file);
            Assert.That(length == 0 || length == file.Length);
            length = file.Length;
            Assert.That(detector.Last.Detector, Is.GreaterThan(0).And.LessThan(1e6));
        }
    }

    [Test]
    public void Losses_that_rise_by_half_are_seen_after_a_few_windows()
    {
        double windows = 0;
        for (int i = 0; i < 20; i++)
        {
            DriftReference reference = Reference("half-normal", 150, new DriftOptions { RunLength = 100, Draws = 99 }, new RandomStream(7, (ulong)i));
            var detector = new SequentialDetector(reference, DriftRule.Energy);
            for (int t = 0; t < 60 && !detector.Last.Alarm; t++)
                detector.Observe(Window("half-normal", reference, 20, new RandomStream((ulong)i, (ulong)t), 1.25));
            windows += detector.Last.Windows / 20.0;
        }

        TestContext.Out.WriteLine(windows);
        Assert.That(windows, Is.LessThan(8)); // 5.7 of 600 streams; the e-detector's limit needs 20
    }

    private static bool Alarm(string law, int rows, int windowRows, int windows, ulong seed, RandomStream random)
    {
        DriftReference reference = Reference(law, rows, new DriftOptions { RunLength = Run, Draws = 99, Seed = seed }, random);
        var detector = new SequentialDetector(reference, DriftRule.Energy);
        for (int t = 0; t < windows && !detector.Last.Alarm; t++)
            detector.Observe(Window(law, reference, windowRows, random));
        return detector.Last.Alarm;
    }

    private static DriftReference Reference(string law, int rows, DriftOptions options, RandomStream random)
    {
        var builder = new DriftReferenceBuilder([], options);
        for (int i = 0; i < rows; i++)
            builder.Observe(Loss(law, random), double.NaN, []);
        return builder.Build();
    }

    private static DriftWindow Window(string law, DriftReference reference, int rows, RandomStream random, double scale = 1)
    {
        DriftWindow window = reference.NewWindow();
        for (int i = 0; i < rows; i++)
            window.Observe(scale * Loss(law, random), double.NaN, []);
        return window;
    }

    private static double Loss(string law, RandomStream random) => law switch
    {
        "right or wrong" => random.NextDouble() < 0.2 ? 1 : 0,
        "ten values" => random.NextInteger(10),
        "Cauchy squared" => Math.Pow(random.NextNormal() / random.NextNormal(), 2),
        "half-normal" => Math.Abs(random.NextNormal()),
        _ => random.NextDouble(),
    };
}
