using ML.Thermo.Sharing;

namespace ML.Thermo.Tests.Sharing;

internal sealed class WorkersTests
{
    [Test]
    public void A_failure_comes_out_as_it_was_thrown() => Assert.That(
        () => Workers.Run(100, 4, part => throw new UnusableDataException($"part {part}"), CancellationToken.None),
        Throws.TypeOf<UnusableDataException>().With.Message.StartsWith("part "));

    [Test]
    public void All_parts_are_done_once()
    {
        int[] done = new int[1000];
        Workers.Run(done.Length, Workers.Unlimited, part => Interlocked.Increment(ref done[part]), CancellationToken.None);
        Assert.That(done, Is.All.EqualTo(1));
    }

    [Test]
    public void Cancelled_work_says_so() => Assert.That(
        () => Workers.Run(10, Workers.Unlimited, _ => { }, new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
}
