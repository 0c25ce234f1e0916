using Microsoft.Extensions.Time.Testing;
using ML.Thermo.Cluster.Sharing;

namespace ML.Thermo.Tests.Sharing;

/// <summary>Ranges of draws, dealt out to silos that are simulated: who works on what, when, and on what nobody does.</summary>
internal sealed class RangesTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [TestCase(9767, 2, 1.5, 2, 0.97)]
    [TestCase(100_000, 64, 1.5, 2, 0.93)]
    [TestCase(4096, 16, 40, 2, 0.93)]
    [TestCase(300, 4, 900, 5, 0.95)] // a draw takes nearly a second: no range is made of fewer than one
    [TestCase(2_000_000, 8, 0.01, 2, 0.9)]
    public void Silos_have_work_until_nearly_the_end(int draws, int slots, double milliseconds, double callMilliseconds, double least)
    {
        (double efficiency, int calls) = Simulate(draws, slots, milliseconds, callMilliseconds);
        TestContext.Out.WriteLine($"{efficiency:F4} in {calls} calls");
        Assert.That(efficiency, Is.InRange(least, 1));
    }

    [Test]
    public async Task What_is_dealt_out_is_every_draw_once_and_again_what_failed()
    {
        var ranges = new Ranges(1000, 2, s_second, new FakeTimeProvider());
        int[] times = new int[1000];
        for (int i = 0; await ranges.NextAsync(CancellationToken.None) is var (first, count) && count > 0; i++)
        {
            if (i % 3 == 1)
            {
                ranges.Again(first, count);
                continue;
            }

            int made = i % 3 == 0 ? count : (count + 1) / 2;
            for (int draw = first; draw < first + made; draw++)
                times[draw]++;
            ranges.Done(made);
            if (made < count)
                ranges.Again(first + made, count - made);
        }

        Assert.That(times, Is.All.EqualTo(1));
    }

    [TestCase(168, 2, 6)]
    [TestCase(1000, 3, 7)]
    [TestCase(20, 16, 5)] // fewer pieces than callers want: neighbours are parted
    public async Task Neighbours_stay_together_where_a_range_is_long_enough(int count, int slots, int neighbours)
    {
        var clock = new FakeTimeProvider();
        var ranges = new Ranges(count, slots, s_second, clock, neighbours);
        int[] times = new int[count];
        while (await ranges.NextAsync(CancellationToken.None) is var (first, size) && size > 0)
        {
            Assert.That((first + size) % neighbours == 0 || first + size == count || size <= (first + size) % neighbours, $"{first}, {size}");
            foreach (ref int piece in times.AsSpan(first, size))
                piece++;
            clock.Advance(TimeSpan.FromMilliseconds(90 * size));
            ranges.Done(size);
        }

        Assert.That(times, Is.All.EqualTo(1));
    }

    [Test]
    public async Task A_silo_that_comes_makes_ranges_shorter()
    {
        var clock = new FakeTimeProvider();
        var ranges = new Ranges(100_000, 1, s_second, clock);
        for (int i = 0; i < 40; i++)
        {
            (int _, int length) = await ranges.NextAsync(CancellationToken.None);
            clock.Advance(TimeSpan.FromMilliseconds(length));
            ranges.Done(length);
        }

        (int _, int alone) = await ranges.NextAsync(CancellationToken.None);
        ranges.Slots = 4;
        (int _, int together) = await ranges.NextAsync(CancellationToken.None);
        Assert.That(together, Is.EqualTo(alone / 4).Within(1));
    }

    [Test]
    public async Task What_failed_is_shared_out_anew_and_not_given_to_one()
    {
        var clock = new FakeTimeProvider();
        var ranges = new Ranges(200, 4, s_second, clock);
        (int first, int count) = await ranges.NextAsync(CancellationToken.None);
        for (int i = 0; i < 3; i++)
        {
            (int _, int length) = await ranges.NextAsync(CancellationToken.None);
            clock.Advance(TimeSpan.FromSeconds(length));
            ranges.Done(length); // a second a piece
        }

        ranges.Again(first, count);
        Assert.That(count, Is.GreaterThan(4));
        for (int i = 0; i < count; i++)
            Assert.That(await ranges.NextAsync(CancellationToken.None), Is.EqualTo((first + i, 1)));
    }

    /// <summary>Two callers a slot; a slot works on one range after the other. A call takes a while on its way, which costs the slot nothing if the other
    /// caller's range waits there.</summary>
    private static (double Efficiency, int Calls) Simulate(int draws, int slots, double milliseconds, double callMilliseconds)
    {
        var clock = new FakeTimeProvider();
        var ranges = new Ranges(draws, slots, s_second, clock);
        double now = 0;
        double[] free = new double[slots];
        var events = new PriorityQueue<(int Slot, int Made, int Left), double>();
        var waiting = new Queue<int>(); // callers for whom there was nothing: others are still at work on the rest
        int calls = 0;
        for (int lane = 0; lane < 2 * slots; lane++)
            Ask(lane % slots);
        while (events.TryDequeue(out (int Slot, int Made, int Left) answer, out double time))
        {
            clock.Advance(TimeSpan.FromMilliseconds(time - now));
            now = time;
            ranges.Done(answer.Made);
            if (answer.Left > 0)
                ranges.Again(0, answer.Left);
            waiting.Enqueue(answer.Slot);
            for (int all = waiting.Count; all > 0; all--)
                Ask(waiting.Dequeue());
        }

        Assert.That(waiting, Has.Count.EqualTo(2 * slots), "all callers were told that nothing is left");
        return (draws * milliseconds / (slots * free.Max()), calls);

        void Ask(int slot)
        {
            Task<(int First, int Count)> next = ranges.NextAsync(CancellationToken.None).AsTask();
            if (!next.IsCompleted || next.Result.Count == 0)
            {
                waiting.Enqueue(slot);
                return;
            }

            calls++;
            int count = next.Result.Count, made = Math.Min(count, (int)Math.Ceiling(s_second.TotalMilliseconds / milliseconds)); // as a silo does
            free[slot] = Math.Max(free[slot], now + callMilliseconds) + (made * milliseconds);
            events.Enqueue((slot, made, count - made), free[slot] + callMilliseconds);
        }
    }
}
