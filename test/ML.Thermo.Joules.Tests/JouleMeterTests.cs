using System.Diagnostics.Metrics;
using Microsoft.Extensions.Time.Testing;
using ML.Thermo.Entropies;
using ML.Thermo.Joules;
using ML.Thermo.Joules.Attribution;
using ML.Thermo.Joules.Channels;
using ML.Thermo.Joules.Metering;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests;

[TestFixture]
public sealed class JouleMeterTests
{
    [Test]
    public void Windows_may_be_nested_and_overlap()
    {
        var time = new FakeTimeProvider();
        ulong now = 0;
        using JouleMachine machine = Scripted.Machine(time, Scripted.Source("cpu-package-0", () => CounterRead.Of(now), time));
        using JouleMeter first = machine.Start();
        Spend(1);
        using JouleMeter second = machine.Start();
        Spend(2);
        Assert.That(first.Read().TotalJoules, Is.EqualTo(3));
        Assert.That(first.Stop().TotalJoules, Is.EqualTo(3));
        Spend(4);
        Joules.Joules found = second.Stop();
        Assert.That((found.TotalJoules, found.Seconds), Is.EqualTo(((double?)6, 2.0)));
        Spend(8);
        Assert.That(second.Stop(), Is.SameAs(found), "a window ends once");

        void Spend(ulong joules)
        {
            now += joules * 1_000_000;
            time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Test]
    public void What_happens_between_windows_belongs_to_none()
    {
        var time = new FakeTimeProvider();
        ulong now = 200_000_000_000;
        using JouleMachine machine = Scripted.Machine(time, Scripted.Source("cpu-package-0", () => CounterRead.Of(now), time));
        machine.Start().Stop();
        now = 5; // wrapped, slept, set back: nobody was measuring
        time.Advance(TimeSpan.FromHours(5));
        using JouleMeter meter = machine.Start();
        now += 3_000_000;
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(meter.Stop().TotalJoules, Is.EqualTo(3));
        Assert.That(machine.Totals().Single().Joules, Is.EqualTo(3));
    }

    [Test]
    public async Task Many_threads_measure_at_once()
    {
        long now = 0;
        using JouleMachine machine = new(new JouleOptions(), options => [Scripted.Source("cpu-package-0", () => CounterRead.Of((ulong)Interlocked.Read(ref now)), options.Time)]);
        using JouleMeter all = machine.Start();
        double[] found = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            double sum = 0;
            for (int i = 0; i < 500; i++)
            {
                using JouleMeter meter = machine.Start();
                Interlocked.Add(ref now, 1000);
                sum += meter.Stop().Components.Single().Joules!.Value;
            }

            return sum;
        })));
        Assert.That(all.Stop().TotalJoules, Is.EqualTo(4).Within(1e-9));
        Assert.That(found, Has.All.GreaterThanOrEqualTo(0.5 - 1e-9), "a window holds at least its own work");
    }

    [Test]
    public void A_machine_without_counters_gives_a_reason_and_no_number()
    {
        using var root = new FakeRoot();
        Joules.Joules joules = JouleMeter.Measure(() => Thread.Sleep(1), root.Options);
        Assert.That((joules.TotalJoules, joules.Watts, joules.OverheadJoules), Is.EqualTo(((double?)null, (double?)null, (double?)null)));
        Assert.That(joules.Per(10), Has.Property("Value").Null.And.Property("Status").EqualTo(JouleStatus.Unavailable).And.Property("Reason").Not.Empty);
        Assert.That(joules.Seconds, Is.GreaterThan(0));
    }

    [Test]
    public void A_real_clock_and_this_machine_give_a_reason_or_a_number()
    {
        Joules.Joules joules = JouleMeter.Measure(() => Thread.Sleep(20));
        Assert.That(joules.Components, Is.Not.Empty.And.All.Matches<JouleComponent>(component => component is { Joules: not null } or { Reason.Length: > 0 }));
    }

    [Test]
    public void A_meter_of_a_closed_machine_ends_quietly_and_reads_nothing()
    {
        JouleMachine machine = Scripted.Machine(new FakeTimeProvider());
        JouleMeter meter = machine.Start();
        machine.Dispose();
        Assert.That(meter.Stop, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(meter.Dispose, Throws.Nothing);
    }

    /// <summary>The golden numbers of the share: 420 J, 12 W idle, 10 s, 6.5 of 9.1 CPU seconds, by hand.</summary>
    [TestCase(12.0, 0.0, 214.2857142857)]
    [TestCase(12.0, 0.5, 274.2857142857)]
    [TestCase(null, 0.0, 300.0)]
    public void The_share_of_a_process(double? idleWatts, double idleShare, double expected)
    {
        JouleQuantity share = ProcessShare.Of(420, 10, 6.5, 9.1, idleWatts, idleShare);
        Assert.That(share.Value, Is.EqualTo(expected).Within(1e-10));
        Assert.That((share.Status, share.StandardError), Is.EqualTo((JouleStatus.Estimated, (double?)null)));
    }

    [Test]
    public void A_share_that_nothing_determines_has_no_number()
    {
        Assert.That(ProcessShare.Of(420, 10, 0, 0), Has.Property("Value").Null.And.Property("Status").EqualTo(JouleStatus.Undefined));
        Assert.That(ProcessShare.Of(100, 10, 1, 2, idleWatts: 12).Reason, Does.Contain("12 W"));
        Assert.That(() => ProcessShare.Of(1, 0, 1, 1), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void The_share_is_read_from_proc_with_the_children_that_were_waited_for()
    {
        using var root = new FakeRoot();
        var time = new FakeTimeProvider();
        root.Zone("intel-rapl:0", "package-0");
        Stat(1000, "10 5 100 50");
        using var machine = new JouleMachine(root.Options with { Time = time, AttributesProcess = true, IdleWatts = 12 });
        using JouleMeter meter = machine.Start();
        Stat(1910, "160 55 300 300");
        root.Count("intel-rapl:0", 420_000_000);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(meter.Stop().Process, Has.Property("Value").EqualTo(214.2857142857).Within(1e-9).And.Property("Status").EqualTo(JouleStatus.Estimated));

        void Stat(int busy, string times) => root.Write("proc/stat", $"cpu  {busy} 0 0 9 0 0 0 0 0 0\ncpu0 1 0 0 1 0\n")
            .Write("proc/self/stat", $"12 (a (b) c) R 1 2 3 4 5 6 7 8 9 10 {times} 20 0 1 0\n");
    }

    /// <summary>A control group that holds this tree alone counts children that nobody waited for: 6.5 s there, none in /proc/self/stat.</summary>
    [TestCase("12\n40\n41\n", "", 214.2857142857)] // 40 is a child, 41 a grandchild
    [TestCase("12\n77\n", "", 0.0)] // 77 is somebody else: the tree of /proc, which did nothing
    [TestCase("12\n", "below", 0.0)] // a group below may hold anything
    public void The_share_of_a_control_group_is_taken_where_it_is_ours_alone(string processes, string below, double expected)
    {
        using var root = new FakeRoot();
        var time = new FakeTimeProvider();
        root.Zone("intel-rapl:0", "package-0").Write("proc/self/cgroup", "3:cpu:/old\n0::/box\n").Write("fs/cgroup/box/cgroup.procs", processes)
            .Write("proc/self/stat", Process(12, 1)).Write("proc/12/stat", Process(12, 1)).Write("proc/40/stat", Process(40, 12))
            .Write("proc/41/stat", Process(41, 40)).Write("proc/77/stat", Process(77, 1)).Write("proc/1/stat", Process(1, 0));
        if (below.Length > 0)
            root.Write($"fs/cgroup/box/{below}/cpu.stat", "usage_usec 0\n");
        Times(1000, 1_000_000);
        using var machine = new JouleMachine(root.Options with { Time = time, AttributesProcess = true, IdleWatts = 12 });
        using JouleMeter meter = machine.Start();
        Times(1910, 7_500_000);
        root.Count("intel-rapl:0", 420_000_000);
        time.Advance(TimeSpan.FromSeconds(10));
        JouleQuantity share = meter.Stop().Process!;
        Assert.That(share.Value, Is.EqualTo(expected).Within(1e-9));
        Assert.That(share.Status, Is.EqualTo(JouleStatus.Estimated));
        Assert.That(share.Reason!.Contains("control group", StringComparison.Ordinal), Is.EqualTo(expected > 0));

        string Process(int id, int parent) => $"{id} (a b) S {parent} 2 3 4 5 6 7 8 9 10 0 0 0 0 20 0 1 0\n";
        void Times(int busy, long microseconds) => root.Write("proc/stat", $"cpu  {busy} 0 0 9 0 0 0 0 0 0\ncpu0 1 0 0 1 0\n")
            .Write("fs/cgroup/box/cpu.stat", $"usage_usec {microseconds}\nuser_usec 1\nsystem_usec 1\n");
    }

    [Test]
    public void Joules_per_nat_carry_both_errors()
    {
        var joules = new JouleQuantity(100, 3, JouleStatus.Measured);
        JouleQuantity found = joules.Per(new Estimate(4, 0.2), "ΔS");
        Assert.That((found.Value, found.StandardError), Is.EqualTo(((double?)25, (double?)Math.Sqrt((0.75 * 0.75) + (1.25 * 1.25)))));
        Assert.That(joules.Per(new Estimate(0.3, 0.2), "ΔS"), Has.Property("Status").EqualTo(JouleStatus.Undefined).And.Property("Reason").Contains("ΔS"));
        Assert.That(joules.Per(new Estimate(-4, 0.2), "ΔS").Value, Is.Null, "a training that gained no nats has no price for one");
        Assert.That(joules.Per(new Estimate(4, double.NaN), "ΔS").StandardError, Is.Null);
        Assert.That(() => joules.Per(0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    /// <summary>The delta method's error against 40,000 draws of both, where both errors are a tenth.</summary>
    [Test]
    public void The_error_of_joules_per_nat_is_that_of_draws()
    {
        var random = new ML.Thermo.Initialization.RandomStream(3, 1);
        double sum = 0, squares = 0;
        const int Draws = 40000;
        for (int i = 0; i < Draws; i++)
        {
            double ratio = (100 + (5 * random.NextNormal())) / (4 + (0.2 * random.NextNormal()));
            sum += ratio;
            squares += ratio * ratio;
        }

        double deviation = Math.Sqrt((squares / Draws) - (sum / Draws * (sum / Draws)));
        Assert.That(new JouleQuantity(100, 5, JouleStatus.Measured).Per(new Estimate(4, 0.2), "ΔS").StandardError, Is.EqualTo(deviation).Within(2).Percent);
    }

    [Test]
    public void Joules_of_a_training()
    {
        State At(double energy, double entropy) => new()
        {
            Kind = StateKind.TypeII,
            Energy = Estimate.Exact(energy),
            Variance = Estimate.Exact(1),
            Entropy = new EntropyEstimate(entropy, 0, EntropyMethod.Exact),
            GroundEnergy = 0,
        };
        var training = new Transition(At(1, 2), At(0.5, -2));
        var joules = new Joules.Joules { Seconds = 1, Components = [new() { Name = "cpu-package-0", Joules = 200, StandardError = 2, Status = JouleStatus.Measured, Source = "script" }] };
        Assert.That((joules.PerNat(training).Value, joules.PerUnitOfLoss(training).Value, joules.PerNatOfInformation(training, 1000).Value), Is.EqualTo(((double?)50, (double?)400, (double?)0.4)));
    }

    [Test]
    public void The_instruments_count_by_component()
    {
        _ = JouleMachine.Shared; // publishes
        var seen = new List<string>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, listener) => { if (instrument.Meter.Name == JouleMachine.MeterName) { seen.Add(instrument.Name); listener.EnableMeasurementEvents(instrument); } } };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) => Assert.That((value, tags.Length), Is.EqualTo((value, 2))));
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.That(seen, Is.EqualTo(new[] { "ml.thermo.joules" }));
    }
}
