using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.Tests.Refresh.Monitoring;

/// <summary>Rows that wait for their labels, and what is written of them between rows.</summary>
internal sealed class WaitingRowsTests
{
    private static readonly DriftReference s_reference = DriftData.OfLosses(DriftData.Squares(60, 1, 71, 0));

    [Test]
    public void A_closed_window_waits_until_four_fifths_of_its_labels_are_there()
    {
        WaitingRows waiting = New(new MonitorOptions { FinalShare = 0.8 });
        DriftWindow window = Window(10);
        for (uint id = 0; id < 10; id++)
            Assert.That(waiting.Add(id, 3, [id]), Is.Null);
        Assert.That(
            (waiting.Count, waiting.Has(4), waiting.Has(10), waiting.Prediction(4)![0], waiting.Prediction(11)),
            Is.EqualTo((10, true, false, 4.0, (double[]?)null)));
        Assert.That(waiting.Waits(3, window));
        Assert.That((waiting.Windows, waiting.IsWaiting(3), waiting.IsWaiting(2), waiting.Numbers), Is.EqualTo((1, true, false, new long[] { 3 })));
        for (uint id = 0; id < 7; id++)
            Assert.That(waiting.Label(id, 0.5, 0, NotOpen), Is.Null);
        DriftWindow? complete = waiting.Label(7, 0.5, 0, NotOpen);
        Assert.That((complete!.Rows, complete.Labelled, window.Labelled), Is.EqualTo((10L, 8L, 0L)), "a copy was kept");
        Assert.That((waiting.Count, waiting.Windows, waiting.Evicted, waiting.Has(8)), Is.EqualTo((0, 0, 2L, false)), "the others wait no more");
    }

    [Test]
    public void It_is_final_too_when_no_row_is_left_to_wait_for_and_does_not_wait_where_none_is()
    {
        WaitingRows waiting = New();
        Assert.That(waiting.Waits(0, Window(10)), Is.False, "no row has an id");
        waiting.Add(1, 1, [0]);
        waiting.Add(2, 1, [0]);
        Assert.That(waiting.Waits(1, Window(10)));
        Assert.That(waiting.Label(1, double.NaN, 0, NotOpen), Is.Null, "a label that says nothing drops the row");
        DriftWindow? complete = waiting.Label(2, 0.3, 0, NotOpen);
        Assert.That((complete!.Rows, complete.Labelled, waiting.Evicted), Is.EqualTo((10L, 1L, 1L)));
        waiting.Add(3, 2, [0]);
        DriftWindow full = Window(10);
        for (int i = 0; i < 8; i++)
            full.Label(0.1, 0);
        Assert.That((waiting.Waits(2, full), waiting.Count, waiting.Evicted), Is.EqualTo((false, 0, 2L)), "it has enough");
    }

    [Test]
    public void A_label_for_the_open_window_goes_there()
    {
        WaitingRows waiting = New();
        DriftWindow open = Window(4);
        waiting.Add(9, 5, [0]);
        Assert.That(waiting.Label(9, 0.7, 0, number => number == 5 ? open : throw new InvalidOperationException()), Is.Null);
        Assert.That((open.Labelled, waiting.Count), Is.EqualTo((1L, 0)));
    }

    [Test]
    public void The_oldest_row_that_still_waits_is_dropped_where_there_are_too_many()
    {
        WaitingRows waiting = New(new MonitorOptions { WaitingRows = 3 });
        DriftWindow open = Window(4);
        for (uint id = 1; id <= 3; id++)
            waiting.Add(id, id <= 2 ? 0 : 1, [id]);
        waiting.Label(1, 0.2, 0, _ => open);
        waiting.Add(4, 1, [4]);
        Assert.That((waiting.Count, waiting.Evicted), Is.EqualTo((3, 0L)));
        Assert.That(waiting.Waits(0, open), "row 2 waits in it");
        DriftWindow? complete = waiting.Add(5, 1, [5]);
        Assert.That((waiting.Has(2), waiting.Has(3), waiting.Evicted, waiting.Windows), Is.EqualTo((false, true, 1L, 0)));
        Assert.That((complete!.Rows, complete.Labelled), Is.EqualTo((4L, 1L)), "nothing of that window waits any more");
    }

    [Test]
    public void Windows_before_one_are_given_up_oldest_first()
    {
        WaitingRows waiting = New();
        foreach (uint number in new uint[] { 5, 3, 4 })
        {
            waiting.Add(number, number, [0]);
            Assert.That(waiting.Waits(number, Window((int)number)));
        }

        Assert.That(waiting.Numbers, Is.EqualTo(new long[] { 3, 4, 5 }));
        Assert.That(waiting.Before(3), Is.Empty);
        Assert.That(waiting.Before(5).Select(window => window.Rows), Is.EqualTo(new long[] { 3, 4 }));
        Assert.That((waiting.Count, waiting.Windows, waiting.Evicted, waiting.Has(5)), Is.EqualTo((1, 1, 2L, true)));
    }

    [Test]
    public void What_was_written_waits_again_and_counts_outlive_a_clearing_but_no_restart()
    {
        WaitingRows waiting = New();
        Assert.That(waiting.IsUsed, Is.False);
        waiting.Miss();
        Assert.That(waiting.IsUsed);
        waiting.Add(new UInt128(7, 8), 0, [1.5, 2.5]);
        waiting.Add(2, 0, [3]);
        waiting.Add(3, 1, [4]);
        waiting.Label(2, double.NaN, 0, NotOpen);
        Assert.That(waiting.Waits(0, Window(6)));
        WaitingRows read = New();
        using var stream = new MemoryStream();
        waiting.Write(stream);
        stream.Position = 0;
        read.Add(99, 4, [0]);
        read.Read(stream);
        Assert.That(stream.Position, Is.EqualTo(stream.Length));
        Assert.That((read.Count, read.Windows, read.Evicted, read.Unmatched, read.IsUsed), Is.EqualTo((2, 1, 1L, 1L, true)));
        Assert.That((read.Prediction(new UInt128(7, 8)), read.Has(3), read.Has(2), read.Has(99)), Is.EqualTo((new[] { 1.5, 2.5 }, true, false, false)));
        Assert.That(read.Label(new UInt128(7, 8), 0.1, 0, NotOpen)!.Rows, Is.EqualTo(6));
        read.Clear();
        Assert.That((read.Count, read.Windows, read.Evicted, read.Unmatched), Is.EqualTo((0, 0, 2L, 1L)));
        read.Restart();
        Assert.That((read.Evicted, read.Unmatched, read.IsUsed), Is.EqualTo((0L, 0L, false)));
    }

    [Test]
    public void Labels_in_their_thousands_leave_no_room_behind()
    {
        // Ids whose label has come are forgotten where they are many: the order stays right.
        WaitingRows waiting = New(new MonitorOptions { WaitingRows = 5 });
        DriftWindow open = Window(1);
        waiting.Add(1_000_000, 0, [0]);
        for (uint id = 0; id < 5000; id++)
        {
            waiting.Add(id, 0, [0]);
            waiting.Label(id, 0.1, 0, _ => open);
        }

        for (uint id = 6000; id < 6005; id++)
            waiting.Add(id, 0, [0]);
        Assert.That((waiting.Has(1_000_000), waiting.Has(6000), waiting.Evicted), Is.EqualTo((false, true, 1L)));
    }

    [TestCase(2)]
    [TestCase(4)]
    [TestCase(5)]
    [TestCase(9)]
    public void A_note_comes_back_from_records_of_any_width(int width)
    {
        UInt128 id = JournalNote.Key("row 7");
        Assert.That((JournalNote.Key("row 7"), JournalNote.Key("row 8") == id), Is.EqualTo((id, false)));
        JournalNote label = new(NoteKind.Label, id, [2]), nothing = new(NoteKind.Label, 0, []);
        JournalNote[] notes = [new(NoteKind.Row, id, [1, double.NaN, -3]), label, nothing, JournalNote.OfTimes(5, -6)];
        foreach (JournalNote note in notes)
        {
            double[] records = note.Records(width);
            Assert.That(records, Has.Length.EqualTo(width * Math.Ceiling((4.0 + note.Numbers.Length) / (width - 1))));
            var reader = new JournalNote.Reader();
            Assert.That(reader.Take([.. Enumerable.Repeat(1.0, width)], out JournalNote? none), Is.False, "a row");
            Assert.That(none, Is.Null);
            for (int at = 0; at < records.Length; at += width)
            {
                Assert.That(reader.Take(records[at..(at + width)], out JournalNote? found));
                bool isLast = at + width == records.Length;
                Assert.That(found is not null, Is.EqualTo(isLast));
                if (!isLast)
                    continue;
                Assert.That((found!.Kind, found.Id), Is.EqualTo((note.Kind, note.Id)));
                Assert.That(found.Numbers.Select(BitConverter.DoubleToInt64Bits), Is.EqualTo(note.Numbers.Select(BitConverter.DoubleToInt64Bits)));
            }
        }

        JournalNote times = JournalNote.OfTimes(5, -6);
        Assert.That(times.Numbers.Select(BitConverter.DoubleToInt64Bits), Is.EqualTo(new long[] { 5, -6 }));
    }

    [Test]
    public void A_note_whose_end_or_start_is_lost_is_none()
    {
        var reader = new JournalNote.Reader();
        double[] first = new JournalNote(NoteKind.Row, 1, [10, 11]).Records(3), second = new JournalNote(NoteKind.Label, 2, [12]).Records(3);
        bool Take(double[] records, int record, out JournalNote? note) => reader.Take(records[(3 * record)..(3 * (record + 1))], out note);
        Assert.That(Take(first, 1, out JournalNote? note) && note is null, "the rest of one without its start");
        Assert.That(Take(first, 2, out note) && note is null);
        Assert.That(Take(first, 0, out note) && note is null);
        Assert.That(Take(second, 0, out note) && note is null, "another starts");
        Assert.That(Take(second, 1, out note) && note is null);
        Assert.That(Take(second, 2, out note));
        Assert.That((note!.Kind, note.Id, note.Numbers), Is.EqualTo((NoteKind.Label, (UInt128)2, new[] { 12.0 })));
        Take(first, 0, out _);
        Assert.That(reader.Take([0.5, 1, 2], out note), Is.False, "a row ends an unfinished one");
        Assert.That(Take(first, 1, out note) && note is null);
        Assert.That(Take(first, 2, out note) && note is null);
    }

    [Test]
    public void A_window_s_time_is_over_its_lateness_after_its_end()
    {
        var clock = WindowClock.Of(new MonitorOptions { WindowTime = TimeSpan.FromTicks(100), Lateness = TimeSpan.FromTicks(30) });
        Assert.That(clock, Is.EqualTo(new WindowClock(100, 30)));
        Assert.That(new long[] { 0, 99, 100, 250 }.Select(clock.Number), Is.EqualTo(new long[] { 0, 0, 1, 2 }));
        Assert.That((clock.IsOver(2, 329), clock.IsOver(2, 330)), Is.EqualTo((false, true)));
        Assert.That((clock.IsAhead(130, 100), clock.IsAhead(131, 100)), Is.EqualTo((false, true)));
        Assert.That(clock.Start(3), Is.EqualTo(new DateTimeOffset(300, TimeSpan.Zero)));
    }

    [Test]
    public void Options_outside_their_ranges_are_refused_and_their_ends_taken()
    {
        Func<MonitorOptions>[] refused =
        [
            () => new() { WindowRows = 9 }, () => new() { WindowTime = TimeSpan.Zero }, () => new() { WindowTime = TimeSpan.FromTicks(-1) },
            () => new() { Lateness = TimeSpan.FromTicks(-1) }, () => new() { WaitingRows = 0 }, () => new() { WaitingWindows = 0 },
            () => new() { FinalShare = 0 }, () => new() { FinalShare = 1.001 }, () => new() { FinalShare = double.NaN },
        ];
        foreach (Func<MonitorOptions> options in refused)
            Assert.That(() => options(), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new MonitorOptions { WaitingWindows = -1 }, Throws.Exception.With.Property("ParamName").EqualTo("WaitingWindows"));
        MonitorOptions ends = new() { WindowRows = 10, Lateness = TimeSpan.Zero, WaitingRows = 1, WaitingWindows = 1, FinalShare = 1, WindowTime = null };
        Assert.That(() => ends.Check(), Throws.Nothing);
        var ticks = new MonitorOptions { WindowTime = TimeSpan.FromTicks(2), Lateness = TimeSpan.FromTicks(2000) };
        Assert.That(() => ticks.Check(), Throws.Nothing);
        Assert.That(() => (ticks with { Lateness = TimeSpan.FromTicks(2001) }).Check(), Throws.ArgumentException.With.Message.Contains("at most 1000"));
        MonitorOptions plain = new();
        Assert.That(
            (plain.WindowRows, plain.Lateness, plain.WaitingRows, plain.WaitingWindows, plain.FinalShare),
            Is.EqualTo((200, TimeSpan.FromMinutes(1), 100_000, 50, 0.8)));
    }

    private static DriftWindow NotOpen(long number) => throw new InvalidOperationException($"window {number} is closed");

    private static WaitingRows New(MonitorOptions? options = null) => new(s_reference, options ?? new MonitorOptions());

    private static DriftWindow Window(int rows) => DriftData.Window(s_reference, Enumerable.Repeat(double.NaN, rows));
}
