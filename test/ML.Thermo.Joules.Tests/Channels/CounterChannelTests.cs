using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Time.Testing;
using ML.Thermo.Initialization;
using ML.Thermo.Joules;
using ML.Thermo.Joules.Channels;
using ML.Thermo.Joules.Metering;

namespace ML.Thermo.Tests.Channels;

[TestFixture]
public sealed class CounterChannelTests
{
    // Goldens: range − before + now + 1 by hand.
    [TestCase(262143000000UL, 262143328000UL, 328000UL)]
    [TestCase(262143328000UL, 150000UL, 150851UL)]
    [TestCase(150000UL, 5000000UL, 4850000UL)]
    [TestCase(262143328850UL, 0UL, 1UL)]
    public void A_counter_that_wraps_goes_on(ulong before, ulong after, ulong microjoules)
    {
        JouleComponent found = Scripted.Window(before, after, 1);
        Assert.That(found.Status, Is.EqualTo(JouleStatus.Measured));
        Assert.That(found.Joules, Is.EqualTo(microjoules / 1e6));
    }

    [Test]
    public void A_fall_that_no_wrap_explains_is_a_reset_and_no_number()
    {
        JouleComponent found = Scripted.Window(5000000, 4999999, 1);
        Assert.That((found.Status, found.Joules), Is.EqualTo((JouleStatus.CounterReset, (double?)null)));
        Assert.That(Scripted.Window(7, 6, 1, range: null, neverWraps: true).Status, Is.EqualTo(JouleStatus.CounterReset));
    }

    /// <summary>A counter moves in steps of a millisecond: 100 W is 0.1 J a step, far above 1,000 W times ten microseconds.</summary>
    [Test]
    public void A_step_over_the_end_of_the_range_within_microseconds_is_a_wrap()
    {
        JouleComponent found = Scripted.Window(262143300000, 71149, 1e-5);
        Assert.That(found.Joules, Is.EqualTo(0.1).Within(1e-12));
        Assert.That(found.Status, Is.EqualTo(JouleStatus.BelowResolution));
    }

    [Test]
    public void A_fall_of_unknown_range_is_undefined() =>
        Assert.That(Scripted.Window(5000000, 4999999, 1, range: null), Has.Property("Status").EqualTo(JouleStatus.Undefined).And.Property("Joules").Null);

    [Test]
    public void A_value_above_the_range_is_a_failed_read()
    {
        JouleComponent found = Scripted.Window(1, 262143328851, 1);
        Assert.That((found.Status, found.Joules), Is.EqualTo((JouleStatus.Unavailable, (double?)null)));
        Assert.That(found.Reason, Does.Contain("262143328851"));
    }

    [Test]
    public void A_counter_that_was_not_read_for_longer_than_it_may_take_to_wrap_is_undefined()
    {
        var time = new FakeTimeProvider();
        bool fails = false;
        ulong now = 0;
        using JouleMachine machine = Scripted.Machine(time, Scripted.Source("cpu-package-0", () => fails ? CounterRead.Failed("gone") : CounterRead.Of(now), time));
        using JouleMeter meter = machine.Start();
        fails = true;
        time.Advance(TimeSpan.FromSeconds(300)); // at 1,000 W the range lasts 262 s
        (fails, now) = (false, 5000);
        Assert.That(meter.Stop().Components.Single(), Has.Property("Status").EqualTo(JouleStatus.Undefined).And.Property("Joules").Null);
    }

    /// <summary>A failed read is a gap: neither a zero nor a wrap.</summary>
    [Test]
    public void Failed_reads_within_a_window_lose_nothing_and_at_its_ends_leave_no_number()
    {
        var time = new FakeTimeProvider();
        ulong now = 1000;
        bool fails = false;
        using JouleMachine machine = Scripted.Machine(time, Scripted.Source("cpu-package-0", () => fails ? CounterRead.Failed("the zone is gone") : CounterRead.Of(now), time));
        using JouleMeter meter = machine.Start();
        for (int i = 0; i < 20; i++)
        {
            now += 1_000_000;
            fails = i % 3 != 0;
            time.Advance(TimeSpan.FromSeconds(1));
        }

        fails = true;
        Assert.That(meter.Read().Components.Single(), Has.Property("Joules").Null.And.Property("Status").EqualTo(JouleStatus.Unavailable));
        using JouleMeter late = machine.Start(); // while it fails
        fails = false;
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(meter.Stop().TotalJoules, Is.EqualTo(20));
        Assert.That(late.Stop().Components.Single(), Has.Property("Joules").Null.And.Property("Reason").Contains("the zone is gone"));
    }

    /// <summary>Any script of true energies is recovered exactly, over any number of wraps, if it is read more often than it can wrap.</summary>
    [Test]
    public void Scripted_energies_are_recovered_exactly()
    {
        Gen<(ulong Range, int Start, int[] Watts)> scripts =
            from range in Gen.Choose(4_000_000, 2_000_000_000)
            from start in Gen.Choose(0, 4_000_000)
            from watts in Gen.ArrayOf(Gen.Choose(0, 999), 60)
            select ((ulong)range, start, watts);
        Prop.ForAll(scripts.ToArbitrary(), script =>
        {
            var time = new FakeTimeProvider();
            double spent = 0; // µJ, whole
            UInt128 total = (UInt128)script.Start;
            using JouleMachine machine = Scripted.Machine(time, Scripted.Source("cpu-package-0", () => CounterRead.Of((ulong)(total % (script.Range + 1))), time, script.Range));
            using JouleMeter meter = machine.Start();
            double step = Math.Min(1, script.Range / 1e6 / 4000);
            foreach (int watts in script.Watts)
            {
                ulong microjoules = (ulong)(watts * step * 1e6);
                total += microjoules;
                spent += microjoules;
                time.Advance(TimeSpan.FromSeconds(step));
            }

            JouleComponent found = meter.Stop().Components.Single();
            return found.Joules == spent / 1e6 && found.Status == JouleStatus.Measured;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20240406, 1));
    }

    [Test]
    public void Two_wraps_in_a_window_are_caught_by_the_timer()
    {
        var time = new FakeTimeProvider();
        double joules = 0;
        using JouleMachine machine = Scripted.Machine(time, Scripted.Source("cpu-package-0", () => CounterRead.Of((ulong)(joules * 1e6) % 65532610988UL), time, 65532610987));
        using JouleMeter meter = machine.Start();
        for (int second = 0; second < 500; second++) // at 280 W the counter lasts 234 s
        {
            joules += 280;
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(meter.Stop().TotalJoules, Is.EqualTo(140000));
    }

    /// <summary>A thousand scripts of faults: no exception, no number without a good status, no missing number without a reason.</summary>
    [Test]
    public void No_script_of_faults_makes_an_exception_or_a_number_without_a_status()
    {
        var random = new RandomStream(7, 0);
        int numbers = 0, gaps = 0;
        for (int script = 0; script < 1000; script++)
        {
            var time = new FakeTimeProvider();
            ulong? range = random.NextInteger(3) == 0 ? null : (ulong)random.NextInteger(300_000_000) + 1;
            bool neverWraps = random.NextInteger(4) == 0;
            ulong truth = 0;
            CounterRead Fault() => random.NextInteger(7) switch
            {
                0 => CounterRead.Failed("garbage"),
                1 => CounterRead.Of((ulong)random.NextInteger(long.MaxValue)),
                2 => CounterRead.Of(ulong.MaxValue),
                3 => CounterRead.Of(0),
                _ => CounterRead.Of(truth += (ulong)random.NextInteger(500_000)),
            };
            using JouleMachine machine = Scripted.Machine(
                time, Scripted.Source("cpu-package-0", Fault, time, range, 1 + random.NextInteger(2000), neverWraps), Scripted.Source("dram-0", () => CounterRead.Of(truth / 2), time));
            using JouleMeter outer = machine.Start();
            for (int i = 0; i < 12; i++)
            {
                using JouleMeter inner = machine.Start();
                time.Advance(TimeSpan.FromMilliseconds(random.NextInteger(3000)));
                Check(inner.Stop());
            }

            Check(outer.Stop());
        }

        Assert.That(Math.Min(numbers, gaps), Is.GreaterThan(1000), "the scripts reach both sides");

        void Check(Joules.Joules joules)
        {
            foreach (JouleComponent component in joules.Components)
            {
                bool isNumber = component.Joules is not null;
                (numbers, gaps) = isNumber ? (numbers + 1, gaps) : (numbers, gaps + 1);
                Assert.That(isNumber == component.IsMeasured, $"{component}");
                Assert.That(isNumber ? component.Joules >= 0 && double.IsFinite(component.Joules.Value) : component.Reason?.Length > 0, $"{component}");
            }

            Assert.That(joules.TotalJoules is null || joules.TotalIsLowerBound == joules.Components.Any(component => component.Joules is null));
        }
    }

    /// <summary>s = E·√(1/6)·u/w for windows that start and end anywhere: 20,000 windows, random start and length.</summary>
    [TestCase(0.010)]
    [TestCase(0.100)]
    [TestCase(1.0)]
    public void The_standard_error_of_a_window_is_that_of_two_phases(double seconds)
    {
        const double Update = 1e-3, Watts = 80;
        const int Windows = 20000;
        var random = new RandomStream(11, (ulong)(1e6 * seconds));
        double squares = 0;
        for (int i = 0; i < Windows; i++)
        {
            double start = random.NextDouble(), end = start + seconds + (Update * random.NextDouble());
            double counted = Watts * Update * (Math.Floor(end / Update) - Math.Floor(start / Update));
            squares += Math.Pow((counted / (Watts * (end - start))) - 1, 2);
        }

        var time = new FakeTimeProvider();
        ulong now = 0;
        using JouleMachine machine = Scripted.Machine(time, Scripted.Source("cpu-package-0", () => CounterRead.Of(now), time));
        using JouleMeter meter = machine.Start();
        time.Advance(TimeSpan.FromSeconds(seconds));
        now = (ulong)(Watts * seconds * 1e6);
        JouleComponent found = meter.Stop().Components.Single();
        double stated = found.StandardError!.Value / found.Joules!.Value;
        Assert.That(stated, Is.EqualTo(Math.Sqrt(squares / Windows)).Within(6).Percent); // length + u/2 on average: 5 % at ten updates
        Assert.That(stated, Is.EqualTo(0.408 * Update / seconds).Within(1).Percent);
    }

    [Test]
    public void A_window_below_ten_updates_says_how_often_to_repeat_the_work()
    {
        JouleComponent found = Scripted.Window(0, 100000, 0.002);
        Assert.That(found.Status, Is.EqualTo(JouleStatus.BelowResolution));
        Assert.That(found.Reason, Does.Contain("21 times").And.Contain("0.041 s"));
        Assert.That(Scripted.Window(0, 0, 0.0001), Has.Property("Joules").EqualTo(0).And.Property("StandardError").Null); // not an exact zero
    }
}
