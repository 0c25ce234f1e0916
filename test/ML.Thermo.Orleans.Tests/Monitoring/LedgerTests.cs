using ML.Thermo.Cluster.Monitoring;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;
using ML.Thermo.Tests.Refresh.Monitoring;

namespace ML.Thermo.Tests.Monitoring;

/// <summary>
/// However rows are shared out, however late handovers come and however often they are sent, and whenever a silo dies: the numbers are those of one monitor.
/// </summary>
internal sealed class LedgerTests
{
    [FsCheck.NUnit.Property(MaxTest = 8)]
    public bool Windows_by_time_are_those_of_one_monitor_to_the_last_bit(int seed)
    {
        // Delays up to the lateness: no row is late.
        (int Row, DateTimeOffset Moment)[] rows = Moments(seed, most: 300);
        using DriftMonitor single = Told.Single(Told.ByTime, rows);
        using MonitorLedger cluster = Shared(seed, Told.ByTime, rows, out _);
        cluster.Advance(Told.End);
        return MonitorData.Bytes(single).AsSpan().SequenceEqual(cluster.State());
    }

    [FsCheck.NUnit.Property(MaxTest = 8)]
    public bool Rows_that_are_late_are_late_whichever_replica_they_came_through(int seed)
    {
        (int Row, DateTimeOffset Moment)[] rows = Moments(seed, most: 1500);
        using DriftMonitor single = Told.Single(Told.ByTime, rows);
        using MonitorLedger cluster = Shared(seed, Told.ByTime, rows, out _);
        cluster.Advance(Told.End);
        using DriftMonitor state = Told.Loaded(cluster.State(), Told.ByTime);
        MonitorVerdict verdict = cluster.Verdict(Told.End);
        return single.Snapshot().RowsLate > 0 && verdict.RowsLate == single.Snapshot().RowsLate && Told.Numbers(single) == Told.Numbers(state);
    }

    [FsCheck.NUnit.Property(MaxTest = 8)]
    public bool Windows_by_rows_are_those_of_one_monitor_that_merges_in_the_recorded_order(int seed)
    {
        using MonitorLedger cluster = Shared(seed, Told.ByRows, Moments(seed, most: 300), out List<Summary> order);
        using var single = new DriftMonitor(Told.Reference, MonitorData.Values, Told.ByRows);
        foreach (Summary summary in order)
        {
            using var bytes = new MemoryStream(summary.Window);
            single.Merge(Told.Reference.ReadWindow(bytes));
        }

        return MonitorData.Bytes(single).AsSpan().SequenceEqual(cluster.State())
            && cluster.Verdict(Told.End).Rows == Told.Rows.Length
            && order.Count == cluster.Verdict(Told.End).Order
            && order.TrueForAll(summary => summary.Rows <= Told.ByRows.WindowRows / 16);
    }

    [FsCheck.NUnit.Property(MaxTest = 5)]
    public bool Late_labels_find_their_row_whichever_replica_gives_them_and_even_before_it(int seed)
    {
        MonitorOptions options = Told.ByTime with { FinalShare = 1 };
        (int Row, DateTimeOffset Moment)[] rows = Moments(seed, most: 300);
        using DriftMonitor single = Told.Single(Told.ByTime, rows); // labels were there at once
        using MonitorLedger cluster = Shared(seed, options, rows, out _, lateLabels: true);
        cluster.Advance(Told.End);
        using DriftMonitor state = Told.Loaded(cluster.State(), options);
        MonitorVerdict verdict = cluster.Verdict(Told.End);
        return (verdict.RowsWaiting, verdict.LabelsEarly, verdict.LabelsUnmatched, verdict.IdsDoubled) == (0, 0, 0, 0)
            && state.Snapshot().Sequential == single.Snapshot().Sequential
            && state.Snapshot().Final!.PValue.Equals(single.Snapshot().Final!.PValue);
    }

    [Test]
    public void A_silent_replica_is_waited_for_until_the_timeout_and_its_rows_are_late_then()
    {
        using var ledger = new MonitorLedger("m", Told.Setup(Told.ByTime, TimeSpan.FromMinutes(2)), isPublished: false);
        Guid[] numbers = [Guid.NewGuid(), Guid.NewGuid()];
        Outbox first = Replica(ledger, Told.ByTime, "first", Told.Start, numbers[0]), second = Replica(ledger, Told.ByTime, "second", Told.Start, numbers[1]);
        for (int i = 0; i < 20; i++)
            (i < 10 ? first : second).Observe(Told.Row(i), Told.TimeOf(i).UtcTicks, Told.TimeOf(i).UtcTicks, null);
        DateTimeOffset over = Told.Start.AddMinutes(15), late = over.AddMinutes(2);
        // It is there, and has handed over nothing.
        ledger.Join(new(numbers[1], "second", over, 0, Told.Start, Told.Setup(Told.ByTime, TimeSpan.FromMinutes(2))), over);
        HandOver(ledger, first, over);
        Assert.That(ledger.Windows, Is.Zero, "the second may have rows of that window");
        ledger.Advance(over.AddMinutes(1));
        Assert.That(ledger.Windows, Is.Zero);
        HandOver(ledger, first, late.AddTicks(1));
        Assert.That((ledger.Windows, ledger.Verdict(late.AddTicks(1)).Replicas.Count(replica => replica.IsAwaited)), Is.EqualTo((1L, 1)));
        HandOver(ledger, second, late.AddMinutes(1));
        MonitorVerdict verdict = ledger.Verdict(late.AddMinutes(1));
        Assert.That((verdict.Rows, verdict.RowsLate, verdict.Windows), Is.EqualTo((10L, 10L, 1L)));
        Assert.That(verdict.Replicas.Select(replica => replica.Rows), Is.EqualTo(new[] { 10, 0 }));
    }

    [Test]
    public void A_replica_that_took_leave_is_not_waited_for()
    {
        using var ledger = new MonitorLedger("m", Told.Setup(Told.ByTime), isPublished: false);
        var gone = Guid.NewGuid();
        ledger.Join(new(gone, "gone", Told.Start, 0, Told.Start, Told.Setup(Told.ByTime)), Told.Start);
        Outbox stays = Replica(ledger, Told.ByTime, "stays", Told.Start);
        stays.Observe(Told.Row(0), Told.Start.UtcTicks, Told.Start.UtcTicks, null);
        HandOver(ledger, stays, Told.End);
        Assert.That(ledger.Windows, Is.Zero);
        ledger.Leave(gone);
        ledger.Advance(Told.End);
        Assert.That(ledger.Windows, Is.EqualTo(1));
    }

    [Test]
    public void What_does_not_fit_is_refused_in_one_line_and_nothing_of_it_is_counted()
    {
        using var ledger = new MonitorLedger("prices", Told.Setup(Told.ByRows), isPublished: false);
        var replica = Guid.NewGuid();
        ledger.Join(new(replica, "a", Told.Start, 0, Told.Start, Told.Setup(Told.ByRows)), Told.Start);
        DriftWindow window = Told.Reference.NewWindow();
        for (int i = 0; i < 4; i++)
            window.Observe(1, double.NaN, Told.Row(i).AsSpan(2));
        var good = new Summary(null, 4, MonitorData.Bytes(window), []);
        Assert.Multiple(() =>
        {
            Assert.That(Refused([good]), Does.Contain("at most 3"));
            Assert.That(Refused([good with { Rows = 3 }]), Does.Contain("claims 3 rows"));
            Assert.That(Refused([good with { Window = good.Window[..^5] }]), Does.Contain("cannot be counted"));
            Assert.That(Refused([good with { WindowStart = Told.Start }]), Does.Contain("another kind"));
            Assert.That(Refused([], sequence: 3), Does.Contain("expected 1"));
            Assert.That(ledger.Take(new() { Replica = Guid.NewGuid(), Sequence = 1, Moment = Told.Start, Summaries = [] }, Told.Start).Outcome,
                Is.EqualTo(HandoverOutcome.Unknown));
            Assert.That(ledger.Verdict(Told.Start).Rows, Is.Zero);
        });

        string? Refused(Summary[] summaries, long sequence = 1)
        {
            HandoverAnswer answer = ledger.Take(new() { Replica = replica, Sequence = sequence, Moment = Told.Start, Summaries = summaries }, Told.Start);
            Assert.That(answer.Outcome, Is.EqualTo(HandoverOutcome.Refused));
            return answer.Refusal;
        }
    }

    [Test]
    public void A_replica_with_other_options_another_reference_or_a_wrong_clock_may_not_join()
    {
        using var ledger = new MonitorLedger("prices", Told.Setup(Told.ByTime), isPublished: false);
        MonitorSetup own = Told.Setup(Told.ByTime), other = Told.Setup(Told.ByTime with { Lateness = TimeSpan.FromMinutes(9) });
        var reference = MonitorSetup.Of(MonitorData.Reference(300), MonitorData.Values, Told.ByTime, own.ReplicaTimeout);
        Assert.Multiple(() =>
        {
            Assert.That(Join(own, 0), Is.Null);
            Assert.That(Join(own, 299), Is.Null);
            Assert.That(Join(own, 301), Does.Contain("00:05:01 ahead of the silo's").And.Contain("00:05:00"));
            Assert.That(Join(own, -301), Does.Contain("behind"));
            Assert.That(Join(other, 0), Does.Contain("Lateness 00:09:00"));
            Assert.That(Join(reference, 0), Does.Contain("another reference"));
        });

        string? Join(MonitorSetup setup, int ahead) => ledger.Join(new(Guid.NewGuid(), "a", Told.Start.AddSeconds(ahead), 0, Told.Start, setup), Told.Start);
    }

    [Test]
    public void Labels_of_unknown_ids_are_kept_for_a_while_and_doubled_ids_are_counted()
    {
        MonitorOptions options = Told.ByRows with { WaitingRows = 5 };
        using var ledger = new MonitorLedger("m", Told.Setup(options), isPublished: false);
        Outbox replica = Replica(ledger, options, "a", Told.Start);
        foreach (int i in new[] { 0, 1, 1 })
            replica.Observe(Told.Row(i), null, Told.Start.UtcTicks, new LateRow(JournalNote.Key($"row {i}"), [Told.Rows[i].Prediction]));
        for (int i = 10; i < 18; i++)
            replica.Label(new LateLabel(JournalNote.Key($"row {i}"), 1));
        replica.Label(new LateLabel(JournalNote.Key("row 1"), 1));
        HandOver(ledger, replica, Told.Start);
        MonitorVerdict verdict = ledger.Verdict(Told.Start);
        Assert.That((verdict.Rows, verdict.IdsDoubled, verdict.LabelsEarly, verdict.LabelsUnmatched, verdict.RowsWaiting), Is.EqualTo((3L, 1L, 5L, 3L, 1L)));
    }

    [Test]
    public void A_state_of_a_newer_version_is_refused_in_one_line()
    {
        using var ledger = new MonitorLedger("prices", Told.Setup(Told.ByRows), isPublished: false);
        using var newer = new MemoryStream();
        var sections = new ML.Thermo.Files.SectionWriter(newer);
        sections.Add("quorum", to => to.WriteByte(1));
        sections.Close();
        Assert.That(() => ledger.Load(newer.ToArray()), Throws.TypeOf<UnusableDataException>()
            .With.Message.EqualTo("The stored state of model 'prices' has the section 'quorum', which this silo's version of ML.Thermo does not know: "
                + "update the silo."));
        byte[] damaged = ledger.Save();
        damaged[40] ^= 1;
        Assert.That(() => ledger.Load(damaged), Throws.TypeOf<UnusableDataException>().With.Message.Contains("damaged"));
    }

    /// <summary>Rows in the order of their moments: each was observed so many seconds after it happened, at most.</summary>
    private static (int Row, DateTimeOffset Moment)[] Moments(int seed, int most) =>
        [.. Enumerable.Range(0, Told.Rows.Length).Select(i => (i, Told.TimeOf(i).AddSeconds(Told.Pick(seed, 0, i, most)))).OrderBy(of => of.Item2)];

    private static Outbox Replica(MonitorLedger ledger, MonitorOptions options, string name, DateTimeOffset now, Guid? number = null)
    {
        Guid own = number ?? Guid.NewGuid();
        // The ledger's own timeout is what counts.
        MonitorSetup setup = Told.Setup(options, TimeSpan.FromMinutes(2));
        if (ledger.Join(new(own, name, now, 0, now, setup), now) is not null
            && ledger.Join(new(own, name, now, 0, now, setup = Told.Setup(options)), now) is { } refusal)
        {
            throw new InvalidOperationException(refusal);
        }

        return new Outbox(own, Told.Reference, setup, 10_000, now.UtcTicks);
    }

    private static void HandOver(MonitorLedger ledger, Outbox replica, DateTimeOffset now)
    {
        if (replica.Next(now.UtcTicks, all: true) is not { } handover)
            return;
        HandoverAnswer answer = ledger.Take(handover, now);
        Assert.That(answer.Refusal, Is.Null);
        replica.Close(handover, answer.Outcome != HandoverOutcome.Refused);
    }

    /// <summary>A cluster that was told the rows: random replicas, random moments of handing over, answers that are lost, silos that die before or after they
    /// have written.</summary>
    private static MonitorLedger Shared(
        int seed, MonitorOptions options, (int Row, DateTimeOffset Moment)[] rows, out List<Summary> order, bool lateLabels = false)
    {
        var ledger = new MonitorLedger("m", Told.Setup(options), isPublished: false);
        int replicas = 1 + Told.Pick(seed, 1, 0, 4);
        Outbox[] outboxes = [.. Enumerable.Range(0, replicas).Select(i => Replica(ledger, options, $"{i}", Told.Start.AddDays(-1)))];
        byte[] written = ledger.Save();
        order = [];
        for (int i = 0; i < rows.Length; i++)
        {
            (int row, DateTimeOffset moment) = rows[i];
            Outbox outbox = outboxes[Told.Pick(seed, 2, i, replicas)];
            double[] values = Told.Row(row);
            LateRow? waiting = lateLabels ? new LateRow(JournalNote.Key($"{row}"), [Told.Rows[row].Prediction]) : null;
            if (lateLabels)
            {
                values[0] = double.NaN;
                outboxes[Told.Pick(seed, 3, i, replicas)].Label(new LateLabel(JournalNote.Key($"{row}"), Told.Rows[row].Label));
            }

            outbox.Observe(values, options.WindowTime is null ? null : Told.TimeOf(row).UtcTicks, moment.UtcTicks, waiting);
            if (Told.Pick(seed, 4, i, 5) == 0)
                Send(outboxes[Told.Pick(seed, 5, i, replicas)], moment, Told.Pick(seed, 6, i, 5), order);
        }

        foreach (Outbox outbox in outboxes)
        {
            while (outbox.Rows.Taken > outbox.Rows.Done || outbox.Labels.Taken > outbox.Labels.Done)
                Send(outbox, rows[^1].Moment, 4, order);
        }

        foreach (Outbox outbox in outboxes)
            Send(outbox, Told.End, 4, order);
        return ledger;

        void Send(Outbox outbox, DateTimeOffset moment, int fate, List<Summary> order)
        {
            if (outbox.Next(moment.UtcTicks, all: fate > 2) is not { } handover)
                return;
            HandoverAnswer answer = ledger.Take(handover, moment);
            if (fate == 1) // the silo dies before it has written
            {
                ledger.Load(written);
                return;
            }

            written = ledger.Save();
            if (answer.Outcome == HandoverOutcome.Counted)
                order.AddRange(handover.Summaries);
            if (fate == 2) // it dies before it has answered
            {
                ledger.Load(written);
                return;
            }

            if (fate == 3 && ledger.Take(handover, moment).Outcome != HandoverOutcome.CountedBefore) // the same again
                throw new InvalidOperationException("counted twice");
            outbox.Close(handover, isCounted: true);
        }
    }
}
