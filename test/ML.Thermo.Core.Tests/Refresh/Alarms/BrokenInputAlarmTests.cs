using ML.Thermo.Initialization;
using ML.Thermo.Refresh;

namespace ML.Thermo.Tests.Refresh.Alarms;

/// <summary>The sequential test without labels, of inputs that are empty or unseen.</summary>
internal sealed class BrokenInputAlarmTests
{
    [TestCase(false)]
    [TestCase(true)]
    public void An_input_that_breaks_gives_alarm_at_once(bool isCategory)
    {
        var random = new RandomStream(61, 0);
        double Whole() => isCategory ? random.NextInteger(200) : random.NextNormal();
        DriftReference reference = Reference(isCategory, 4000, 1000, Whole);
        var detector = new SequentialDetector(reference, DriftRule.LabelFree);
        Assert.That(detector.Observe(Window(reference, 20, Whole)), Has.Property("Alarm").False);

        SequentialStep broken = detector.Observe(Window(reference, 20, () => isCategory ? -1 : double.NaN));

        Assert.That((broken.Alarm, double.IsFinite(broken.Detector)), Is.EqualTo((true, true)));
    }

    // A tenth of the cells is always empty, the others are all alike: nothing but empty cells can give alarm, and 0.15 of the rate is theirs.
    [Test]
    public void Empty_cells_as_many_as_ever_give_no_more_alarms_than_their_share()
    {
        const int Streams = 2000, Windows = 4, RunLength = 20;
        int alarms = 0;
        for (int stream = 0; stream < Streams; stream++)
        {
            var random = new RandomStream(62, (ulong)stream);
            double Cell() => random.NextDouble() < 0.1 ? double.NaN : 1;
            DriftReference reference = Reference(false, 200, RunLength, Cell);
            var detector = new SequentialDetector(reference, DriftRule.LabelFree);
            for (int t = 0; t < Windows; t++)
                detector.Observe(Window(reference, 50, Cell));
            alarms += detector.Last.Alarm ? 1 : 0;
        }

        double stated = 0.15 * Windows / RunLength;
        Assert.That(alarms, Is.InRange(1, (Streams * stated) + (4 * Math.Sqrt(Streams * stated * (1 - stated)))));
    }

    private static DriftReference Reference(bool isCategory, int rows, int runLength, Func<double> cell)
    {
        var builder = new DriftReferenceBuilder([new DriftInput("x", isCategory)], new DriftOptions { RunLength = runLength, RowsInOrder = false });
        for (int i = 0; i < rows; i++)
            builder.Observe(double.NaN, double.NaN, [cell()]);
        return builder.Build();
    }

    private static DriftWindow Window(DriftReference reference, int rows, Func<double> cell)
    {
        DriftWindow window = reference.NewWindow();
        for (int i = 0; i < rows; i++)
            window.Observe(double.NaN, double.NaN, [cell()]);
        return window;
    }
}
