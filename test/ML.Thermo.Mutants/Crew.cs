using System.Collections.Concurrent;

namespace ML.Thermo.Mutants;

/// <summary>Two workers that try mutants until none is left.</summary>
internal sealed class Crew(MutatedBuild build, Coverage coverage, IReadOnlyList<Mutant> all)
{
    private readonly ConcurrentDictionary<string, bool> _unreliable = new(StringComparer.Ordinal);

    /// <summary>Tries the mutants in their order, while there is time, and tells of each as soon as its fate is known.</summary>
    public void Try(IReadOnlyList<Mutant> mutants, Func<bool> hasTime, Action<Mutant, Fate, string> tell)
    {
        var queue = new ConcurrentQueue<Mutant>(mutants);
        Task[] workers = [.. Enumerable.Range(0, Math.Min(2, Environment.ProcessorCount)).Select(_ => Task.Factory.StartNew(() =>
        {
            WorkerProcess? worker = null;
            while (hasTime() && queue.TryDequeue(out Mutant? mutant))
            {
                (Fate fate, string test) = FateOf(mutant, ref worker);
                lock (queue)
                    tell(mutant, fate, test);
            }

            worker?.Dispose();
        }, TaskCreationOptions.LongRunning))];
        Task.WaitAll(workers);
    }

    private (Fate Fate, string Test) FateOf(Mutant mutant, ref WorkerProcess? worker)
    {
        if (coverage.IsStatic(mutant))
            return Fresh(mutant);
        while (true)
        {
            Order order = OrderOf(mutant, coverage.Of(mutant));
            if (order.Tests.Length == 0)
                return (Fate.NotCovered, "");
            worker ??= new WorkerProcess(build);
            worker.Give(order);
            Reply? reply = worker.Next();
            bool wasNew = worker.Orders == 1;
            if (reply is null or { Said: Reply.Slow or Reply.Dirty })
            {
                worker.Dispose();
                worker = null;
            }

            switch (reply?.Said)
            {
                case Reply.Failed:
                    return (Fate.Killed, reply.Test);
                case Reply.Done:
                    return (Fate.Survived, "");
                case Reply.Kept:
                    return Fresh(mutant);
                case Reply.Dirty:
                    // In a process that has tried nothing else, the test fails of itself.
                    if (wasNew)
                        _unreliable[reply.Test] = true;
                    break;
                default:
                    return (Fate.TimedOut, reply?.Test ?? "");
            }
        }
    }

    /// <summary>In a process of its own, by all tests that reach something in the mutant's file.</summary>
    private (Fate Fate, string Test) Fresh(Mutant mutant)
    {
        using var worker = new WorkerProcess(build, mutant.Id);
        if (worker.Tests.Count == 0)
            return (Fate.Killed, "the tests can't be listed");
        worker.Give(OrderOf(mutant, coverage.OfFile(mutant, all)));
        Reply? reply = worker.Next();
        return reply?.Said switch
        {
            Reply.Failed => (Fate.Killed, reply.Test),
            Reply.Done => (Fate.Survived, ""),
            _ => (Fate.TimedOut, reply?.Test ?? ""),
        };
    }

    private Order OrderOf(Mutant mutant, IReadOnlyList<Reply> tests)
    {
        Reply[] reliable = [.. tests.Where(test => !_unreliable.ContainsKey(test.Test))];
        return new Order(mutant.Id, [.. reliable.Select(test => test.Test)], [.. reliable.Select(test => test.Seconds)]);
    }
}
